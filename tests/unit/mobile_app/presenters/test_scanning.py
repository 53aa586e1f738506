"""The open camera, as the presenters see it: what it reads is taken once, and it is closed whenever it can be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mobile_app.device.camera import NOT_ALLOWED
from mobile_app.navigation import Screen
from shared.sync.enrolment_link import make_enrolment_link
from shared.sync.qr_frames import PARCEL, frames_of
from tests.presenter_world import Finger, a_copied_finger
from tests.unit.mobile_app.presenters.test_hand_over_presenters import receive, show

A_SERIES = frames_of(bytes(range(256)) * 8, PARCEL)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Finger, Finger]]:
    with a_copied_finger(tmp_path / "1") as giving, a_copied_finger(tmp_path / "2", 2) as taking:
        yield giving, taking


def test_nothing_is_opened_before_a_tap(two: tuple[Finger, Finger]) -> None:
    _, taking = two
    receive(taking)
    assert (taking.view.scan.is_on, taking.view.scan.button) == (False, "Use the camera")
    taking.flow.receive.see(["anything"])
    assert taking.view.news == ""

    taking.flow.receive.use_camera()

    assert (taking.view.scan.is_on, taking.view.scan.button) == (True, "Close the camera")
    assert taking.view.scan.source.endswith("camera.avi")


def test_what_the_camera_sees_many_times_is_taken_once_and_the_last_code_closes_it(
    two: tuple[Finger, Finger],
) -> None:
    _, taking = two
    receive(taking)
    taking.flow.receive.use_camera()
    *texts, last = A_SERIES
    for _ in range(3):
        for text in texts:
            taking.flow.receive.see([text, text])
    assert taking.view.have == len(texts) > 1
    assert taking.view.news == ""
    assert taking.view.scan.is_on

    taking.flow.receive.see([last])

    assert not taking.view.scan.is_on
    assert taking.view.error, "what was read is no parcel"


def test_a_case_before_the_camera_is_opened_and_the_camera_closed(two: tuple[Finger, Finger]) -> None:
    giving, taking = two
    show(giving)
    receive(taking)
    taking.flow.receive.use_camera()
    taking.flow.receive.see(giving.flow.hand_over.texts)

    assert taking.screen is Screen.CASE
    taking.flow.case.back()
    receive(taking)
    assert not taking.view.scan.is_on


def test_a_tablet_that_reads_codes_does_not_lock_although_nobody_touches_it(two: tuple[Finger, Finger]) -> None:
    _, taking = two
    first, second, *_ = A_SERIES
    receive(taking)
    taking.flow.touched()
    taking.flow.receive.use_camera()
    for text in (first, second):
        taking.seconds += 100
        taking.flow.tick()
        assert not taking.flow.is_locked
        taking.flow.receive.see([text])

    taking.seconds += 100
    taking.flow.receive.see([first])
    taking.flow.tick()
    assert not taking.flow.is_locked
    taking.seconds += 30
    taking.flow.tick()
    assert taking.flow.is_locked, "a code that stands there is nobody at work"


def test_a_refused_camera_is_said_and_the_other_ways_stay(two: tuple[Finger, Finger]) -> None:
    _, taking = two
    receive(taking)
    taking.flow.receive.use_camera()
    taking.flow.receive.camera_failed(NOT_ALLOWED)

    assert taking.view.camera == NOT_ALLOWED
    assert not taking.view.scan.is_on
    assert taking.view.scan.button
    assert taking.view.field_label
    taking.flow.receive.use_camera()
    assert taking.view.camera == ""


def test_back_closes_the_camera_before_it_leaves(two: tuple[Finger, Finger]) -> None:
    _, taking = two
    receive(taking)
    taking.flow.receive.use_camera()
    taking.flow.receive.back()
    assert (taking.screen, taking.view.scan.is_on) == (Screen.RECEIVE, False)
    taking.flow.receive.back()
    assert taking.screen is Screen.HOME


def test_an_enrolment_code_is_seen_and_shown_before_anything_is_sent(two: tuple[Finger, Finger]) -> None:
    _, taking = two
    taking.flow.home.press_sync()
    taking.flow.connect.use_camera()
    taking.flow.connect.see(["https://elsewhere.example"])
    assert taking.view.error == "This is another code. Show the one of the coordinator."
    assert taking.view.scan.is_on

    taking.flow.connect.see([make_enrolment_link("https://handwise.example.org", "7K2M9-QXA7D")])

    assert (taking.view.address, taking.view.code) == ("https://handwise.example.org", "7K2M9-QXA7D")
    assert (taking.view.scan.is_on, taking.view.error) == (False, "")
    assert not taking.store.sync_overview().is_enrolled
