"""What speaks for and against each condition.

    weight(answer, condition) = log odds(condition | all answers) - log odds(condition | all answers but this one)

the exponents being those of the full picture. It is the natural logarithm of the answer's likelihood ratio, after
grouping, of the condition against the rest of the differential as the other answers leave it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shared.differential.likelihood import Floats
from shared.differential.ranking import Ranking, log_sum

# Below this, an answer says nothing that a reader could use.
NEGLIGIBLE = 0.01


@dataclass(frozen=True, slots=True)
class Weight:
    """How much one answer moves the log odds of one condition."""

    finding: str
    state: str
    weight: float


def explain(ranking: Ranking) -> tuple[tuple[Weight, ...], ...]:
    """Return the weights of every condition, in the ranking's column order; the strongest first, either sign."""
    if not ranking.counted:
        return tuple(() for _ in ranking.conditions)
    contributions = ranking.exponents[:, None] * ranking.log_p
    without = ranking.log_posterior[None, :] - contributions
    weights = _log_odds(ranking.log_posterior[None, :]) - _log_odds(without - log_sum(without))
    explained = []
    for column in range(len(ranking.conditions)):
        items = [
            Weight(answer.finding, answer.state, float(weights[place, column]))
            for place, answer in enumerate(ranking.counted)
            if abs(weights[place, column]) >= NEGLIGIBLE
        ]
        explained.append(tuple(sorted(items, key=lambda item: (-abs(item.weight), item.finding))))
    return tuple(explained)


def _log_odds(log_p: Floats) -> Floats:
    """Return each column against the sum of the others, without the cancellation that 1 - p would bring."""
    columns = log_p.shape[-1]
    others = np.where(np.eye(columns, dtype=bool), -np.inf, log_p[..., None, :])
    odds: Floats = log_p - log_sum(others)[..., 0]
    return odds
