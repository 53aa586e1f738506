"""From `calcification.yaml` and `follow_up.yaml` to their definitions: what days and visits show."""

from __future__ import annotations

from shared.knowledge.model import (
    CalcificationByDay,
    CaseCount,
    CasePool,
    Range,
    RevisitDefinition,
)
from shared.knowledge.reading import read_evidence, read_rule_condition
from shared.knowledge.section import Section


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
