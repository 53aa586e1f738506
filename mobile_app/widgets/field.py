"""A text field with its label above it, for the few texts that are typed. The label never disappears into the field."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.textinput import TextInput

from mobile_app.theme.theme import load_kv, theme
from mobile_app.typesetting import Run, drawn_in_order, has_arabic, reads_from_right
from mobile_app.widgets.layouts import BoxLayout


class PlainInput(TextInput):
    """The typing part: no picture, our font, one line.

    Kivy's input knows one direction. What is typed in Arabic is drawn joined and from the right while it is typed, and
    the cursor stands where the next letter comes; inside a text that mixes directions its place is only nearly right.
    """

    def cursor_offset(self) -> float:
        """Return how far from the text's left edge the cursor stands."""
        offset = super().cursor_offset()
        if not self._is_turned():
            return float(offset)
        return float(self._get_text_width(self.text, self.tab_width, self._label_cached) - offset)

    def get_cursor_from_xy(self, x: float, y: float) -> tuple[int, int]:
        """Return the place in the text under a finger."""
        if self._is_turned():
            left, _top, right, _bottom = self.padding
            wide = self._get_text_width(self.text, self.tab_width, self._label_cached)
            room = max(0, self.width - left - right - wide)
            start = self.x + left + {"right": room, "center": room / 2}.get(self.halign, 0) - self.scroll_x
            x = 2 * start + wide - x
        place: tuple[int, int] = super().get_cursor_from_xy(x, y)
        return place

    def _is_turned(self) -> bool:
        return has_arabic(self.text) and reads_from_right(self.text, theme.is_rtl)

    def _drawn(self, text: str) -> str:
        if not (theme.is_rtl or has_arabic(text)) or self.password:
            return text
        return "".join(run.text for run in drawn_in_order((Run(text),), reads_from_right(text, theme.is_rtl)))

    def _create_line_label(self, text: str, hint: bool = False) -> Any:
        return super()._create_line_label(self._drawn(text), hint)

    def _get_text_width(self, text: str, tab_width: int, label_cached: Any) -> Any:
        return super()._get_text_width(self._drawn(text), tab_width, label_cached)


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
