"""From `measurements.yaml` to its definitions: units, limits by age, zones, and what follows from a number."""

from __future__ import annotations

from types import MappingProxyType

from shared.knowledge.model import (
    AgeBand,
    AgeLimit,
    DerivedFinding,
    FindingKind,
    MeasurementDefinition,
    StateLimit,
    UnitDoubt,
    UnitFactor,
    Zone,
)
from shared.knowledge.reading import read_evidence
from shared.knowledge.section import Section

SHADES = ("normal", "neutral", "raised", "deep", "severe")


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
