"""The grouped Bayesian ranking: prior times tempered likelihoods, normalised.

log posterior(condition) = log prior(condition) + sum over answers of exponent * log P(state | condition) + constant
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from shared.differential.grouping import Grouping
from shared.differential.likelihood import Floats, LikelihoodTable
from shared.differential.picture import DAYS_SINCE_IV_CALCIUM, ClinicalPicture, holds

_Float = TypeVar("_Float", np.float32, np.float64)


class CountedAnswer(NamedTuple):
    """An answer that the ranking uses: its row in the likelihood table and its exponent (above 0).

    An answer of several states ("knee+lower_leg") has several rows and counts with their mean probability: where in
    that reach the disease sits is not known, and a larger reach must not count for more.

    A named tuple: a ranking makes dozens, in a third of the time that frozen dataclasses take.
    """

    finding: str
    state: str
    rows: tuple[int, ...]
    exponent: float


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The posterior over the conditions of a table, in the table's order.

    `log_columns` is the same by column, where a condition of several variants has several. `answers` are all that the
    setting and `ask_if` let through; `counted` those of them with an exponent above 0, in the order of the book, with
    `log_p` (answer by column) and `exponents` beside them.
    """

    table: LikelihoodTable
    days_since_iv_calcium: float | None
    posterior: Floats
    log_posterior: Floats
    log_columns: Floats
    answers: Mapping[str, str]
    counted: tuple[CountedAnswer, ...]
    log_p: Floats
    exponents: Floats

    @property
    def conditions(self) -> tuple[str, ...]:
        return self.table.conditions

    def probabilities(self) -> dict[str, float]:
        """Return the probability of each condition, the residual included, in the order of the book."""
        return dict(zip(self.conditions, self.posterior.tolist(), strict=True))

    def in_order(self) -> tuple[int, ...]:
        """Return the columns, the most probable condition first; ties keep the order of the book."""
        return tuple(int(column) for column in np.argsort(-self.posterior, kind="stable"))


def rank(table: LikelihoodTable, grouping: Grouping, picture: ClinicalPicture) -> Ranking:
    """Return the ranking of a picture. `table` must be that of the picture's setting and age band."""
    days = picture.numbers.get(DAYS_SINCE_IV_CALCIUM)
    answers = admitted(table, picture)
    exponents = grouping.exponents(answers, table.strength)
    counted = []
    # In the order of the book: a floating-point sum must not depend on the order of the answers.
    for finding in sorted(answers, key=grouping.position.__getitem__):
        if exponents[finding] > 0:
            state = answers[finding]
            counted.append(CountedAnswer(finding, state, table.rows_of(finding, state, days), exponents[finding]))
    weights = np.array([answer.exponent for answer in counted])
    log_p = gather(table.log_p, counted)
    log_joint = table.log_prior + weights @ log_p if counted else table.log_prior
    log_columns = log_joint - log_sum(log_joint)
    log_posterior = table.by_condition(log_columns)
    return Ranking(
        table=table,
        days_since_iv_calcium=days,
        posterior=np.exp(log_posterior),
        log_posterior=log_posterior,
        log_columns=log_columns,
        answers=answers,
        counted=tuple(counted),
        log_p=log_p,
        exponents=weights,
    )


def admitted(table: LikelihoodTable, picture: ClinicalPicture) -> dict[str, str]:
    """Return the answers that may count: those that the setting knows and whose `ask_if` is not contradicted."""
    return {
        finding: state
        for finding, state in picture.states.items()
        if table.has(finding, state)
        and (finding not in table.ask_if or holds(table.ask_if[finding], picture) is not False)
    }


def gather(log_p: NDArray[_Float], counted: Sequence[CountedAnswer]) -> NDArray[_Float]:
    """Return the log likelihood of each answer, stacked: one state, its row; several, the log of their mean."""
    gathered = log_p[[answer.rows[0] for answer in counted]]
    for place, answer in enumerate(counted):
        if len(answer.rows) > 1:
            gathered[place] = np.log(np.exp(log_p[list(answer.rows)]).mean(axis=0))
    return gathered


def log_sum(values: Floats) -> Floats:
    """Return log(sum(exp(values))) along the last axis, kept as an axis of length 1, without overflow."""
    top = values.max(axis=-1, keepdims=True)
    total: Floats = top + np.log(np.exp(values - top).sum(axis=-1, keepdims=True))
    return total
