"""Adding a photo: the tablet's camera where it has one, otherwise a picture among the files of the device."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import camera  # noqa: F401 (names used by kv)
from mobile_app.widgets.buttons import WordButton
from mobile_app.widgets.camera import has_camera, has_other_camera


class AddPhotoScreen(AppScreen):
    """Camera at the start, files at the end; a device without a camera shows the files alone."""

    has_camera = BooleanProperty(False)
    has_other_camera = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self.has_camera, self.has_other_camera = has_camera(), has_other_camera()
        super().__init__(**kwargs)

    def on_kv_post(self, _base: Any) -> None:
        """Without a camera the files have the whole width."""
        if not self.has_camera:
            self.ids.body.remove_widget(self.ids.camera_card)

    def make_row(self, item: Any) -> WordButton:
        """Return a folder or a picture to choose."""
        row = WordButton(text=item.name, icon="list" if item.is_folder else "document", hugs=False, size_hint_x=1)
        row.bind(on_release=lambda _row: self.presenter.choose(item.path))
        return row


load_kv(__file__)
