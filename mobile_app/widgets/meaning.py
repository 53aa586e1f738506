"""The colours and icons of each meaning: urgency, done, differs, message. A word always stands with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mobile_app.theme.theme import theme


@dataclass(frozen=True, slots=True)
class Look:
    """How one meaning looks on a soft ground; `strong` is the solid fill under white text."""

    icon: str
    strong: Any
    soft: Any
    ink: Any
    line: Any


def look_of(meaning: str) -> Look:
    """Return the look of a meaning by its name."""
    match meaning:
        case "emergency":
            return Look("emergency", theme.emergency, theme.emergency_soft, theme.emergency, theme.emergency_line)
        case "same_day":
            return Look("same_day", theme.same_day, theme.same_day_soft, theme.same_day, theme.same_day_line)
        case "differs":
            return Look("differs", theme.same_day, theme.same_day_soft, theme.same_day, theme.same_day_line)
        case "within_days":
            return Look(
                "within_days", theme.within_days, theme.within_days_soft, theme.within_days, theme.within_days_line
            )
        case "message":
            return Look("message", theme.within_days, theme.within_days_soft, theme.within_days, theme.within_days_line)
        case "done":
            return Look("routine", theme.done, theme.done_soft, theme.done, theme.done_line)
        case "here":
            return Look("tick", theme.done, theme.done_soft, theme.done, theme.done_line)
        case _:
            return Look("routine", theme.routine, theme.routine_soft, theme.routine, theme.routine_line)
