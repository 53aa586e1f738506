"""`reasoning.yaml`: every line that the reasoning draws is within bounds, complete, and has a known source."""

from __future__ import annotations

from collections.abc import Iterator

from shared.knowledge.checks.common import (
    DISPOSITIONS,
    Follows,
    above_zero,
    between,
    check_condition,
    check_evidence,
    computed,
    names,
)
from shared.knowledge.model import KnowledgeBase

FILE = "reasoning.yaml"
MAX_SURPRISE = 10.0
"""Standard deviations: beyond it nothing would ever be called unfit."""
MAX_STOP_BITS = 1.0


def check_reasoning(knowledge: KnowledgeBase) -> Iterator[Follows]:
    limits = knowledge.limits
    yield from check_evidence(knowledge, FILE, "", limits.evidence)
    yield from _dispositions(knowledge)
    yield from names(FILE, "background", limits.background, knowledge.findings, "a finding", "finding")
    if not 0 < limits.clamp[0] < limits.clamp[1] < 1:
        yield computed(FILE, "clamp", "must have 0 < low < high < 1")
    if not 0 < limits.verdicts[0] < limits.verdicts[1] < limits.verdicts[2] < 1:
        yield computed(FILE, "verdicts", "must ascend between 0 and 1")
    if not 0 <= limits.likely_low <= limits.verdicts[1]:
        yield computed(FILE, "verdicts.likely_low", "must be from 0 to likely", (FILE, "verdicts"))
    chances = {
        "residual_floor": limits.residual_floor,
        "not_clear.residual_above": limits.not_clear_residual_above,
        "not_clear.best_below": limits.not_clear_best_below,
    }
    for place, figure in chances.items():
        yield from between(FILE, place, figure, 0, 1, strict=True)
    yield from between(FILE, "disposition.usual_from", limits.usual_from, 0, 1)
    if not 0 < limits.surprise <= MAX_SURPRISE:
        yield computed(FILE, "surprise", f"must be above 0, up to {MAX_SURPRISE:g}")
    if not 0 < limits.stop_below_bits <= MAX_STOP_BITS:
        yield computed(FILE, "stop_below_bits", f"must be above 0, up to {MAX_STOP_BITS:g}")
    for kind, cost in limits.costs.items():
        yield from above_zero(FILE, f"costs.{kind}", cost)


def _dispositions(knowledge: KnowledgeBase) -> Iterator[Follows]:
    limits, conditions = knowledge.limits, knowledge.conditions
    yield from check_condition(knowledge, FILE, "disposition.same_day_if", limits.same_day_if)
    yield from check_condition(knowledge, FILE, "disposition.danger_today_if", limits.danger_today_if)
    if limits.routine_only_if is not None:
        yield from check_condition(knowledge, FILE, "disposition.routine_only_if", limits.routine_only_if)
    yield from names(FILE, "disposition.eased_if", limits.eased_if, conditions, "a condition", "condition")
    for name, criterion in limits.eased_if.items():
        yield from check_condition(knowledge, FILE, f"disposition.eased_if.{name}", criterion)
    usual = limits.usual_dispositions
    yield from names(FILE, "disposition.usual", usual, conditions, "a condition", "condition", complete=True)
    for name, disposition in usual.items():
        yield from names(FILE, f"disposition.usual.{name}", [disposition], DISPOSITIONS, "a disposition")
    # Each line is read whether or not a condition needs it; one without conditions is written as an empty block.
    place = "disposition.thresholds"
    yield from names(FILE, place, limits.thresholds, DISPOSITIONS[:-1], "a disposition with a line", complete=True)
    for name, lines in limits.thresholds.items():
        yield from names(FILE, f"{place}.{name}", lines, conditions, "a condition", "condition")
        for condition, line in lines.items():
            # A book with one line for all conditions (version 1.0) writes it as a probability.
            at = f"{place}.{name}.{condition}" if limits.threshold_evidence else f"disposition.{name}_from"
            yield from between(FILE, at, line, 0, 1, strict=True)
    for name, table in limits.threshold_evidence.items():
        for condition, evidence in table.items():
            yield from check_evidence(knowledge, FILE, f"{place}.{name}.{condition}", evidence)
