"""What the clinician reads when something goes wrong that nobody foresaw: one sentence, and the way on."""

from __future__ import annotations

from kivy.properties import ObjectProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from mobile_app.presenters.unforeseen import UnforeseenView
from mobile_app.theme.theme import load_kv


class UnforeseenNotice(FloatLayout):
    """A sheet over the window; it stays until it is read."""

    view = ObjectProperty()

    @classmethod
    def show_over(cls, stage: Widget, view: UnforeseenView) -> None:
        """Put the notice over the window, once."""
        window = stage.get_root_window()
        if window is not None and not any(isinstance(child, cls) for child in window.children):
            window.add_widget(cls(view=view))

    def on_touch_down(self, touch: object) -> bool:
        """Let nothing below be touched."""
        super().on_touch_down(touch)
        return True

    def close(self) -> None:
        """Go on working."""
        window = self.get_root_window()
        if window is not None:
            window.remove_widget(self)


load_kv(__file__)
