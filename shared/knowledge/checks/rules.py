"""`red_flags.yaml`, `consider.yaml` and `danger_signs.yaml`: names, order, lines of the screen."""

from __future__ import annotations

from collections.abc import Iterator

from shared.knowledge.checks.common import (
    OLDEST_CHILD_DAYS,
    Follows,
    between,
    check_condition,
    check_evidence,
    check_sources,
    check_test,
    computed,
    names,
)
from shared.knowledge.grammar import walk
from shared.knowledge.model import DangerSign, KnowledgeBase, RuleFired

MAX_DANGER_LINES = 12
AGE_DAYS = "age_days"
"""The one number of the rules that no measurement feeds: every case has it."""


def check_rules(knowledge: KnowledgeBase) -> Iterator[Follows]:
    file = "red_flags.yaml"
    seen: list[str] = []
    for rule in knowledge.rules.values():
        if rule.priority not in (1, 2, 3, 4):
            yield computed(file, f"{rule.id}.priority", "must be 1, 2, 3 or 4", (file, f"rules.{rule.id}.priority"))
        yield from check_condition(knowledge, file, f"{rule.id}.condition", rule.condition)
        for part in walk(rule.condition):
            if isinstance(part, RuleFired) and part.rule in knowledge.rules and part.rule not in seen:
                yield Follows(file, f"{rule.id}.condition", f"needs {part.rule}; put that rule before it")
        yield from check_evidence(knowledge, file, f"{rule.id}.evidence", rule.evidence)
        for count, test in enumerate(rule.tests, start=1):
            yield from check_test(knowledge, file, f"{rule.id}.tests[{count}]", test)
        for count, statement in enumerate(rule.do_not, start=1):
            yield from check_evidence(knowledge, file, f"{rule.id}.do_not[{count}]", statement.evidence)
            if statement.condition is not None:
                yield from check_condition(knowledge, file, f"{rule.id}.do_not[{count}].only_if", statement.condition)
        seen.append(rule.id)
    for count, first in enumerate(knowledge.first_tests, start=1):
        yield from check_condition(knowledge, file, f"first_tests[{count}].condition", first.condition)
        yield from check_test(knowledge, file, f"first_tests[{count}]", first.test)
    for entry in knowledge.consider.values():
        yield from check_condition(knowledge, "consider.yaml", f"{entry.id}.condition", entry.condition)
        yield from check_sources(knowledge, "consider.yaml", f"{entry.id}.source", entry.sources)
        if not entry.sources:
            yield computed("consider.yaml", entry.id, "names no source", ("consider.yaml", f"consider.{entry.id}"))
    fed = {found.input for found in knowledge.measurements.values()} | {AGE_DAYS}
    for code, item in knowledge.inputs.items():
        if item.is_numeric and code not in fed:
            advice = "is a number that no measurement gives; its rules can never fire"
            yield Follows(file, f"inputs.numbers.{code}", advice, kinds=("measurement",))


def check_danger_signs(knowledge: KnowledgeBase) -> Iterator[Follows]:
    file = "danger_signs.yaml"
    if knowledge.danger_signs_evidence is not None:
        yield from check_evidence(knowledge, file, "evidence", knowledge.danger_signs_evidence)
    codes = {code for code, item in knowledge.inputs.items() if not item.is_numeric}
    codes |= {finding.id for finding in knowledge.findings.values() if finding.is_binary}
    for sign in knowledge.danger_signs:
        yield from _danger_sign(knowledge, file, sign, codes)
    crowded = [
        (len(knowledge.danger_signs_for(band.from_days, (region,))), f"{band.id}, {region}")
        for band in knowledge.age_groups
        for region in knowledge.regions
    ]
    shown, where = max(crowded, default=(0, ""), key=lambda row: row[0])
    if shown > MAX_DANGER_LINES:
        yield computed(file, "danger_signs", f"shows {shown} lines for {where}; at most {MAX_DANGER_LINES} fit")


def _danger_sign(knowledge: KnowledgeBase, file: str, sign: DangerSign, codes: set[str]) -> Iterator[Follows]:
    place = f"danger_signs.{sign.id}"
    if not sign.yes or not sign.no:
        yield computed(file, place, "must set at least one code for yes and one for no")
    kinds = ("finding", "input")
    yield from names(file, f"{place}.yes", sign.yes, codes, "a yes/no finding or input", *kinds)
    yield from names(file, f"{place}.no", sign.no, codes, "a yes/no finding or input", *kinds)
    askable = {*codes, *knowledge.findings, *knowledge.measurements}
    what = "a finding, input or measurement"
    yield from names(file, f"{place}.then_ask", sign.then_ask, askable, what, *kinds, "measurement")
    for key, regions in (("regions", sign.regions), ("except_regions", sign.except_regions)):
        yield from names(file, f"{place}.{key}", regions, knowledge.regions, "a region", "region")
    last = OLDEST_CHILD_DAYS
    yield from between(file, f"{place}.ages.from_days", sign.from_days, 0, last)
    if sign.to_days is not None:
        yield from between(file, f"{place}.ages.to_days", sign.to_days, min(sign.from_days, last), last)
