"""A text field with its label above it, for the few texts that are typed. The label never disappears into the field."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.textinput import TextInput

from mobile_app.theme.theme import load_kv


class PlainInput(TextInput):
    """The typing part: no picture, our font, one line."""


class Field(BoxLayout):
    """Label and field. `on_typed` gives the whole text whenever a finger changed it, not when a view sets it."""

    label = StringProperty("")
    optional = StringProperty("")
    """A word such as "optional" in the empty field; never its label."""
    value = StringProperty("")
    input_filter = StringProperty("")
    input_type = StringProperty("text")
    is_centred = BooleanProperty(False)
    has_error = BooleanProperty(False)
    is_typing = BooleanProperty(False)

    __events__ = ("on_typed",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("value", self._take)

    def on_kv_post(self, _base: Any) -> None:
        """Take the first value and then listen to typing."""
        self._take()
        self.ids.input.bind(text=self._typed)

    def _take(self, *_: object) -> None:
        box = self.ids.get("input")
        if box is not None and box.text != self.value:
            box.text = self.value
            # A text that nobody types shows its beginning.
            box.cursor = (0, 0)
            box.scroll_x = 0

    def _typed(self, _box: TextInput, text: str) -> None:
        if text != self.value:
            self.value = text
            self.dispatch("on_typed", text)

    def on_typed(self, text: str) -> None:
        """Tell what is in the field now."""


load_kv(__file__)
