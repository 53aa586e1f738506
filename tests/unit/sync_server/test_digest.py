"""The list row of a case: the most urgent conclusion that still stands."""

from __future__ import annotations

import tracemalloc

from shared.case.entry import CaseId, Conclusion, DeviceId, Entry, EntryId, EntryKind, RankedCondition
from shared.case.log import CaseLog
from sync_server.services.digest import DigestMaker, present_conclusion

CASE = CaseId("c" * 32)
A, B = DeviceId("a" * 16), DeviceId("b" * 16)
MAKER = DigestMaker()


def concluded(
    disposition: str, condition: str = "cellulitis", probability: float = 0.6, low: float = 0.5
) -> Conclusion:
    return Conclusion("1.0", disposition, (), (RankedCondition(condition, probability, low, 0.9),), True)


def entry(device: DeviceId, seq: int, conclusion: Conclusion | None, *parents: EntryId, **answers: object) -> Entry:
    return Entry(EntryId(device, seq), CASE, EntryKind.ASSESSMENT, answers, tuple(sorted(parents)), conclusion)  # type: ignore[arg-type]


def test_of_two_lines_the_more_urgent_conclusion_is_shown() -> None:
    first = entry(A, 1, concluded("within_days"))
    calm = entry(A, 2, concluded("routine"), first.id)
    urgent = entry(B, 1, concluded("emergency"), first.id)

    present = present_conclusion(CaseLog.of(CASE, [first, calm, urgent]))

    assert present is not None
    assert present.disposition == "emergency"


def test_a_later_conclusion_on_the_same_line_replaces_an_earlier_one_even_a_more_urgent_one() -> None:
    first = entry(A, 1, concluded("emergency"))
    between = entry(A, 2, None, first.id)
    last = entry(A, 3, concluded("routine"), between.id)

    present = present_conclusion(CaseLog.of(CASE, [last, first, between]))

    assert present is not None
    assert present.disposition == "routine"


def test_a_case_without_a_conclusion_has_an_empty_row() -> None:
    digest = MAKER.digest(CaseLog.of(CASE, [entry(A, 1, None)]))

    assert (digest.condition, digest.urgency, digest.disagreements) == ("", "", 0)


def test_the_row_holds_place_child_condition_word_and_disagreements() -> None:
    first = entry(
        A, 1, concluded("same_day", probability=0.85), region=("hand", "wrist"), side="left", age_group="1_4_y"
    )
    second = entry(B, 1, None, side="right", sex="female")

    digest = MAKER.digest(CaseLog.of(CASE, [first, second]))

    assert (digest.region, digest.age_band, digest.sex) == ("hand wrist", "1_4_y", "female")
    assert (digest.condition, digest.urgency) == ("cellulitis", "same_day")
    assert digest.disagreements == 1


def test_a_case_of_thousands_of_visits_costs_no_more_memory_than_its_visits_do() -> None:
    visits = [entry(A, 1, concluded("routine"))]
    for number in range(2, 2001):
        visits.append(entry(A, number, concluded("routine"), visits[-1].id, fever_ge_38=number % 2 == 0))
    log = CaseLog.of(CASE, visits)

    tracemalloc.start()
    MAKER.digest(log)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    # With what each visit has behind it noted for each visit, it was 110 MB.
    assert most < 8 * 2**20
