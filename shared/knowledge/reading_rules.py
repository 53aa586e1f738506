"""From blocks of the book to the definitions of `model/`: rules, danger signs, measurements, limits."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shared.knowledge.model import (
    AgeBand,
    AgeLimit,
    CalcificationByDay,
    CaseCount,
    CasePool,
    ConditionDefinition,
    ConsiderDefinition,
    Criterion,
    DangerSign,
    DerivedFinding,
    Evidence,
    FindingKind,
    FirstTest,
    InputDefinition,
    MeasurementDefinition,
    QuestionWorth,
    Range,
    ReasoningLimits,
    RevisitDefinition,
    RuleDefinition,
    StateLimit,
    UnitDoubt,
    UnitFactor,
    Zone,
)
from shared.knowledge.reading import (
    read_codes,
    read_evidence,
    read_quality,
    read_rule_condition,
    read_statement,
    read_test,
)
from shared.knowledge.section import Section

SHADES = ("normal", "neutral", "raised", "deep", "severe")


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


def read_calcification(section: Section) -> tuple[tuple[CalcificationByDay, ...], CasePool]:
    block = section.section("evidence")
    evidence = read_evidence(block)
    block.close()
    days = []
    for row in section.rows("by_day"):
        visible = Range(row.number("p"), row.number("low"), row.number("high"))
        days.append(CalcificationByDay(row.whole("from_day"), row.whole("to_day"), visible, evidence))
        row.close()
    pool = _case_pool(section.section("case_pool"))
    section.close()
    return tuple(days), pool


def read_revisit(section: Section) -> RevisitDefinition:
    """Return `follow_up.yaml`."""
    evidence = section.section("evidence")
    found = RevisitDefinition(
        ask_again=section.texts("ask_again"),
        ask_if_new=section.texts("ask_if_new"),
        new_signs=section.texts("new_signs"),
        new_sign=section.text("new_sign"),
        size=section.text("size"),
        measure_if=read_rule_condition(section, "measure_if"),
        size_in_percent=section.text("size_in_percent"),
        days_between=section.text("days_between"),
        not_smaller=section.text("not_smaller"),
        not_smaller_from_day=section.whole("not_smaller_from_day"),
        evidence=read_evidence(evidence),
    )
    evidence.close()
    section.close()
    return found


def read_limits(section: Section, conditions: Mapping[str, ConditionDefinition]) -> ReasoningLimits:
    """Return `reasoning.yaml`. `conditions` tell which are dangerous, for a book with one line for all of those."""
    clamp, unclear = section.section("clamp"), section.section("not_clear")
    soon, verdicts, costs = section.section("disposition"), section.section("verdicts"), section.section("costs")
    limits = ReasoningLimits(
        clamp=(clamp.number("low"), clamp.number("high")),
        residual_floor=section.number("residual_floor"),
        not_clear_residual_above=unclear.number("residual_above"),
        not_clear_best_below=unclear.number("best_below"),
        surprise=section.number("surprise"),
        thresholds=_thresholds(soon, conditions),
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


def _thresholds(soon: Section, conditions: Mapping[str, ConditionDefinition]) -> Mapping[str, Mapping[str, float]]:
    """Return the probability from which each condition alone asks for a disposition: harm / (harm + benefit)."""
    if not soon.has("thresholds"):
        return _uniform_thresholds(soon, conditions)
    table = {}
    for disposition, block in soon.entries("thresholds"):
        lines = {}
        for condition in block.keys():  # noqa: SIM118
            row = block.section(condition)
            harm, benefit = row.number("harm"), row.number("benefit")
            if not (harm > 0 and benefit > 0):
                row.note("benefit", "and harm must be above 0")
                continue
            lines[condition] = harm / (harm + benefit)
            read_evidence(row)
            row.close()
        table[disposition] = MappingProxyType(lines)
    return MappingProxyType(table)


def _uniform_thresholds(
    soon: Section, conditions: Mapping[str, ConditionDefinition]
) -> Mapping[str, Mapping[str, float]]:
    """Return the lines of a book with one a disposition (version 1.0), spread over the conditions they are for."""
    usual = soon.raw("usual", {})
    emergencies = [name for name in conditions if usual.get(name) == "emergency"]
    dangerous = [name for name, condition in conditions.items() if condition.is_dangerous]
    table = {}
    for disposition, names in (("emergency", emergencies), ("same_day", dangerous), ("within_days", dangerous)):
        line = soon.number(f"{disposition}_from")
        table[disposition] = MappingProxyType(dict.fromkeys(names, line))
    return MappingProxyType(table)


def read_measurement(name: str, section: Section) -> MeasurementDefinition:
    evidence = section.section("evidence")
    labels = section.optional_section("unit_labels")
    found = MeasurementDefinition(
        id=name,
        label=section.text("label"),
        kind=FindingKind(section.choice("kind", list(FindingKind))),
        unit=section.text("unit"),
        unit_label=section.text("unit_label"),
        units=_units(section.section("units")),
        spellings=MappingProxyType(section.words("spellings")),
        unit_labels=MappingProxyType({} if labels is None else {key: labels.text(key) for key in labels.keys()}),  # noqa: SIM118
        possible=section.pair("possible"),
        probable=section.pair("probable"),
        input=section.text("input"),
        decimals=section.whole("decimals"),
        limits=_age_limits(section, "limits"),
        zones=tuple(_zone(row) for row in section.rows("zones", required=False)),
        unit_doubts=tuple(_unit_doubt(row) for row in section.rows("unit_doubts", required=False)),
        derives=tuple(_derived(code, block) for code, block in section.entries("derives", required=False)),
        evidence=read_evidence(evidence),
        ask=section.text("ask"),
        why=section.text("why"),
        resource=section.optional_text("resource"),
        molar_mass=section.optional_number("molar_mass"),
        judged_from_days=section.whole("judged_from_days", 0),
        is_bare_allowed=section.flag("bare", default=False),
    )
    evidence.close()
    section.close()
    return found


def _units(section: Section) -> MappingProxyType[str, UnitFactor]:
    units = {}
    for unit in section.keys():  # noqa: SIM118
        if isinstance(section.raw(unit), dict):
            block = section.section(unit)
            units[unit] = UnitFactor(block.number("factor"), block.number("offset"))
            block.close()
        else:
            units[unit] = UnitFactor(section.number(unit))
    return MappingProxyType(units)


def _age_limits(section: Section, key: str) -> tuple[AgeLimit, ...]:
    found = []
    for row in section.rows(key, required=False):
        label = row.text("age")
        age = AgeBand(label, label, row.whole("from_days"), row.optional_whole("to_days"))
        found.append(AgeLimit(age, row.optional_number("low"), row.optional_number("high"), read_evidence(row)))
        row.close()
    return tuple(found)


def _zone(section: Section) -> Zone:
    zone = Zone(
        word=section.text("word"),
        shade=section.choice("shade", SHADES),
        sentence=section.text("sentence"),
        below=section.optional_number("below"),
        up_to=section.optional_number("up_to"),
    )
    section.close()
    return zone


def _unit_doubt(section: Section) -> UnitDoubt:
    doubt = UnitDoubt(
        section.text("unit"), section.text("other"), section.optional_number("below"), section.optional_number("above")
    )
    section.close()
    return doubt


def _derived(code: str, section: Section) -> DerivedFinding:
    evidence = section.section("evidence")
    states = []
    for row in section.rows("states", required=False):
        states.append(StateLimit(row.text("state"), row.optional_number("below"), row.optional_number("up_to")))
        row.close()
    derived = DerivedFinding(
        code=code,
        evidence=read_evidence(evidence),
        states=tuple(states),
        limits=_age_limits(section, "limits"),
        at_or_above=_age_limits(section, "at_or_above"),
        outside_limits=section.flag("outside_limits", default=False),
        from_age_days=section.whole("from_age_days", 0),
        no_from_age_days=section.whole("no_from_age_days", 0),
        counted_to=section.optional_text("counted_to"),
        stated_wins=section.flag("stated_wins", default=False),
    )
    evidence.close()
    section.close()
    return derived


def _case_pool(section: Section) -> CasePool:
    counts = []
    for row in section.rows("counts"):
        counts.append(CaseCount(row.text("finding"), row.whole("k"), row.whole("n"), row.text("note", "")))
        row.close()
    resolution = []
    for row in section.rows("resolution"):
        resolution.append((row.text("series"), row.text("value"), row.whole("n")))
        row.close()
    pool = CasePool(
        note=section.text("note"),
        sources=section.texts("source"),
        cases_about=section.whole("cases_about"),
        counts=tuple(counts),
        resolution=tuple(resolution),
    )
    section.close()
    return pool
