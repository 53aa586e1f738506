"""The tablet's camera, seen live. A picture is taken out of the frame in memory: it never becomes a file.

Kivy brings the camera of the platform where there is one; on a device without it, or without its driver, `has_camera`
says so and nothing here is made.
"""

from __future__ import annotations

import io
from typing import Any

from kivy.core.camera import Camera as CoreCamera
from kivy.graphics import Color, Rectangle
from kivy.properties import BooleanProperty
from kivy.uix.widget import Widget
from PIL import Image

from mobile_app.device.android import is_android, may_use_camera
from mobile_app.theme.theme import theme

RESOLUTION = (1280, 960)


def has_camera() -> bool:
    """Tell whether this device lets the app see through a camera. Android is asked, and may say so the next time."""
    return CoreCamera is not None and (not is_android() or may_use_camera())


class CameraPlace(Widget):
    """Shows what the camera sees while `is_on` and in a window. `on_picture` gives a PNG, as it was seen."""

    is_on = BooleanProperty(False)

    __events__ = ("on_picture",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._camera: Any = None
        self.fbind("is_on", self._follow)
        self.fbind("parent", self._follow)
        for name in ("pos", "size"):
            self.fbind(name, self._draw)

    def take(self) -> None:
        """Take the picture in front."""
        texture = self._camera.texture if self._camera is not None else None
        if texture is None:
            return
        picture = Image.frombytes("RGBA", texture.size, texture.pixels)
        if texture.uvpos[1] == 0:
            # Kivy's pixels begin at the bottom unless the texture is turned.
            picture = picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        target = io.BytesIO()
        picture.convert("RGB").save(target, "PNG")
        self.dispatch("on_picture", target.getvalue())

    def on_picture(self, picture: bytes) -> None:
        """Tell what was taken."""

    def _follow(self, *_: object) -> None:
        if self.is_on and self.parent is not None and self._camera is None and CoreCamera is not None:
            self._camera = CoreCamera(index=0, resolution=RESOLUTION, stopped=True)
            self._camera.bind(on_texture=self._draw)
            self._camera.start()
        elif (not self.is_on or self.parent is None) and self._camera is not None:
            self._camera.stop()
            self._camera = None
            self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        texture = self._camera.texture if self._camera is not None else None
        with self.canvas:
            if texture is None:
                Color(*theme.track)
                Rectangle(pos=self.pos, size=self.size)
                return
            scale = min(self.width / texture.width, self.height / texture.height)
            size = texture.width * scale, texture.height * scale
            Color(*theme.surface)
            Rectangle(texture=texture, size=size, pos=(self.center_x - size[0] / 2, self.center_y - size[1] / 2))
