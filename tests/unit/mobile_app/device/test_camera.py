"""The camera without a window: a film stands in for it, and it is let go of whenever it is stopped."""

from __future__ import annotations

import errno
import time
from pathlib import Path

import av
import pytest

from mobile_app.commands.filmed_codes import SIZE, film_codes
from mobile_app.device import camera as driver
from mobile_app.device.camera import IN_USE, NO_CAMERA, NO_PICTURE, NOT_ALLOWED, Camera, can_see
from mobile_app.device.qr_reader import PictureReader
from shared.sync.qr_frames import PARCEL, frames_of

GIVES_UP_AFTER_S = 60.0


def wait(until) -> None:
    gives_up_at = time.monotonic() + GIVES_UP_AFTER_S
    while not until():
        assert time.monotonic() < gives_up_at
        time.sleep(0.02)


def test_every_code_of_a_series_is_read_from_the_film_and_nothing_is_kept(tmp_path: Path) -> None:
    texts = frames_of(bytes(range(256)) * 5, PARCEL)
    assert len(texts) > 2
    camera = Camera(str(film_codes(texts, tmp_path / "codes.avi")))
    seen: set[str] = set()
    camera.start()
    wait(lambda: seen.update(camera.take_texts()) or seen >= set(texts))
    frame = camera.newest
    camera.stop()

    assert seen == set(texts)
    assert frame is not None
    assert (frame.width, frame.height) == SIZE
    assert len(frame.pixels) == 3 * frame.width * frame.height
    assert camera.wait_until_closed(GIVES_UP_AFTER_S)
    assert camera.newest is None
    assert camera.take_texts() == []
    assert camera.fault == ""
    assert [path.name for path in tmp_path.iterdir()] == ["codes.avi"]


def test_a_camera_that_only_shows_looks_for_no_codes(tmp_path: Path) -> None:
    camera = Camera(str(film_codes(["HW"], tmp_path / "codes.avi")), read=None)
    camera.start()
    wait(lambda: camera.newest is not None)
    assert camera.take_texts() == []
    camera.stop()
    assert camera.wait_until_closed(GIVES_UP_AFTER_S)


@pytest.mark.parametrize(("source", "fault"), [("/dev/no-such-camera", NO_CAMERA), ("/dev/null", NO_PICTURE)])
def test_what_is_no_camera_is_said(source: str, fault: str) -> None:
    camera = Camera(source)
    camera.start()
    assert camera.wait_until_closed(GIVES_UP_AFTER_S)

    assert camera.fault == fault


@pytest.mark.parametrize(
    ("refusal", "fault"),
    [(PermissionError(errno.EACCES, ""), NOT_ALLOWED), (OSError(errno.EBUSY, ""), IN_USE)],
)
def test_a_camera_that_is_refused_or_in_use_is_said(refusal, fault, monkeypatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise refusal

    monkeypatch.setattr(av, "open", refuse)
    monkeypatch.setattr(driver, "_FREED_AFTER_S", 0.0)
    camera = Camera("/dev/video0")
    camera.start()
    assert camera.wait_until_closed(GIVES_UP_AFTER_S)

    assert camera.fault == fault


def test_a_refused_camera_outweighs_its_files_that_give_no_picture(monkeypatch) -> None:
    def refuse(device: str, **_: object) -> None:
        raise PermissionError(errno.EACCES, "") if device == "/dev/video0" else OSError(errno.ENOTTY, "")

    monkeypatch.setattr(av, "open", refuse)
    monkeypatch.setattr(driver, "cameras", lambda: ["/dev/video0", "/dev/video1"])
    camera = Camera()
    camera.start()
    assert camera.wait_until_closed(GIVES_UP_AFTER_S)

    assert camera.fault == NOT_ALLOWED


def test_a_device_without_a_camera_offers_none_unless_one_is_named(monkeypatch) -> None:
    monkeypatch.setattr(driver, "cameras", list)

    assert not can_see()
    assert not PictureReader().has_camera
    assert PictureReader("rtsp://camera.example/codes").has_camera
