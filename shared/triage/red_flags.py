"""The danger rules: which fire, because of which answers, and which could still fire once more is known.

Missing data make an atom false, so a rule never fires for want of an answer. Where people disagree, each of their
values is possible, and a rule that fires under one of them fires: one is asked to look, not to vote.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.knowledge.model import (
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
from shared.measurement.derive import feeders_of
from shared.triage.assessment import FiredRule
from shared.triage.presentation import Presentation

PROMPT = 4
URGENT = (1, 2)
"""Rules of these priorities call for the child today."""


def evaluate(knowledge: KnowledgeBase, presentation: Presentation) -> tuple[FiredRule, ...]:
    """Return the rules and prompts that fire, the most urgent first, then in the order of the book."""
    evaluation = Evaluation(knowledge, presentation)
    fired = []
    for rule in knowledge.rules.values():
        if not evaluation.can_hold(rule.condition):
            continue
        evaluation.fired[rule.id] = tuple(dict.fromkeys(evaluation.reasons(rule.condition)))
        fired.append(
            FiredRule(
                id=rule.id,
                priority=rule.priority,
                action=rule.action,
                sources=rule.evidence.sources,
                quality=rule.evidence.quality,
                because=_without_what_follows(knowledge, evaluation.fired[rule.id]),
            )
        )
    # The sort is stable.
    return tuple(sorted(fired, key=lambda rule: rule.priority))


def holds(knowledge: KnowledgeBase, presentation: Presentation, condition: Criterion, fired: Iterable[str]) -> bool:
    """Tell whether a condition of the book holds, given the ids of the rules that fired."""
    evaluation = Evaluation(knowledge, presentation)
    evaluation.fired = dict.fromkeys(fired, ())
    return evaluation.can_hold(condition)


def could_still_fire(knowledge: KnowledgeBase, presentation: Presentation) -> tuple[str, ...]:
    """Return the unanswered findings, inputs and measurements on which a rule of priority 1 or 2 still depends.

    In the order of the book's rules. A rule that has fired, or can no longer fire, asks for nothing.
    """
    evaluation = Evaluation(knowledge, presentation)
    open_codes: dict[str, None] = {}
    for rule in knowledge.rules.values():
        if evaluation.can_hold(rule.condition):
            evaluation.fired[rule.id] = ()
        elif rule.priority in URGENT:
            open_codes |= dict.fromkeys(evaluation.missing(rule.condition) or ())
    return tuple(open_codes)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whether a condition holds. If not, `codes` are the answers that would each alone make it hold, and whether an
    answer that was given has brought it so far. `has_support`: an answer, not its lack or the age, makes it hold.
    """

    holds: bool
    has_support: bool
    codes: Mapping[str, bool]


