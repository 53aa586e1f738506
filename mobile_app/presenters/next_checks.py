"""When a case is to be looked at next, and what for: the first check of its plan that no visit has answered.

    plan began ── 1 week ── visit ── 4 weeks ── 8 weeks ──▶        due: 4 weeks
                     └─ answered: a visit counts for a check that it comes a seventh too early for

An outcome ends it until the child is seen again, a withdrawal for good. Days are known only of this tablet's own
entries, so a case that came from another tablet has its checks there. What is kept is a day and a key
("cellulitis/1": the second check of that plan); the words come from the knowledge in the language in use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from mobile_app.ports.records import RecordedEntry
from mobile_app.presenters.checks import began_on, days_early
from mobile_app.presenters.wording import capitalised, count_of, day_in_words, say
from shared.case.entry import EntryId, EntryKind
from shared.case.log import CaseLog
from shared.errors import InvalidInput
from shared.knowledge.model import KnowledgeBase, PlanDefinition
from shared.sync.messages import Review
from shared.triage.assessment import Assessment
from shared.triage.follow_up import day_of
from shared.triage.plan import working_condition
from shared.triage.reassess import Reassessor

LOOK_AGAIN = "look_again"
"""The key of the check that belongs to no plan: see the child again within two days."""
DATE_INSTEAD_AFTER_DAYS = 365
"""A check so long ago may also be a clock that was wrong: then its date is shown and nothing is called late."""

_VISITS = (EntryKind.ASSESSMENT, EntryKind.FOLLOW_UP)


def next_check(
    rows: Sequence[RecordedEntry], reviews: Sequence[Review], reassess: Reassessor, version: str, now: datetime
) -> tuple[date, str] | None:
    """Return the day of the next check and its key, or None where none is planned or its day cannot be known."""
    entries = [row.entry for row in rows]
    if any(entry.kind is EntryKind.WITHDRAWAL for entry in entries):
        return None
    acts = [entry for entry in entries if entry.kind in (*_VISITS, EntryKind.OUTCOME)]
    first_visit = _first_visit(rows, now)
    if not acts or acts[-1].kind is EntryKind.OUTCOME or first_visit is None:
        return None
    last_seen = max(day_of(entry) or 0 for entry in entries if entry.kind in _VISITS)
    checks = _checks(rows, reviews, reassess, version, (now.date() - first_visit).days)
    open_checks = [(day, key) for day, key, slack in checks if day - slack > last_seen]
    if not open_checks:
        return None
    day, key = min(open_checks)
    return first_visit + timedelta(days=day), key


def _first_visit(rows: Sequence[RecordedEntry], now: datetime) -> date | None:
    dated = ((row.recorded_at, day_of(row.entry)) for row in rows if row.recorded_at is not None)
    known = next(((moment, day) for moment, day in dated if day is not None), None)
    return None if known is None else known[0].astimezone(now.tzinfo).date() - timedelta(days=known[1])


def _checks(
    rows: Sequence[RecordedEntry], reviews: Sequence[Review], reassess: Reassessor, version: str, today: int
) -> Iterator[tuple[int, str, int]]:
    """Yield day (since the first visit), key and how many days early a visit still counts."""
    entries = [row.entry for row in rows]
    book = reassess.knowledge(version)
    diagnosis = reviews[-1].diagnosis if reviews else None
    if diagnosis:
        # The coordinator's own diagnosis may have led at no visit; its plan counts from the first one.
        began = began_on(diagnosis, entries) or 0
        yield from _of_plan(book.plans.get(diagnosis), diagnosis, began, None)
        return
    last = next((entry for entry in reversed(entries) if entry.conclusion is not None), None)
    if last is None:
        return
    day = day_of(last)
    assessment = _assessed(rows, last.id, reassess, version, today if day is None else day)
    if assessment is None:
        return
    advised = {(step.when, step.do) for step in assessment.plan.follow_up}
    condition = working_condition(book, {row.condition: row.probability for row in assessment.differential})
    plan = book.plans.get(condition or "")
    if condition and plan:
        yield from _of_plan(plan, condition, began_on(condition, entries) or 0, advised)
    of_plan = {(row.when, row.do) for row in plan.follow_up} if plan else set()
    for step in assessment.plan.follow_up:
        if (step.when, step.do) not in of_plan and step.after_days is not None:
            yield (day or 0) + step.after_days, LOOK_AGAIN, 0


def _of_plan(
    plan: PlanDefinition | None, condition: str, began: int, advised: set[tuple[str, str]] | None
) -> Iterator[tuple[int, str, int]]:
    for place, row in enumerate(plan.follow_up if plan else ()):
        if row.after_days is not None and (advised is None or (row.when, row.do) in advised):
            yield began + row.after_days, f"{condition}/{place}", days_early(row.after_days)


def _assessed(
    rows: Sequence[RecordedEntry], entry: EntryId, reassess: Reassessor, version: str, day: int
) -> Assessment | None:
    log = CaseLog.of(rows[0].entry.case_id, (row.entry for row in rows))
    try:
        return reassess.assess(log, entry, version, day)
    except InvalidInput:
        # Entries that the author saw have not arrived: what was planned cannot be told yet.
        return None


# In words ---------------------------------------------------------------------------------------------------------


def check_in_words(book: KnowledgeBase, key: str, day: date, today: date) -> str:
    """Return what a check is for: "1 week: size, skin, movement". Of checks that were all missed, the last one."""
    if key == LOOK_AGAIN:
        return capitalised(book.general["unclear_follow_up"].text)
    condition, _, place = key.rpartition("/")
    plan = book.plans.get(condition)
    rows = plan.follow_up if plan else ()
    if not place.isdigit() or int(place) >= len(rows):
        return ""
    planned = rows[int(place)]
    later = [row for row in rows[int(place) :] if row.after_days is not None and planned.after_days is not None]
    come = [row for row in later if day + timedelta(days=(row.after_days or 0) - (planned.after_days or 0)) <= today]
    row = come[-1] if come else planned
    return say("{when}: {what}", when=capitalised(row.when), what=row.do)


def due_in_words(day: date, today: date) -> str:
    """Return "today", "in 2 days" or "3 days late"; a date where that is more than a year ago."""
    late = (today - day).days
    if late > DATE_INSTEAD_AFTER_DAYS:
        return say("{day} {year}", day=day_in_words(day), year=day.year)
    if late > 0:
        return count_of(late, "{count} day late", "{count} days late")
    if late == 0:
        return say("Today")
    return say("Tomorrow") if late == -1 else count_of(-late, "In {count} day", "In {count} days")
