"""A picture from memory: a JPEG drawn as large as its place allows, never stretched, never written to a file."""

from __future__ import annotations

import io
from typing import Any

from kivy.core.image import Image as CoreImage
from kivy.graphics import Color, Rectangle
from kivy.properties import BooleanProperty, ObjectProperty
from kivy.uix.widget import Widget

from mobile_app.theme.theme import theme


class Picture(Widget):
    """`data` is a JPEG; without any the place stays empty. `fills` cuts what stands over instead of leaving borders."""

    data = ObjectProperty(b"")
    fills = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._texture: Any = None
        self.fbind("data", self._load)
        for name in ("pos", "size", "fills"):
            self.fbind(name, self._draw)
        self._load()

    def _load(self, *_: object) -> None:
        # `nocache`: Kivy would keep the pixels under their name after the tablet is locked.
        self._texture = CoreImage(io.BytesIO(self.data), ext="jpg", nocache=True).texture if self.data else None
        self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        texture = self._texture
        if texture is None or self.width < 1 or self.height < 1:
            return
        wide, high = texture.size
        if self.fills:
            side = min(wide * self.height / self.width, high), min(wide, high * self.width / self.height)
            cut = texture.get_region((wide - side[1]) / 2, (high - side[0]) / 2, side[1], side[0])
            self._put(cut, self.width, self.height)
        else:
            scale = min(self.width / wide, self.height / high)
            self._put(texture, wide * scale, high * scale)

    def _put(self, texture: Any, width: float, height: float) -> None:
        with self.canvas:
            Color(*theme.surface)
            Rectangle(
                texture=texture,
                size=(round(width), round(height)),
                pos=(round(self.center_x - width / 2), round(self.center_y - height / 2)),
            )
