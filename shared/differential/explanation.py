"""What speaks for and against each condition.

    weight(answer, condition) = log odds(condition | all answers) - log odds(condition | all answers but this one)

the exponents being those of the full picture. It is the natural logarithm of the answer's likelihood ratio, after
grouping, of the condition against the rest of the differential as the other answers leave it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shared.differential.likelihood import Floats
from shared.differential.ranking import Ranking

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
    without = ranking.table.by_condition(ranking.log_columns - ranking.exponents[:, None] * ranking.log_p)
    weights = (_log_odds(ranking.log_posterior) - _log_odds(without)).T.tolist()
    explained = []
    for of_condition in weights:
        items = [
            Weight(answer.finding, answer.state, weight)
            for answer, weight in zip(ranking.counted, of_condition, strict=True)
            if abs(weight) >= NEGLIGIBLE
        ]
        # Rounded: two equal weights must not change places over the last bit of a sum.
        explained.append(tuple(sorted(items, key=lambda item: (-round(abs(item.weight), 9), item.finding))))
    return tuple(explained)


def _log_odds(log_p: Floats) -> Floats:
    """Return each column against the sum of the others, without the cancellation that 1 - p would bring.

    The others are summed from both sides up to the column. Nothing underflows: likelihoods are clamped, and a hundred
    answers at the clamp leave a ratio far above the smallest float. `log_p` need not be normalised.
    """
    p = np.exp(log_p - log_p.max(axis=-1, keepdims=True))
    before = np.zeros_like(p)
    before[..., 1:] = np.cumsum(p[..., :-1], axis=-1)
    after = np.zeros_like(p)
    after[..., :-1] = np.cumsum(p[..., :0:-1], axis=-1)[..., ::-1]
    odds: Floats = np.log(p) - np.log(before + after)
    return odds
