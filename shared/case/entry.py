"""One saved act of one clinician on one tablet.

An entry's identity is (device, seq), with seq 1, 2, 3 ... per device: nothing random is needed for it, and a gap
shows. `parents` are the heads of the case that the author was looking at, so a case is a small graph and no clock
orders anything. The same shape serves the full entry on the tablet and its de-identified projection
(`shared/privacy/projection.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NewType

from shared.canonical import canonical_json
from shared.errors import InvalidInput

DeviceId = NewType("DeviceId", str)
"""64 random bits as 16 lower-case hexadecimal digits, made by the tablet at set-up and made anew after a restore."""

CaseId = NewType("CaseId", str)
"""128 random bits as 32 lower-case hexadecimal digits. It bears no time and nothing of the patient."""

Link = NewType("Link", str)
"""128 bits as 32 lower-case hexadecimal digits, the same for two cases of one clinic under one record number."""

UNKNOWN = "unknown"
"""The answer "don't know": it counts as not answered, and overwrites an earlier answer."""
NOT_POSSIBLE = "not_possible"
"""The answer "not possible here": as `UNKNOWN`, and says that asking again in this clinic is of no use."""

MAX_ANSWERS = 500
MAX_PARENTS = 64
MAX_TEXT = 200
MAX_APART = 16
_DEVICE = re.compile(r"[0-9a-f]{16}")
_CASE = re.compile(r"[0-9a-f]{32}")
_LINK = "kin"
"""How a link is called in a message. Beside `kind` the name is almost free when it is packed: a link costs 17 bytes, 16
of them its value."""
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_MOST_CODES = 2_000

# What an object of a message must hold, and what it may.
_ENTRY_KEYS = frozenset({"device", "seq", "case_id", "kind", "answers", "parents"})
_ENTRY_MAY_HOLD = _ENTRY_KEYS | {"conclusion", _LINK, "apart"}
_CONCLUSION_KEYS = frozenset({"knowledge_version", "disposition", "red_flags", "differential", "fits"})
_QUANTITY_KEYS = frozenset({"value", "unit"})


# Tuples and sets made once: `int | float` would be put together anew for each of the thousands of values of a page.
_NUMBERS = (bool, int, float)
_REAL = frozenset({int, float})
_SIMPLE = frozenset(_NUMBERS)
_PLAIN = frozenset((*_NUMBERS, str))


class EntryKind(StrEnum):
    """What the clinician did."""

    ASSESSMENT = "assessment"
    FOLLOW_UP = "follow_up"
    CORRECTION = "correction"
    OUTCOME = "outcome"
    WITHDRAWAL = "withdrawal"
    REPLY = "reply"
    """A clinic's answer to a coordinator's review (`shared/case/reply.py`): it says nothing of the child."""


_KINDS = frozenset(EntryKind)


@dataclass(frozen=True, slots=True, order=True)
class EntryId:
    """Who wrote an entry, and which of that device's entries it is."""

    device: DeviceId
    seq: int

    def __post_init__(self) -> None:
        if not _DEVICE.fullmatch(self.device):
            raise InvalidInput("device", "must be 16 lower-case hexadecimal digits")
        if type(self.seq) is not int or not 1 <= self.seq < 2**53:
            raise InvalidInput("seq", "must be a whole number from 1")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A measured number with its UCUM unit, such as 0.36 mg/L."""

    value: float
    unit: str


AnswerValue = bool | int | float | str | Quantity | tuple[str, ...]
"""Yes or no, a number, a coded state, a measurement, or a set of codes (sorted)."""


@dataclass(frozen=True, slots=True)
class RankedCondition:
    """A condition as the tablet ranked it: probabilities from 0 to 1, low and high the 90 % interval."""

    condition: str
    probability: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What the tablet concluded from the case as the author saw it, and under which knowledge."""

    knowledge_version: str
    disposition: str
    red_flags: tuple[str, ...]
    differential: tuple[RankedCondition, ...]
    fits: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a case log. Immutable: a correction is a new entry.

    `link` is the same in the cases of one child (`shared/privacy/link.py`). `apart` names all cases that its author
    says are another child's in spite of an equal link; None says nothing, and the empty list takes back what was said.
    """

    id: EntryId
    case_id: CaseId
    kind: EntryKind
    answers: Mapping[str, AnswerValue] = field(hash=False)
    parents: tuple[EntryId, ...] = ()
    conclusion: Conclusion | None = None
    link: Link | None = None
    apart: tuple[CaseId, ...] | None = None
    # What `canonical_entry` has written; an entry never changes, so neither does this.
    _canonical: bytes | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not is_case_id(self.case_id):
            raise InvalidInput("case_id", "must be 32 lower-case hexadecimal digits")
        if self.link is not None and not is_link(self.link):
            raise InvalidInput(_LINK, "must be 32 lower-case hexadecimal digits")
        if self.apart is not None:
            check_apart(self.case_id, self.apart, "apart")
            if self.kind is not EntryKind.CORRECTION:
                raise InvalidInput("apart", "is said by a correction only")
        if self.parents:
            self._check_parents()
        if len(self.answers) > MAX_ANSWERS:
            raise InvalidInput("answers", f"must be at most {MAX_ANSWERS}")

    def _check_parents(self) -> None:
        if list(self.parents) != sorted(set(self.parents)):
            raise InvalidInput("parents", "must be sorted, each named once")
        if len(self.parents) > MAX_PARENTS:
            raise InvalidInput("parents", f"must be at most {MAX_PARENTS}")
        if any(parent.device == self.id.device and parent.seq >= self.id.seq for parent in self.parents):
            raise InvalidInput("parents", "of one device must have smaller numbers than the entry itself")


def canonical_entry(entry: Entry) -> bytes:
    """Return the canonical JSON of an entry: what is stored, compared and hashed. It is written once and kept."""
    if entry._canonical is None:
        object.__setattr__(entry, "_canonical", canonical_json(entry_to_json(entry)))
    assert entry._canonical is not None
    return entry._canonical


def written_as(entry: Entry, text: bytes) -> Entry:
    """Return an entry that was read from its own canonical JSON, so that nobody needs to write it again."""
    object.__setattr__(entry, "_canonical", text)
    return entry


def is_case_id(text: str) -> bool:
    """Tell whether a text can be the id of a case."""
    return _CASE.fullmatch(text) is not None


def is_link(text: str) -> bool:
    """Tell whether a text can be a link."""
    return _CASE.fullmatch(text) is not None


def check_apart(case_id: CaseId, apart: tuple[CaseId, ...], place: str) -> None:
    """Look whether these can be the cases that are said to be of another child than `case_id` is.

    Raises:
        InvalidInput: naming `place`.
    """
    if len(apart) > MAX_APART:
        raise InvalidInput(place, f"must be at most {MAX_APART}")
    if not all(map(is_case_id, apart)) or case_id in apart or list(apart) != sorted(set(apart)):
        raise InvalidInput(place, "must be ids of other cases, sorted, each named once")


def entry_to_json(entry: Entry) -> dict[str, Any]:
    """Return the entry as JSON values; `entry_from_json` reads it back unchanged."""
    body: dict[str, Any] = {
        "device": entry.id.device,
        "seq": entry.id.seq,
        "case_id": entry.case_id,
        "kind": entry.kind.value,
        "answers": {
            code: value if type(value) in _PLAIN else answer_to_json(value) for code, value in entry.answers.items()
        },
        "parents": [[parent.device, parent.seq] for parent in entry.parents],
    }
    if entry.conclusion is not None:
        body["conclusion"] = conclusion_to_json(entry.conclusion)
    if entry.link is not None:
        body[_LINK] = entry.link
    if entry.apart is not None:
        body["apart"] = list(entry.apart)
    return body


def entry_from_json(body: Any) -> Entry:
    """Return the entry that `body` spells.

    Raises:
        InvalidInput: naming the field, never its value.
    """
    _expect_keys(body, "entry", _ENTRY_KEYS, _ENTRY_MAY_HOLD)
    if not isinstance(body["kind"], str) or body["kind"] not in _KINDS:
        raise InvalidInput("kind", "is not a kind of entry that this version knows")
    if not isinstance(body["answers"], dict):
        raise InvalidInput("answers", "must be an object of codes and values")
    answers: dict[str, AnswerValue] = {}
    for code, value in body["answers"].items():
        if code not in _sound_codes:
            _check_code(code)
        # Most are yes, no or a number, for which there is nothing to check, or a short text.
        is_simple = type(value) in _SIMPLE or (type(value) is str and len(value) <= MAX_TEXT)
        answers[code] = value if is_simple else answer_from_json(value, f"answers.{code}")
    if not isinstance(body["parents"], list):
        raise InvalidInput("parents", "must be a list")
    return Entry(
        id=_entry_id([body["device"], body["seq"]], "device"),
        case_id=CaseId(_expect_text(body["case_id"], "case_id")),
        kind=EntryKind(body["kind"]),
        answers=answers,
        parents=tuple(_entry_id(parent, "parents") for parent in body["parents"]),
        conclusion=_conclusion_from_json(body["conclusion"]) if "conclusion" in body else None,
        link=Link(_expect_text(body[_LINK], _LINK)) if _LINK in body else None,
        apart=apart_from_json(body["apart"], "apart") if "apart" in body else None,
    )


_sound_codes: set[str] = set()
"""Codes that were looked at before. There are some hundred, and each comes in every second entry."""


def _check_code(code: str) -> None:
    if not _CODE.fullmatch(code):
        raise InvalidInput("answers", "has a code that is not lower-case words joined by _")
    if len(_sound_codes) < _MOST_CODES:
        _sound_codes.add(code)


def apart_from_json(value: Any, place: str) -> tuple[CaseId, ...]:
    """Return the case ids that a JSON value lists; `place` names it in the error."""
    if not isinstance(value, list):
        raise InvalidInput(place, "must be a list")
    return tuple(CaseId(_expect_text(item, place)) for item in value)


def answer_to_json(value: AnswerValue) -> Any:
    """Return one answer as a JSON value."""
    match value:
        case Quantity(number, unit):
            return {"value": number, "unit": unit}
        case tuple():
            return list(value)
        case _:
            return value


def answer_from_json(value: Any, place: str) -> AnswerValue:
    """Return the answer that a JSON value spells; `place` names it in the error."""
    if isinstance(value, _NUMBERS):
        return value
    if isinstance(value, str):
        return _expect_text(value, place)
    if isinstance(value, dict):
        _expect_keys(value, place, _QUANTITY_KEYS, _QUANTITY_KEYS)
        if type(value["value"]) not in _REAL:
            raise InvalidInput(f"{place}.value", "must be a number")
        return Quantity(value["value"], _expect_text(value["unit"], f"{place}.unit"))
    if isinstance(value, list):
        texts = tuple(_expect_text(item, place) for item in value)
        if list(texts) != sorted(set(texts)):
            raise InvalidInput(place, "must be sorted, each code once")
        return texts
    raise InvalidInput(place, "must be yes or no, a number, a code, a measurement or a list of codes")


def conclusion_to_json(conclusion: Conclusion) -> dict[str, Any]:
    """Return a conclusion as JSON values, as an entry carries it."""
    return {
        "knowledge_version": conclusion.knowledge_version,
        "disposition": conclusion.disposition,
        "red_flags": list(conclusion.red_flags),
        "differential": [[row.condition, row.probability, row.low, row.high] for row in conclusion.differential],
        "fits": conclusion.fits,
    }


def _conclusion_from_json(body: Any) -> Conclusion:
    _expect_keys(body, "conclusion", _CONCLUSION_KEYS, _CONCLUSION_KEYS)
    if not isinstance(body["red_flags"], list) or not isinstance(body["differential"], list):
        raise InvalidInput("conclusion", "must list its red flags and its differential")
    if not isinstance(body["fits"], bool):
        raise InvalidInput("conclusion.fits", "must be true or false")
    return Conclusion(
        knowledge_version=_expect_text(body["knowledge_version"], "conclusion.knowledge_version"),
        disposition=_expect_text(body["disposition"], "conclusion.disposition"),
        red_flags=tuple(_expect_text(flag, "conclusion.red_flags") for flag in body["red_flags"]),
        differential=tuple(_ranked(row) for row in body["differential"]),
        fits=body["fits"],
    )


def _ranked(row: Any) -> RankedCondition:
    place = "conclusion.differential"
    if not isinstance(row, list) or len(row) != 4:
        raise InvalidInput(place, "must hold a condition and three probabilities in each row")
    condition, probability, low, high = row
    for number in (probability, low, high):
        if type(number) not in _REAL or not 0 <= number <= 1:
            raise InvalidInput(place, "must hold probabilities from 0 to 1")
    return RankedCondition(_expect_text(condition, place), probability, low, high)


def _entry_id(pair: Any, place: str) -> EntryId:
    if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):
        raise InvalidInput(place, "must be a device and a number")
    return EntryId(DeviceId(pair[0]), pair[1])


def _expect_text(value: Any, place: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise InvalidInput(place, f"must be text of at most {MAX_TEXT} characters")
    return value


def _expect_keys(body: Any, place: str, required: Set[str], may_hold: Set[str]) -> None:
    if not isinstance(body, dict):
        raise InvalidInput(place, "must be an object")
    if required <= body.keys() <= may_hold:
        return
    for key in sorted(required - body.keys()):
        raise InvalidInput(f"{place}.{key}", "is missing")
    if body.keys() - may_hold:
        raise InvalidInput(place, "has a key that this version does not know")
