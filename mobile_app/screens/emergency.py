"""An emergency: what to do now; the ranking is small at the side and changes nothing."""

from __future__ import annotations

import re
from typing import Any

from kivy.properties import BooleanProperty

from mobile_app.screens.base import AppScreen, bold
from mobile_app.theme.theme import load_kv
from mobile_app.widgets.banner import RuleLine
from mobile_app.widgets.chip import ReasonChip
from mobile_app.widgets.ranked_row import SmallRankedRow
from mobile_app.widgets.rows import NumberedStep


def first_sentence(text: str) -> tuple[str, str]:
    """Return the first sentence and the rest; "incl. something" ends none, because a small letter follows."""
    for end in re.finditer(r"[.;:؛] (?=\w)", text):
        # Arabic and Korean letters are neither small nor capital.
        if not text[end.end()].islower():
            return text[: end.start() + 1], text[end.end() :]
    return text, ""


class EmergencyScreen(AppScreen):
    """Banner across, the acts at the start, letter, hand-over and the ranking at the end."""

    is_tight = BooleanProperty(False)

    def make_act(self, item: Any) -> NumberedStep:
        """Return one numbered act, its first sentence set SemiBold."""
        first, rest = first_sentence(item.text)
        return NumberedStep(number=item.number, text=bold(first, rest), kind="urgent")

    def make_reason(self, text: str) -> ReasonChip:
        """Return the chip of an answer that raised the alarm."""
        return ReasonChip(text=text)

    def make_rule(self, item: Any) -> RuleLine:
        """Return another rule that holds."""
        return RuleLine(item=item)

    def make_rank(self, item: Any) -> SmallRankedRow:
        """Return one small bar."""
        return SmallRankedRow(item=item)


load_kv(__file__)
