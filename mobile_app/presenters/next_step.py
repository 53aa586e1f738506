"""What comes next for a case: the next check of its diagnosis's plan, by its date where the first visit's is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mobile_app.ports.records import RecordedEntry
from mobile_app.presenters.checks import began_on, expectation, next_check
from mobile_app.presenters.timeline import VISITS
from mobile_app.presenters.wording import capitalised, day_in_words, say
from shared.knowledge.model import PlanDefinition
from shared.sync.messages import Review
from shared.triage.follow_up import day_of


@dataclass(frozen=True, slots=True)
class NextStep:
    """A headline, what to do, what to expect. All empty where nothing is planned."""

    title: str = ""
    text: str = ""
    expect: str = ""


def first_visit_of(entries: Sequence[RecordedEntry], now: datetime) -> date | None:
    """Return the day of the first visit; None where only another tablet knows it."""
    dated = ((row.recorded_at, day_of(row.entry)) for row in entries if row.recorded_at is not None)
    known = next(((moment, day) for moment, day in dated if day is not None), None)
    return None if known is None else known[0].astimezone(now.tzinfo).date() - timedelta(days=known[1])


def diagnosis_of(entries: Sequence[RecordedEntry], reviews: Sequence[Review]) -> str | None:
    """Return the diagnosis whose plan is followed: the coordinator's, otherwise the last visit's."""
    if reviews and reviews[-1].diagnosis:
        return reviews[-1].diagnosis
    visits = [row.entry.conclusion for row in entries if row.entry.conclusion is not None]
    return visits[-1].differential[0].condition if visits and visits[-1].differential else None


def next_step(
    plan: PlanDefinition | None, condition: str | None, entries: Sequence[RecordedEntry], now: datetime
) -> NextStep:
    """Return the next check of the plan, with its date where this tablet knows the day of a visit."""
    if plan is None or condition is None or not plan.follow_up:
        return NextStep()
    first_visit = first_visit_of(entries, now)
    step = plan.follow_up[0]
    if first_visit is None or all(row.after_days is None for row in plan.follow_up):
        title = say("Next check: {when}", when=step.when)
        return NextStep(title, capitalised(step.do), expectation(plan, step.after_days))
    today = (now.date() - first_visit).days
    # A coordinator's own diagnosis has led at no visit; its plan counts from the first one.
    began = began_on(condition, (row.entry for row in entries)) or 0
    visits = [day_of(row.entry) or 0 for row in entries if row.entry.kind in VISITS]
    check = next_check(plan, today - began, max(visits, default=0) - began)
    if check is None or check.in_days is None:
        return NextStep()
    day = day_in_words(now.date() + timedelta(days=check.in_days))
    if check.in_days >= 0:
        title = say("Next check: {day} · {when}", day=day, when=check.when)
    else:
        title = say("Check was due: {day} · {when}", day=day, when=check.when)
    return NextStep(title, capitalised(check.do), check.expect)
