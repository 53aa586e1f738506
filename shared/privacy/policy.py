"""Which codes may leave the tablet, and in which form: `privacy.yaml`, read and checked.

The policy is an allow-list. A code that it does not name is not sent; a text that is not one of the code's known values
is not sent; a number in a unit that it does not name is not sent. `unclassified` lists what the knowledge knows and the
policy does not: it must be empty for a build to pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from shared.errors import KnowledgeError, Problem
from shared.knowledge.model import AgeBand, KnowledgeBase, UnitFactor


class PrivacyClass(StrEnum):
    """What a code could give away."""

    DIRECT_IDENTIFIER = "direct_identifier"
    QUASI_IDENTIFIER = "quasi_identifier"
    SENSITIVE = "sensitive"
    CLINICAL = "clinical"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The values that the knowledge knows. Nothing else that is text may travel.

    `states` has the states of each finding and yes-or-no input; `lists` the named lists that `values_from` uses;
    `units[code]` the units of a measurement, each with the way to the canonical one.
    """

    states: Mapping[str, tuple[str, ...]]
    lists: Mapping[str, frozenset[str]]
    rules: frozenset[str]
    units: Mapping[str, Mapping[str, UnitFactor]]
    age_groups: tuple[AgeBand, ...]

    @property
    def conditions(self) -> frozenset[str]:
        return self.lists["conditions"]

    @classmethod
    def of(cls, knowledge: KnowledgeBase) -> Vocabulary:
        """Return the vocabulary of a version of the knowledge."""
        yes_no = {code: ("yes", "no") for code, one in knowledge.inputs.items() if not one.is_numeric}
        return cls(
            states={**yes_no, **{finding.id: finding.states for finding in knowledge.findings.values()}},
            lists={
                "conditions": frozenset(knowledge.conditions),
                "regions": frozenset(knowledge.regions),
                "resources": frozenset(knowledge.resources),
                "settings": frozenset(knowledge.settings),
            },
            rules=frozenset(knowledge.rules),
            units={code: {one.unit: UnitFactor(1), **one.units} for code, one in knowledge.measurements.items()},
            age_groups=knowledge.age_groups,
        )


@dataclass(frozen=True, slots=True)
class Drop:
    """Never sent."""


@dataclass(frozen=True, slots=True)
class Derived:
    """Made by the projection, never copied from an answer."""


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """An age in days, sent as a band."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Sent if it is one of `values`, after replacing a rare value by its group. Yes or no where `is_yes_no`."""

    values: frozenset[str]
    is_yes_no: bool
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rounded:
    """A number in `unit`, to `step` or to `digits` significant digits, cut off at both ends.

    `from_units` are other units that may be given; what is sent is converted. A plain number is one in `unit`.
    """

    unit: str
    low: float
    high: float
    step: float | None
    digits: int | None
    from_units: Mapping[str, UnitFactor]


@dataclass(frozen=True, slots=True)
class Days:
    """A count of days. Segments of (last day, step); days after the last segment are sent as its last day."""

    segments: tuple[tuple[int, int], ...]
    from_units: Mapping[str, UnitFactor] = field(default_factory=dict)


Rule = Drop | Derived | AgeGroup | Keep | Rounded | Days


@dataclass(frozen=True, slots=True)
class Classified:
    """What the policy says of one code."""

    privacy_class: PrivacyClass
    rule: Rule


@dataclass(frozen=True, slots=True)
class PrivacyPolicy:
    """The whole policy, for one version of the knowledge."""

    version: str
    codes: Mapping[str, Classified]
    vocabulary: Vocabulary

    @property
    def age_groups(self) -> tuple[AgeBand, ...]:
        return self.vocabulary.age_groups

    def age_group_of(self, age_days: float) -> str | None:
        """Return the band of an age, or None for one that the software does not cover."""
        return next((band.id for band in self.age_groups if band.holds(age_days)), None)


def load_policy(path: Path, vocabulary: Vocabulary) -> PrivacyPolicy:
    """Return the policy of a `privacy.yaml`.

    Raises:
        KnowledgeError: with everything that is wrong in the file.
    """
    try:
        body = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        raise KnowledgeError([Problem(path.name, "file", "cannot be read as YAML")]) from None
    return _Reader(path.name, vocabulary).read(body)


