"""The cards at the side of a case: two answers that differ, and the coordinator's judgement."""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.notices import IconLine
from mobile_app.widgets.surface import Panel


class DifferingAnswer(Panel):
    """One of the answers, with who gave it. Neither is highlighted."""

    item = ObjectProperty(rebind=True)

    __events__ = ("on_choose",)

    def on_choose(self) -> None:
        """Tell that this answer is the right one."""


class DisagreementCard(Panel):
    """Two answers differ: people decide, and both stay on record. `on_choose` gives a number, `on_neither` none."""

    item = ObjectProperty(rebind=True)

    __events__ = ("on_choose", "on_neither")

    def make_answer(self, item: Any) -> DifferingAnswer:
        """Return the box of one answer."""
        box = DifferingAnswer(item=item)
        box.bind(on_choose=lambda _box: self.dispatch("on_choose", item.number))
        return box

    def on_kv_post(self, _base: Any) -> None:
        """Put the answers side by side, in the order of their tablets."""
        for item in self.item.answers:
            box = self.make_answer(item)
            box.fbind("minimum_height", self._level)
            self.ids.answers.add_widget(box)

    def _level(self, *_: object) -> None:
        # Equal boxes: neither answer may look weightier.
        boxes = self.ids.answers.children
        for box in boxes:
            box.height = max(other.minimum_height for other in boxes)

    def on_choose(self, number: int) -> None:
        """Tell which answer is the right one."""

    def on_neither(self) -> None:
        """Tell that the child is to be examined again."""


class ReviewCard(Panel):
    """A judgement of the coordinator. `on_answer` when it is to be answered, `on_read` when it is marked as read."""

    item = ObjectProperty(rebind=True)

    __events__ = ("on_answer", "on_read")

    def make_reply(self, text: str) -> IconLine:
        """Return one line of what the clinic answered."""
        return IconLine(icon="tick", icon_ink=theme.within_days, ink=theme.ink, text=text)

    def on_answer(self) -> None:
        """Tell that somebody wants to answer."""

    def on_read(self) -> None:
        """Tell that it was read."""


class AnswerCard(Panel):
    """On the home screen: the coordinator answered on a case."""

    item = ObjectProperty(rebind=True)

    __events__ = ("on_read",)

    def on_read(self) -> None:
        """Tell that the case is to be opened."""


load_kv(__file__)
