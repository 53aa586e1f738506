"""Whether the answers fit anything that the book knows.

    surprise(condition) = (sum of exponent * (-log P(answer)) - what is expected of it) / its standard deviation

expectation and deviation being over the answers that the condition's own cases would give to the same questions. So
an answer that is rare even there surprises, a mere lack of answers does not. The age band and what else the book calls
`background` are no answers: they say who is asked.
"""

from __future__ import annotations

import numpy as np

from shared.differential.ranking import Ranking


def surprise(ranking: Ranking) -> float:
    """Return by how many standard deviations the answers surprise under the column that they surprise least.

    The least, not the leading one: a rare disease that explains everything is a fit, however improbable it still is.
    """
    table = ranking.table
    places = [place for place, answer in enumerate(ranking.counted) if answer.finding not in table.background]
    if not places:
        return 0.0
    # The states of a finding share mean and variance, so any row of an answer will do.
    rows = [ranking.counted[place].rows[0] for place in places]
    exponents = ranking.exponents[places]
    excess = -exponents @ (ranking.log_p[places, :-1] + table.surprisal[rows])
    variance = exponents**2 @ table.spread[rows]
    return float((excess / np.sqrt(variance)).min()) if variance.all() else 0.0
