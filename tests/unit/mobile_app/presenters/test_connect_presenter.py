"""A tablet is connected with the text of a QR code, or with address and code; a wrong text loses nothing."""

from __future__ import annotations

import pytest

from mobile_app.navigation import Screen
from shared.sync.enrolment_link import make_enrolment_link
from tests.databases import new_database
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
