"""Whatever a case file holds, it is read or refused by name; and more answers never silence a rule by themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InvalidInput
from shared.knowledge.grammar import walk
from shared.knowledge.model import None_
from shared.triage.presentation import Presentation, read_presentation
from shared.triage.red_flags import could_still_fire, evaluate
from tests.book import the_book

BOOK = the_book()
YES_NO = [f.id for f in BOOK.findings.values() if f.is_binary]
YES_NO += [i.id for i in BOOK.inputs.values() if not i.is_numeric and not i.is_derived]
STATES = {f.id: f.states for f in BOOK.findings.values() if not f.is_binary and f.id != "age_band"}
CODES = [*BOOK.findings, *BOOK.inputs, *BOOK.measurements, "Ann Lee", "crp", "x" * 70, ""]

scraps = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["yes", "hours", "Cel"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "unit", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
wild_cases = st.fixed_dictionaries(
    {"age_days": st.integers(0, 6574) | scraps},
    optional={
        "sex": scraps,
        "region": scraps,
        "setting": scraps,
        "resources": scraps,
        "findings": st.dictionaries(st.sampled_from(CODES), scraps, max_size=4) | scraps,
        "measurements": st.dictionaries(st.sampled_from(CODES), scraps, max_size=4) | scraps,
        "name": scraps,
    },
)


@st.composite
def children(draw: st.DrawFn) -> Presentation:
    """A child with some answers and no contradictions."""
    findings: dict[str, Any] = draw(st.dictionaries(st.sampled_from(YES_NO), st.booleans(), max_size=12))
    for code in draw(st.sets(st.sampled_from(sorted(STATES)), max_size=3)):
        findings[code] = draw(st.sampled_from(STATES[code]))
    findings.pop("xray_calcification_pattern", None)
    findings.pop("interval_since_iv_calcium", None)
    return read_presentation(BOOK, {"age_days": draw(st.integers(0, 6574)), "findings": findings})


@given(wild_cases)
def test_a_case_is_read_or_refused_by_name(case: dict[str, Any]) -> None:
    try:
        child = read_presentation(BOOK, case)
    except InvalidInput as fault:
        assert "\n" not in str(fault)
        assert "Ann" not in str(fault)
    else:
        assert set(child.findings) <= set(BOOK.findings)
        assert all(state in BOOK.findings[code].states for code, state in child.findings.items())


@given(children())
def test_a_disagreement_with_itself_changes_nothing(child: Presentation) -> None:
    """The fast evaluation and the one that weighs several values are the same where there is one value."""
    said = {**child.findings, **{code: "yes" if yes else "no" for code, yes in child.inputs.items()}}
    repeated = replace(child, disputed={code: (state,) for code, state in said.items()})

    assert evaluate(BOOK, repeated) == evaluate(BOOK, child)


@given(children(), st.sampled_from(YES_NO))
def test_one_more_yes_never_silences_a_rule_that_has_no_exception(child: Presentation, code: str) -> None:
    if code in BOOK.findings:
        more = replace(child, findings={**child.findings, code: "yes"})
    else:
        more = replace(child, inputs={**child.inputs, code: True})
    plain = {rule.id for rule in BOOK.rules.values() if not any(isinstance(p, None_) for p in walk(rule.condition))}

    before = {rule.id for rule in evaluate(BOOK, child)} & plain
    # A prompt that asks for an answer is content once it has one.
    before -= {"P01_ask_iv_calcium"}

    assert before <= {rule.id for rule in evaluate(BOOK, more)}


@given(children())
def test_only_unanswered_codes_are_open(child: Presentation) -> None:
    for code in could_still_fire(BOOK, child):
        assert code not in child.findings
        assert code not in child.inputs
        assert code not in child.measurements
