"""Whether chances mean what they say: logistic recalibration over many statements.

    logit P(it was so) = intercept + slope * logit(what was said)

Slope 1 and intercept 0 are perfect; a slope below 1 means that high chances were too high and low ones too low (Cox,
Biometrika 1958;45:562). Statements on one case are not independent, so the intervals are from the sandwich estimate
with one cluster a case (Liang and Zeger, Biometrika 1986;73:13). Equal cases are counted as one row.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from shared.evaluation.scores import Z95, Interval

Statements = tuple[tuple[int, bool], ...]
"""What was said of one case: per cent, and whether it was so."""
LEAST = 20
"""Fewer statements, or fewer than five true or false ones, are too few for a slope."""
_LEAST_OF_EACH = 5
_ENDS = 0.5, 99.5
_STEPS, _STILL = 50, 1e-10
_WILD = 20.0


@dataclass(frozen=True, slots=True)
class Recalibration:
    """Slope and intercept with their 95 % intervals."""

    slope: float
    slope_interval: Interval
    intercept: float
    intercept_interval: Interval
    statements: int
    cases: int


def recalibrate(said: Mapping[Statements, int]) -> Recalibration | None:
    """Return the line through what was said, by how many cases it was said of; None where there is too little."""
    rows, values, came, weights = _table(said)
    n, true = int(weights.sum()), float((weights * came).sum())
    if n < LEAST or min(true, n - true) < _LEAST_OF_EACH:
        return None
    design = np.column_stack([np.ones_like(values), values])
    line = _fitted(design, came, weights)
    if line is None:
        return None
    chance = 1 / (1 + np.exp(-design @ line))
    bread = np.linalg.inv((design * (weights * chance * (1 - chance))[:, None]).T @ design)
    # The score of each case is the sum over its statements; equal cases are counted, not repeated.
    of_case = np.zeros((len(said), 2))
    np.add.at(of_case, rows, design * (came - chance)[:, None])
    numbers = np.array(list(said.values()), dtype=float)
    cases = int(numbers.sum())
    meat = (of_case * numbers[:, None]).T @ of_case * cases / max(1, cases - 1)
    errors = np.sqrt(np.diag(bread @ meat @ bread))
    (intercept, slope), (of_intercept, of_slope) = line, errors
    return Recalibration(
        slope=float(slope),
        slope_interval=(float(slope - Z95 * of_slope), float(slope + Z95 * of_slope)),
        intercept=float(intercept),
        intercept_interval=(float(intercept - Z95 * of_intercept), float(intercept + Z95 * of_intercept)),
        statements=n,
        cases=cases,
    )


def _table(said: Mapping[Statements, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rows, values, came, weights = [], [], [], []
    for row, (statements, count) in enumerate(said.items()):
        for percent, was_so in statements:
            p = min(max(percent, _ENDS[0]), _ENDS[1]) / 100
            rows.append(row)
            values.append(math.log(p / (1 - p)))
            came.append(float(was_so))
            weights.append(float(count))
    return np.array(rows, dtype=int), np.array(values), np.array(came), np.array(weights)


def _fitted(design: np.ndarray, came: np.ndarray, weights: np.ndarray) -> np.ndarray | None:
    """Return intercept and slope by Newton's steps; None if they run away or chances are all the same."""
    line = np.array([0.0, 1.0])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ line, -30, 30)))
        information = (design * (weights * chance * (1 - chance))[:, None]).T @ design
        if np.linalg.cond(information) > 1e12:
            return None
        step = np.linalg.solve(information, design.T @ (weights * (came - chance)))
        line = line + step
        if np.abs(line).max() > _WILD:
            return None
        if np.abs(step).max() < _STILL:
            return line
    return None


def statements_of(percents: Sequence[int], place: int) -> Statements:
    """Return what a conclusion said of its first diagnoses: those that it gave a chance at all."""
    return tuple((percent, number == place) for number, percent in enumerate(percents, start=1) if percent > 0)
