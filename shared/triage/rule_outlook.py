"""What one more answer would make the danger rules ask for.

    standing(child)                  what they ask for now
    after(child, standing, answer)   the same with one more answer: only what reads that answer is worked out again
    one_answer_away(child)           the codes of which one answer would make a half-fired rule of priority 1 or 2 fire

A rule is half-fired when something that was answered has brought it within one answer of firing. What a single answer
would raise by itself, without anything else, is the business of the danger-sign screen.

A hundred answers are tried for each question, so the conditions are made into functions once; where people disagree,
the evaluation of `red_flags.py` decides instead. Both say the same (tests/properties).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from shared.knowledge.grammar import walk
from shared.knowledge.model import (
    JOIN,
    All,
    Any_,
    AtLeast,
    Criterion,
    FindingIs,
    InputIsYes,
    IsUnknown,
    KnowledgeBase,
    None_,
    NumberIs,
    RuleFired,
    held_states,
)
from shared.triage.presentation import Presentation
from shared.triage.red_flags import COMPARE, URGENT, Evaluation

_DANGER_TODAY, _SAME_DAY, _FILM_FIRST = "danger_today_if", "same_day_if", "film first"
_HOLDS = "holds"
_AGE = "age_days"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules ask for. `held`: the ids of those that fire, and the names of the other conditions that hold."""

    held: frozenset[str]
    is_filmed: bool

    @property
    def is_today(self) -> bool:
        """Whether a sign of danger short of a rule is there, or something else is decided today."""
        return _DANGER_TODAY in self.held or _SAME_DAY in self.held

    @property
    def is_film_first(self) -> bool:
        """Whether an X-ray is to precede antibiotics and knife, and none was taken."""
        return _FILM_FIRST in self.held and not self.is_filmed


@dataclass(slots=True)
class _Facts:
    """What the conditions read, and the names of those that hold, filled in the order of the book."""

    findings: Mapping[str, str]
    inputs: Mapping[str, bool]
    numbers: Mapping[str, float]
    held: set[str]


_Holds = Callable[[_Facts], bool]


