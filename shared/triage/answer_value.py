"""What an answer is worth: the expected drop of what is lost by acting without it, counted in questions.

    value(question) = sum over its answers of P(answer) * loss avoided after it  +  bit * expected bits
    gain            = value / cost            asked if the gain is at least 1: worth the question itself

What is lost follows from the thresholds at which the book acts (Pauker and Kassirer, N Engl J Med 1980;302:1109). Where
a child is seen from P = harm / (harm + benefit) on, being seen is worth, in units of that harm,

    sum over the conditions of P(condition) * (harm + benefit) / harm  -  1

so an answer that just crosses a line is worth little and one that leaves no doubt is worth much, in both directions: a
danger found, a journey spared. `needless` says how many questions one needless visit of each urgency costs.

    another disposition by the ranking   the above, summed over the steps between the two
    a sign of danger short of a rule     the cost of a needless visit today at least: the book says so
    a rule of priority 1 or 2 fires      `rule` needless visits of its urgency: it knows more than the ranking, and
                                         other steps are taken even where the child is seen as soon already
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
from shared.triage.red_flags import PROMPT, URGENT, holds
from shared.triage.rule_outlook import RuleOutlook, Standing

RANK = {disposition: rank for rank, disposition in enumerate(URGENCY)}
"""0 for an emergency, then less and less urgent."""
_ACTED_ON = URGENCY[:-1]
_LEVELS = len(_ACTED_ON)
_EMERGENCY, _SAME_DAY = RANK[Disposition.EMERGENCY], RANK[Disposition.SAME_DAY]


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
        self._needless = tuple(worth.needless[level.value] for level in _ACTED_ON)
        self._by_leader = {
            (RANK[danger], leader, stands_out, is_enough): RANK[
                by_leader(differential.knowledge, danger, leader, stands_out=stands_out, is_enough=is_enough)
            ]
            for danger in URGENCY
            for leader in differential.knowledge.conditions
            for stands_out in (True, False)
            for is_enough in (True, False)
        }

    def signs(self, child: Presentation) -> dict[str, int]:
        """Return the codes whose answer alone could make a half-fired rule fire, or that the book says to ask next.

        With each comes the priority of the rule that a yes would make fire. Codes that are answered may be among them.
        """
        found = self._rules.one_answer_away(child)
        standing = self._rules.standing(child)
        for condition, codes in self._worth.then_ask:
            if not holds(self._knowledge, child, condition, standing.held):
                continue
            for code in codes:
                new = self._rules.new_rules(standing, self._rules.after(child, standing, code, "yes"))
                urgent = [p for rule in new if (p := self._knowledge.rules[rule].priority) in URGENT]
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
        now = min(self._by_rule(standing), RANK[by_probability(self._knowledge, ranking.probabilities(), fits)])
        bits = {} if now == _EMERGENCY else expected_gains(ranking, outlooks)
        values = {}
        for finding, answers in branches(ranking, outlooks, self._weightings).items():
            value = self._worth.bit * bits.get(finding, 0.0)
            for branch in answers:
                after = self._rules.after(child, standing, finding, branch.state)
                value += branch.chance * self._avoided(now, standing, after, branch, fits)
            values[finding] = value
        for sign, priority in signs.items():
            values[sign] = self._worth.sign_chance * self._rule_value(now, priority)
        return Valued(values, now == _EMERGENCY)

    def _avoided(self, now: int, before: Standing, after: Standing, branch: Branch, fits: bool) -> float:
        """Return the loss that acting on this answer avoids, compared with acting as before.

        `now`, here and below, is the rank of a disposition, 0 being an emergency.
        """
        by_rule = self._by_rule(after)
        then = min(by_rule, self._by_ranking(branch, fits))
        value = 0.0 if then == now else self._net_of_moving(now, then, branch.sums[_LEVELS : 2 * _LEVELS])
        if after is not before:
            new = [self._knowledge.rules[rule].priority for rule in self._rules.new_rules(before, after)]
            value = max([value, *(self._rule_value(now, priority) for priority in new if priority in URGENT)])
            if by_rule == then < now:
                value = max(value, self._needless[then])
            if after.is_film_first and not before.is_film_first and then != _EMERGENCY:
                value += self._worth.film_first * branch.sums[-1]
        return value

    def _net_of_moving(self, now: int, then: int, net: tuple[float, ...]) -> float:
        """Return the net benefit of seeing the child as soon as `then`, not `now`: the sum of the steps between."""
        steps = sum(self._needless[step] * (net[step] - 1) for step in range(min(now, then), max(now, then)))
        return max(0.0, steps if then < now else -steps)

    def _rule_value(self, now: int, priority: int) -> float:
        asked_for = RANK[OF_PRIORITY[priority]]
        return 0.0 if now == _EMERGENCY < asked_for else self._worth.rule * self._needless[asked_for]

    def _by_ranking(self, branch: Branch, fits: bool) -> int:
        limits = self._knowledge.limits
        is_clear = branch.residual <= limits.not_clear_residual_above and branch.best >= limits.not_clear_best_below
        danger = next((level for level in range(_LEVELS) if branch.sums[level] >= 1.0), _LEVELS)
        return self._by_leader[danger, branch.leading, fits and is_clear, branch.best >= limits.usual_from]

    def _by_rule(self, standing: Standing) -> int:
        rules = self._knowledge.rules
        priority = min((rules[name].priority for name in standing.held if name in rules), default=PROMPT)
        rank = RANK[OF_PRIORITY[priority]] if priority in OF_PRIORITY else _LEVELS
        return min(rank, _SAME_DAY) if standing.is_today else rank


def _benefits(knowledge: KnowledgeBase, level: Disposition) -> dict[str, float]:
    """Return by condition what seeing it so soon is worth, in units of a needless visit: 1 / threshold.

    A condition without a threshold counts where it is usually seen so soon, from "likely" on.
    """
    limits = knowledge.limits
    benefits = {
        name: 1 / limits.verdicts[1]
        for name, usual in limits.usual_dispositions.items()
        if RANK[Disposition(usual)] <= RANK[level] and knowledge.conditions[name].type != "residual"
    }
    return benefits | {name: 1 / line for name, line in limits.thresholds[level.value].items()}
