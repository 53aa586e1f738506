"""How soon the child must be seen: the most urgent of what the danger rules, the dangerous possibilities and the best
diagnosis ask for.

    a rule of priority 1 / 2 / 3                       emergency / same_day / within_days
    the dangerous possibilities reach their thresholds emergency / same_day / within_days
    the best diagnosis                                 as it is usually seen, but no emergency on its own
    a red or warm swelling after IV calcium            same_day: the film is wanted before antibiotics or a cut
    a sign of danger short of a rule                   same_day
    nothing stands out, or nothing fits                within_days

A threshold is that of Pauker and Kassirer (N Engl J Med 1980;302:1109): acting is right from P = harm / (harm +
benefit) on, harm being that of acting in vain and benefit that of not missing the disease. Several possibilities add
up: each is counted in units of its own threshold, and one unit is enough.

All lines are figures of `reasoning.yaml`. Nothing lowers a disposition: a ranking never cancels a rule.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from shared.knowledge.model import KnowledgeBase
from shared.triage.assessment import Disposition, FiredRule

URGENCY = (Disposition.EMERGENCY, Disposition.SAME_DAY, Disposition.WITHIN_DAYS, Disposition.ROUTINE)
OF_PRIORITY = {1: Disposition.EMERGENCY, 2: Disposition.SAME_DAY, 3: Disposition.WITHIN_DAYS}


def disposition(
    knowledge: KnowledgeBase,
    red_flags: Sequence[FiredRule],
    probabilities: Mapping[str, float],
    fits: bool,
    is_decided_today: bool = False,
    eased: Collection[str] = (),
    may_be_routine: bool = True,
) -> Disposition:
    """Return the disposition.

    `is_decided_today`: the knowledge's `same_day_if` or `danger_today_if` holds. `eased`: conditions whose `eased_if`
    holds, so that they need no visit today. `may_be_routine`: `routine_only_if` holds.
    """
    asked_for = [OF_PRIORITY[flag.priority] for flag in red_flags]
    if is_decided_today:
        asked_for.append(Disposition.SAME_DAY)
    if not may_be_routine:
        asked_for.append(Disposition.WITHIN_DAYS)
    asked_for.append(by_probability(knowledge, probabilities, fits, eased))
    return min(asked_for, key=URGENCY.index)


def by_probability(
    knowledge: KnowledgeBase, probabilities: Mapping[str, float], fits: bool, eased: Collection[str] = ()
) -> Disposition:
    """Return what the ranking alone asks for."""
    danger = next((d for d in URGENCY[:-1] if reaches_threshold(knowledge, probabilities, d)), Disposition.ROUTINE)
    best = max(probabilities, key=lambda condition: probabilities[condition])
    is_enough = probabilities[best] >= knowledge.limits.usual_from and best not in eased
    stands_out = fits and is_clear(knowledge, probabilities)
    return by_leader(knowledge, danger, best, stands_out=stands_out, is_enough=is_enough)


def by_leader(
    knowledge: KnowledgeBase, danger: Disposition, leader: str, *, stands_out: bool, is_enough: bool
) -> Disposition:
    """Return the most urgent of what the dangerous possibilities, the best diagnosis and doubt ask for.

    `is_enough`: the leader is probable enough for a visit today on its own account (`usual_from`).
    """
    usual = Disposition(knowledge.limits.usual_dispositions[leader])
    if usual is Disposition.EMERGENCY:
        # Being the likeliest of many is not enough for an emergency: that takes the threshold.
        usual = Disposition.SAME_DAY
    if usual is Disposition.SAME_DAY and not is_enough:
        usual = Disposition.WITHIN_DAYS
    doubt = Disposition.ROUTINE if stands_out else Disposition.WITHIN_DAYS
    return min((danger, usual, doubt), key=URGENCY.index)


def reaches_threshold(knowledge: KnowledgeBase, probabilities: Mapping[str, float], disposition: Disposition) -> bool:
    """Tell whether the dangerous possibilities together are probable enough to act as soon as this."""
    lines = knowledge.limits.thresholds[disposition.value]
    return sum(probabilities[condition] / line for condition, line in lines.items()) >= 1.0


def is_clear(knowledge: KnowledgeBase, probabilities: Mapping[str, float]) -> bool:
    """Tell whether a diagnosis stands out: the best one is probable enough and "something else" is not."""
    residual = next(condition.id for condition in knowledge.conditions.values() if condition.type == "residual")
    best = max(p for condition, p in probabilities.items() if condition != residual)
    limits = knowledge.limits
    return probabilities[residual] <= limits.not_clear_residual_above and best >= limits.not_clear_best_below
