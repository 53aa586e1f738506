"""What the words of a situation mean in the knowledge: strict, and helpful where a word is not known.

A word means, in this order: a phrase of `words.yaml`; an id, or what the knowledge calls a finding, an input or a state
of it ("Red skin", "Does not use the limb"); `finding: state`. Capitals, repeated spaces, _ and a full stop at the end
make no difference. What could mean two things is refused, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.case.entry import Quantity
from shared.errors import InvalidInput
from shared.knowledge.model import KnowledgeBase
from shared.knowledge.section import nearest

YES, NO = "yes", "no"
Meaning = tuple[tuple[str, str], ...]
"""Codes of findings and inputs, each with its state."""

_MEASURED = re.compile(r"(?P<name>.+?)\s+(?P<value>-?\d+(?:\.\d+)?)(?:\s+(?P<unit>\S+))?")


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement by its id, with its number as it was written."""

    id: str
    quantity: Quantity


class Vocabulary:
    """The words of a knowledge base together with the phrases of a folder of situations."""

    def __init__(self, knowledge: KnowledgeBase, words: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        self._knowledge = knowledge
        self._phrases = {plain(phrase): codes for phrase, codes in words["findings"].items()}
        self._settings = {plain(phrase): codes[0] for phrase, codes in words["settings"].items()}
        self._settings |= {plain(setting): setting for setting in knowledge.settings}
        self._measurements = {plain(phrase): codes[0] for phrase, codes in words["measurements"].items()}
        for measurement in knowledge.measurements.values():
            self._measurements |= {plain(measurement.id): measurement.id, plain(measurement.label): measurement.id}
        self._labels: dict[str, set[tuple[str, str]]] = {}
        for code, state, text in self._texts():
            self._labels.setdefault(plain(text), set()).add((code, state))

    def meaning(self, word: str) -> Meaning:
        """Return the codes that a word of `found` sets, each with its state.

        Raises:
            InvalidInput: the word is not known, or means several things.
        """
        found = plain(word)
        if found in self._phrases:
            return tuple(self._code_and_state(part, word) for part in self._phrases[found])
        meanings = self._labels.get(found, set())
        if len(meanings) == 1:
            return tuple(meanings)
        if len(meanings) > 1:
            codes = " and ".join(sorted({code for code, _ in meanings}))
            raise InvalidInput(f"'{word}'", f"is said of {codes}; write which one, as in {min(meanings)[0]}: {word}")
        if ":" in word:
            return (self._code_and_state(word.replace(":", "=", 1), word),)
        raise InvalidInput(f"'{word}'", f"is no finding that the knowledge asks for{self._hint(found)}")

    def denied(self, word: str) -> Meaning:
        """Return the codes that a word of `absent` sets: those of `meaning`, all answered no."""
        meaning = self.meaning(word)
        if any(state != YES for _, state in meaning):
            raise InvalidInput(f"'{word}'", "cannot be absent; write the state that was found instead")
        return tuple((code, NO) for code, _ in meaning)

    def measured(self, line: str) -> Measured:
        """Return what a line such as "CRP 48 mg/L" measured."""
        parts = _MEASURED.fullmatch(" ".join(line.split()))
        if parts is None:
            raise InvalidInput(f"'{line}'", "must be a name, a number and a unit, such as CRP 48 mg/L")
        name = plain(parts["name"])
        if name not in self._measurements:
            raise InvalidInput(f"'{line}'", f"is no measurement that is known{_hint(name, self._measurements)}")
        measurement = self._knowledge.measurements[self._measurements[name]]
        return Measured(measurement.id, Quantity(float(parts["value"]), parts["unit"] or measurement.unit))

    def is_measured(self, line: str) -> bool:
        """Tell whether a line begins with the name of a measurement and holds a number."""
        parts = _MEASURED.fullmatch(" ".join(line.split()))
        return parts is not None and plain(parts["name"]) in self._measurements

    def condition(self, word: str) -> str:
        """Return the id of a condition that is ranked."""
        names: dict[str, str] = {}
        for condition in self._knowledge.conditions.values():
            names |= {plain(text): condition.id for text in (condition.id, condition.label)}
        return _found("condition that is ranked", word, names)

    def rule(self, word: str) -> str:
        """Return the id of a danger rule or prompt."""
        return _found("danger rule", word, {plain(rule): rule for rule in self._knowledge.rules})

    def setting(self, word: str) -> str:
        return _found("place to be seen", word, self._settings)

    def resource(self, word: str) -> str:
        names = {plain(label): resource for resource, label in self._knowledge.resources.items()}
        return _found("thing that a clinic has", word, names | {plain(r): r for r in self._knowledge.resources})

    def region(self, word: str) -> str:
        """Return the id of a place of the body; the plural is understood."""
        names: dict[str, str] = {}
        for region, label in self._knowledge.regions.items():
            names |= {plain(text): region for text in (region, label, f"{label}s", label.replace("foot", "feet"))}
        return _found("place of the body", word, names)

    def label(self, condition: str) -> str:
        return self._knowledge.conditions[condition].label

    def _texts(self) -> Iterable[tuple[str, str, str]]:
        for finding in self._knowledge.findings.values():
            if finding.is_binary:
                yield from ((finding.id, YES, text) for text in (finding.id, finding.label))
            yield from ((finding.id, state, text) for state, text in finding.state_labels.items())
        for given in self._knowledge.inputs.values():
            if not given.is_numeric:
                yield from ((given.id, YES, text) for text in (given.id, given.label))

    def _code_and_state(self, text: str, word: str) -> tuple[str, str]:
        name, _, state = (part.strip() for part in text.partition("="))
        code = name.replace(" ", "_")
        finding = self._knowledge.findings.get(code)
        given = self._knowledge.inputs.get(code)
        if finding is None and (given is None or given.is_numeric):
            raise InvalidInput(f"'{word}'", f"stands for {code}, which the knowledge does not have{self._hint(name)}")
        if not state:
            return code, YES
        states = {YES: YES, NO: NO} if finding is None else {plain(s): s for s in finding.states}
        if finding is not None:
            states |= {plain(label): state for state, label in finding.state_labels.items()}
        if plain(state) not in states:
            raise InvalidInput(f"'{word}'", f"names no state of {code}; it has {', '.join(dict.fromkeys(states))}")
        return code, states[plain(state)]

    def _hint(self, word: str) -> str:
        return _hint(word, [*self._phrases, *self._labels])


def plain(text: str) -> str:
    """Return a text in the form in which words are compared."""
    return " ".join(text.replace("_", " ").casefold().split()).rstrip("?. ")


def _found(what: str, word: str, names: Mapping[str, str]) -> str:
    if plain(word) not in names:
        raise InvalidInput(f"'{word}'", f"is no {what}{_hint(plain(word), names)}")
    return names[plain(word)]


def _hint(word: str, known: Iterable[str]) -> str:
    close = nearest(word, known)
    return f"; did you mean '{close}'?" if close else ""
