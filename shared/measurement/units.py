"""Values into the canonical unit of their measurement.

    canonical unit ─▶ as it is      unit of the book ─▶ its factor      any other UCUM unit ─▶ pint

pint and ucumvert take more than half a second to import, so they are loaded only for a unit that the book does not
list. Mass and molar units are joined by the measurement's molar mass.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from shared.errors import InvalidInput
from shared.knowledge.model import MeasurementDefinition

MAX_UNIT = 40
# Enough for every clinical figure, and it makes 100.4 [degF] exactly 38.0 Cel.
DECIMALS = 6


def to_canonical(definition: MeasurementDefinition, value: float, unit: str, place: str) -> float:
    """Return the value in the measurement's canonical unit.

    Raises:
        InvalidInput: at `<place>.unit`, if the unit is not one of this quantity.
    """
    unit = definition.spellings.get(unit, unit)
    if unit == definition.unit:
        return float(value)
    if unit in definition.units:
        factor = definition.units[unit]
        return round(value * factor.factor + factor.offset, DECIMALS)
    converted = _by_pint(definition, value, unit) if len(unit) <= MAX_UNIT else None
    if converted is None or not math.isfinite(converted):
        known = ", ".join((definition.unit, *definition.units))
        raise InvalidInput(f"{place}.unit", f"is not a unit for this measurement; use {known}")
    return round(converted, DECIMALS)


def from_canonical(definition: MeasurementDefinition, value: float, unit: str) -> float:
    """Return a canonical value in another unit that the book lists."""
    if unit == definition.unit:
        return value
    factor = definition.units[unit]
    return (value - factor.offset) / factor.factor


def unit_label(definition: MeasurementDefinition, unit: str) -> str:
    """Return how a unit is printed."""
    return definition.unit_label if unit == definition.unit else definition.unit_labels.get(unit, unit)


def _by_pint(definition: MeasurementDefinition, value: float, unit: str) -> float | None:
    registry, faults = _registry()
    try:
        quantity = registry.Quantity(value, registry.from_ucum(unit))
        target = registry.from_ucum(definition.unit)
        if quantity.is_compatible_with(target):
            return float(quantity.to(target).magnitude)
        if definition.molar_mass is None:
            return None
        molar_mass = registry.Quantity(definition.molar_mass, "g/mol")
        for joined in (quantity / molar_mass, quantity * molar_mass):
            if joined.is_compatible_with(target):
                return float(joined.to(target).magnitude)
    except faults:
        pass
    return None


@cache
def _registry() -> tuple[Any, tuple[type[Exception], ...]]:
    import lark
    import pint
    import ucumvert

    refused = (pint.PintError, lark.exceptions.LarkError)
    # A string that is no unit also surfaces as one of these, depending on how far the parser gets.
    stumbled = (ValueError, TypeError, KeyError, AttributeError, ArithmeticError)
    return ucumvert.PintUcumRegistry(), (*refused, *stumbled)
