"""The tablet's camera, seen live. What it shows never becomes a file: a picture and codes are taken out in memory.

    desktop    `mobile_app/device/camera.py`: frames from PyAV, drawn here
    Android    Kivy's own camera; its frames are drawn by the graphics chip, and a copy in grey is searched for codes

Nothing is opened before `is_on`, and nothing stays open after it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Any, Protocol

from kivy.clock import Clock, mainthread
from kivy.graphics import Color, Line, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.widget import Widget
from PIL import Image

from mobile_app.device.android import (
    ask_for_camera,
    codes_in_grey,
    count_cameras,
    has_back_camera,
    is_android,
    leave_java,
)
from mobile_app.device.camera import IN_USE, LOOKS_A_SECOND, NOT_ALLOWED, Camera, Frame, can_see, has_several
from mobile_app.device.qr_reader import read_codes
from mobile_app.theme.theme import theme

RESOLUTION = (1280, 960)
_LOOKS_A_SECOND = 15
_SHOWS_A_CODE_S = 0.6


def has_camera(source: str = "") -> bool:
    """Tell whether this device has a camera that the app can drive. Asking opens none."""
    return has_back_camera() if is_android() else can_see(source)


def has_other_camera() -> bool:
    """Tell whether there is more than one. Asking opens none."""
    return count_cameras() > 1 if is_android() else has_several()


class _Lens(Protocol):
    @property
    def opened(self) -> str: ...

    @property
    def fault(self) -> str: ...

    def texture(self) -> Any: ...

    def picture(self) -> Image.Image | None: ...

    def take_texts(self) -> list[str]: ...

    def stop(self) -> None: ...


class CameraPlace(Widget):
    """Shows what the camera sees while `is_on`.

    `on_picture` gives a PNG, as it was seen; `on_codes` the texts of codes while it `reads_codes`; `on_fault` says why
    there is nothing to see (`shared.sentence`).
    """

    is_on = BooleanProperty(False)
    reads_codes = BooleanProperty(False)
    source = StringProperty("")

    __events__ = ("on_picture", "on_codes", "on_fault")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._lens: _Lens | None = None
        self._looking: Any = None
        self._code_shown_until = 0.0
        self.fbind("is_on", self._follow)
        for name in ("pos", "size"):
            self.fbind(name, self._draw)
        self._draw()

    def take(self) -> None:
        """Take the picture in front."""
        import io

        picture = self._lens.picture() if self._lens is not None else None
        if picture is None:
            return
        target = io.BytesIO()
        picture.convert("RGB").save(target, "PNG")
        self.dispatch("on_picture", target.getvalue())

    def take_other(self) -> None:
        """Look through the next camera of this device; after the last comes the first."""
        if self._lens is not None:
            opened = self._lens.opened
            self._lens.stop()
            self._lens = self._new_lens(behind=opened)

    def on_picture(self, picture: bytes) -> None:
        """Tell what was taken."""

    def on_codes(self, texts: list[str]) -> None:
        """Tell what was read."""

    def on_fault(self, fault: str) -> None:
        """Tell why there is nothing to see."""

    def _follow(self, *_: object) -> None:
        if self.is_on and self._lens is None:
            self._lens = self._new_lens()
            self._looking = Clock.schedule_interval(self._look, 1 / _LOOKS_A_SECOND)
        elif not self.is_on and self._lens is not None:
            self._looking.cancel()
            self._lens.stop()
            self._lens = None
            self._draw()

    def _new_lens(self, behind: str = "") -> _Lens:
        if is_android():
            return _ChipLens(self.reads_codes, behind)
        return _FrameLens(Camera(self.source, read_codes if self.reads_codes else None, behind))

    def _look(self, _elapsed: float) -> None:
        assert self._lens is not None
        texts = self._lens.take_texts()
        if texts:
            self._code_shown_until = time.monotonic() + _SHOWS_A_CODE_S
        self._draw()
        if self._lens.fault:
            self.dispatch("on_fault", self._lens.fault)
        elif texts:
            self.dispatch("on_codes", texts)

    def _draw(self, *_: object) -> None:
        texture = self._lens.texture() if self._lens is not None else None
        self.canvas.clear()
        with self.canvas:
            Color(*theme.ink)
            Rectangle(pos=self.pos, size=self.size)
            if texture is not None:
                scale = min(self.width / texture.width, self.height / texture.height)
                width, height = texture.width * scale, texture.height * scale
                Color(1, 1, 1, 1)
                place = (round(self.center_x - width / 2), round(self.center_y - height / 2))
                Rectangle(texture=texture, size=(width, height), pos=place)
            if self.reads_codes:
                Color(*(theme.done if time.monotonic() < self._code_shown_until else theme.surface))
                for corner in self._corners():
                    Line(points=corner, width=theme.active_line, cap="square", joint="miter")

    def _corners(self) -> list[tuple[float, ...]]:
        """Return the four corners of the frame in which a code is held."""
        half = 0.43 * min(self.width, self.height)
        arm = half / 4
        x, y = self.center
        return [
            (x + h * half, y + v * (half - arm), x + h * half, y + v * half, x + h * (half - arm), y + v * half)
            for h in (-1, 1)
            for v in (-1, 1)
        ]


class _FrameLens:
    """Frames that come as bytes."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self._texture: Any = None
        self._drawn: Frame | None = None
        self._camera.start()

    @property
    def opened(self) -> str:
        return self._camera.opened

    @property
    def fault(self) -> str:
        return self._camera.fault

    def texture(self) -> Any:
        frame = self._camera.newest
        if frame is not None and frame is not self._drawn:
            size = frame.width, frame.height
            if self._texture is None or tuple(self._texture.size) != size:
                self._texture = Texture.create(size=size, colorfmt="rgb")
                # A texture begins at the foot, a frame at the top.
                self._texture.flip_vertical()
            self._texture.blit_buffer(frame.pixels, colorfmt="rgb", bufferfmt="ubyte")
            self._drawn = frame
        return self._texture

    def picture(self) -> Image.Image | None:
        frame = self._camera.newest
        return None if frame is None else Image.frombytes("RGB", (frame.width, frame.height), frame.pixels)

    def take_texts(self) -> list[str]:
        return self._camera.take_texts()

    def stop(self) -> None:
        self._camera.stop()
        self._texture = self._drawn = None


