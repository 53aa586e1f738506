"""One danger sign: its words, Yes and No. A yes that only raises attention turns the row amber."""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets import choice  # noqa: F401 (names used by kv)
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.surface import Surface


class DangerRow(Surface, BoxLayout):
    """`on_answer` gives `yes` or `no`."""

    item = ObjectProperty(rebind=True)
    options = ObjectProperty(())

    __events__ = ("on_answer",)

    def answer_colors(self, answer: str, note: str) -> dict[str, Any]:
        """Return the fills of a chosen answer: No is grey, since it reassures nobody; Yes warns."""
        return {"no": theme.answered_no, "yes": theme.same_day if note else theme.emergency}

    def on_answer(self, answer: str) -> None:
        """Tell which answer was tapped."""


load_kv(__file__)
