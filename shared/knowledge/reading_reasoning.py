"""From `reasoning.yaml` to the lines that the reasoning draws."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shared.knowledge.model import (
    ConditionDefinition,
    Criterion,
    Evidence,
    FindingKind,
    QuestionWorth,
    ReasoningLimits,
)
from shared.knowledge.reading import read_evidence, read_quality, read_rule_condition
from shared.knowledge.section import Section

Lines = Mapping[str, Mapping[str, float]]
Bases = Mapping[str, Mapping[str, Evidence]]
_LINES = ("emergency", "same_day", "within_days")


def read_limits(section: Section, conditions: Mapping[str, ConditionDefinition]) -> ReasoningLimits:
    """Return `reasoning.yaml`. `conditions` tell which are dangerous, for a book with one line for all of those."""
    clamp, unclear = section.section("clamp"), section.section("not_clear")
    soon, verdicts, costs = section.section("disposition"), section.section("verdicts"), section.section("costs")
    thresholds, bases = _thresholds(soon, conditions)
    limits = ReasoningLimits(
        clamp=(clamp.number("low"), clamp.number("high")),
        residual_floor=section.number("residual_floor"),
        not_clear_residual_above=unclear.number("residual_above"),
        not_clear_best_below=unclear.number("best_below"),
        surprise=section.number("surprise"),
        thresholds=thresholds,
        usual_dispositions=MappingProxyType(soon.words("usual")),
        same_day_if=read_rule_condition(soon, "same_day_if"),
        danger_today_if=read_rule_condition(soon, "danger_today_if"),
        verdicts=(verdicts.number("possible"), verdicts.number("likely"), verdicts.number("very_likely")),
        likely_low=verdicts.number("likely_low", 0.0),
        usual_from=soon.number("usual_from", 0.0),
        eased_if=MappingProxyType(_criteria(soon, "eased_if")),
        routine_only_if=read_rule_condition(soon, "routine_only_if") if soon.has("routine_only_if") else None,
        background=section.texts("background", ()),
        costs=MappingProxyType({kind.value: costs.number(kind.value) for kind in FindingKind}),
        stop_below_bits=section.number("stop_below_bits"),
        evidence=Evidence(section.texts("source"), read_quality(section), section.flag("verified"), basis=""),
        questions=_question_worth(section.optional_section("questions")),
        threshold_evidence=bases,
    )
    section.text("surprise_basis", "")
    soon.text("basis", "")
    for block in (clamp, unclear, soon, verdicts, costs, section):
        block.close()
    return limits


def _question_worth(section: Section | None) -> QuestionWorth | None:
    if section is None:
        return None
    needless, film = section.section("needless"), section.section("film_first")
    then_ask = []
    for row in section.rows("then_ask", required=False):
        then_ask.append((read_rule_condition(row), row.texts("ask")))
        row.close()
    worth = QuestionWorth(
        needless=MappingProxyType({name: needless.number(name) for name in needless.keys()}),  # noqa: SIM118
        rule=section.number("rule"),
        film_first=film.number("worth"),
        film_first_for=film.texts("conditions"),
        bit=section.number("bit"),
        sign_chance=section.number("sign_chance"),
        then_ask=tuple(then_ask),
    )
    section.text("basis", "")
    for block in (needless, film, section):
        block.close()
    return worth


def _criteria(soon: Section, key: str) -> dict[str, Criterion]:
    if not soon.has(key):
        return {}
    block = soon.section(key)
    return {name: read_rule_condition(block, name) for name in block.keys()}  # noqa: SIM118


def _thresholds(soon: Section, conditions: Mapping[str, ConditionDefinition]) -> tuple[Lines, Bases]:
    """Return the probability from which each condition alone asks for a disposition, harm / (harm + benefit), and why.

    Version 1.0 has one line for a disposition instead; a book with neither is told that `thresholds` is missing.
    """
    if not any(soon.has(f"{disposition}_from") for disposition in _LINES):
        return _own_thresholds(soon)
    return MappingProxyType(_uniform_thresholds(soon, conditions)), MappingProxyType({})


def _own_thresholds(soon: Section) -> tuple[Lines, Bases]:
    lines, bases = {}, {}
    for disposition, block in soon.entries("thresholds"):
        own, evidence = {}, {}
        for condition in block.keys():  # noqa: SIM118
            row = block.section(condition)
            harm, benefit = row.number("harm"), row.number("benefit")
            evidence[condition] = read_evidence(row)
            if row.has("harm") and row.has("benefit") and not (harm > 0 and benefit > 0):
                row.note("benefit", "and harm must be above 0")
            own[condition] = harm / (harm + benefit) if harm > 0 and benefit > 0 else 0.5
            row.close()
        lines[disposition], bases[disposition] = MappingProxyType(own), MappingProxyType(evidence)
    return MappingProxyType(lines), MappingProxyType(bases)


def _uniform_thresholds(soon: Section, conditions: Mapping[str, ConditionDefinition]) -> dict[str, Mapping[str, float]]:
    """Return the lines of a book with one a disposition (version 1.0), spread over the conditions they are for."""
    usual = soon.words("usual")
    emergencies = [name for name in conditions if usual.get(name) == "emergency"]
    dangerous = [name for name, condition in conditions.items() if condition.is_dangerous]
    table: dict[str, Mapping[str, float]] = {}
    for disposition, names in (("emergency", emergencies), ("same_day", dangerous), ("within_days", dangerous)):
        line = soon.number(f"{disposition}_from")
        table[disposition] = MappingProxyType(dict.fromkeys(names, line))
    return table
