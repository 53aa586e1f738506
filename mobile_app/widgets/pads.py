"""Our own pads, so that no system keyboard covers the screen: the PIN pad with its rings and the number pad.

Digits are always Western. Keys are large enough for gloves.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import BoxLayout, GridLayout
from mobile_app.widgets.press import Pressable

DELETE = "delete"
CLEAR = "clear"


class Key(Pressable, FloatLayout):
    """One key: a digit, the decimal point, or delete and clear without outline."""

    value = StringProperty("")
    text = StringProperty("")
    icon = StringProperty("")
    is_plain = BooleanProperty(False)


class Pad(GridLayout):
    """Twelve keys, in the same places in every language.

    `on_press` gives a digit or a point, `on_delete` and `on_clear` stand for themselves.
    """

    mirrors = BooleanProperty(False)
    start_key = StringProperty(".")
    key_width = NumericProperty(108)
    key_height = NumericProperty(78)
    is_on = BooleanProperty(True)
    clear_word = StringProperty("")
    """What the key says that takes all digits away, where there is one."""

    __events__ = ("on_press", "on_delete", "on_clear")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for digit in "123456789":
            self._add(value=digit, text=digit)
        if self.start_key == CLEAR:
            self._add(value=CLEAR, text=self.clear_word, is_plain=True)
            self.fbind("clear_word", self._name_clear)
        else:
            self._add(value=self.start_key, text=self.start_key)
        self._add(value="0", text="0")
        self._add(value=DELETE, icon="delete", is_plain=self.start_key == CLEAR)

    def _add(self, **kwargs: Any) -> None:
        key = Key(width=self.key_width, height=self.key_height, **kwargs)
        key.bind(on_release=self._pressed)
        self.add_widget(key)
        self.fbind("key_width", key.setter("width"))
        self.fbind("key_height", key.setter("height"))
        self.fbind("is_on", lambda _pad, is_on: setattr(key, "disabled", not is_on))

    def _name_clear(self, _pad: Any, word: str) -> None:
        for key in self.children:
            if key.value == CLEAR:
                key.text = word

    def _pressed(self, key: Key) -> None:
        if key.value == DELETE:
            self.dispatch("on_delete")
        elif key.value == CLEAR:
            self.dispatch("on_clear")
        else:
            self.dispatch("on_press", key.value)

    def type_key(self, character: str) -> bool:
        """Take a key of a keyboard; return whether this pad has it."""
        if not self.is_on or character not in {key.value for key in self.children}:
            return False
        if character == DELETE:
            self.dispatch("on_delete")
        else:
            self.dispatch("on_press", character)
        return True

    def on_press(self, character: str) -> None:
        """Tell which character was tapped."""

    def on_delete(self) -> None:
        """Tell that the last character is to go."""

    def on_clear(self) -> None:
        """Tell that all characters are to go."""


class PinPad(Pad):
    """The pad of the PIN: Clear and delete, no point."""

    start_key = StringProperty(CLEAR)


class Ring(Widget):
    """One ring of the PIN."""

    is_filled = BooleanProperty(False)


class PinRings(BoxLayout):
    """One ring for each digit, filled as they come, from the left as digits are read."""

    mirrors = BooleanProperty(False)
    filled = NumericProperty(0)
    total = NumericProperty(6)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("filled", self._fill)
        self.fbind("total", self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        if len(self.children) != self.total:
            self.clear_widgets()
            for _place in range(int(self.total)):
                self.add_widget(Ring())
        for place, ring in enumerate(reversed(self.children)):
            ring.is_filled = place < self.filled


load_kv(__file__)
