"""Which check of a plan is due next: from what was concluded, or the coordinator's diagnosis, and the visits so far.

    conclusion ──▶ the condition whose plan is followed ──▶ its checks, in days from the first visit
    visits     ──▶ the last day on which the child was seen ──▶ the first check that no visit has covered

The same rules as on the tablet (`mobile_app/presenters/next_checks.py`): a visit counts for a check that comes up to a
seventh of its time later; an outcome ends it; in an emergency the routine of a harmless condition is left out.
The server knows days only as counts from the first visit, and the week in which a case arrived. So a check is due so
many days after the end of that week, and how late it is can be said in weeks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.case.entry import Conclusion, Entry, EntryKind
from shared.knowledge.model import KnowledgeBase
from shared.triage.follow_up import day_of

ENDED = 1_000_000
"""The day up to which a child counts as seen once the clinic has written how it ended."""
NOT_WORKED_OUT = -1
"""The same of a case that came in before this version."""
_VISITS = (EntryKind.ASSESSMENT, EntryKind.FOLLOW_UP)


@dataclass(frozen=True, slots=True)
class Check:
    """A row of a plan: what is to be done, so many days after the first visit. A visit `slack` days early counts."""

    day: int
    slack: int
    when: str
    do: str


@dataclass(frozen=True, slots=True)
class PlannedChecks:
    """The checks that each condition's plan has, earliest first."""

    of_condition: Mapping[str, tuple[Check, ...]] = field(default_factory=dict)
    possible: float = 1.0
    dangerous: frozenset[str] = frozenset()
    trifles: frozenset[str] = frozenset()

    def followed(self, conclusion: Conclusion | None) -> str:
        """Return the condition whose plan is followed, or "" for none."""
        if conclusion is None:
            return ""
        best = None
        for row in conclusion.differential:
            if row.condition in self.of_condition and (best is None or row.probability > best.probability):
                best = row
        if best is None or best.probability < self.possible:
            return ""
        if best.condition not in self.dangerous:
            is_emergency = conclusion.disposition == "emergency"
            if is_emergency or (best.condition in self.trifles and conclusion.red_flags):
                return ""
        return best.condition

    def next_open(self, condition: str, seen_day: int) -> Check | None:
        """Return the first check of a condition's plan that is not covered by having been seen up to this day."""
        checks = self.of_condition.get(condition, ())
        return next((check for check in checks if check.day - check.slack > seen_day), None)

    def seen_until(self, entries: Iterable[Entry], condition: str) -> int:
        """Return the last day, counted from the first visit, on which the child was seen; `ENDED` after an outcome.

        Args:
            entries: those of the case, parents before children.
            condition: whose plan is followed. A visit of unknown day covers the check that was the next one then.
        """
        seen, has_ended = 0, False
        for entry in entries:
            if entry.kind is EntryKind.OUTCOME:
                has_ended = True
            elif entry.kind in _VISITS:
                has_ended = False
                day = day_of(entry)
                if day is None:
                    check = self.next_open(condition, seen)
                    day = seen if check is None else check.day
                seen = max(seen, day)
        return ENDED if has_ended else seen


def planned_checks(knowledge: KnowledgeBase) -> PlannedChecks:
    """Return the checks of a knowledge base's plans."""
    usual = knowledge.limits.usual_dispositions
    return PlannedChecks(
        of_condition={
            condition: tuple(
                sorted(
                    (
                        Check(row.after_days, row.after_days // 7, row.when, row.do)
                        for row in plan.follow_up
                        if row.after_days is not None
                    ),
                    key=lambda check: check.day,
                )
            )
            for condition, plan in knowledge.plans.items()
        },
        possible=knowledge.limits.verdicts[0],
        dangerous=frozenset(name for name, condition in knowledge.conditions.items() if condition.is_dangerous),
        trifles=frozenset(name for name in knowledge.plans if usual.get(name) == "routine"),
    )


def due_by(received_week: str, check: Check) -> int:
    """Return the last day (as `date.toordinal`) on which a check can be due, counted from the end of that week.

    So nothing is called late that came in with the visit and may be in time.
    """
    year, _, week = received_week.partition("-W")
    return date.fromisocalendar(int(year), int(week), 7).toordinal() + check.day


def weeks_late(due: int, today: int) -> int:
    """Return by how many weeks something is late that was due by a day, rounded up; 0 if it is not late."""
    return max(0, -(-(today - due) // 7))
