"""What each source of the knowledge supports: the conditions, signs, measurements and rules that name it.

The knowledge is read as it is built, whatever its parts are called: a new kind of statement with an `evidence` or
`sources` is found here without code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass

from shared.knowledge.model import Evidence, KnowledgeBase


def supported_by_source(knowledge: KnowledgeBase) -> dict[str, tuple[str, ...]]:
    """Return, for each source by id, the labels of what rests on it: conditions first, each once."""
    found: dict[str, dict[str, None]] = {source: {} for source in knowledge.sources}
    for label, definition in _labelled(knowledge):
        for source in _sources_in(definition):
            if source in found:
                found[source][label] = None
    return {source: tuple(labels) for source, labels in found.items()}


def _labelled(knowledge: KnowledgeBase) -> Iterator[tuple[str, object]]:
    conditions = knowledge.conditions
    for condition in conditions.values():
        yield condition.label, condition
    for code, plan in knowledge.plans.items():
        if code in conditions:
            yield conditions[code].label, plan
    for consider in knowledge.consider.values():
        yield consider.label, consider
    for finding in knowledge.findings.values():
        # A likelihood rests on what the source says of one condition under this finding.
        yield finding.label, finding
    for measurement in knowledge.measurements.values():
        yield measurement.label, measurement
    for rule in knowledge.rules.values():
        if rule.title:
            yield rule.title, rule


def _sources_in(part: object) -> Iterator[str]:
    if isinstance(part, Evidence):
        yield from part.sources
    elif is_dataclass(part):
        for field in fields(part):
            value = getattr(part, field.name)
            if field.name == "sources" and isinstance(value, tuple):
                yield from (source for source in value if isinstance(source, str))
            else:
                yield from _sources_in(value)
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from _sources_in(value)
    elif isinstance(part, Iterable) and not isinstance(part, str):
        for value in part:
            yield from _sources_in(value)
