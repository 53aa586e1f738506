"""Every sentence of every plan, and of every rule, says on whose word it stands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.knowledge.loader import load_knowledge
from shared.knowledge.model import Evidence, KnowledgeBase
from tests.book import KNOWLEDGE, the_book


def statements(book: KnowledgeBase) -> Iterator[tuple[str, str, Evidence]]:
    """Yield (where, text, evidence) of everything that a plan or rule can say."""
    for condition, plan in book.plans.items():
        unconfirmed = () if plan.parents_unconfirmed is None else (plan.parents_unconfirmed,)
        groups = {
            "management": plan.management, "do_not": plan.do_not, "prevention": plan.prevention, "course": plan.course,
            "facts": plan.facts, "escalate_if": plan.escalate_if, "parents": (plan.parents, *unconfirmed),
        }  # fmt: skip
        for name, group in groups.items():
            yield from ((f"{condition}.{name}", one.text, one.evidence) for one in group)
        yield from ((f"{condition}.tests", test.text, test.evidence) for test in plan.tests)
        yield from ((f"{condition}.follow_up", row.do, row.evidence) for row in plan.follow_up)
        yield from ((f"{condition}.checkpoints", point.expect, point.evidence) for point in plan.checkpoints)
    for rule in book.rules.values():
        yield rule.id, rule.action, rule.evidence
        yield from ((f"{rule.id}.tests", test.text, test.evidence) for test in rule.tests)
        yield from ((f"{rule.id}.do_not", one.text, one.evidence) for one in rule.do_not)
    yield from ((f"general.{name}", one.text, one.evidence) for name, one in book.general.items())


@pytest.mark.parametrize("version", sorted(path.name for path in KNOWLEDGE.parent.iterdir() if path.name[:1].isdigit()))
def test_every_statement_carries_its_source_and_every_source_is_in_the_book(version: str) -> None:
    book = load_knowledge(KNOWLEDGE.parent / version)
    found = list(statements(book))

    assert len(found) > 200
    assert not [where for where, text, evidence in found if not text or not evidence.sources]
    assert not {source for _, _, evidence in found for source in evidence.sources} - book.sources.keys()


def test_every_condition_that_is_ranked_has_a_plan_with_advice_for_the_parents() -> None:
    book = the_book()
    ranked = [condition.id for condition in book.conditions.values() if condition.type != "residual"]

    assert set(ranked) <= book.plans.keys()
    assert all(book.plans[name].parents.text for name in ranked)


def test_what_leaked_calcium_teaches_the_ward_is_there() -> None:
    prevention = the_book().plans["calcinosis_cutis_iatrogenic"].prevention

    assert len(prevention) >= 5
    assert all(line.evidence.sources for line in prevention)


def test_days_of_follow_up_ascend_and_what_to_expect_falls_on_one_of_them() -> None:
    plan = the_book().plans["calcinosis_cutis_iatrogenic"]
    days = [row.after_days for row in plan.follow_up if row.after_days is not None]

    assert days == sorted(days)
    assert {point.at_weeks * 7 for point in plan.checkpoints} <= set(days)