def unclassified(policy: PrivacyPolicy, knowledge: KnowledgeBase) -> tuple[str, ...]:
    """Return what the knowledge knows and the policy does not classify: codes, and units as `code unit`."""
    codes = {*knowledge.findings, *knowledge.inputs, *knowledge.measurements}
    missing = {code for code in codes if code not in policy.codes}
    for code, measurement in knowledge.measurements.items():
        rule = policy.codes[code].rule if code in policy.codes else None
        if isinstance(rule, Rounded) and rule.unit != measurement.unit:
            missing.add(f"{code} {measurement.unit}")
    return tuple(sorted(missing))


class _Reader:
    """Reads one file and collects all its problems."""

    def __init__(self, file: str, vocabulary: Vocabulary) -> None:
        self._file = file
        self._vocabulary = vocabulary
        self._problems: list[Problem] = []

    def read(self, body: Any) -> PrivacyPolicy:
        if not isinstance(body, dict) or body.keys() != {"version", "codes"}:
            raise KnowledgeError([Problem(self._file, "top level", "must hold version and codes")])
        codes: dict[str, Classified] = {}
        for code, row in (body["codes"] or {}).items():
            classified = self._classified(str(code), row)
            if classified is not None:
                codes[str(code)] = classified
        if self._problems:
            raise KnowledgeError(self._problems)
        return PrivacyPolicy(str(body["version"]), codes, self._vocabulary)

    def _classified(self, code: str, row: Any) -> Classified | None:
        if not isinstance(row, dict) or row.get("class") not in set(PrivacyClass):
            self._wrong(code, "must have a class: " + ", ".join(PrivacyClass))
            return None
        privacy_class = PrivacyClass(row["class"])
        try:
            rule = self._rule(code, row)
        except (TypeError, KeyError, ValueError):
            self._wrong(code, "has a rule that is not written as its kind needs it")
            return None
        if rule is None:
            return None
        if privacy_class is PrivacyClass.DIRECT_IDENTIFIER and not isinstance(rule, Drop):
            self._wrong(code, "names a person, so its rule must be drop")
        return Classified(privacy_class, rule)

    def _rule(self, code: str, row: dict[str, Any]) -> Rule | None:
        match row.get("rule"):
            case "drop":
                return Drop()
            case "derived":
                return Derived()
            case "age_group":
                return AgeGroup()
            case "keep" | "grouped":
                return self._keep(code, row)
            case "rounded":
                return self._rounded(code, row)
            case "days":
                segments = tuple((int(segment["to"]), int(segment["step"])) for segment in row["segments"])
                return Days(segments, self._vocabulary.units.get(code, {}))
            case _:
                self._wrong(code, "has no rule that this version knows")
                return None

    def _keep(self, code: str, row: dict[str, Any]) -> Keep | None:
        if "values" in row:
            values = frozenset(map(str, row["values"]))
        elif "values_from" in row:
            values = self._vocabulary.lists[row["values_from"]]
        else:
            values = frozenset(self._vocabulary.states.get(code, ()))
            if not values:
                self._wrong(code, "is not a finding or yes-or-no input of the knowledge; give its values")
                return None
        groups = {str(rare): str(wide) for rare, wide in row.get("groups", {}).items()}
        for wide in sorted(set(groups.values()) - values):
            self._wrong(code, f"groups into {wide}, which is not one of its values")
        return Keep(values, is_yes_no=values == {"yes", "no"}, groups=groups)

    def _rounded(self, code: str, row: dict[str, Any]) -> Rounded:
        unit, low, high = str(row["unit"]), float(row["low"]), float(row["high"])
        step, digits = row.get("step"), row.get("digits")
        if (step is None) == (digits is None) or not low < high:
            raise ValueError
        return Rounded(unit, low, high, step, digits, self._vocabulary.units.get(code, {}))

    def _wrong(self, place: str, advice: str) -> None:
        self._problems.append(Problem(self._file, place, advice))
