"""What an answer is worth: the expected drop of what is lost by acting without it, counted in questions.

    value(question) = sum over its answers of P(answer) * loss avoided after it  +  bit * expected bits
    gain            = value / cost            asked if the gain is at least 1: worth the question itself

What is lost follows from the thresholds at which the book acts (Pauker and Kassirer, N Engl J Med 1980;302:1109). Where
a child is seen from P = harm / (harm + benefit) on, being seen is worth, in units of that harm,

    sum over the conditions of P(condition) * (harm + benefit) / harm  -  1

so an answer that just crosses a line is worth little and one that leaves no doubt is worth much, in both directions: a
danger found, a journey spared. `needless` says how many questions one needless visit of each urgency costs.

    another disposition by the ranking   the above, summed over the steps between the two
    a rule or a sign of danger           the cost of a needless visit of that urgency at least: the rule knows better
    one more rule of priority 1 or 2     the same: other people are called, other steps are taken
    the X-ray before knife and drugs     P(leaked calcium) * `film_first`
    the diagnosis                        `bit` for each bit: one answer seldom settles it, so entropy leads the way

In an emergency the diagnosis and the film wait: only an answer that makes another rule of priority 1 fire, or that ends
the emergency, is worth something.

Why not entropy alone, as in version 1.0: calcium by drip is so rare that the question about it tells little on average,
yet its yes turns a cut into a film. Why not the loss alone: no single answer changes it where two together do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.differential.engine import Differential
from shared.differential.information_gain import Branch, Outlook, branches, expected_gains
from shared.differential.ranking import Ranking
from shared.knowledge.model import KnowledgeBase, QuestionWorth
from shared.triage.assessment import Disposition
from shared.triage.disposition import OF_PRIORITY, URGENCY, by_leader, by_probability
from shared.triage.presentation import Presentation
from shared.triage.red_flags import URGENT, holds
from shared.triage.rule_outlook import RuleOutlook, Standing

_ACTED_ON = URGENCY[:-1]
_LEVELS = len(_ACTED_ON)


@dataclass(frozen=True, slots=True)
class Valued:
    """What each answer is worth, counted in questions. `is_emergency`: only the act of the emergency counted."""

    values: Mapping[str, float]
    is_emergency: bool


class AnswerValues:
    """Values answers under one knowledge base that says what an answer is worth."""

    def __init__(self, differential: Differential, worth: QuestionWorth) -> None:
        self._knowledge = differential.knowledge
        self._differential = differential
        self._worth = worth
        self._rules = RuleOutlook(differential.knowledge)
        lines = differential.knowledge.limits.thresholds
        self._weightings = (
            *({name: 1 / line for name, line in lines[level.value].items()} for level in _ACTED_ON),
            *(_benefits(differential.knowledge, level) for level in _ACTED_ON),
            dict.fromkeys(worth.film_first_for, 1.0),
        )

    def signs(self, child: Presentation) -> dict[str, int]:
        """Return the codes whose answer alone could make a half-fired rule fire, or that the book says to ask next.

        With each comes the priority of the rule that a yes would make fire. Codes that are answered may be among them.
        """
        found = self._rules.one_answer_away(child)
        standing = self._rules.standing(child)
        for condition, codes in self._worth.then_ask:
            if not holds(self._knowledge, child, condition, standing.fired):
                continue
            for code in codes:
                new = self._rules.after(child, standing, code, "yes").fired - standing.fired
                urgent = [priority for rule in new if (priority := self._priority(rule)) in URGENT]
                if urgent:
                    found[code] = min(urgent)
        return found

    def of(
        self,
        child: Presentation,
        ranking: Ranking,
        fits: bool,
        outlooks: Mapping[str, Outlook],
        signs: Mapping[str, int],
    ) -> Valued:
        """Return what the answer to each finding of `outlooks` and to each of `signs` (see there) is worth."""
        standing = self._rules.standing(child)
        by_ranking = by_probability(self._knowledge, ranking.probabilities(), fits)
        now = min(self._by_rule(standing), by_ranking, key=URGENCY.index)
        is_emergency = now is Disposition.EMERGENCY
        bits = {} if is_emergency else expected_gains(ranking, outlooks)
        values = {}
        for finding, answers in branches(ranking, outlooks, self._weightings).items():
            value = self._worth.bit * bits.get(finding, 0.0)
            for branch in answers:
                after = self._rules.after(child, standing, finding, branch.state)
                value += branch.chance * self._avoided(now, standing, after, branch, fits)
            values[finding] = value
        for sign, priority in signs.items():
            values[sign] = self._worth.sign_chance * self._rule_value(now, priority)
        return Valued(values, is_emergency)

    def _avoided(self, now: Disposition, before: Standing, after: Standing, branch: Branch, fits: bool) -> float:
        """Return the loss that acting on this answer avoids, compared with acting as before."""
        by_rule = self._by_rule(after)
        then = min(by_rule, self._by_ranking(branch, fits), key=URGENCY.index)
        value = self._net_of_moving(now, then, branch.sums[_LEVELS : 2 * _LEVELS])
        if after is not before:
            new = [self._priority(rule) for rule in after.fired - before.fired]
            value = max([value, *(self._rule_value(now, priority) for priority in new if priority in URGENT)])
            if by_rule is then and URGENCY.index(then) < URGENCY.index(now):
                value = max(value, self._worth.needless[then.value])
            if after.is_film_first and not before.is_film_first and then is not Disposition.EMERGENCY:
                value += self._worth.film_first * branch.sums[-1]
        return value

    def _net_of_moving(self, now: Disposition, then: Disposition, net: tuple[float, ...]) -> float:
        """Return the net benefit of seeing the child as soon as `then`, not `now`: the sum of the steps between."""
        first, last = sorted((URGENCY.index(now), URGENCY.index(then)))
        sooner = 1.0 if URGENCY.index(then) < URGENCY.index(now) else -1.0
        steps = (self._worth.needless[_ACTED_ON[step].value] * (net[step] - 1) for step in range(first, last))
        return max(0.0, sooner * sum(steps))

    def _rule_value(self, now: Disposition, priority: int) -> float:
        if now is Disposition.EMERGENCY and OF_PRIORITY[priority] is not Disposition.EMERGENCY:
            return 0.0
        return self._worth.needless[OF_PRIORITY[priority].value]

    def _by_ranking(self, branch: Branch, fits: bool) -> Disposition:
        limits = self._knowledge.limits
        danger = next(
            (level for level, reached in zip(_ACTED_ON, branch.sums, strict=False) if reached >= 1.0),
            Disposition.ROUTINE,
        )
        is_clear = branch.residual <= limits.not_clear_residual_above and branch.best >= limits.not_clear_best_below
        return by_leader(self._knowledge, danger, branch.leading, stands_out=fits and is_clear)

    def _by_rule(self, standing: Standing) -> Disposition:
        asked_for = [OF_PRIORITY.get(self._priority(rule), Disposition.ROUTINE) for rule in standing.fired]
        if standing.is_today:
            asked_for.append(Disposition.SAME_DAY)
        return min(asked_for, key=URGENCY.index, default=Disposition.ROUTINE)

    def _priority(self, rule: str) -> int:
        return self._knowledge.rules[rule].priority


def _benefits(knowledge: KnowledgeBase, level: Disposition) -> dict[str, float]:
    """Return by condition what seeing it so soon is worth, in units of a needless visit: 1 / threshold.

    A condition without a threshold counts where it is usually seen so soon, from "likely" on.
    """
    limits = knowledge.limits
    benefits = {
        name: 1 / limits.verdicts[1]
        for name, usual in limits.usual_dispositions.items()
        if URGENCY.index(Disposition(usual)) <= URGENCY.index(level) and knowledge.conditions[name].type != "residual"
    }
    return benefits | {name: 1 / line for name, line in limits.thresholds[level.value].items()}
