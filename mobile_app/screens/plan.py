"""The plan: tests in order, care now, what not to do, follow-up, and what to tell the parents."""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty, StringProperty

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.notices import IconLine
from mobile_app.widgets.rows import CheckRow, FollowUpNode
from mobile_app.widgets.surface import Panel


class DoNotPanel(Panel):
    """What not to do, each line with a struck circle."""

    title = StringProperty()
    lines = ObjectProperty(())

    def make_line(self, text: str) -> IconLine:
        """Return one line of what not to do."""
        return IconLine(icon="not_possible", icon_ink=theme.emergency, ink=theme.ink, text=text)


class PlanScreen(AppScreen):
    """Tests and care at the start, what not to do and follow-up at the end."""

    def make_test(self, item: Any) -> CheckRow:
        """Return one test with its reason and, where it can be done here, a badge."""
        row = CheckRow(text=item.text, why=item.why, is_done=item.is_done, here=item.here, leads=item.has_result)
        row.bind(on_release=lambda _row: self.presenter.press_test(item.text))
        return row

    def make_care(self, item: Any) -> CheckRow:
        """Return one line of care, to be ticked."""
        row = CheckRow(text=item.text, why=item.done, is_done=item.is_done)
        row.bind(on_release=lambda _row: self.presenter.tick(item.text))
        return row

    def do_not_at(self, is_here: bool, view: Any) -> tuple[Any, ...]:
        """Return what fills the panel of what not to do at one of its two places."""
        return ((view.do_not_title, view.do_not),) if is_here and view.do_not else ()

    def make_do_not_panel(self, item: Any) -> DoNotPanel:
        """Return the panel of what not to do."""
        title, lines = item
        return DoNotPanel(title=title, lines=lines)

    def make_check(self, item: Any) -> FollowUpNode:
        """Return one date of follow-up."""
        return FollowUpNode(item=item, is_last=item is self.view.follow_up[-1])

    def make_reconsider(self, text: str) -> IconLine:
        """Return one reason to think again."""
        return IconLine(icon="refresh", icon_ink=theme.same_day, ink=theme.ink, text=text)

    def make_prevention(self, text: str) -> IconLine:
        """Return one line of prevention."""
        return IconLine(icon="shield", icon_ink=theme.primary, ink=theme.ink, text=text)


load_kv(__file__)
