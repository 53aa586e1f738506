"""The card of other cases under the same record number, at the side of a case."""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets import surface  # noqa: F401 (names used by kv)
from mobile_app.widgets.layouts import Column
from mobile_app.widgets.notices import IconLine
from mobile_app.widgets.surface import Panel


class LinkedCase(Column):
    """One other case: who saw what, and what can be done about it."""

    item = ObjectProperty(rebind=True)

    __events__ = ("on_look", "on_part", "on_join")

    def make_line(self, text: str) -> IconLine:
        """Return one visit of the case."""
        return IconLine(icon="list", icon_ink=theme.ink_3, ink=theme.ink, text=text)

    def on_look(self) -> None:
        """Tell that the case is to be opened."""

    def on_part(self) -> None:
        """Tell that it is another child."""

    def on_join(self) -> None:
        """Tell that it is the same child after all."""


class SameChildCard(Panel):
    """Other cases of the same child; each event gives the id of a case."""

    item = ObjectProperty(rebind=True)

    __events__ = ("on_look", "on_part", "on_join")

    def make_case(self, item: Any) -> LinkedCase:
        """Return the part of one case."""
        case = LinkedCase(item=item)
        for event in ("on_look", "on_part", "on_join"):
            case.fbind(event, lambda _case, name=event: self.dispatch(name, item.case_id))
        return case

    def make_difference(self, text: str) -> IconLine:
        """Return one answer that differs."""
        return IconLine(icon="differs", icon_ink=theme.same_day, ink=theme.ink, text=text)

    def on_look(self, case_id: str) -> None:
        """Tell which case is to be opened."""

    def on_part(self, case_id: str) -> None:
        """Tell which case is another child's."""

    def on_join(self, case_id: str) -> None:
        """Tell which case is the same child's after all."""


load_kv(__file__)
