"""Whether chances mean what they say: logistic recalibration over many statements.

    logit P(it was so) = intercept + slope * logit(what was said)

Slope 1 and intercept 0 are perfect; a slope below 1 means that high chances were too high and low ones too low (Cox,
Biometrika 1958;45:562). Statements on one case are not independent, so the intervals are from the sandwich estimate
with one cluster a case (Liang and Zeger, Biometrika 1986;73:13). The line itself needs no more than how often each per
cent was said, and how often it was so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.evaluation.scores import Z95, Interval

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


@dataclass(frozen=True, slots=True)
class Statements:
    """What was said of cases: a row each, with as many per cents as there are columns; 0 stands for none.

    `was_so` has the same shape. `counts` are how often each per cent from 0 to 100 was said and not so, and so.
    """

    percents: NDArray[np.integer[Any]]
    was_so: NDArray[np.bool_]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, percents: NDArray[np.integer[Any]], was_so: NDArray[np.bool_]) -> Statements:
        counts = np.bincount((percents.astype(np.int64) * 2 + was_so).ravel(), minlength=202).reshape(101, 2)
        counts[0] = 0
        return cls(percents, was_so, counts)


def recalibrate(said: Statements) -> Recalibration | None:
    """Return the line through what was said; None where there is too little."""
    n, true = int(said.counts.sum()), int(said.counts[:, 1].sum())
    if n < LEAST or min(true, n - true) < _LEAST_OF_EACH:
        return None
    p = np.clip(np.arange(101), *_ENDS) / 100
    odds = np.log(p / (1 - p))
    percents, came = said.counts.nonzero()
    weights = said.counts[percents, came]
    design = np.column_stack([np.ones(len(percents)), odds[percents]])
    line = _fitted(design, came, weights)
    if line is None:
        return None
    chances = 1 / (1 + np.exp(-line[0] - line[1] * odds))
    chance = chances[percents]
    bread = np.linalg.inv((design * (weights * chance * (1 - chance))[:, None]).T @ design)
    # The score of each case is the sum over its statements.
    cases = len(said.percents)
    missed = np.where(said.percents > 0, said.was_so - chances[said.percents], 0.0)
    of_case = np.column_stack([missed.sum(axis=1), (missed * odds[said.percents]).sum(axis=1)])
    meat = of_case.T @ of_case * cases / max(1, cases - 1)
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
