"""How much an answer would tell: the expected drop of the differential's entropy, in bits.

    gain(finding) = entropy(now) - sum over states of P(state) * entropy(after that state)

P(state) is predicted by the present ranking. "After" applies the group rules to the picture with that state added; only
the finding's own cluster changes, so only its exponents are worked out again, and all findings are evaluated at once.
Below 0 (a strong answer may displace a weaker one of its group) counts as 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from shared.differential.grouping import Grouping
from shared.differential.likelihood import Floats
from shared.differential.ranking import Ranking, log_sum


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """What may come of one open finding: for each of its states the chance, and the log posterior after it."""

    states: tuple[str, ...]
    chances: Floats
    log_posteriors: Floats

    def branches(self, conditions: Sequence[str]) -> list[tuple[str, float, dict[str, float]]]:
        """Return each state with its chance and the probabilities by condition after it."""
        posteriors = np.exp(self.log_posteriors).tolist()
        return [
            (state, chance, dict(zip(conditions, posterior, strict=True)))
            for state, chance, posterior in zip(self.states, self.chances.tolist(), posteriors, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Branch:
    """The ranking after one possible answer. `sums` are the weighted sums of probabilities that were asked for."""

    state: str
    chance: float
    leading: str
    best: float
    residual: float
    sums: tuple[float, ...]


def branches(
    ranking: Ranking, outlooks: Mapping[str, Outlook], weightings: Sequence[Mapping[str, float]]
) -> dict[str, tuple[Branch, ...]]:
    """Return for each finding what its answers would lead to, all worked out at once.

    `best` is the probability of the most probable condition but the residual. A weighting gives a weight to each
    condition that it counts.
    """
    if not outlooks:
        return {}
    conditions = ranking.conditions
    weights = np.array([[weighting.get(name, 0.0) for name in conditions] for weighting in weightings])
    posteriors = np.exp(np.concatenate([outlook.log_posteriors for outlook in outlooks.values()]))
    sums = (posteriors @ weights.T).tolist() if weightings else [[]] * len(posteriors)
    leading = posteriors.argmax(axis=-1).tolist()
    best = posteriors[:, :-1].max(axis=-1).tolist()
    residual = posteriors[:, -1].tolist()
    found = {}
    row = 0
    for finding, outlook in outlooks.items():
        group = []
        for state, chance in zip(outlook.states, outlook.chances.tolist(), strict=True):
            group.append(Branch(state, chance, conditions[leading[row]], best[row], residual[row], tuple(sums[row])))
            row += 1
        found[finding] = tuple(group)
    return found


def expected_gains(ranking: Ranking, outlooks: Mapping[str, Outlook]) -> dict[str, float]:
    """Return the expected gain of each finding in bits."""
    if not outlooks:
        return {}
    entropies = _entropy(np.concatenate([outlook.log_posteriors for outlook in outlooks.values()]))
    chances = np.concatenate([outlook.chances for outlook in outlooks.values()])
    left = np.add.reduceat(chances * entropies, _starts([len(outlook.states) for outlook in outlooks.values()]))
    gains = np.maximum(0.0, _entropy(ranking.log_posterior) - left)
    return dict(zip(outlooks, gains.tolist(), strict=True))


def look_ahead(grouping: Grouping, ranking: Ranking, findings: Iterable[str]) -> dict[str, Outlook]:
    """Return the outlook of each of these findings. Those that are answered, or that the setting skips, have none."""
    table, days = ranking.table, ranking.days_since_iv_calcium
    present = {answer.finding: answer.exponent for answer in ranking.counted}
    open_findings = [f for f in findings if f in table.states_of and f not in ranking.answers]
    if not open_findings:
        return {}
    rows: list[int] = []
    weights: list[float] = []
    # What an answer changes in the weight of others of its cluster: (which answer, by how much, whose row).
    displaced: list[tuple[int, float, int]] = []
    inside_of: dict[int, dict[str, str]] = {}
    for finding in open_findings:
        cluster = grouping.cluster_of[finding]
        inside = inside_of.get(id(cluster))
        if inside is None:
            inside = {member: ranking.answers[member] for member in cluster.members if member in ranking.answers}
            inside_of[id(cluster)] = inside
        for state in table.states_of[finding]:
            if not inside:
                weights.append(grouping.alone(finding, state))
            else:
                exponents = grouping.within(cluster, {**inside, finding: state}, table.strength)
                weights.append(exponents[finding])
                for member, member_state in inside.items():
                    difference = exponents[member] - present.get(member, 0.0)
                    if difference:
                        displaced.append((len(rows), difference, table.row(member, member_state, days)))
            rows.append(table.row(finding, state, days))
    log_p = table.log_p[rows]
    after = ranking.log_columns + np.array(weights)[:, None] * log_p
    for place, difference, row in displaced:
        after[place] += difference * table.log_p[row]
    after = table.by_condition(after - log_sum(after))
    predicted = np.exp(log_p) @ np.exp(ranking.log_columns)
    sizes = [len(table.states_of[finding]) for finding in open_findings]
    starts = _starts(sizes)
    chances = predicted / np.repeat(np.add.reduceat(predicted, starts), sizes)
    return {
        finding: Outlook(table.states_of[finding], chances[start : start + size], after[start : start + size])
        for finding, start, size in zip(open_findings, starts, sizes, strict=True)
    }


def _starts(sizes: Sequence[int]) -> list[int]:
    """Return where each of consecutive runs of these sizes starts."""
    return [0, *accumulate(sizes[:-1])]


def _entropy(log_p: Floats) -> Floats:
    entropy: Floats = -(np.exp(log_p) * log_p).sum(axis=-1) / np.log(2)
    return entropy
