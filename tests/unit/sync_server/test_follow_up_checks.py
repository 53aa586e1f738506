"""Which check is due next, and when it is late."""

from __future__ import annotations

from datetime import date

import pytest

from shared.case.entry import AnswerValue, CaseId, Conclusion, DeviceId, Entry, EntryId, EntryKind, RankedCondition
from shared.knowledge.loader import load_knowledge
from sync_server.services.follow_up_checks import ENDED, PlannedChecks, due_by, planned_checks, weeks_late
from tests.book import KNOWLEDGE

CALCINOSIS = "calcinosis_cutis_iatrogenic"


@pytest.fixture(scope="module")
def checks() -> PlannedChecks:
    return planned_checks(load_knowledge(KNOWLEDGE))


def concluded(condition: str, probability: float, disposition: str = "same_day", *flags: str) -> Conclusion:
    return Conclusion("1.1", disposition, flags, (RankedCondition(condition, probability, 0.1, 0.9),), fits=True)


def visits(*days: int | None, kind: EntryKind = EntryKind.FOLLOW_UP) -> list[Entry]:
    device, case = DeviceId("a" * 16), CaseId("0" * 32)
    made = [Entry(EntryId(device, 1), case, EntryKind.ASSESSMENT, {})]
    for day in days:
        answers: dict[str, AnswerValue] = {} if day is None else {"visit_day": day}
        made.append(Entry(EntryId(device, len(made) + 1), case, kind, answers, parents=(made[-1].id,)))
    return made


def test_the_plan_of_what_is_possible_is_followed_and_none_below_that(checks: PlannedChecks) -> None:
    assert checks.followed(concluded(CALCINOSIS, 0.8)) == CALCINOSIS
    assert checks.followed(concluded(CALCINOSIS, 0.01)) == ""
    assert checks.followed(concluded("other_not_modelled", 0.9)) == ""
    assert checks.followed(None) == ""


def test_an_emergency_leaves_the_routine_of_a_harmless_condition_out(checks: PlannedChecks) -> None:
    assert checks.followed(concluded(CALCINOSIS, 0.8, "emergency")) == ""
    assert checks.followed(concluded("osteomyelitis", 0.8, "emergency")) == "osteomyelitis"


def test_the_next_check_is_the_first_that_no_visit_covers(checks: PlannedChecks) -> None:
    def next_day(*days: int | None) -> int | None:
        check = checks.next_open(CALCINOSIS, checks.seen_until(visits(*days), CALCINOSIS))
        return check.day if check else None

    assert [next_day(), next_day(7), next_day(28)] == [7, 28, 56]
    # A seventh of its time early is early enough.
    assert [next_day(5), next_day(6), next_day(23), next_day(24)] == [7, 28, 28, 56]
    # Of a visit on another tablet nobody knows the day: it is taken for the check that was due.
    assert [next_day(None), next_day(7, None)] == [28, 56]
    assert next_day(400) is None


def test_an_outcome_ends_the_checks_and_a_later_visit_begins_them_again(checks: PlannedChecks) -> None:
    ended = visits(30, kind=EntryKind.OUTCOME)
    assert checks.seen_until(ended, CALCINOSIS) == ENDED
    assert checks.next_open(CALCINOSIS, ENDED) is None
    again = Entry(EntryId(DeviceId("a" * 16), 9), CaseId("0" * 32), EntryKind.FOLLOW_UP, {"visit_day": 40})
    assert checks.seen_until([*ended, again], CALCINOSIS) == 40


def test_lateness_is_counted_from_the_end_of_the_week_of_arrival(checks: PlannedChecks) -> None:
    check = checks.next_open(CALCINOSIS, 0)
    assert check is not None
    due = due_by("2026-W40", check)

    assert date.fromordinal(due) == date(2026, 10, 11)
    assert [weeks_late(due, due + days) for days in (-3, 0, 1, 7, 8)] == [0, 0, 1, 1, 2]
