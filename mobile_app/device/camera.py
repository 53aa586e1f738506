"""What the camera of this computer sees: by PyAV, where it is installed. No picture is ever kept.

    camera, film or stream ──a thread──▶ the newest frame, for the window     (each takes the place of the one before)
                                └──a few times a second──▶ the codes in it

PyAV is part of the optional extra `camera`. On Android Kivy drives the camera (`mobile_app/widgets/camera.py`).
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from mobile_app.device.qr_reader import read_codes
from shared.sentence import phrase

NO_CAMERA = phrase("No camera was found on this device.")
NOT_ALLOWED = phrase("Handwise may not use the camera. Allow it in the settings of this device.")
IN_USE = phrase("Another app uses the camera. Close that app, then try again.")
NO_PICTURE = phrase("The camera gives no picture. Try again, or use another way.")

LOOKS_A_SECOND = 6
"""How often codes are looked for."""
FRAMES_A_SECOND = 15
"""How often there is a new frame for the window."""
_WIDEST = 1280
_OPEN_S, _READ_S = 10.0, 5.0
_FREED_AFTER_S = 2.0
"""A camera that was just closed may still be busy so long."""
_ASKED_OF_A_CAMERA: tuple[dict[str, str], ...] = (
    {"input_format": "mjpeg", "video_size": "1280x720"},
    {"video_size": "1280x720"},
    {},
)
"""What is asked of a camera, until it can give it: a frame as large as the codes need, packed if possible."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the camera saw: rows from the top, three bytes a pixel: red, green, blue."""

    width: int
    height: int
    pixels: bytes


def cameras() -> list[str]:
    """Return the cameras of this computer as device files; Linux names them so."""
    return [str(path) for path in sorted(Path("/dev").glob("video*"))]


def has_several() -> bool:
    """Tell whether there is another camera to take. One camera may have several files, for what is no picture."""
    known = Path("/sys/class/video4linux")
    return len({(known / Path(device).name / "device").resolve() for device in cameras()}) > 1


def can_see(source: str = "") -> bool:
    """Tell whether there is a camera and what drives it. `source`: a device, a film or the address of a stream."""
    return find_spec("av") is not None and bool(source or cameras())


