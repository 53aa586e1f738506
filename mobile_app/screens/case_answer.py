"""One answer of a case as it stands, with a button to correct it."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import BoxLayout


class CaseAnswerRow(BoxLayout):
    """`on_correct` when the answer is to be asked again."""

    item = ObjectProperty(rebind=True)

    __events__ = ("on_correct",)

    def on_correct(self) -> None:
        """Tell that the answer is to be corrected."""


load_kv(__file__)
