"""What one more answer would make the danger rules ask for.

    standing(child)                  what they ask for now
    after(child, standing, answer)   the same with one more answer: only what reads that answer is worked out again
    one_answer_away(child)           the codes of which one answer would make a half-fired rule of priority 1 or 2 fire

A rule is half-fired when something that was answered has brought it within one answer of firing. What a single answer
would raise by itself, without anything else, is the business of the danger-sign screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from shared.knowledge.grammar import walk
from shared.knowledge.model import Criterion, FindingIs, InputIsYes, IsUnknown, KnowledgeBase, RuleFired
from shared.triage.presentation import Presentation
from shared.triage.red_flags import URGENT, Evaluation

_TODAY = ("danger_today_if", "same_day_if")
_FILM_FIRST = "film_first"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules ask for: the ids that fire, whether today is soon enough, and whether a film comes first."""

    fired: frozenset[str]
    is_today: bool
    is_film_first: bool


class RuleOutlook:
    """The rules of one book, looked up by the answers that they read."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        limits = knowledge.limits
        self._conditions: dict[str, Criterion] = {rule.id: rule.condition for rule in knowledge.rules.values()}
        self._others = {"danger_today_if": limits.danger_today_if, "same_day_if": limits.same_day_if}
        self._films = tuple(first for first in knowledge.first_tests if first.test.findings)
        self._readers = self._read_by()

    def standing(self, child: Presentation) -> Standing:
        """Return what the rules ask for now."""
        evaluation = Evaluation(self._knowledge, child)
        for name, condition in self._conditions.items():
            if evaluation.can_hold(condition):
                evaluation.fired[name] = ()
        return self._standing(child, evaluation)

    def after(self, child: Presentation, now: Standing, code: str, state: str) -> Standing:
        """Return what the rules would ask for once `code` is answered with `state`."""
        readers = self._readers.get((code, state))
        if readers is None:
            return now
        evaluation = Evaluation(self._knowledge, with_answer(self._knowledge, child, code, state))
        evaluation.fired = dict.fromkeys((name for name in now.fired if name not in readers), ())
        for name in self._conditions:
            if name in readers and evaluation.can_hold(self._conditions[name]):
                evaluation.fired[name] = ()
        return self._standing(evaluation.presentation, evaluation)

    def one_answer_away(self, child: Presentation) -> dict[str, int]:
        """Return codes of inputs, findings and measurements with the priority of the rule that their answer would fire.

        In the order of the book's rules; the most urgent priority where several rules wait for the same answer.
        """
        evaluation = Evaluation(self._knowledge, child)
        away: dict[str, int] = {}
        for rule in self._knowledge.rules.values():
            if rule.priority not in URGENT:
                if evaluation.can_hold(rule.condition):
                    evaluation.fired[rule.id] = ()
                continue
            found = evaluation.wanted(rule.condition)
            if found.holds:
                evaluation.fired[rule.id] = ()
            for code, is_half_fired in found.codes.items():
                if is_half_fired:
                    away[code] = min(away.get(code, rule.priority), rule.priority)
        return away

    def _standing(self, child: Presentation, evaluation: Evaluation) -> Standing:
        return Standing(
            fired=frozenset(evaluation.fired),
            is_today=any(evaluation.can_hold(condition) for condition in self._others.values()),
            is_film_first=any(
                evaluation.can_hold(first.condition) and not any(film in child.findings for film in first.test.findings)
                for first in self._films
            ),
        )

    def _read_by(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """Return for each answer the rules that may change with it, directly or through a rule before them.

        An answer that nothing reads is missing. "No" to a danger sign is such an answer: it is as good as no answer.
        """
        readers: dict[tuple[str, str], set[str]] = {}
        for name, condition in self._named():
            for answer in self._answers_read(condition):
                readers.setdefault(answer, set()).add(name)
        for found in readers.values():
            # In the order of the book, in which a rule reads only rules before it.
            for name, condition in self._conditions.items():
                if any(isinstance(atom, RuleFired) and atom.rule in found for atom in walk(condition)):
                    found.add(name)
        return MappingProxyType({answer: frozenset(found) for answer, found in readers.items()})

    def _named(self) -> Iterable[tuple[str, Criterion]]:
        yield from self._conditions.items()
        yield from self._others.items()
        yield from ((_FILM_FIRST, first.condition) for first in self._films)

    def _answers_read(self, condition: Criterion) -> Iterable[tuple[str, str]]:
        for atom in walk(condition):
            if isinstance(atom, FindingIs):
                yield from ((atom.finding, state) for state in atom.states)
            elif isinstance(atom, IsUnknown):
                yield from ((atom.finding, state) for state in self._knowledge.findings[atom.finding].states)
            elif isinstance(atom, InputIsYes):
                yield (atom.input, "yes")


def with_answer(knowledge: KnowledgeBase, child: Presentation, code: str, state: str) -> Presentation:
    """Return the presentation with one more answer to a finding or a yes/no input."""
    if code in knowledge.findings:
        return replace(child, findings={**child.findings, code: state})
    return replace(child, inputs={**child.inputs, code: state == "yes"})
