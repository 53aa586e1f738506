"""The range bar of a measurement: the zones for this age along a line from 0 to 1, and where the value stands.

The axis is not linear: every zone gets the same width, so that small zones can be read. The limits are always written.
"""

from __future__ import annotations

from dataclasses import dataclass

from mobile_app.presenters.wording import say
from shared.knowledge.model import MeasurementDefinition


@dataclass(frozen=True, slots=True)
class ZoneView:
    """A stretch of the range bar, from 0 to 1. `shade` is `normal`, `neutral`, `raised`, `deep` or `severe`."""

    start: float
    end: float
    limit: str
    word: str
    shade: str


@dataclass(frozen=True, slots=True)
class RangeBar:
    """The zones, and the mark from 0 to 1 (None without a value)."""

    zones: tuple[ZoneView, ...]
    mark: float | None


NO_RANGE = RangeBar((), None)


@dataclass(frozen=True, slots=True)
class _Stretch:
    low: float
    high: float
    word: str
    shade: str


def range_bar(definition: MeasurementDefinition, age_days: float, value: float | None) -> RangeBar:
    """Return the bar for a canonical value. Where the book draws no line for this age there is no bar."""
    stretches = _by_zones(definition) or _by_limits(definition, age_days)
    if not stretches:
        return NO_RANGE
    width = 1 / len(stretches)
    zones = tuple(
        ZoneView(
            start=place * width,
            end=(place + 1) * width,
            limit=f"{stretch.low:.{definition.decimals}f}".rstrip("0").rstrip(".") if stretch.low else "0",
            word=stretch.word,
            shade=stretch.shade,
        )
        for place, stretch in enumerate(stretches)
    )
    return RangeBar(zones, None if value is None else _mark(stretches, value))


def _by_zones(definition: MeasurementDefinition) -> list[_Stretch]:
    stretches = []
    low = definition.probable[0] if definition.zones and definition.probable[0] > 1 else 0.0
    for zone in definition.zones:
        high = definition.probable[1] if zone.limit is None else zone.limit
        stretches.append(_Stretch(low, high, zone.word, zone.shade))
        low = high
    return stretches


def _by_limits(definition: MeasurementDefinition, age_days: float) -> list[_Stretch]:
    limit = definition.limit_for(age_days)
    if limit is None or age_days < definition.judged_from_days:
        return []
    stretches = []
    low = 0.0
    if limit.low is not None:
        stretches.append(_Stretch(low, limit.low, say("low"), "neutral"))
        low = limit.low
    if limit.high is not None:
        stretches.append(_Stretch(low, limit.high, say("normal"), "normal"))
        low = limit.high
    word, shade = (say("high"), "neutral") if limit.high is not None else (say("normal"), "normal")
    stretches.append(_Stretch(low, max(definition.probable[1], low), word, shade))
    return stretches


def _mark(stretches: list[_Stretch], value: float) -> float:
    width = 1 / len(stretches)
    for place, stretch in enumerate(stretches):
        if value < stretch.high or place == len(stretches) - 1:
            span = stretch.high - stretch.low
            share = (value - stretch.low) / span if span > 0 else 0.0
            return (place + min(max(share, 0.0), 1.0)) * width
    return 1.0