class RuleOutlook:
    """The rules of one book, looked up by the answers that they read."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._rules = {rule.id: rule.condition for rule in knowledge.rules.values()}
        self._conditions: dict[str, Criterion] = {
            **self._rules,
            _DANGER_TODAY: knowledge.limits.danger_today_if,
            _SAME_DAY: knowledge.limits.same_day_if,
            _FILM_FIRST: Any_(tuple(first.condition for first in knowledge.first_tests)),
        }
        self._functions = {name: _as_function(condition) for name, condition in self._conditions.items()}
        self._films = frozenset(finding for first in knowledge.first_tests for finding in first.test.findings)
        self._readers = self._read_by()
        self._supports = {name: frozenset(_supporting(condition)) for name, condition in self._rules.items()}
        revisit = knowledge.revisit
        # What compares two visits is asked where there is a visit before, by the follow-up.
        self._of_follow_up = frozenset() if revisit is None else frozenset({revisit.new_sign, revisit.not_smaller})

    def standing(self, child: Presentation) -> Standing:
        """Return what the rules ask for now."""
        return self._stand(child, frozenset(), self._conditions)

    def after(self, child: Presentation, now: Standing, code: str, state: str) -> Standing:
        """Return what the rules would ask for once `code` is answered with `state`."""
        readers = self._readers.get((code, state))
        if readers is None:
            return now
        return self._stand(with_answer(self._knowledge, child, code, state), now.held, readers)

    def new_rules(self, before: Standing, after: Standing) -> frozenset[str]:
        """Return the ids of the rules that fire after but not before."""
        return frozenset(name for name in after.held - before.held if name in self._rules)

    def one_answer_away(self, child: Presentation) -> dict[str, int]:
        """Return codes of inputs, findings and measurements with the priority of the rule that their answer would fire.

        The most urgent priority where several rules wait for the same answer.
        """
        held = self.standing(child).held
        evaluation = Evaluation(self._knowledge, child)
        evaluation.fired = dict.fromkeys(held, ())
        told = _told(child) | {(name, _HOLDS) for name in held}
        # The age is known of every child; it makes no rule half-fired.
        told.discard((_AGE, _HOLDS))
        away: dict[str, int] = {}
        for rule in self._knowledge.rules.values():
            if rule.priority not in URGENT or rule.id in held or self._supports[rule.id].isdisjoint(told):
                continue
            for code, is_half_fired in evaluation.wanted(rule.condition).codes.items():
                if is_half_fired and code not in self._of_follow_up:
                    away[code] = min(away.get(code, rule.priority), rule.priority)
        return away

    def _stand(self, child: Presentation, held: frozenset[str], names: Container[str]) -> Standing:
        """Return the standing, the conditions in `names` worked out and the others as they are in `held`."""
        is_filmed = not self._films.isdisjoint(child.findings)
        if child.disputed or child.disputed_numbers:
            return Standing(self._with_disputes(child), is_filmed)
        facts = _Facts(child.findings, child.inputs, child.numbers, {name for name in held if name not in names})
        for name, function in self._functions.items():
            if name in names and function(facts):
                facts.held.add(name)
        return Standing(frozenset(facts.held), is_filmed)

    def _with_disputes(self, child: Presentation) -> frozenset[str]:
        evaluation = Evaluation(self._knowledge, child)
        for name, condition in self._conditions.items():
            if evaluation.can_hold(condition):
                evaluation.fired[name] = ()
        return frozenset(evaluation.fired)

    def _read_by(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """Return for each answer the conditions that may change with it, directly or through a rule before them.

        An answer that nothing reads is missing. "No" to a danger sign is such an answer: it is as good as no answer.
        """
        readers: dict[tuple[str, str], set[str]] = {}
        for name, condition in self._conditions.items():
            for answer in self._answers_read(condition):
                readers.setdefault(answer, set()).add(name)
        rules_read = {
            name: {atom.rule for atom in walk(condition) if isinstance(atom, RuleFired)}
            for name, condition in self._conditions.items()
        }
        for found in readers.values():
            # In the order of the book, in which a rule reads only rules before it.
            for name, rules in rules_read.items():
                if not rules.isdisjoint(found):
                    found.add(name)
        return MappingProxyType({answer: frozenset(found) for answer, found in readers.items()})

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


def _told(child: Presentation) -> set[tuple[str, str]]:
    """Return what was answered, in the form of `_supporting`."""
    told = {(code, held) for code, state in child.findings.items() for held in held_states(state)}
    told |= {(code, "yes") for code, is_yes in child.inputs.items() if is_yes}
    told |= {(code, state) for code, states in child.disputed.items() for state in states}
    return told | {(name, _HOLDS) for name in (*child.numbers, *child.disputed_numbers)}


def _supporting(condition: Criterion) -> Iterable[tuple[str, str]]:
    """Yield the answers, numbers and rules that can bring a condition nearer to holding."""
    match condition:
        case All(parts) | Any_(parts) | AtLeast(_, parts):
            for part in parts:
                yield from _supporting(part)
        case FindingIs(finding, states):
            yield from ((finding, state) for state in states)
        case InputIsYes(code):
            yield (code, "yes")
        case NumberIs(name, _, _) | RuleFired(name):
            yield (name, _HOLDS)


def _as_function(condition: Criterion) -> _Holds:
    """Return the condition as a function of the facts. Missing data make an atom false."""
    match condition:
        case All(parts):
            return _all([_as_function(part) for part in parts])
        case Any_(parts):
            return _any([_as_function(part) for part in parts])
        case None_(parts):
            any_of = _any([_as_function(part) for part in parts])
            return lambda facts: not any_of(facts)
        case AtLeast(n, parts):
            functions = [_as_function(part) for part in parts]
            return lambda facts: sum(function(facts) for function in functions) >= n
        case FindingIs(finding, states):
            return _finding_is(finding, frozenset(states))
        case NumberIs(name, op, value):
            return _number_is(name, COMPARE[op], value)
        case InputIsYes(code):
            return lambda facts: facts.inputs.get(code, False)
        case IsUnknown(finding):
            return lambda facts: finding not in facts.findings
        case RuleFired(rule):
            return lambda facts: rule in facts.held


def _all(functions: list[_Holds]) -> _Holds:
    def holds(facts: _Facts) -> bool:
        for function in functions:  # noqa: SIM110 - a generator takes twice as long
            if not function(facts):
                return False
        return True

    return holds


def _any(functions: list[_Holds]) -> _Holds:
    def holds(facts: _Facts) -> bool:
        for function in functions:  # noqa: SIM110 - a generator takes twice as long
            if function(facts):
                return True
        return False

    return holds


def _finding_is(finding: str, states: frozenset[str]) -> _Holds:
    def holds(facts: _Facts) -> bool:
        state = facts.findings.get(finding)
        return state in states or (state is not None and JOIN in state and not states.isdisjoint(held_states(state)))

    return holds


def _number_is(name: str, compare: Callable[[float, float], bool], value: float) -> _Holds:
    def holds(facts: _Facts) -> bool:
        number = facts.numbers.get(name)
        return number is not None and compare(number, value)

    return holds
