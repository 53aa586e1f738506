"""The field of a measurement, and the line that judges what stands in it."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.surface import Panel, Surface


class MeasuredField(Surface, BoxLayout):
    """The number with a cursor, then its unit, from left to right in every language. `check` is how it is judged."""

    mirrors = BooleanProperty(False)

    value = StringProperty("")
    unit = StringProperty("")
    check = StringProperty("none")


class CheckLine(Panel):
    """Normal, outside the range, impossible, or a question with one button (`on_confirm`)."""

    kind = StringProperty("none")
    text = StringProperty("")
    button = StringProperty("")

    __events__ = ("on_confirm",)

    def on_confirm(self) -> None:
        """Tell that the unit is right."""


load_kv(__file__)
