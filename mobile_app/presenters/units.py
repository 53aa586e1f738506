"""The units that a measurement is offered in, and which of them stands there first: what the clinic's slips print.

They come from the knowledge: a new measurement or unit needs no code.
"""

from __future__ import annotations

from collections.abc import Mapping

from mobile_app.presenters.wording import phrase, say
from shared.knowledge.model import FindingKind, KnowledgeBase, MeasurementDefinition
from shared.measurement.units import unit_label

# Units that the book converts and that no slip prints.
_NOT_OFFERED = frozenset({"Hz", "min"})
_UNIT_WORDS = {"d": phrase("days"), "h": phrase("hours"), "wk": phrase("weeks"), "mo": phrase("months")}


def units_of(definition: MeasurementDefinition) -> tuple[tuple[str, str], ...]:
    """Return the offered units of a measurement with their words, the knowledge's own first."""
    offered = [unit for unit in (definition.unit, *definition.units) if unit not in _NOT_OFFERED]
    return tuple((unit, _in_words(definition, unit)) for unit in offered)


def first_unit(definition: MeasurementDefinition, preferred: Mapping[str, str]) -> str:
    """Return the unit that the field starts with: the clinic's, or the knowledge's own."""
    unit = preferred.get(definition.id, "")
    return unit if unit in dict(units_of(definition)) else definition.unit


def measurements_with_a_choice(knowledge: KnowledgeBase) -> tuple[MeasurementDefinition, ...]:
    """Return what is read from a slip or an instrument in more than one unit; counts of time are none of these."""
    return tuple(
        definition
        for definition in knowledge.measurements.values()
        if definition.kind is not FindingKind.HISTORY and len(units_of(definition)) > 1
    )


def _in_words(definition: MeasurementDefinition, unit: str) -> str:
    words = _UNIT_WORDS.get(unit)
    return say(words) if words else unit_label(definition, unit)
