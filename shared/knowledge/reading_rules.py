"""From blocks of the book to the definitions of `model/`: inputs, rules, danger signs, what to consider, ages."""

from __future__ import annotations

from shared.knowledge.model import (
    AgeBand,
    ConsiderDefinition,
    DangerSign,
    FirstTest,
    InputDefinition,
    RuleDefinition,
)
from shared.knowledge.reading import read_codes, read_evidence, read_rule_condition, read_statement, read_test
from shared.knowledge.section import Section


def read_input(name: str, section: Section, *, is_numeric: bool) -> InputDefinition:
    found = InputDefinition(
        id=name,
        label=section.text("label"),
        is_numeric=is_numeric,
        is_derived=section.flag("derived", default=False),
        ask=section.text("ask"),
    )
    section.close()
    return found


def read_rule(name: str, section: Section) -> RuleDefinition:
    evidence = section.section("evidence")
    rule = RuleDefinition(
        id=name,
        priority=section.whole("priority"),
        condition=read_rule_condition(section),
        action=section.text("action"),
        evidence=read_evidence(evidence),
        note=section.text("note", ""),
        title=section.text("title"),
        steps=section.texts("steps"),
        tests=tuple(read_test(row) for row in section.rows("tests", required=False)),
        do_not=tuple(read_statement(row) for row in section.rows("do_not", required=False)),
        facts=section.texts("facts", ()),
    )
    evidence.close()
    section.close()
    return rule


def read_first_test(section: Section) -> FirstTest:
    condition, why_if_urgent = read_rule_condition(section), section.text("why_if_urgent")
    # Last, because reading the test closes the block.
    return FirstTest(condition, read_test(section), why_if_urgent)


def read_danger_sign(name: str, section: Section) -> DangerSign:
    ages = section.optional_section("ages")
    sign = DangerSign(
        id=name,
        label=section.text("label"),
        hint=section.text("hint", ""),
        note=section.text("note", ""),
        yes=section.texts("yes"),
        no=section.texts("no"),
        then_ask=section.texts("then_ask", ()),
        from_days=0 if ages is None else ages.whole("from_days"),
        to_days=None if ages is None else ages.optional_whole("to_days"),
        regions=section.texts("regions", ()),
        except_regions=section.texts("except_regions", ()),
    )
    if ages is not None:
        ages.close()
    section.close()
    return sign


def read_consider(name: str, section: Section) -> ConsiderDefinition:
    found = ConsiderDefinition(
        id=name,
        label=section.text("label"),
        clues=section.text("clues"),
        figures=section.text("figures"),
        handled_by=section.text("handled_by"),
        condition=read_rule_condition(section),
        sources=section.texts("source"),
        codes=read_codes(section),
    )
    section.close()
    return found


def read_age_band(name: str, section: Section) -> AgeBand:
    band = AgeBand(name, section.text("label"), section.whole("from_days"), section.optional_whole("to_days"))
    section.close()
    return band
