"""How soon the child must be seen: the most urgent of what the danger rules, the dangerous possibilities and the best
diagnosis ask for.

    a rule of priority 1 / 2 / 3                       emergency / same_day / within_days
    P(conditions that are an emergency) high           emergency
    P(dangerous conditions) above its lines            same_day / within_days
    the best diagnosis                                 as it is usually seen, but no emergency on its own
    a red, warm swelling after IV calcium              same_day: the film is wanted before antibiotics or a cut
    nothing stands out, or nothing fits                within_days

All lines are figures of `reasoning.yaml`. Nothing lowers a disposition: a ranking never cancels a rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.knowledge.model import KnowledgeBase
from shared.triage.assessment import Disposition, FiredRule

_URGENCY = (Disposition.EMERGENCY, Disposition.SAME_DAY, Disposition.WITHIN_DAYS, Disposition.ROUTINE)
_OF_PRIORITY = {1: Disposition.EMERGENCY, 2: Disposition.SAME_DAY, 3: Disposition.WITHIN_DAYS}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the ranking says, as far as urgency depends on it: probabilities by condition, and whether it can be trusted."""

    probabilities: Mapping[str, float]
    fits: bool


def disposition(
    knowledge: KnowledgeBase, red_flags: Sequence[FiredRule], outcome: Outcome, is_decided_today: bool = False
) -> Disposition:
    """Return the disposition. `is_decided_today`: the knowledge's `same_day_if` holds."""
    asked_for = [_OF_PRIORITY[flag.priority] for flag in red_flags]
    if is_decided_today:
        asked_for.append(Disposition.SAME_DAY)
    asked_for.append(by_probability(knowledge, outcome))
    return most_urgent(asked_for)


def by_probability(knowledge: KnowledgeBase, outcome: Outcome) -> Disposition:
    """Return what the ranking alone asks for."""
    limits = knowledge.limits
    p = outcome.probabilities
    usual = {condition: Disposition(limits.usual_dispositions[condition]) for condition in p}
    emergency = sum(p[condition] for condition in p if usual[condition] is Disposition.EMERGENCY)
    dangerous = sum(p[condition] for condition in p if knowledge.conditions[condition].is_dangerous)
    if emergency >= limits.emergency_from:
        return Disposition.EMERGENCY
    best = max(p, key=lambda condition: p[condition])
    if dangerous >= limits.same_day_from or usual[best] in (Disposition.EMERGENCY, Disposition.SAME_DAY):
        return Disposition.SAME_DAY
    if dangerous >= limits.within_days_from or not outcome.fits or not is_clear(knowledge, p):
        return Disposition.WITHIN_DAYS
    return usual[best]


def is_clear(knowledge: KnowledgeBase, probabilities: Mapping[str, float]) -> bool:
    """Tell whether a diagnosis stands out: the best one is probable enough and "something else" is not."""
    residual = next(condition.id for condition in knowledge.conditions.values() if condition.type == "residual")
    best = max(p for condition, p in probabilities.items() if condition != residual)
    limits = knowledge.limits
    return probabilities[residual] <= limits.not_clear_residual_above and best >= limits.not_clear_best_below


def most_urgent(dispositions: Sequence[Disposition]) -> Disposition:
    return min(dispositions, key=_URGENCY.index)
