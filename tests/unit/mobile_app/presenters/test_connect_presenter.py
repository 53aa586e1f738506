"""A tablet is connected with the text of a QR code, or with address and code; a wrong text loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import segno

from mobile_app.device.qr_reader import PictureReader
from mobile_app.navigation import Screen
from mobile_app.presenters.background import at_once
from mobile_app.presenters.connect import ConnectPresenter
from mobile_app.presenters.sync_status import SyncStatus
from shared.sync.enrolment_link import make_enrolment_link
from tests.databases import new_database
from tests.presenter_world import a_copied_finger, synchroniser_for
from tests.server_world import running_server

ADDRESS, CODE = "https://handwise.example.org", "7K2M9-QXA7D"
LINK = make_enrolment_link(ADDRESS, CODE)


@pytest.fixture
def connect(finger):
    finger.flow.home.press_sync()
    assert finger.screen is Screen.CONNECT
    return finger.flow.connect


def test_the_pasted_text_fills_both_fields_and_sends_nothing_yet(finger, connect):
    connect.paste(LINK)

    assert (finger.view.address, finger.view.code) == (ADDRESS, CODE)
    assert finger.view.can_go_on
    assert finger.view.error == ""
    assert not finger.store.sync_overview().is_enrolled


def test_the_text_may_be_pasted_into_the_field_of_the_address(finger, connect):
    connect.type_address(LINK)

    assert (finger.view.address, finger.view.code) == (ADDRESS, CODE)


def test_half_a_text_is_said_and_what_stood_there_stays(finger, connect):
    connect.type_address(ADDRESS)
    connect.paste(LINK[:25])

    assert finger.view.error
    assert (finger.view.address, finger.view.code, finger.view.pasted) == (ADDRESS, "", LINK[:25])
    connect.paste("")
    assert finger.view.error == ""


def test_a_server_that_does_not_answer_makes_doubt_the_address_first(finger, connect):
    connect.type_address("http://127.0.0.1:9")
    connect.type_code(CODE)
    connect.connect()

    assert finger.view.error == "No answer at this address. Check the address and the network, then try again."
    assert (finger.view.address, finger.view.code) == ("http://127.0.0.1:9", CODE)


def test_a_code_is_forgotten_when_the_screen_is_left(finger, connect):
    connect.paste(LINK)
    connect.back()
    finger.flow.home.press_sync()

    assert (finger.view.address, finger.view.code, finger.view.pasted) == (ADDRESS, "", "")


def test_the_text_that_the_server_prints_connects_the_tablet(finger, connect, tmp_path):
    with running_server(new_database("sqlite", tmp_path)) as server:
        connect.paste(make_enrolment_link(server.url, server.code()))
        connect.connect()

        assert finger.screen is Screen.HOME
        assert finger.store.sync_overview().is_enrolled


def a_picture(text: str, file: Path) -> str:
    """Draw a QR code as a picture and return its name."""
    segno.make(text, error="m").save(str(file), scale=6)
    return str(file)


@pytest.fixture
def reading(finger, connect):
    """The connect screen of a device that reads pictures, as desktops do."""
    finger.seen.clear()
    presenter = ConnectPresenter(
        SyncStatus(finger.store, synchroniser_for(finger.store), finger.tablet.clock, at_once, lambda: None),
        PictureReader(),
        lambda view: finger.seen.append((Screen.CONNECT, view)),
        lambda way: None,
    )
    presenter.open()
    return presenter


def test_a_picture_of_the_code_is_read_where_the_device_can(finger, reading, tmp_path):
    assert finger.view.read_button == ""
    reading.paste(a_picture(LINK, tmp_path / "code.png"))
    assert finger.view.read_button
    assert finger.view.error == ""
    reading.read_picture()

    assert (finger.view.address, finger.view.code) == (ADDRESS, CODE)
    assert finger.view.read_button == ""


def test_a_picture_of_something_else_is_said_and_loses_nothing(finger, reading, tmp_path):
    reading.type_address(ADDRESS)
    for name in (a_picture("https://elsewhere.example", tmp_path / "other.png"), str(tmp_path / "none.png")):
        reading.paste(name)
        reading.read_picture()

        assert finger.view.error
        assert (finger.view.address, finger.view.code, finger.view.pasted) == (ADDRESS, "", name)


def test_half_a_text_is_no_name_of_a_picture(finger, reading):
    reading.paste(LINK[:25])

    assert finger.view.read_button == ""
    assert finger.view.error


def test_before_anything_is_sent_for_the_first_time_what_will_be_sent_is_shown(tmp_path):
    with running_server(new_database("sqlite", tmp_path)) as server, a_copied_finger(tmp_path / "tablet") as finger:
        finger.save_boy()
        finger.save_boy()
        finger.connect(server.url, server.code())
        assert finger.screen is Screen.SENT_PREVIEW
        assert "1 more case waits" in finger.view.leaves_hint
        finger.flow.sent_preview.done()
        assert finger.store.sync_overview().waiting == 2
        finger.flow.home.press_sync()
        assert finger.screen is Screen.SENT_PREVIEW
        finger.flow.sent_preview.send()

        assert finger.screen is Screen.HOME
        assert finger.store.sync_overview().waiting == 0
        finger.save_boy()
        finger.flow.home.press_sync()
        assert finger.screen is Screen.HOME
        assert finger.store.sync_overview().waiting == 0
