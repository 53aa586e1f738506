"""Whether the answers fit anything that the book knows.

    surprise(condition) = (sum of exponent * (-log P(answer)) - what is expected of it) / its standard deviation

expectation and deviation being over the answers that the condition's own cases would give to the same questions. So
an answer that is rare even there surprises, a mere lack of answers does not. The age band is no answer: it says who is
asked.
"""

from __future__ import annotations

import numpy as np

from shared.differential.picture import AGE_BAND
from shared.differential.ranking import Ranking


def surprise(ranking: Ranking) -> float:
    """Return by how many standard deviations the answers surprise under the condition that they surprise least.

    The least, not the leading one: a rare disease that explains everything is a fit, however improbable it still is.
    """
    table, days = ranking.table, ranking.days_since_iv_calcium
    excess = np.zeros(len(ranking.conditions) - 1)
    variance = np.zeros_like(excess)
    for answer, found in zip(ranking.counted, ranking.log_p, strict=True):
        if answer.finding == AGE_BAND:
            continue
        log_p = table.log_p[[table.row(answer.finding, s, days) for s in table.states_of[answer.finding]], :-1]
        # Clamping leaves the states of a finding a hair from summing to one.
        p = np.exp(log_p) / np.exp(log_p).sum(axis=0)
        expected = -(p * log_p).sum(axis=0)
        excess -= answer.exponent * (found[:-1] + expected)
        variance += answer.exponent**2 * (p * (log_p + expected) ** 2).sum(axis=0)
    return float((excess / np.sqrt(variance)).min()) if variance.all() else 0.0