class Evaluation:
    """One pass over the rules for one presentation. `fired` holds what fired so far, with its reasons."""

    def __init__(self, knowledge: KnowledgeBase, presentation: Presentation) -> None:
        self._knowledge = knowledge
        self.presentation = presentation
        self._is_disputed = bool(presentation.disputed or presentation.disputed_numbers)
        self.fired: dict[str, tuple[str, ...]] = {}

    def can_hold(self, condition: Criterion) -> bool:
        """Tell whether the condition holds under at least one of the values that people claim."""
        if self._is_disputed:
            return True in self._values(condition)
        return self._holds(condition)

    def reasons(self, condition: Criterion) -> list[str]:
        """Return the codes of the answers that make a holding condition hold."""
        match condition:
            case All(parts) | Any_(parts) | AtLeast(_, parts):
                return [code for part in parts if self.can_hold(part) for code in self.reasons(part)]
            case FindingIs(code, _) | InputIsYes(code):
                return self._told_by(code)
            case NumberIs(name, _, _):
                return [self._code_of_number(name)]
            case RuleFired(rule):
                return list(self.fired[rule])
            case _:
                # What is absent or unknown is no answer to point at.
                return []

    def missing(self, condition: Criterion) -> list[str] | None:
        """Return the codes whose answers could yet make the condition hold; none if it holds, None if it cannot."""
        if self.can_hold(condition):
            return []
        match condition:
            case All(parts):
                lists = [self.missing(part) for part in parts]
                return None if None in lists else _joined(lists)
            case Any_(parts):
                lists = [self.missing(part) for part in parts]
                return None if all(codes is None for codes in lists) else _joined(lists)
            case AtLeast(n, parts):
                lists = [self.missing(part) for part in parts]
                return None if len(parts) - lists.count(None) < n else _joined(lists)
            case FindingIs(code, _) | InputIsYes(code):
                return self._missing_answer(code)
            case NumberIs(name, op, _):
                return self._missing_number(name, op)
            case _:
                # An absence or a rule before this one does not come from an answer that can be asked for here.
                return None

    def wanted(self, condition: Criterion) -> Wanted:
        """Return whether the condition holds and, if not, which answers would each alone make it hold."""
        match condition:
            case All(parts):
                return self._combined(parts, len(parts))
            case Any_(parts):
                return self._combined(parts, 1)
            case AtLeast(n, parts):
                return self._combined(parts, n)
            case None_() | IsUnknown():
                return Wanted(self.can_hold(condition), False, {})
            case NumberIs(name, _, _) if self._knowledge.measurement_of(name) is None:
                # The age is known of every child; nobody is asked for a number that has no unit and no limits.
                return Wanted(self.can_hold(condition), False, {})
        if self.can_hold(condition):
            return Wanted(True, True, {})
        return Wanted(False, False, dict.fromkeys(self.missing(condition) or (), False))

    def _combined(self, parts: tuple[Criterion, ...], n: int) -> Wanted:
        """Return what is wanted where `n` of the parts have to hold."""
        still_wanted, has_support, hopeless = n, False, 0
        open_parts: list[Mapping[str, bool]] = []
        for part in parts:
            found = self.wanted(part)
            if found.holds:
                still_wanted -= 1
                has_support |= found.has_support
            elif found.codes:
                open_parts.append(found.codes)
            else:
                hopeless += 1
                if hopeless > len(parts) - n:
                    return Wanted(False, False, {})
        if still_wanted <= 0:
            return Wanted(True, has_support, {})
        counts: dict[str, int] = {}
        support: dict[str, bool] = {}
        for codes in open_parts:
            for code, is_supported in codes.items():
                counts[code] = counts.get(code, 0) + 1
                support[code] = support.get(code, has_support) or is_supported
        return Wanted(False, False, {code: support[code] for code, count in counts.items() if count >= still_wanted})

    def _holds(self, condition: Criterion) -> bool:
        """Decide the condition where nobody disagrees: the same as `_values`, several times faster."""
        given = self.presentation
        if isinstance(condition, FindingIs):
            state = given.findings.get(condition.finding)
            return state is not None and any(held in condition.states for held in held_states(state))
        if isinstance(condition, Any_):
            return any(self._holds(part) for part in condition.of)
        if isinstance(condition, All):
            return all(self._holds(part) for part in condition.of)
        if isinstance(condition, NumberIs):
            number = given.numbers.get(condition.input)
            return number is not None and COMPARE[condition.op](number, condition.value)
        if isinstance(condition, InputIsYes):
            return given.inputs.get(condition.input, False)
        if isinstance(condition, None_):
            return not any(self._holds(part) for part in condition.of)
        return True in self._values(condition)

    def _values(self, condition: Criterion) -> frozenset[bool]:
        match condition:
            case All(parts):
                return _both(all, [self._values(part) for part in parts])
            case Any_(parts):
                return _both(any, [self._values(part) for part in parts])
            case None_(parts):
                return frozenset(not value for value in _both(any, [self._values(part) for part in parts]))
            case AtLeast(n, parts):
                values = [self._values(part) for part in parts]
                most = sum(True in value for value in values)
                least = sum(False not in value for value in values)
                return frozenset({most >= n, least >= n})
            case FindingIs(finding, states):
                return (
                    frozenset(any(held in states for held in held_states(state)) for state in self._states(finding))
                    or _NO
                )
            case InputIsYes(code):
                return frozenset(state == "yes" for state in self._states(code)) or _NO
            case NumberIs(name, op, limit):
                return frozenset(COMPARE[op](number, limit) for number in self._numbers(name)) or _NO
            case IsUnknown(finding):
                return frozenset({finding not in self.presentation.findings})
            case RuleFired(rule):
                return frozenset({rule in self.fired})

    def _states(self, code: str) -> set[str]:
        given = self.presentation
        states = set(given.disputed.get(code, ()))
        if code in given.findings:
            states.add(given.findings[code])
        if code in given.inputs:
            states.add("yes" if given.inputs[code] else "no")
        return states

    def _numbers(self, name: str) -> set[float]:
        given = self.presentation
        numbers = set(given.disputed_numbers.get(name, ()))
        return numbers | {given.numbers[name]} if name in given.numbers else numbers

    def _told_by(self, code: str) -> list[str]:
        """Return the code, or the numbers that it follows from: "CRP 120 mg/L" says more than "CRP over 20"."""
        if code not in self.presentation.derived:
            return [code]
        return [name for name in feeders_of(self._knowledge, code) if name in self.presentation.measurements]

    def _code_of_number(self, name: str) -> str:
        measurement = self._knowledge.measurement_of(name)
        return name if measurement is None else measurement.id

    def _missing_answer(self, code: str) -> list[str] | None:
        if self._states(code):
            return None
        given = self._knowledge.inputs.get(code)
        if given is not None and given.is_derived:
            # Nobody is asked whether a heart rate is high for the age: one is asked to count it.
            return [
                name for name in feeders_of(self._knowledge, code) if name not in self.presentation.measurements
            ] or None
        return [code]

    def _missing_number(self, name: str, op: str) -> list[str] | None:
        if self._numbers(name):
            return None
        measurement = self._knowledge.measurement_of(name)
        if measurement is None:
            return None
        # Who said "no fever" or "CRP 20 or less" has answered whether the number is high, though not whether it is low.
        answered = any(self._states(derived.code) for derived in measurement.derives)
        return None if op in (">", ">=") and answered else [measurement.id]


_NO = frozenset({False})
COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def _both(combine: object, values: list[frozenset[bool]]) -> frozenset[bool]:
    """Return what `all` or `any` can come to: its value with every part as true, and as false, as it can be."""
    assert combine in (all, any)
    highest = [True in value for value in values]
    lowest = [False not in value for value in values]
    return frozenset({all(highest), all(lowest)} if combine is all else {any(highest), any(lowest)})


def _joined(lists: Iterable[list[str] | None]) -> list[str]:
    return list(dict.fromkeys(code for codes in lists if codes is not None for code in codes))


def _without_what_follows(knowledge: KnowledgeBase, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes without those that only repeat a number among them: a CRP of 120 says "over 20" too."""
    repeated = {
        d.code for code in codes if code in knowledge.measurements for d in knowledge.measurements[code].derives
    }
    return tuple(code for code in codes if code not in repeated)