class _ChipLens:
    """Kivy's camera of Android: a texture of the graphics chip. The person is asked when it is opened first.

    Android counts its cameras; the one at the back is the first.
    """

    def __init__(self, reads_codes: bool, behind: str) -> None:
        self.fault = ""
        self.opened = str((int(behind) + 1) % count_cameras()) if behind else "0"
        self._camera: Any = None
        self._is_wanted = True
        self._reader: _GreyReader | None = None
        self._reads_codes = reads_codes
        ask_for_camera(mainthread(self._open))

    def texture(self) -> Any:
        return self._camera.texture if self._camera is not None else None

    def picture(self) -> Image.Image | None:
        texture = self.texture()
        if texture is None:
            return None
        picture = Image.frombytes("RGBA", texture.size, texture.pixels)
        # Kivy's pixels begin at the bottom unless the texture is turned.
        return picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM) if texture.uvpos[1] == 0 else picture

    def take_texts(self) -> list[str]:
        return self._reader.take() if self._reader is not None else []

    def stop(self) -> None:
        self._is_wanted = False
        if self._reader is not None:
            self._reader.stop()
            self._reader = None
        if self._camera is not None:
            self._camera._release_camera()
            self._camera = None

    def _open(self, is_allowed: bool) -> None:
        if not self._is_wanted:
            return
        if not is_allowed:
            self.fault = NOT_ALLOWED
            return
        from kivy.core.camera import Camera as CoreCamera

        try:
            self._camera = CoreCamera(index=int(self.opened), resolution=RESOLUTION, stopped=True)
            self._camera.start()
        except Exception:
            # Java says it in many ways; a camera that is there and allowed does not open where another app has it.
            self.fault = IN_USE
            return
        if self._reads_codes:
            self._reader = _GreyReader(self._camera.grab_frame)


class _GreyReader:
    """Searches Kivy's newest frame of Android for a code, a few times a second, beside the window."""

    def __init__(self, grab: Callable[[], bytes | None]) -> None:
        self._grab = grab
        self._ends = Event()
        self._guard = Lock()
        self._texts: list[str] = []
        Thread(target=self._read, name="handwise codes", daemon=True).start()

    def take(self) -> list[str]:
        with self._guard:
            texts, self._texts = self._texts, []
        return texts

    def stop(self) -> None:
        self._ends.set()

    def _read(self) -> None:
        width, height = RESOLUTION
        try:
            while not self._ends.wait(1 / LOOKS_A_SECOND):
                frame = self._grab()
                # NV21: the brightness of all pixels, then their colours.
                if frame is not None and len(frame) >= width * height:
                    texts = codes_in_grey(bytes(frame[: width * height]), width, height)
                    with self._guard:
                        self._texts += texts
        finally:
            leave_java()
