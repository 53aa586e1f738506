"""Answer buttons: Yes and No large and side by side, one row for each state, and the two second answers below.

The look never leans: both answers of a question are drawn alike, and they stay in their place from one question to
the next.
"""

from __future__ import annotations

from typing import Any

from kivy.metrics import dp
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.press import Pressable

SIDE_DP, ICON_GAP_DP = 24, 14
"""Room beside the words, and between an icon and the words."""


class PlainAnswer(Pressable, FloatLayout):
    """One answer: rest, pressed, chosen, focused or off."""

    value = StringProperty("")
    text = StringProperty("")
    icon = StringProperty("")
    icon_side = NumericProperty(28)
    font_size = NumericProperty(24)
    least_height = NumericProperty(88)
    is_chosen = BooleanProperty(False)
    is_centred = BooleanProperty(True)
    text_color = ColorProperty()
    rest_color = ColorProperty("#0F1F1E")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("state", "disabled", "is_chosen", "rest_color"):
            self.fbind(name, self._paint)
        self._paint()

    def _paint(self, *_: object) -> None:
        if self.disabled:
            self.fill, self.outline, self.text_color = theme.off, theme.off, theme.ink_3
        elif self.state == "down":
            self.fill, self.outline, self.text_color = theme.primary_soft, theme.primary, theme.ink
        elif self.is_chosen:
            self.fill, self.outline, self.text_color = theme.primary, theme.primary, theme.surface
        else:
            self.fill, self.outline, self.text_color = theme.surface, theme.line_strong, self.rest_color

    def least_width(self) -> float:
        """Return the width in pixels that its widest word needs."""
        beside = 2 * dp(SIDE_DP) + (self.icon_side + dp(ICON_GAP_DP) if self.icon else 0)
        return float(self.ids.label.unbreakable_width()) + beside


class AnswerButton(PlainAnswer):
    """Yes or No."""


class StateAnswer(PlainAnswer):
    """A row for one state of a finding, such as "firm"."""


class SecondAnswer(PlainAnswer):
    """ "Don't know" and "Not possible here": smaller, always offered."""


load_kv(__file__)
