"""The measurements: units, limits by age, zones of the range bar, and what follows from a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.knowledge.model.evidence import Evidence
from shared.knowledge.model.finding import FindingKind


@dataclass(frozen=True, slots=True)
class AgeBand:
    """A stretch of ages, both days included; `to_days` is None for the oldest."""

    id: str
    label: str
    from_days: int
    to_days: int | None

    def holds(self, age_days: float) -> bool:
        return self.from_days <= age_days and (self.to_days is None or age_days < self.to_days + 1)


@dataclass(frozen=True, slots=True)
class AgeLimit:
    """The limits of a measurement for one stretch of ages. None: the book draws no line on that side."""

    age: AgeBand
    low: float | None
    high: float | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the range bar, ending before `below` or at `up_to`; both None: the last.

    `sentence` says what a value in it means. `shade` is normal, neutral, raised, deep or severe.
    """

    word: str
    shade: str
    sentence: str
    below: float | None = None
    up_to: float | None = None

    @property
    def limit(self) -> float | None:
        return self.up_to if self.below is None else self.below

    def holds(self, value: float) -> bool:
        """Tell whether a value that is in none of the zones before is in this one."""
        if self.below is not None:
            return value < self.below
        return self.up_to is None or value <= self.up_to


@dataclass(frozen=True, slots=True)
class StateLimit:
    """A state that follows from a number under `below`, or up to `up_to`; both None: from every number that is left."""

    state: str
    below: float | None = None
    up_to: float | None = None

    def holds(self, value: float) -> bool:
        if self.below is not None:
            return value < self.below
        return self.up_to is None or value <= self.up_to


@dataclass(frozen=True, slots=True)
class DerivedFinding:
    """A finding or input that a measurement answers. One of four ways:

    `states`: the first whose limit holds; `limits`: yes above the limit for the age; `at_or_above`: yes from the limit
    for the age on; `outside_limits`: yes outside the measurement's own range for the age. Nothing is derived under
    `from_age_days`, and no "no" under `no_from_age_days`. `counted_to`: that many days are taken off first. Where
    `stated_wins`, an answer that says otherwise is kept: the laboratory knows its own range.
    """

    code: str
    evidence: Evidence
    states: tuple[StateLimit, ...] = ()
    limits: tuple[AgeLimit, ...] = ()
    at_or_above: tuple[AgeLimit, ...] = ()
    outside_limits: bool = False
    from_age_days: int = 0
    no_from_age_days: int = 0
    counted_to: str | None = None
    stated_wins: bool = False


@dataclass(frozen=True, slots=True)
class UnitFactor:
    """canonical = value * factor + offset."""

    factor: float
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class UnitDoubt:
    """Where a value makes one doubt its unit: entered in `unit` under `below` or over `above`, `other` may be meant."""

    unit: str
    other: str
    below: float | None = None
    above: float | None = None


@dataclass(frozen=True, slots=True)
class MeasurementDefinition:
    """A number with a unit. All limits are in the canonical `unit` (UCUM).

    `units` are what else the slip may print, `spellings` other ways to write a unit, `unit_labels` how a unit is
    printed. `molar_mass` (g/mol) joins mass and molar units. Outside `possible` a value is refused, outside `probable`
    questioned. `input` is its name in the rules. `is_bare_allowed`: the id names the unit, so it may come without one.
    """

    id: str
    label: str
    kind: FindingKind
    unit: str
    unit_label: str
    units: Mapping[str, UnitFactor]
    spellings: Mapping[str, str]
    unit_labels: Mapping[str, str]
    possible: tuple[float, float]
    probable: tuple[float, float]
    input: str
    decimals: int
    limits: tuple[AgeLimit, ...]
    zones: tuple[Zone, ...]
    unit_doubts: tuple[UnitDoubt, ...]
    derives: tuple[DerivedFinding, ...]
    evidence: Evidence
    ask: str = ""
    why: str = ""
    resource: str | None = None
    molar_mass: float | None = None
    judged_from_days: int = 0
    is_bare_allowed: bool = False

    def limit_for(self, age_days: float) -> AgeLimit | None:
        """Return the range for this age, or None where the book has none."""
        return next((limit for limit in self.limits if limit.age.holds(age_days)), None)
