"""Which sentence of the English book a line of the plan is, so that a tick means the same in every language.

After an update of the knowledge a line that says something else has no tick: what was done is not what it asks for.
"""

from __future__ import annotations

from collections.abc import Iterator

from shared.knowledge.model import KnowledgeBase


def in_english(knowledge: KnowledgeBase, english: KnowledgeBase) -> dict[str, str]:
    """Return the English sentence of every line that a plan can have; both books are of one version."""
    return dict(zip(_lines(knowledge), _lines(english), strict=True))


def _lines(knowledge: KnowledgeBase) -> Iterator[str]:
    for rule in knowledge.rules.values():
        yield rule.action
        yield from rule.steps
        yield from (test.text for test in rule.tests)
    for first in knowledge.first_tests:
        yield first.test.text
    for statement in knowledge.general.values():
        yield statement.text
    for plan in knowledge.plans.values():
        yield from (statement.text for statement in (*plan.management, *plan.prevention))
        yield from (test.text for test in plan.tests)
