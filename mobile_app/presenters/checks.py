"""The checks of a plan as dates: counted from the visit at which the plan began, with what to expect at each.

    plan began (day 0) ──────── this visit (day 28) ──────── 8 weeks (day 56) ────────▶
                                 only what is still to come is listed, and by its date

A check that belongs to no plan ("see again in 24 to 48 hours") counts from today.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from mobile_app.presenters.wording import capitalised, day_in_words, distance_in_words, say
from shared.case.entry import Conclusion, Entry
from shared.knowledge.model import KnowledgeBase, PlanDefinition
from shared.triage.assessment import AdvisedFollowUp
from shared.triage.follow_up import day_of


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `in_days` counts from today, None where it depends on the course; negative: it was due before."""

    when: str
    in_days: int | None
    do: str
    expect: str


def checks_to_come(
    knowledge: KnowledgeBase, condition: str | None, steps: Iterable[AdvisedFollowUp], days_since_it_began: int
) -> list[Check]:
    """Return the advised checks that are still to come, the next first; those without a day come last."""
    plan = knowledge.plans.get(condition or "")
    rows = {(row.when, row.do) for row in plan.follow_up} if plan else set()
    checks = []
    for step in steps:
        in_days = step.after_days
        if in_days is not None and (step.when, step.do) in rows:
            in_days -= days_since_it_began
            if in_days <= 0 < days_since_it_began:
                continue
        checks.append(Check(step.when, in_days, step.do, expectation(plan, step.after_days)))
    return sorted(checks, key=lambda check: (check.in_days is None, check.in_days or 0))


def next_check(plan: PlanDefinition, days_since_it_began: int, last_seen: int) -> Check | None:
    """Return the check that a visit today would be, the last of those that were missed; otherwise the next to come.

    None where none is left. `last_seen` is the day of the last visit, counted as `days_since_it_began`.
    """
    left = [(row, row.after_days) for row in plan.follow_up if row.after_days is not None]
    left = [(row, day) for row, day in left if day - days_early(day) > last_seen]
    come = [(row, day) for row, day in left if day - days_early(day) <= days_since_it_began]
    if not left:
        return None
    row, day = come[-1] if come else left[0]
    return Check(row.when, day - days_since_it_began, row.do, expectation(plan, day))


def days_early(after_days: int) -> int:
    """Return how many days before its day a visit counts as this check: a week early for one after seven weeks."""
    return after_days // 7


def began_on(condition: str, entries: Iterable[Entry]) -> int | None:
    """Return the day (since the first visit) from which a condition has led without a break; None if it does not."""
    began = None
    for entry in reversed([entry for entry in entries if entry.conclusion is not None]):
        if not _leads(condition, entry.conclusion):
            break
        day = day_of(entry)
        began = day if began is None or (day is not None and day < began) else began
    return began


def expectation(plan: PlanDefinition | None, after_days: int | None) -> str:
    """Return what to expect on that day if the diagnosis was right, or nothing."""
    points = plan.checkpoints if plan and after_days is not None else ()
    # Translators: what one should see at a check, as in "Expect: a harder lump".
    return next((say("Expect: {what}", what=point.expect) for point in points if point.at_weeks * 7 == after_days), "")


def reconsider(plan: PlanDefinition | None) -> tuple[str, ...]:
    """Return when to think again."""
    return tuple(capitalised(statement.text) for statement in plan.escalate_if) if plan else ()


def date_in_words(today: date, in_days: int) -> str:
    """Return "28 Nov · 1 week"."""
    # Translators: the day of a check and how far away it is, as in "28 Nov · 1 week".
    return say(
        "{day} · {distance}", day=day_in_words(today + timedelta(days=in_days)), distance=distance_in_words(in_days)
    )


def _leads(condition: str, concluded: Conclusion | None) -> bool:
    return concluded is not None and bool(concluded.differential) and concluded.differential[0].condition == condition
