"""How many questions it takes: the same children in three orders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.evaluation.interview_length import (
    ADAPTIVE,
    BY_BITS,
    OF_THE_BOOK,
    Walk,
    adaptive_order,
    book_order,
    in_lines,
    interview_length,
    walk,
)
from shared.evaluation.simulated_children import SimulatedChild, simulated_children
from shared.knowledge.model import FindingKind
from shared.triage.assess import Assessor
from shared.triage.assessment import Disposition
from shared.triage.interview import Interview, open_findings
from tests.book import the_book
from tests.published import the_assessor, the_cases

FEW = 12
BOOK = the_book()


def some(resources: tuple[str, ...] = (), conditions: tuple[str, ...] | None = None) -> list[SimulatedChild]:
    return list(simulated_children(the_assessor().differential, FEW, 5, resources, conditions))


@pytest.fixture(scope="module")
def measured():
    return interview_length(the_assessor(), the_cases().records[:6], FEW, 5)


def test_the_same_seed_gives_the_same_children_and_the_same_figures(measured) -> None:
    assert some() == some()
    assert interview_length(Assessor(BOOK), the_cases().records[:6], FEW, 5) == measured


def test_children_come_from_every_setting_and_know_an_answer_to_every_finding_of_theirs() -> None:
    children = some()

    assert {child.at_start.setting for child in children} == set(BOOK.settings)
    for child in children:
        interview = Interview.of(BOOK, child.at_start)
        assert set(open_findings(BOOK, interview)) <= set(child.answers)
        assert all(child.answers[code] in BOOK.findings[code].states for code in child.answers)
        assert child.at_start.age_band in {band.id for band in BOOK.age_bands}


def test_dangerous_children_are_drawn_from_dangerous_conditions_only() -> None:
    dangerous = tuple(c.id for c in BOOK.conditions.values() if c.is_dangerous)

    assert {child.condition for child in some(conditions=dangerous)} <= set(dangerous)


def test_the_danger_signs_are_known_before_the_first_question_as_the_child_has_them() -> None:
    for child in some():
        for sign in BOOK.danger_signs_for(child.at_start.age_days, child.at_start.regions):
            for code in (*sign.yes, *sign.no):
                if code in child.answers:
                    assert child.at_start.findings[code] == child.answers[code]
                else:
                    assert child.at_start.inputs[code] is False


def test_the_order_of_the_book_asks_everything_and_ends_where_everything_is_answered() -> None:
    for child in some():
        found = walk(the_assessor(), child, book_order(BOOK), is_dangerous=False)

        assert found.asked == len(found.dispositions) - 1
        assert found.at_stop is found.with_everything
        assert found.stable_after <= found.asked


def test_every_order_ends_at_the_same_disposition_once_everything_is_answered() -> None:
    # Without films: whether one is early or late depends on what was known when it was taken.
    for child in some(("lab", "ultrasound")):
        adaptive = walk(the_assessor(), child, adaptive_order(the_assessor()), is_dangerous=False)
        fixed = walk(the_assessor(), child, book_order(BOOK), is_dangerous=False)

        assert adaptive.with_everything is fixed.with_everything
        assert adaptive.asked < fixed.asked


def test_stable_is_where_the_last_disposition_is_reached_for_good() -> None:
    today, days = Disposition.SAME_DAY, Disposition.WITHIN_DAYS

    assert Walk(False, 1, (days, today, days, today, today)).stable_after == 3
    assert Walk(False, 0, (today, today)).stable_after == 0
    assert Walk(False, 1, (days, days, today)).at_stop is days


def test_without_a_laboratory_no_result_of_one_is_asked_for() -> None:
    lab = {f.id for f in BOOK.findings.values() if f.kind in (FindingKind.LAB, FindingKind.IMAGING)}
    next_code = adaptive_order(the_assessor())
    for child in some():
        interview = Interview.of(BOOK, child.at_start)
        while (code := next_code(interview)) is not None:
            assert code not in lab
            interview = (
                interview.after(BOOK, code, child.answers[code]) if code in child.answers else interview.without(code)
            )


def test_the_adaptive_interview_is_shorter_and_the_book_by_bits_stands_beside_it(measured) -> None:
    for group in measured.groups:
        orders = {order.order: order for order in group.orders}
        assert set(orders) == {ADAPTIVE, BY_BITS, OF_THE_BOOK}
        assert orders[ADAPTIVE].asked < orders[OF_THE_BOOK].asked
        assert orders[OF_THE_BOOK].differs == 0
        for order in group.orders:
            assert 0 <= order.less_urgent <= order.differs <= order.children
            assert order.dangerous_missed <= order.dangerous_today <= order.children
            assert order.emergencies_missed <= order.emergencies <= order.dangerous_today


def test_a_version_that_does_not_say_what_an_answer_is_worth_has_no_second_row_of_bits() -> None:
    by_bits = Assessor(replace(BOOK, limits=replace(BOOK.limits, questions=None)))
    measured = interview_length(by_bits, (), 3, 5)

    assert {order.order for group in measured.groups for order in group.orders} == {ADAPTIVE, OF_THE_BOOK}


def test_the_lines_fit_a_terminal_and_name_what_stopping_loses(measured) -> None:
    lines = in_lines(measured)

    assert all(len(line) <= 98 for line in lines)
    assert any("lost by stopping" in line for line in lines)
    assert sum(ADAPTIVE in line for line in lines) == len(measured.groups) == 4
