"""What version 1.0 of the knowledge asks: by expected information, as it was released, so that it can be repeated.

A finding is worth asking when a prompt asks for it, when it is expected to bring at least `stop_below_bits` for its
cost, or when one of its answers, not too improbable, would change which condition leads or how soon the ranking alone
would have the child seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from shared.differential.engine import Differential
from shared.differential.information_gain import Outlook, expected_gains
from shared.differential.ranking import Ranking
from shared.knowledge.model import KnowledgeBase
from shared.triage.assessment import NextQuestion
from shared.triage.disposition import by_probability

UNLIKELY_ANSWER = 0.05
"""An answer less probable than this is no reason to ask."""


def worth_asking_by_bits(
    differential: Differential, candidates: Iterable[str], ranking: Ranking, fits: bool, asked_for: Collection[str]
) -> tuple[NextQuestion, ...]:
    """Return the questions worth asking: what prompts ask for, then bits for the cost, the largest first."""
    knowledge = differential.knowledge
    outlooks = differential.outlooks(ranking, candidates)
    questions = []
    for finding, bits in expected_gains(ranking, outlooks).items():
        gain = bits / knowledge.limits.costs[knowledge.findings[finding].kind]
        if (
            finding in asked_for
            or gain >= knowledge.limits.stop_below_bits
            or _could_change_the_outcome(knowledge, ranking, outlooks[finding], fits)
        ):
            questions.append(NextQuestion(finding, gain))
    # The sort is stable: equal gains keep the order of the book.
    return tuple(sorted(questions, key=lambda question: (question.finding not in asked_for, -question.gain)))


def _could_change_the_outcome(knowledge: KnowledgeBase, ranking: Ranking, outlook: Outlook, fits: bool) -> bool:
    now = ranking.probabilities()
    leading = max(now, key=lambda condition: now[condition])
    how_soon = by_probability(knowledge, now, fits)
    for _, chance, after in outlook.branches(ranking.conditions):
        if chance < UNLIKELY_ANSWER:
            continue
        if max(after, key=lambda condition: after[condition]) != leading:
            return True
        if by_probability(knowledge, after, fits) is not how_soon:
            return True
    return False