class Camera:
    """One opening of the camera, from `start` to `stop`. Its properties may be read from any thread."""

    def __init__(
        self, source: str = "", read: Callable[[Any], Sequence[str]] | None = read_codes, behind: str = ""
    ) -> None:
        """`source` as in `can_see`, the first camera without one; `read` finds codes in a grey frame.

        `behind`: begin with the camera behind this one; after the last comes the first.
        """
        self._devices = [source] if source else _from_behind(behind, cameras())
        self.opened = ""
        """The device that gives the pictures, once there are some."""
        self._read = read
        self._ends = Event()
        self._guard = Lock()
        self._newest: Frame | None = None
        self._texts: list[str] = []
        self._fault = ""
        self._thread = Thread(target=self._watch, name="handwise camera", daemon=True)

    def start(self) -> None:
        """Begin to look. What goes wrong stands in `fault`."""
        self._thread.start()

    def stop(self) -> None:
        """Let go of the camera and of the last frame."""
        self._ends.set()
        with self._guard:
            self._newest = None
            self._texts.clear()

    def wait_until_closed(self, seconds: float) -> bool:
        """Wait after `stop`; return whether the camera has been let go of."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    @property
    def newest(self) -> Frame | None:
        with self._guard:
            return self._newest

    @property
    def fault(self) -> str:
        """Return why there is no picture (`shared.sentence`); empty while all is well."""
        return self._fault

    def take_texts(self) -> list[str]:
        """Return what was read since the last call."""
        with self._guard:
            texts, self._texts = self._texts, []
        return texts

    def _watch(self) -> None:
        import av

        try:
            self._look(self._frames())
        except (av.FFmpegError, OSError, ValueError) as problem:
            if not self._ends.is_set():
                self._fault = _in_words(problem)
        else:
            if not self._ends.is_set():
                self._fault = NO_PICTURE
        finally:
            with self._guard:
                self._newest = None

    def _look(self, frames: Iterator[Any]) -> None:
        next_frame = next_look = 0.0
        for frame in frames:
            now = time.monotonic()
            if now >= next_frame:
                next_frame = now + 1 / FRAMES_A_SECOND
                self._keep(_coloured(frame))
            if self._read is not None and now >= next_look:
                next_look = now + 1 / LOOKS_A_SECOND
                self._keep_texts(self._read(frame.reformat(format="gray").to_ndarray()))
            if self._ends.is_set():
                return

    def _keep(self, frame: Frame) -> None:
        with self._guard:
            if not self._ends.is_set():
                self._newest = frame

    def _keep_texts(self, texts: Sequence[str]) -> None:
        with self._guard:
            # What was being read when the camera was let go of is nobody's.
            if not self._ends.is_set():
                self._texts += texts

    def _frames(self) -> Iterator[Any]:
        """Yield them as they come; a film as fast as it was taken, over and over."""
        while not self._ends.is_set():
            count = 0
            with self._container() as container:
                is_film = Path(self.opened).is_file()
                began = time.monotonic()
                for packet in container.demux(video=0):
                    for frame in _decoded(packet):
                        count += 1
                        if is_film and frame.time is not None:
                            self._ends.wait(max(0.0, began + frame.time - time.monotonic()))
                        if self._ends.is_set():
                            return
                        yield frame
            if not is_film or not count:
                return

    def _container(self) -> Any:
        import av

        problem: Exception = FileNotFoundError()
        for device in [self.opened] if self.opened else self._devices:
            try:
                container = self._opened_device(device) if _is_device(device) else _opened_film(device)
            except (av.FFmpegError, OSError, ValueError) as refusal:
                # A camera has several files; not each of them gives pictures.
                problem = problem if isinstance(problem, PermissionError) or _is_busy(problem) else refusal
            else:
                self.opened = device
                return container
        raise problem

    def _opened_device(self, device: str) -> Any:
        import av

        gives_up_at = time.monotonic() + _FREED_AFTER_S
        while True:
            for options in _ASKED_OF_A_CAMERA:
                try:
                    return av.open(device, format="v4l2", options=options)
                except (av.FFmpegError, OSError, ValueError) as refusal:
                    problem = refusal
                    if _is_busy(refusal) or isinstance(refusal, (FileNotFoundError, PermissionError)):
                        break
            if not _is_busy(problem) or time.monotonic() > gives_up_at or self._ends.wait(0.1):
                raise problem


def _is_device(source: str) -> bool:
    return source.startswith("/dev/") and not Path(source).is_file()


def _opened_film(source: str) -> Any:
    import av

    return av.open(source, timeout=(_OPEN_S, _READ_S))


def _from_behind(device: str, devices: list[str]) -> list[str]:
    place = devices.index(device) + 1 if device in devices else 0
    return devices[place:] + devices[:place]


def _decoded(packet: Any) -> Sequence[Any]:
    import av

    try:
        return list(packet.decode())
    except av.InvalidDataError:
        # The first packets of a camera are often cut off.
        return ()


def _coloured(frame: Any) -> Frame:
    width, height = frame.width, frame.height
    if width > _WIDEST:
        width, height = _WIDEST, max(2, round(height * _WIDEST / width))
    pixels = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
    return Frame(width, height, pixels.tobytes())


def _is_busy(problem: Exception) -> bool:
    return getattr(problem, "errno", None) == errno.EBUSY


def _in_words(problem: Exception) -> str:
    if isinstance(problem, PermissionError):
        return NOT_ALLOWED
    if _is_busy(problem):
        return IN_USE
    return NO_CAMERA if isinstance(problem, FileNotFoundError) else NO_PICTURE
