"""The photos of a case as a strip of small pictures; a tap shows one as large as the tablet."""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets import picture  # noqa: F401 (names used by kv)
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.listing import FlowListing
from mobile_app.widgets.press import Pressable


class Thumbnail(Pressable, BoxLayout):
    """One small picture with its day."""

    item = ObjectProperty(rebind=True)


class PhotoStrip(FlowListing):
    """Thumbnails side by side. `on_open` gives the photo that was tapped."""

    __events__ = ("on_open",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.make = self._thumbnail

    def _thumbnail(self, item: Any) -> Thumbnail:
        thumbnail = Thumbnail(item=item)
        thumbnail.bind(on_release=lambda _thumbnail: self.dispatch("on_open", item.photo))
        return thumbnail

    def on_open(self, photo: str) -> None:
        """Tell which photo was tapped."""


load_kv(__file__)
