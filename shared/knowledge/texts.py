"""The words of the book that a clinician reads, and the same book in another language.

    texts_of(knowledge)              ──▶  (where, text) of every word that is shown      what a translator gets
    localised(knowledge, translate)  ──▶  the same book with these words replaced        what the app shows

Only words change: ids, numbers, criteria and the content hash stay, so an assessment is the same in every language.
Citations, the basis of a figure and the titles of codes stay as they were published; a rule's `action` and the course
of a condition are for machines and readers of the files, its `title` and `steps` are what a screen says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from shared.knowledge.model import KnowledgeBase
from shared.knowledge.model.condition import ConditionDefinition, ConsiderDefinition, VariantDefinition
from shared.knowledge.model.evidence import Statement
from shared.knowledge.model.finding import DangerSign, FindingDefinition, InputDefinition
from shared.knowledge.model.measurement import AgeBand, MeasurementDefinition, Zone
from shared.knowledge.model.plan import (
    Checkpoint,
    FirstTest,
    FollowUpDefinition,
    PlanDefinition,
    RuleDefinition,
    TestDefinition,
)

Translate = Callable[[str], str]
"""Return a text in another language; the text itself where there is no translation."""

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class _Worded:
    """Which fields of a class are shown (a text, several, or texts by id), and which hold parts with such fields."""

    texts: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


_WORDED: Mapping[type, _Worded] = {
    KnowledgeBase: _Worded(
        texts=("settings", "regions", "resources", "phrases"),
        parts=(
            "conditions",
            "findings",
            "inputs",
            "rules",
            "plans",
            "age_bands",
            "age_groups",
            "measurements",
            "danger_signs",
            "consider",
            "first_tests",
            "general",
        ),
    ),
    ConditionDefinition: _Worded(texts=("label", "plain_label"), parts=("variants",)),
    VariantDefinition: _Worded(texts=("label",)),
    ConsiderDefinition: _Worded(texts=("label", "clues")),
    FindingDefinition: _Worded(texts=("label", "ask", "why", "how_to", "detail", "state_labels")),
    InputDefinition: _Worded(texts=("label", "ask")),
    DangerSign: _Worded(texts=("label", "hint", "note")),
    AgeBand: _Worded(texts=("label",)),
    Zone: _Worded(texts=("word", "sentence")),
    MeasurementDefinition: _Worded(texts=("label", "unit_label", "unit_labels", "ask", "why"), parts=("zones",)),
    RuleDefinition: _Worded(texts=("title", "steps", "facts"), parts=("tests", "do_not")),
    FirstTest: _Worded(texts=("why_if_urgent",), parts=("test",)),
    TestDefinition: _Worded(texts=("text", "why")),
    PlanDefinition: _Worded(
        parts=(
            "tests",
            "management",
            "do_not",
            "follow_up",
            "parents",
            "prevention",
            "escalate_if",
            "checkpoints",
            "parents_unconfirmed",
        )
    ),
    FollowUpDefinition: _Worded(texts=("when", "do")),
    Checkpoint: _Worded(texts=("expect",)),
    Statement: _Worded(texts=("text",)),
}


def texts_of(knowledge: KnowledgeBase) -> Iterator[tuple[str, str]]:
    """Yield each text that is shown, once, with the place where it first stands: `findings erythema ask`."""
    seen: set[str] = set()
    places: list[tuple[str, str]] = []

    def note(where: str, text: str) -> str:
        if text and text not in seen:
            seen.add(text)
            places.append((where, text))
        return text

    _part(knowledge, note, "")
    yield from places


def localised(knowledge: KnowledgeBase, translate: Translate) -> KnowledgeBase:
    """Return the same book in the words that `translate` gives for each of its texts."""
    return _part(knowledge, lambda _where, text: translate(text) if text else text, "")


def _part(part: Part, change: Callable[[str, str], str], where: str) -> Part:
    """Return a part of the book with its texts changed, itself where nothing changes."""
    worded = _WORDED[type(part)]
    new: dict[str, Any] = {}
    for name in worded.texts:
        old = getattr(part, name)
        new[name] = _each(old, lambda text, at: change(at, text), f"{where} {name}".strip())
    for name in worded.parts:
        old = getattr(part, name)
        if old is not None:
            new[name] = _each(old, lambda inner, at: _part(inner, change, at), f"{where} {name}".strip())
    changed = {name: value for name, value in new.items() if value != getattr(part, name)}
    return replace(part, **changed) if changed else part  # type: ignore[type-var]


def _each(value: Any, change: Callable[[Any, str], Any], where: str) -> Any:
    """Apply `change` to a single thing, to each of several, or to each by its id."""
    if isinstance(value, Mapping):
        return {name: change(one, f"{where} {name}") for name, one in value.items()}
    if isinstance(value, tuple):
        return tuple(change(one, where) for one in value)
    return change(value, where)
