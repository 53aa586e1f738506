"""The criteria of rules: `all`, `any`, `none`, `at_least` over atoms. Missing data make an atom false."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class All:
    of: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    of: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class None_:
    of: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    n: int
    of: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class FindingIs:
    """The finding has one of these states."""

    finding: str
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberIs:
    """The number compares so with `value`."""

    input: str
    op: Literal["<", "<=", ">", ">="]
    value: float


@dataclass(frozen=True, slots=True)
class InputIsYes:
    input: str


@dataclass(frozen=True, slots=True)
class IsUnknown:
    """The finding has not been answered."""

    finding: str


@dataclass(frozen=True, slots=True)
class RuleFired:
    rule: str


Criterion = All | Any_ | None_ | AtLeast | FindingIs | NumberIs | InputIsYes | IsUnknown | RuleFired
