"""`conditions/`: priors that sum to 1, variants, whom a condition is like, and its plan."""

from __future__ import annotations

from collections.abc import Iterator

from shared.knowledge.checks.common import (
    Follows,
    between,
    check_condition,
    check_evidence,
    check_test,
    computed,
    names,
    probability_range,
)
from shared.knowledge.inheritance import ancestors
from shared.knowledge.model import ConditionDefinition, KnowledgeBase, PlanDefinition

SUM_TOLERANCE = 1e-6
MAX_FOLLOW_UP_DAYS = 3650
MAX_CHECKPOINT_WEEKS = 520
_ALL = "conditions/*.yaml"


def check_conditions(knowledge: KnowledgeBase) -> Iterator[Follows]:
    for condition in knowledge.conditions.values():
        yield from _condition(knowledge, condition)
    for setting in knowledge.settings:
        total = sum(
            condition.priors[setting].p for condition in knowledge.conditions.values() if setting in condition.priors
        )
        if abs(total - 1) > SUM_TOLERANCE:
            advice = f"sums to {total:.6g} over all conditions; make it 1"
            yield computed("conditions", f"prior.{setting}", advice, (_ALL, "prior"))
    if [c.type for c in knowledge.conditions.values()].count("residual") != 1:
        yield computed("conditions", "type", "exactly one condition must be the residual", (_ALL, "type"))
    for name, plan in knowledge.plans.items():
        yield from _plan(knowledge, f"conditions/{name}.yaml", plan)


def _condition(knowledge: KnowledgeBase, condition: ConditionDefinition) -> Iterator[Follows]:
    file = f"conditions/{condition.id}.yaml"
    yield from names(file, "prior", condition.priors, knowledge.settings, "a setting", "setting", complete=True)
    for setting, prior in condition.priors.items():
        yield from probability_range(file, f"prior.{setting}", prior)
    yield from check_evidence(knowledge, file, "prior.evidence", condition.prior_evidence)
    if condition.type == "core" and condition.id not in knowledge.plans:
        yield computed(file, "plan", "is missing; a core condition needs one", (file, "type"))
    shares = [variant.share for variant in condition.variants]
    for variant in condition.variants:
        yield from probability_range(file, f"variants.{variant.id}.share", variant.share)
        yield from check_evidence(knowledge, file, f"variants.{variant.id}", variant.evidence)
    if shares and abs(sum(share.p for share in shares) - 1) > SUM_TOLERANCE:
        yield computed(file, "variants", f"shares sum to {sum(share.p for share in shares):.6g}; make it 1")
    if condition.like:
        yield from names(file, "like", [condition.like], knowledge.conditions, "a condition", "condition")
        if condition.id in ancestors(condition.like, knowledge.conditions) or condition.like == condition.id:
            yield Follows(file, "like", "leads back to itself; a condition cannot be like itself")


def _plan(knowledge: KnowledgeBase, file: str, plan: PlanDefinition) -> Iterator[Follows]:
    for count, test in enumerate(plan.tests, start=1):
        yield from check_test(knowledge, file, f"plan.tests[{count}]", test)
    groups = {"management": plan.management, "do_not": plan.do_not, "prevention": plan.prevention}
    groups |= {"parents": (plan.parents,), "course": plan.course, "facts": plan.facts}
    groups |= {"escalate_if": plan.escalate_if}
    if plan.parents_unconfirmed is not None:
        groups |= {"parents_unconfirmed": (plan.parents_unconfirmed,)}
    for key, statements in groups.items():
        is_single = key in ("parents", "parents_unconfirmed")
        for count, statement in enumerate(statements, start=1):
            place = f"plan.{key}" if is_single else f"plan.{key}[{count}]"
            yield from check_evidence(knowledge, file, place, statement.evidence)
            if statement.condition is not None:
                yield from check_condition(knowledge, file, f"{place}.only_if", statement.condition)
    days = [row.after_days for row in plan.follow_up if row.after_days is not None]
    for count, row in enumerate(plan.follow_up, start=1):
        yield from check_evidence(knowledge, file, f"plan.follow_up[{count}]", row.evidence)
        if row.after_days is not None:
            yield from between(file, f"plan.follow_up[{count}].after_days", row.after_days, 0, MAX_FOLLOW_UP_DAYS)
    if days != sorted(set(days)):
        yield computed(file, "plan.follow_up", "must have ascending days, each once")
    weeks = [point.at_weeks for point in plan.checkpoints]
    for count, point in enumerate(plan.checkpoints, start=1):
        yield from check_evidence(knowledge, file, f"plan.checkpoints[{count}]", point.evidence)
        yield from between(file, f"plan.checkpoints[{count}].at_weeks", point.at_weeks, 1, MAX_CHECKPOINT_WEEKS)
    if weeks != sorted(set(weeks)):
        yield computed(file, "plan.checkpoints", "must have ascending weeks, each once")
