"""The quick evaluation of the rules says what the plain one says, for any child and any further answer."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from shared.knowledge.model import KnowledgeBase
from shared.triage.presentation import Presentation, read_presentation
from shared.triage.red_flags import evaluate, holds
from shared.triage.rule_outlook import RuleOutlook, with_answer
from tests.book import the_book

BOOK = the_book()
OUTLOOK = RuleOutlook(BOOK)
FREE = sorted(
    code
    for code, finding in BOOK.findings.items()
    if not finding.follows_from and code not in ("age_band", "interval_since_iv_calcium", "xray_calcification_pattern")
)
SIGNS = sorted(code for code, item in BOOK.inputs.items() if not item.is_numeric and not item.is_derived)


@st.composite
def children(draw: DrawFn, book: KnowledgeBase) -> Presentation:
    findings: dict[str, Any] = {
        code: draw(st.sampled_from(book.findings[code].states))
        for code in draw(st.lists(st.sampled_from(FREE), unique=True, max_size=12))
    }
    findings |= {code: draw(st.booleans()) for code in draw(st.lists(st.sampled_from(SIGNS), unique=True, max_size=5))}
    measurements: dict[str, Any] = {}
    if "fever_ge_38" not in findings and draw(st.booleans()):
        measurements["temperature"] = {"value": round(draw(st.floats(35.0, 40.5)), 1), "unit": "Cel"}
    if draw(st.booleans()):
        measurements["heart_rate"] = {"value": draw(st.integers(50, 200)), "unit": "/min"}
    body = {"age_days": draw(st.integers(0, 5000)), "findings": findings, "measurements": measurements}
    return read_presentation(book, body)


def plainly(child: Presentation) -> tuple[set[str], bool]:
    fired = [rule.id for rule in evaluate(BOOK, child)]
    limits = BOOK.limits
    is_today = any(holds(BOOK, child, part, fired) for part in (limits.danger_today_if, limits.same_day_if))
    return set(fired), is_today


@settings(max_examples=60, deadline=None)
@given(children(BOOK), st.sampled_from([*FREE, *SIGNS]), st.integers(0, 9))
def test_what_the_rules_ask_for_now_and_after_one_more_answer(child: Presentation, code: str, which: int) -> None:
    now = OUTLOOK.standing(child)
    fired, is_today = plainly(child)
    assert (now.held & set(BOOK.rules), now.is_today) == (fired, is_today)
    if child.is_answered(code):
        return

    states = BOOK.findings[code].states if code in BOOK.findings else ("yes", "no")
    state = states[which % len(states)]
    after = OUTLOOK.after(child, now, code, state)
    fired_after, is_today_after = plainly(with_answer(BOOK, child, code, state))

    assert (after.held & set(BOOK.rules), after.is_today) == (fired_after, is_today_after)
    assert OUTLOOK.new_rules(now, after) == fired_after - fired


@settings(max_examples=60, deadline=None)
@given(children(BOOK))
def test_a_yes_to_a_sign_that_one_rule_waits_for_makes_a_rule_of_that_priority_fire(child: Presentation) -> None:
    fired, _ = plainly(child)
    for code, priority in OUTLOOK.one_answer_away(child).items():
        assert not child.is_answered(code)
        if code in BOOK.measurements:
            continue
        states = BOOK.findings[code].states if code in BOOK.findings else ("yes",)
        new = [plainly(with_answer(BOOK, child, code, state))[0] - fired for state in states]
        assert any(BOOK.rules[rule].priority == priority for rules in new for rule in rules)
