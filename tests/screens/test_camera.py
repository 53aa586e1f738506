"""Codes before the camera, as the window really shows and reads them: a film of the real codes stands in for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from mobile_app.commands.demo_children import BOY_FIRST_VISIT
from mobile_app.commands.demo_tablet import DemoClock, DemoTablet
from mobile_app.commands.filmed_codes import film_codes
from mobile_app.commands.screenshots_story import ShownTablet, WindowOf
from mobile_app.device import camera as driver
from mobile_app.navigation import Screen
from shared.case.entry import CaseId, EntryKind
from shared.sync.enrolment_link import make_enrolment_link
from tests.screens.fingers import Fingers

GIVES_UP_AFTER_S = 60.0
START = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def taking(tmp_path: Path) -> ShownTablet:
    return ShownTablet(tmp_path / "taking", DemoClock(START), "Nurse 1", "Nurse", "618033")


@pytest.fixture
def fingers(taking: ShownTablet, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HANDWISE_DEBUG", "1")
    one = Fingers(WindowOf(taking))
    taking.set_up()
    yield one
    one.close()


def wait(fingers: Fingers, until: Callable[[], bool]) -> None:
    """Draw frames until something has come; who waits for ever has failed."""
    gives_up_at = time.monotonic() + GIVES_UP_AFTER_S
    while not until():
        assert time.monotonic() < gives_up_at, fingers.texts
        fingers.window.frames()


def receive(fingers: Fingers, taking: ShownTablet) -> None:
    taking.flow.home.receive()
    fingers.window.settle()


def place(fingers: Fingers) -> Any:
    """Return what shows the camera on the screen in front."""
    found = [one for one in fingers.screen.walk(restrict=True) if type(one).__name__ == "CameraPlace"]
    return found[0] if found else None


def filmed_case(folder: Path, film: Path) -> tuple[str, ...]:
    """Let another tablet show a case, and film it."""
    giving = DemoTablet(folder, DemoClock(START), "Dr A", "Doctor", "271828")
    giving.set_up()
    giving.begin_case(BOY_FIRST_VISIT)
    giving.answer_questions(BOY_FIRST_VISIT)
    giving.flow.result.hand_over()
    giving.flow.hand_over.save()
    texts = giving.flow.hand_over.texts
    film_codes(texts, film)
    return texts


def test_a_series_before_the_camera_brings_the_case_here_and_closes_the_camera(fingers, taking, tmp_path):
    texts = filmed_case(tmp_path / "giving", taking.camera)
    receive(fingers, taking)
    assert place(fingers) is None, "the camera waits for a finger"

    fingers.tap("Use the camera")
    wait(fingers, lambda: fingers.screen_name != "receive" or fingers.screen.view.have > 0)
    if len(texts) > 1 and fingers.screen_name == "receive":
        assert f"of {len(texts)} read" in fingers.screen.view.progress
    wait(fingers, lambda: taking.flow.screen is Screen.CASE)

    assert taking.store.count_cases() == 1
    assert place(fingers) is None


def test_what_is_shown_is_what_the_camera_sees_the_right_way_up(fingers, taking, tmp_path):
    film_codes(["HW"], taking.camera)
    receive(fingers, taking)
    fingers.tap("Use the camera")
    camera = place(fingers)
    wait(fingers, lambda: camera._lens.texture() is not None)
    wait(fingers, lambda: bool(fingers.screen.view.news))
    picture = tmp_path / "seen.png"
    fingers.window.picture(picture)

    with Image.open(picture) as screen:
        (code,) = zxingcpp.read_barcodes(screen.convert("L"))
    assert code.text == "HW"
    corners = code.position
    assert corners.top_left.y < corners.bottom_left.y
    assert corners.top_left.x < corners.top_right.x
    fingers.tap("Close the camera")
    assert place(fingers) is None
    assert camera._lens is None


@pytest.mark.parametrize("leave", ["back", "lock"])
def test_leaving_or_locking_closes_the_camera(fingers, taking, leave):
    film_codes(["HW"], taking.camera)
    receive(fingers, taking)
    fingers.tap("Use the camera")
    camera = place(fingers)
    wait(fingers, lambda: camera._lens.texture() is not None)
    running = camera._lens._camera

    if leave == "lock":
        taking.flow.lock()
    else:
        taking.flow.receive.back()
        assert taking.flow.screen is Screen.RECEIVE
        taking.flow.receive.back()
    fingers.window.settle()

    assert camera._lens is None
    assert running.wait_until_closed(GIVES_UP_AFTER_S)
    assert running.newest is None


def test_an_enrolment_code_before_the_camera_fills_the_fields_and_sends_nothing(fingers, taking):
    film_codes([make_enrolment_link("https://handwise.example.org", "7K2M9-QXA7D")], taking.camera)
    taking.flow.home.press_sync()
    fingers.tap("Use the camera")
    wait(fingers, lambda: not fingers.screen.view.scan.is_on)

    assert (fingers.screen.view.address, fingers.screen.view.code) == ("https://handwise.example.org", "7K2M9-QXA7D")
    assert not taking.store.sync_overview().is_enrolled
    assert place(fingers) is None


def test_a_film_that_cannot_be_read_is_said_and_the_other_ways_stay(fingers, taking):
    taking.camera.write_bytes(b"no film")
    receive(fingers, taking)
    fingers.tap("Use the camera")
    wait(fingers, lambda: not fingers.screen.view.scan.is_on)

    assert "The camera gives no picture. Try again, or use another way." in fingers.texts
    assert fingers.screen.view.field_label
    assert fingers.find("Use the camera")


def seen(fingers: Fingers) -> list[str]:
    """Return the codes in what a photo would show now."""
    picture = place(fingers)._lens.picture()
    return [] if picture is None else [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))]


def add_photo(fingers: Fingers, taking: ShownTablet) -> None:
    case = CaseId("5a" * 16)
    taking.store.record(case, EntryKind.ASSESSMENT, {"warmth": False})
    taking.flow.home.open_case(case)
    taking.flow.case.add_photo()
    fingers.window.settle()


def test_a_photo_can_be_taken_with_the_other_camera(fingers, taking, tmp_path, monkeypatch):
    films = [str(film_codes([text], tmp_path / f"{text}.avi")) for text in ("back", "front")]
    monkeypatch.setattr(driver, "cameras", lambda: films)
    add_photo(fingers, taking)
    wait(fingers, lambda: seen(fingers) == ["back"])

    fingers.tap("Other camera")
    wait(fingers, lambda: seen(fingers) == ["front"])
    fingers.tap("Other camera")
    wait(fingers, lambda: seen(fingers) == ["back"])
    fingers.tap("Take photo")

    assert taking.flow.screen is Screen.CASE
    assert len(fingers.screen.view.photos) == 1


def test_a_camera_that_shows_nothing_for_a_photo_is_said_and_can_be_tried_again(fingers, taking, tmp_path, monkeypatch):
    film = tmp_path / "camera.avi"
    film.write_bytes(b"no film")
    monkeypatch.setattr(driver, "cameras", lambda: [str(film)])
    add_photo(fingers, taking)
    wait(fingers, lambda: bool(fingers.screen.view.camera_fault))
    assert "The camera gives no picture. Try again, or use another way." in fingers.texts
    assert "Other camera" not in fingers.texts

    film_codes(["here"], film)
    fingers.tap("Try again")
    wait(fingers, lambda: seen(fingers) == ["here"])
    assert not fingers.screen.view.camera_fault
