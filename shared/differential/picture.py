"""What is known of one child, as the ranking reads it: one state for each answered finding, and a few numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.knowledge.model import All, Any_, AtLeast, Criterion, FindingIs, IsUnknown, None_, NumberIs, held_states

AGE_BAND = "age_band"
DAYS_SINCE_IV_CALCIUM = "days_since_iv_calcium"


@dataclass(frozen=True, slots=True)
class ClinicalPicture:
    """Answered findings with their states (`yes`, `no` or a named state). What is missing is unknown.

    `numbers` holds what is not a finding and yet decides which likelihood applies or what may be asked, such as
    `days_since_iv_calcium` and `antibiotics_given` (hours).
    """

    setting: str
    states: Mapping[str, str]
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def age_band(self) -> str | None:
        return self.states.get(AGE_BAND)


def holds(condition: Criterion, picture: ClinicalPicture, missing: bool | None = None) -> bool | None:
    """Tell whether an `ask_if` condition holds; an atom about something unanswered has the value `missing`.

    To ask, take missing data as false, as the grammar does. To discard an answer that was given nevertheless, leave
    them open (None) and discard only on False: "no better after three days" itself says that antibiotics were given.
    """

    def each(parts: Iterable[Criterion]) -> list[bool | None]:
        return [holds(part, picture, missing) for part in parts]

    match condition:
        case FindingIs(finding, states):
            state = picture.states.get(finding)
            return missing if state is None else any(part in states for part in held_states(state))
        case NumberIs(name, op, value):
            number = picture.numbers.get(name)
            return missing if number is None else _compares(number, op, value)
        case IsUnknown(finding):
            return finding not in picture.states
        case All(parts):
            return _all(each(parts))
        case Any_(parts):
            return _not(_all(_not(value) for value in each(parts)))
        case None_(parts):
            return _all(_not(value) for value in each(parts))
        case AtLeast(n, parts):
            values = each(parts)
            if values.count(True) >= n:
                return True
            return None if len(values) - values.count(False) >= n else False
        case _:
            raise ValueError("whether a finding is asked can depend on findings and numbers only")


def _compares(number: float, op: str, value: float) -> bool:
    return {"<": number < value, "<=": number <= value, ">": number > value, ">=": number >= value}[op]


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(values: Iterable[bool | None]) -> bool | None:
    found = list(values)
    if False in found:
        return False
    return None if None in found else True
