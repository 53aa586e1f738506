"""Numbers and statements with where they come from: sources, ranges and grades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared.knowledge.model.criterion import Criterion

Quality = Literal["A", "B", "C", "D"]
"""A guideline or systematic review, B cohort, C case series or reports, D expert estimate."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a number or statement comes from. `verified`: the figure was read in the source or computed from it."""

    sources: tuple[str, ...]
    quality: Quality
    verified: bool
    support: str = "none"
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Range:
    """A probability with its plausible range: low and high are read as the 5th and the 95th centile."""

    p: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Likelihood:
    """P(state | condition) for each state of a finding. A binary finding has the states `yes` and `no`."""

    states: Mapping[str, Range]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of advice with its evidence.

    `said_if`: "likely": only where its condition is at least likely and stands out; "unopposed": only where, besides,
    nothing calls for the child to be decided on today. "always" otherwise. Where it has a `condition`, it is said only
    if that holds.
    """

    text: str
    evidence: Evidence
    said_if: str = "always"
    condition: Criterion | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A publication that numbers and statements rest on."""

    id: str
    citation: str
    url: str
    quality: Quality
    verified: bool
    figures: str
