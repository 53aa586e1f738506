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

from shared.errors import KnowledgeError, Problem
from shared.knowledge.model import AgeBand, KnowledgeBase, UnitFactor
from shared.knowledge.section import hint
from shared.knowledge.yaml_file import YamlFault, read_yaml


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
    `units[code]` the units of a measurement, each with the way to the canonical one; `codes` every finding, input and
    measurement; `consider` the conditions that are named and not ranked.
    """

    states: Mapping[str, tuple[str, ...]]
    lists: Mapping[str, frozenset[str]]
    rules: frozenset[str]
    units: Mapping[str, Mapping[str, UnitFactor]]
    age_groups: tuple[AgeBand, ...]
    codes: frozenset[str] = frozenset()
    consider: frozenset[str] = frozenset()

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
            codes=frozenset({*knowledge.findings, *knowledge.inputs, *knowledge.measurements}),
            consider=frozenset(knowledge.consider),
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


@dataclass(frozen=True, slots=True)
class DaysUpTo:
    """A whole count of days, sent as it is up to `last`; more is not sent at all."""

    last: int


Rule = Drop | Derived | AgeGroup | Keep | Rounded | Days | DaysUpTo


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


OWN_CODES = (
    *("patient_name", "caregiver_name", "record_number", "national_id", "phone", "address", "birth_date"),
    *("visit_date", "photo", "author", "ward", "note"),
    *("age_group", "presentation_month", "visit_day", "sex", "region", "side", "setting", "resources"),
    *("final_diagnosis", "proven_by", "healed_days", "sequelae", "newborn_age_days"),
    *("withdrawal_reason", "reply", "reply_to"),
)
"""The codes of a case that no version of the knowledge names."""
FINAL_DIAGNOSIS = "final_diagnosis"


def load_policy(path: Path, vocabulary: Vocabulary) -> PrivacyPolicy:
    """Return the policy of a `privacy.yaml`.

    Raises:
        KnowledgeError: with everything that is wrong in the file.
    """
    policy, problems = inspect_policy(path, vocabulary)
    if problems:
        raise KnowledgeError(problems)
    return policy


def inspect_policy(
    path: Path, vocabulary: Vocabulary, *, is_whole: bool = True
) -> tuple[PrivacyPolicy, tuple[Problem, ...]]:
    """Return what can be read of a `privacy.yaml`, and all that is wrong with it.

    Where the knowledge is not `is_whole`, names that the vocabulary does not have are no faults: they may stand in the
    part that could not be read.
    """
    try:
        body: Any = read_yaml(path)[0]
    except YamlFault as fault:
        return PrivacyPolicy("", {}, vocabulary), (Problem(path.name, "the file", str(fault)),)
    reader = _Reader(path.name, vocabulary, is_whole=is_whole)
    return reader.read(body), tuple(reader.problems)


def unclassified(policy: PrivacyPolicy, knowledge: KnowledgeBase) -> tuple[str, ...]:
    """Return what the knowledge knows and the policy does not classify.

    Codes; units as `code unit`; conditions, ranked or only considered, of which nothing says whether a child with them
    may be named by them, as `final_diagnosis condition`.
    """
    codes = {*knowledge.findings, *knowledge.inputs, *knowledge.measurements}
    missing = {code for code in codes if code not in policy.codes}
    for code, measurement in knowledge.measurements.items():
        rule = policy.codes[code].rule if code in policy.codes else None
        if isinstance(rule, Rounded) and rule.unit != measurement.unit:
            missing.add(f"{code} {measurement.unit}")
    outcome = policy.codes[FINAL_DIAGNOSIS].rule if FINAL_DIAGNOSIS in policy.codes else None
    if isinstance(outcome, Keep):
        for condition in (*knowledge.conditions, *knowledge.consider):
            if condition not in outcome.values and condition not in outcome.groups:
                missing.add(f"{FINAL_DIAGNOSIS} {condition}")
    return tuple(sorted(missing))


_KEYS: dict[str, frozenset[str]] = {
    "drop": frozenset(),
    "derived": frozenset(),
    "age_group": frozenset(),
    "keep": frozenset({"values", "values_from"}),
    "grouped": frozenset({"values", "values_from", "groups"}),
    "rounded": frozenset({"unit", "low", "high", "step", "digits"}),
    "days": frozenset({"segments"}),
    "days_up_to": frozenset({"to"}),
}
"""The keys that each rule takes, beside class and rule."""


class _Reader:
    """Reads one file and collects all its problems."""

    def __init__(self, file: str, vocabulary: Vocabulary, *, is_whole: bool) -> None:
        self._file = file
        self._vocabulary = vocabulary
        self._is_whole = is_whole
        self.problems: list[Problem] = []

    def read(self, body: Any) -> PrivacyPolicy:
        codes: dict[str, Classified] = {}
        if not isinstance(body, dict) or body.keys() != {"version", "codes"} or not isinstance(body["codes"], dict):
            self._wrong("the file", "must hold version and codes, and nothing else")
            return PrivacyPolicy("", codes, self._vocabulary)
        known = {*OWN_CODES, *self._vocabulary.codes}
        for code, row in body["codes"].items():
            if self._is_whole and str(code) not in known:
                self._wrong(str(code), f"is not a code that the knowledge knows{hint(str(code), known)}")
            classified = self._classified(str(code), row)
            if classified is not None:
                codes[str(code)] = classified
        return PrivacyPolicy(str(body["version"]), codes, self._vocabulary)

    def _classified(self, code: str, row: Any) -> Classified | None:
        if not isinstance(row, dict) or row.get("class") not in set(PrivacyClass):
            self._wrong(code, "must have a class: " + ", ".join(PrivacyClass))
            return None
        privacy_class = PrivacyClass(row["class"])
        try:
            rule = self._rule(code, row)
        except (TypeError, KeyError, ValueError, AttributeError):
            self._wrong(code, "has a rule that is not written as its kind needs it")
            return None
        if rule is None:
            return None
        if privacy_class is PrivacyClass.DIRECT_IDENTIFIER and not isinstance(rule, Drop):
            self._wrong(code, "names a person, so its rule must be drop")
        return Classified(privacy_class, rule)

    def _rule(self, code: str, row: dict[str, Any]) -> Rule | None:
        kind = row.get("rule")
        if kind not in _KEYS:
            self._wrong(code, f"has no rule that this version knows; it is one of {', '.join(_KEYS)}")
            return None
        allowed = {"class", "rule", *_KEYS[kind]}
        for key in sorted(map(str, row.keys() - allowed)):
            self._wrong(f"{code}.{key}", f"is not a key that belongs to the rule {kind}{hint(key, allowed)}")
        match kind:
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
            case "days_up_to":
                return DaysUpTo(int(row["to"]))
            case _:
                return self._days(code, row)

    def _keep(self, code: str, row: dict[str, Any]) -> Keep | None:
        known = self._values(code, row)
        if "values" in row:
            values = frozenset(map(str, row["values"]))
        else:
            values = self._vocabulary.lists[row["values_from"]] if "values_from" in row else known
        if not values:
            if self._is_whole:
                self._wrong(code, "is not a finding or yes-or-no input of the knowledge; give its values")
            return None
        groups = {str(rare): str(wide) for rare, wide in row.get("groups", {}).items()}
        if self._is_whole and known:
            for key, used in (("values", values), ("groups", groups)):
                for name in sorted({*used} - known):
                    self._wrong(f"{code}.{key}", f"{name} is not known{hint(name, known)}")
        for wide in sorted(set(groups.values()) - values):
            self._wrong(code, f"groups into {wide}, which is not one of its values")
        if "values" in row:
            for name in sorted(values & groups.keys()):
                self._wrong(code, f"has {name} both as a value and in a group; keep one")
        return Keep(values, is_yes_no=values == {"yes", "no"}, groups=groups)

    def _values(self, code: str, row: dict[str, Any]) -> frozenset[str]:
        """Return every value that the knowledge knows for a code; nothing where the policy alone names them."""
        if code == FINAL_DIAGNOSIS:
            return self._vocabulary.conditions | self._vocabulary.consider
        if "values_from" in row:
            return self._vocabulary.lists[row["values_from"]]
        return frozenset(self._vocabulary.states.get(code, ()))

    def _rounded(self, code: str, row: dict[str, Any]) -> Rounded:
        unit, low, high = str(row["unit"]), float(row["low"]), float(row["high"])
        step, digits = row.get("step"), row.get("digits")
        if (step is None) == (digits is None) or not low < high or not float(step or digits or 0) > 0:
            raise ValueError
        return Rounded(unit, low, high, step, digits, self._vocabulary.units.get(code, {}))

    def _days(self, code: str, row: dict[str, Any]) -> Days:
        segments = tuple((int(segment["to"]), int(segment["step"])) for segment in row["segments"])
        ends = [last for last, _ in segments]
        if not segments or ends != sorted(set(ends)) or any(last < 0 or step < 1 for last, step in segments):
            raise ValueError
        return Days(segments, self._vocabulary.units.get(code, {}))

    def _wrong(self, place: str, advice: str) -> None:
        self.problems.append(Problem(self._file, place, advice))
