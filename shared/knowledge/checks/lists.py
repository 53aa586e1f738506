"""`knowledge.yaml` and `calcification.yaml`: ages without gaps, the advice that code says, the days of a film."""

from __future__ import annotations

from collections.abc import Iterator

from shared.knowledge.checks.common import (
    OLDEST_CHILD_DAYS,
    Follows,
    ascending,
    between,
    check_condition,
    check_evidence,
    check_sources,
    computed,
    names,
    probability_range,
)
from shared.knowledge.model import CasePool, KnowledgeBase

GENERAL = (
    "emergency_management",
    "emergency_parents",
    "likely_parents",
    "today_management",
    "today_parents",
    "unclear_follow_up",
    "unclear_management",
    "unclear_parents",
)


def check_lists(knowledge: KnowledgeBase) -> Iterator[Follows]:
    file = "knowledge.yaml"
    yield from between(file, "max_age_days", knowledge.max_age_days, 1, OLDEST_CHILD_DAYS)
    limit = knowledge.evidence_to_age_days
    if not 1 <= limit <= knowledge.max_age_days:
        advice = "must be from 1 to max_age_days"
        yield computed(file, "evidence_to_age_days", advice, (file, "max_age_days"))
    yield from names(file, "general", knowledge.general, GENERAL, "advice that is used", complete=True)
    for name, statement in knowledge.general.items():
        yield from check_evidence(knowledge, file, f"general.{name}", statement.evidence)
        if statement.condition is not None:
            yield from check_condition(knowledge, file, f"general.{name}.only_if", statement.condition)
    for key, bands in (("age_bands", knowledge.age_bands), ("age_groups", knowledge.age_groups)):
        yield from ascending(file, key, bands)
        if not bands or bands[0].from_days != 0:
            yield computed(file, key, "must begin at day 0")
        for one, following in zip(bands, bands[1:], strict=False):
            if one.to_days is not None and following.from_days != one.to_days + 1:
                advice = "must begin the day after the one before it"
                yield computed(file, f"{key}.{following.id}", advice, (file, f"{key}.{one.id}"))
        last = bands[-1].to_days if bands else None
        if last is not None and last < knowledge.max_age_days:
            yield computed(file, key, "must reach max_age_days", (file, "max_age_days"))
    yield from _calcification(knowledge)


def _calcification(knowledge: KnowledgeBase) -> Iterator[Follows]:
    file = "calcification.yaml"
    if knowledge.calcification_by_day:
        yield from check_evidence(knowledge, file, "evidence", knowledge.calcification_by_day[0].evidence)
    else:
        yield computed(file, "by_day", "must have at least one row")
    end = -1
    for count, row in enumerate(knowledge.calcification_by_day, start=1):
        place = f"by_day[{count}]"
        yield from probability_range(file, place, row.visible)
        if row.from_day != end + 1 or row.to_day < row.from_day:
            yield computed(file, place, "must begin the day after the one before it", (file, f"by_day[{count - 1}]"))
        end = row.to_day
    if knowledge.case_pool is not None:
        yield from _case_pool(knowledge, file, knowledge.case_pool)


def _case_pool(knowledge: KnowledgeBase, file: str, pool: CasePool) -> Iterator[Follows]:
    yield from check_sources(knowledge, file, "case_pool.source", pool.sources)
    series = sorted({name for name, _, _ in pool.resolution})
    yield from check_sources(knowledge, file, "case_pool.resolution", series)
    for count, row in enumerate(pool.counts, start=1):
        if not 0 <= row.k <= row.n or row.n < 1:
            yield computed(file, f"case_pool.counts[{count}]", "must have 0 <= k <= n and n above 0")
