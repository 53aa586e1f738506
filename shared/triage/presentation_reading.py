"""Takes answers, numbers and facts about a child, checks each, and settles what follows from all of them together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import Any

from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue, Quantity
from shared.errors import InvalidInput
from shared.knowledge.model import JOIN, FindingDefinition, KnowledgeBase, MeasurementDefinition
from shared.knowledge.section import nearest
from shared.measurement.check import CheckKind, check_measurement, refuse_impossible
from shared.measurement.derive import NO, YES, derive, feeders_of
from shared.measurement.units import to_canonical

SEXES = ("male", "female", "unknown")
SIDES = ("left", "right", "both", "unknown")

AGE_DAYS = "age_days"
AGE_GROUP = "age_group"
AGE_BAND = "age_band"
FEVER = "fever_ge_38"
IV_CALCIUM = "prior_iv_calcium_same_limb_3m"
INTERVAL = "interval_since_iv_calcium"
ONSET_DAYS = "onset_days"
DAYS_SINCE_IV_CALCIUM = "days_since_iv_calcium"
FILMS = ("xray_lt_10d", "xray_ge_10d")
PATTERN = "xray_calcification_pattern"
CALCIFIED = "soft_tissue_calcification"

_TOP = (AGE_DAYS, "sex", "region", "side", "setting", "findings", "measurements", "resources")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,63}")
_MAX_NUMBER = 1e9


class Strictness(Enum):
    """What to do with a value that cannot be used: refuse the whole, or leave it out and say so."""

    REFUSE = "refuse"
    LEAVE_OUT = "leave_out"


class Reading:
    """Collects one child. Take everything, then `settle` once; the attributes are those of a Presentation."""

    def __init__(self, knowledge: KnowledgeBase, strictness: Strictness) -> None:
        self._knowledge = knowledge
        self._strictness = strictness
        self._places: dict[str, str] = {}
        self._if_other_unit: dict[str, float] = {}
        self.age_days = 0
        self.age_band = ""
        self.setting = ""
        self.sex = ""
        self.side = ""
        self.regions: tuple[str, ...] = ()
        self.resources: set[str] = set()
        self.findings: dict[str, str] = {}
        self.inputs: dict[str, bool] = {}
        self.measurements: dict[str, float] = {}
        self.numbers: dict[str, float] = {}
        self.derived: set[str] = set()
        self.not_possible: set[str] = set()
        self.not_known: set[str] = set()
        self.questions: list[str] = []
        self.notes: list[str] = []

    def take_case(self, body: object) -> None:
        """Take a CASE.json."""
        case = _mapping(body, "case")
        for key in case:
            if key not in _TOP:
                place, word = _place("case", key)
                raise _unknown("case", place, word, _TOP, "is not a field of a case")
        self._take_age(case.get(AGE_DAYS), AGE_DAYS)
        self.sex = self._choice(case.get("sex"), "sex", SEXES)
        self.side = self._choice(case.get("side"), "side", SIDES)
        self.setting = self._choice(case.get("setting"), "setting", self._knowledge.settings)
        self.regions = self._choices(case.get("region"), "region", self._knowledge.regions)
        self.resources = set(self._choices(case.get("resources"), "resources", self._knowledge.resources))
        for field in ("findings", "measurements"):
            block = case.get(field)
            for code, value in _mapping({} if block is None else block, field).items():
                place, word = _place(field, code)
                if not self._knows(word):
                    raise _unknown(field, place, word, self._names(), "is not known here")
                self._take(word, value, place, value is None or value == UNKNOWN)

    def take_answers(self, answers: Mapping[str, AnswerValue], resources: Collection[str]) -> None:
        """Take the answers of a case log. "Don't know" closes a code here: the person was asked."""
        age = answers.get(AGE_DAYS)
        if age is None and isinstance(answers.get(AGE_GROUP), str):
            band = next((band for band in self._knowledge.age_groups if band.id == answers[AGE_GROUP]), None)
            age = None if band is None else band.from_days
        self._take_age(age, AGE_DAYS)
        self.sex = self._choice(answers.get("sex"), "sex", SEXES)
        self.side = self._choice(answers.get("side"), "side", SIDES)
        self.setting = self._choice(answers.get("setting"), "setting", self._knowledge.settings)
        region = answers.get("region")
        named = list(region) if isinstance(region, tuple) else None
        if isinstance(region, str) and region not in (UNKNOWN, NOT_POSSIBLE):
            named = [region]
        self.regions = self._choices(named, "region", self._knowledge.regions)
        self.resources = set(resources) & self._knowledge.resources.keys()
        for code, value in answers.items():
            if code != AGE_DAYS and self._knows(code):
                self._take(code, value, code, is_missing=False)

    def settle(self) -> None:
        """Work out what follows from the numbers and refuse what contradicts itself."""
        for code, state in self._derived_states().items():
            self._settle_derived(code, state)
        self._settle_fields()
        self._settle_too_young()
        self._settle_age_band()
        self._settle_calcium()
        self._settle_pattern()
        by_id = self._knowledge.measurements
        self.numbers = {AGE_DAYS: float(self.age_days)}
        self.numbers |= {by_id[name].input: value for name, value in self.measurements.items()}
        if self.age_days > self._knowledge.evidence_to_age_days:
            self.notes.append("Older than 16 years: outside the evidence.")

    # --- one answer ---------------------------------------------------------------------------------------------------

    def _take(self, code: str, value: Any, place: str, is_missing: bool) -> None:
        if is_missing:
            return
        try:
            if isinstance(value, str) and value in (UNKNOWN, NOT_POSSIBLE):
                (self.not_known if value == UNKNOWN else self.not_possible).add(code)
                return
            definition = self._knowledge.measurement_of(code)
            if code in self._knowledge.findings:
                self._give(self.findings, code, _state(self._knowledge.findings[code], value, place), place)
            elif code in self._knowledge.inputs and not self._knowledge.inputs[code].is_numeric:
                self._give(self.inputs, code, _yes_no(value, place), place)
            elif definition is not None:
                self._take_number(definition, code, value, place)
            else:
                raise InvalidInput(place, "belongs at the top of the case")
        except InvalidInput as fault:
            self._fault(fault)

    def _give(self, table: dict[str, Any], code: str, value: object, place: str) -> None:
        if code in table and table[code] != value:
            raise InvalidInput(place, f"contradicts {self._places[code]}; correct one of them")
        table[code] = value
        self._places[code] = place

    def _take_number(self, definition: MeasurementDefinition, code: str, value: Any, place: str) -> None:
        if isinstance(value, Quantity):
            number: Any = value.value
            unit: Any = value.unit
        elif isinstance(value, dict):
            if value.keys() - {"value", "unit"}:
                raise InvalidInput(place, "has a key that is neither value nor unit")
            if "value" not in value:
                raise InvalidInput(f"{place}.value", "is missing")
            is_bare = code in self._knowledge.inputs or definition.is_bare_allowed
            number, unit = value["value"], value.get("unit", definition.unit if is_bare else None)
            if unit is None:
                raise InvalidInput(f"{place}.unit", f"is missing; use {_units(definition)}")
            if not isinstance(unit, str):
                raise InvalidInput(f"{place}.unit", f"must be text; use {_units(definition)}")
        else:
            _number(value, place)
            number, unit = value, definition.unit
            if code not in self._knowledge.inputs and not definition.is_bare_allowed:
                raise InvalidInput(f"{place}.unit", f"is missing; use {_units(definition)}")
        _number(number, f"{place}.value" if isinstance(value, dict) else place)
        canonical = to_canonical(definition, float(number), unit, place)
        refuse_impossible(definition, canonical, place)
        self._give(self.measurements, definition.id, canonical, place)
        check = check_measurement(self._knowledge, definition.id, float(number), unit, self.age_days)
        if check.kind is CheckKind.QUESTION:
            self.questions.append(f"{definition.label}: {check.sentence}")
        if check.if_other_unit is not None:
            self._if_other_unit[definition.id] = check.if_other_unit

    def _take_age(self, value: Any, place: str) -> None:
        if value is None:
            raise InvalidInput(place, "is missing; give the age in days")
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            raise InvalidInput(place, "must be a whole number of days")
        if not 0 <= value <= self._knowledge.max_age_days:
            raise InvalidInput(place, "must be that of a child: from 0 days to under 18 years")
        self.age_days = int(value)

    # --- all answers together -----------------------------------------------------------------------------------------

    def _derived_states(self) -> dict[str, str]:
        found = derive(self._knowledge, self.measurements, self.age_days)
        if self._if_other_unit:
            # Where the unit is in doubt, only what holds in both units follows from the number.
            other = derive(self._knowledge, {**self.measurements, **self._if_other_unit}, self.age_days)
            found = {code: state for code, state in found.items() if other.get(code) == state}
        return found

    def _settle_derived(self, code: str, state: str) -> None:
        is_input = code in self._knowledge.inputs
        stated = None
        if is_input and code in self.inputs:
            stated = YES if self.inputs[code] else NO
        elif not is_input:
            stated = self.findings.get(code)
        if stated is not None and stated != state:
            if self._may_differ(code, stated, state):
                if self._is_the_laboratorys(code):
                    label = self._knowledge.findings[code].label
                    self.questions.append(
                        f"{label}: the number alone says otherwise. The laboratory's own range is taken."
                    )
                return
            source = next(name for name in feeders_of(self._knowledge, code) if name in self.measurements)
            self._fault(InvalidInput(self._places[code], f"contradicts {self._places[source]}; correct one of them"))
        if stated is None:
            self.derived.add(code)
        self.not_known.discard(code)
        self.not_possible.discard(code)
        if is_input:
            self.inputs[code] = state == YES
        else:
            self.findings[code] = state

    def _may_differ(self, code: str, stated: str, state: str) -> bool:
        if self._is_the_laboratorys(code):
            return True
        if code == FEVER:
            # A normal temperature now does not take back a fever of the last 24 hours.
            return stated == YES and state == NO
        if code == IV_CALCIUM:
            # Three months are not counted to the day.
            return stated == YES and state == NO
        if code == INTERVAL:
            # People also count the days up to the visit, not to the first swelling.
            days = {DAYS_SINCE_IV_CALCIUM: self.measurements[DAYS_SINCE_IV_CALCIUM]}
            return derive(self._knowledge, days, self.age_days).get(INTERVAL) == stated
        return False

    def _is_the_laboratorys(self, code: str) -> bool:
        """Tell whether the answer is the laboratory's own reading of the number: its range wins over the book's."""
        return any(d.code == code and d.stated_wins for m in self._knowledge.measurements.values() for d in m.derives)

    def _settle_too_young(self) -> None:
        """Leave out what cannot be told at this age: nobody knows whether a newborn itches."""
        for code in [code for code in self.findings if self.age_days < self._knowledge.findings[code].from_age_days]:
            del self.findings[code]
            self.notes.append(f"{self._knowledge.findings[code].label}: says nothing at this age; left out.")

    def _settle_fields(self) -> None:
        """Settle what follows from where the swelling is: its site, and whether it is on both sides."""
        values = {"region": self.regions, "side": (self.side,)}
        for finding in self._knowledge.findings.values():
            for field, table in finding.follows_from.items():
                named = [table[value] for value in values[field] if value in table]
                found = JOIN.join(state for state in finding.states if state in named)
                if found and self.findings.get(finding.id, found) != found:
                    self._fault(InvalidInput(self._places[finding.id], f"contradicts {field}; correct one of them"))
                if found:
                    self.findings[finding.id] = found
                    self.derived.add(finding.id)

    def _settle_age_band(self) -> None:
        self.age_band = next(band.id for band in self._knowledge.age_bands if band.holds(self.age_days))
        if self.findings.get(AGE_BAND, self.age_band) != self.age_band:
            self._fault(InvalidInput(self._places[AGE_BAND], "contradicts age_days; correct one of them"))
        if AGE_BAND in self._knowledge.findings:
            self.findings[AGE_BAND] = self.age_band

    def _settle_calcium(self) -> None:
        if INTERVAL in self.findings and self.findings.get(IV_CALCIUM) == NO:
            if INTERVAL in self._places:
                other = self._where(IV_CALCIUM if IV_CALCIUM in self._places else DAYS_SINCE_IV_CALCIUM)
                self._fault(InvalidInput(self._places[INTERVAL], f"is given, but {other} says: no calcium in 3 months"))
            del self.findings[INTERVAL]
            self.derived.discard(INTERVAL)
        since, onset = self.measurements.get(DAYS_SINCE_IV_CALCIUM), self.measurements.get(ONSET_DAYS)
        if since is not None and onset is not None and onset > since:
            self.questions.append("The swelling began before the calcium was given. Are both days right?")

    def _settle_pattern(self) -> None:
        shown = [self.findings[film] for film in FILMS if film in self.findings]
        is_refused = self._strictness is Strictness.REFUSE or any(film in self.not_possible for film in FILMS)
        if PATTERN in self.findings and not shown and is_refused:
            films = " or ".join(FILMS)
            self._fault(InvalidInput(self._where(PATTERN), f"is given without an X-ray that shows it; give {films}"))
            del self.findings[PATTERN]
            return
        if PATTERN in self.findings and shown and CALCIFIED not in shown:
            films = " and ".join(self._where(film) for film in FILMS if film in self.findings)
            self._fault(InvalidInput(self._where(PATTERN), f"is given, but {films} shows no calcification"))
            del self.findings[PATTERN]

    # --- helpers ------------------------------------------------------------------------------------------------------

    def _where(self, code: str) -> str:
        return self._places.get(code, code)

    def _fault(self, fault: InvalidInput) -> None:
        if self._strictness is Strictness.REFUSE:
            raise fault
        self.questions.append(str(fault))

    def _choice(self, value: Any, place: str, allowed: Iterable[str]) -> str:
        if value is None or (place in ("setting", "sex", "side") and value == UNKNOWN):
            return ""
        if isinstance(value, str) and value in allowed:
            return value
        self._fault(InvalidInput(place, f"must be one of {', '.join(allowed)}"))
        return ""

    def _choices(self, value: Any, place: str, allowed: Mapping[str, str]) -> tuple[str, ...]:
        if value is None:
            return ()
        is_listed = isinstance(value, list) and all(isinstance(item, str) and item in allowed for item in value)
        # No resources is an answer; no place is not.
        if is_listed and (value or place != "region"):
            return tuple(dict.fromkeys(value))
        self._fault(InvalidInput(place, f"must be a list of one or several of {', '.join(allowed)}"))
        return ()

    def _knows(self, code: str) -> bool:
        known = self._knowledge
        return code in known.findings or code in known.inputs or known.measurement_of(code) is not None

    def _names(self) -> list[str]:
        known = self._knowledge
        return [*known.findings, *known.inputs, *known.measurements]


def _mapping(value: Any, place: str) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise InvalidInput(place, "must be an object of names and values")
    return value


def _place(field: str, key: Any) -> tuple[str, str]:
    """Return the place of a key and the key. What does not look like an id could be a name, and is never echoed."""
    if not isinstance(key, str) or not _IDENTIFIER.fullmatch(key):
        raise InvalidInput(field, "has a name that is not lower-case words joined by _")
    return (key if field == "case" else f"{field}.{key}"), key


def _state(finding: FindingDefinition, value: Any, place: str) -> str:
    if finding.is_binary and isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, str) and value in finding.states:
        return value
    if finding.is_binary:
        raise InvalidInput(place, "must be true, false or unknown")
    raise InvalidInput(place, f"must be one of {', '.join(finding.states)}, or unknown")


def _yes_no(value: Any, place: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in (YES, NO):
        return value == YES
    raise InvalidInput(place, "must be true, false or unknown")


def _number(value: Any, place: str) -> None:
    # The comparison is false for NaN; without the bound a long integer would overflow.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput(place, "must be a number")
    if not -_MAX_NUMBER <= value <= _MAX_NUMBER:
        raise InvalidInput(place, "must be an ordinary number")


def _units(definition: MeasurementDefinition) -> str:
    return " or ".join((definition.unit, *definition.units))


def _unknown(block: str, place: str, word: str, known: Iterable[str], advice: str) -> InvalidInput:
    """Return the refusal of a key. Only a slip of a known one, or its words, are repeated: others could be a name."""
    known = list(known)
    words = {part for name in known for part in name.split("_")}
    meant = nearest(word, known, cutoff=0.5 if words.issuperset(word.split("_")) else 0.75)
    if meant is None:
        return InvalidInput(block, "has a name that is not known here")
    return InvalidInput(place, f"{advice}; did you mean {meant}?")
