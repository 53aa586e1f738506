"""Which likelihood applies, laid out as one table for each setting and age band.

    row = one state of one finding        column = one condition or one variant of it, the residual last

A condition of several variants is the mixture of them: its probability is the sum over its columns. So signs that go
together (a bone infection of weeks, without fever, with quiet blood tests) are not multiplied as if each stood alone.

Rules, in this order: the finding's own likelihood; the age band's override; the setting's override; for an X-ray of a
child whose days since IV calcium are known, calcinosis is judged by those days; clamp; the residual is the
prior-weighted mean of the modelled conditions, not below its floor. Findings skipped in the setting have no rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.knowledge.model import Criterion, FindingDefinition, KnowledgeBase, Likelihood, Range, held_states

Floats = NDArray[np.float64]

CALCINOSIS = "calcinosis_cutis_iatrogenic"
FILMS = ("xray_lt_10d", "xray_ge_10d")
CALCIFIED = "soft_tissue_calcification"


@dataclass(frozen=True, slots=True)
class Block:
    """The likelihoods of one finding: `states` rows by modelled conditions, with their ranges. `day` is a band of days
    since IV calcium, counted from 0, or None."""

    finding: str
    day: int | None
    states: tuple[str, ...]
    p: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LikelihoodTable:
    """All likelihoods of one setting and age band, as natural logarithms. `columns` are in the order of `conditions`;
    `first` is the column at which each condition begins.

    `ask_if` holds the findings that are asked only under a condition, with that condition. `surprisal` and `spread` are
    the mean and the variance of -log P(state) over what a modelled condition's own cases answer: the same for every
    state of a finding, and laid out as `log_p` is, without the residual.
    """

    setting: str
    age_band: str | None
    conditions: tuple[str, ...]
    columns: tuple[str, ...]
    first: NDArray[np.intp]
    log_prior: Floats
    log_p: Floats
    surprisal: Floats
    spread: Floats
    rows: Mapping[tuple[str, str, int | None], int]
    strength: Mapping[tuple[str, str], float]
    states_of: Mapping[str, tuple[str, ...]]
    blocks: tuple[Block, ...]
    day_limits: tuple[int, ...]
    ask_if: Mapping[str, Criterion]
    background: frozenset[str]

    def by_condition(self, log_p: Floats) -> Floats:
        """Return logarithms of probabilities (last axis: columns) summed over the variants of each condition."""
        if len(self.columns) == len(self.conditions):
            return log_p
        summed: Floats = np.logaddexp.reduceat(log_p, self.first, axis=-1)
        return summed

    def has(self, finding: str, state: str) -> bool:
        """Tell whether an answer has rows: the setting may skip its finding."""
        # Nearly every answer is one state: that is looked up before an answer is taken apart.
        return (finding, state, None) in self.rows or all(
            (finding, part, None) in self.rows for part in held_states(state)
        )

    def rows_of(self, finding: str, state: str, days_since_iv_calcium: float | None = None) -> tuple[int, ...]:
        """Return the rows of an answer: one, or one for each state that it holds."""
        if (finding, state, None) in self.rows:
            return (self.row(finding, state, days_since_iv_calcium),)
        return tuple(self.row(finding, part, days_since_iv_calcium) for part in held_states(state))

    def row(self, finding: str, state: str, days_since_iv_calcium: float | None = None) -> int:
        """Return the row of a state; the setting must not skip the finding (`states_of` has what there is)."""
        if days_since_iv_calcium is not None and finding in FILMS:
            return self.rows[finding, state, self._day_band(days_since_iv_calcium)]
        return self.rows[finding, state, None]

    def _day_band(self, days: float) -> int | None:
        if not self.day_limits:
            return None
        # Beyond the last band the deposit is judged as in the last band: the book says nothing later.
        return next((band for band, limit in enumerate(self.day_limits) if days < limit), len(self.day_limits) - 1)


def build_table(knowledge: KnowledgeBase, setting: str, age_band: str | None) -> LikelihoodTable:
    """Return the table for a setting and an age band (None: age unknown, no override)."""
    conditions = (*modelled_conditions(knowledge), residual_condition(knowledge))
    columns = tuple(column for condition in conditions for column in columns_of(knowledge, condition))
    counts = [len(columns_of(knowledge, condition)) for condition in conditions]
    prior = np.array(
        [
            knowledge.conditions[condition].priors[setting].p * share
            for condition in conditions
            for share in [v.share.p for v in knowledge.conditions[condition].variants] or [1.0]
        ]
    )
    prior = prior / prior.sum()
    blocks = tuple(_blocks(knowledge, columns[:-1], setting, age_band))
    low, high = knowledge.limits.clamp
    rows: dict[tuple[str, str, int | None], int] = {}
    strength: dict[tuple[str, str], float] = {}
    layers = []
    for block in blocks:
        p = np.clip(block.p, low, high)
        layers.append(np.log(with_residual(p, prior[:-1], knowledge.limits.residual_floor)))
        for place, state in enumerate(block.states):
            rows[block.finding, state, block.day] = len(rows)
            if block.day is None:
                strength[block.finding, state] = float(np.log(p[place].max()) - np.log(p[place].min()))
    moments = [_moments(layer[:, :-1]) for layer in layers]
    return LikelihoodTable(
        setting=setting,
        age_band=age_band,
        conditions=conditions,
        columns=columns,
        first=np.cumsum([0, *counts[:-1]]),
        log_prior=np.log(prior),
        log_p=np.concatenate(layers),
        surprisal=np.concatenate([mean for mean, _ in moments]),
        spread=np.concatenate([variance for _, variance in moments]),
        rows=rows,
        strength=strength,
        states_of={block.finding: block.states for block in blocks},
        blocks=blocks,
        day_limits=tuple(band.to_day + 1 for band in knowledge.calcification_by_day),
        background=frozenset({"age_band", *knowledge.limits.background}),
        ask_if={f.id: f.ask_if for f in knowledge.findings.values() if f.ask_if is not None},
    )


def _moments(log_p: Floats) -> tuple[Floats, Floats]:
    """Return mean and variance of -log P(state) over the states, once for each state."""
    # Clamping leaves the states of a finding a hair from summing to one.
    p = np.exp(log_p) / np.exp(log_p).sum(axis=0)
    mean = -(p * log_p).sum(axis=0)
    variance = (p * (log_p + mean) ** 2).sum(axis=0)
    return np.broadcast_to(mean, log_p.shape), np.broadcast_to(variance, log_p.shape)


def columns_of(knowledge: KnowledgeBase, condition: str) -> tuple[str, ...]:
    """Return the columns of a condition: `condition/variant` for each of its variants, or the condition itself."""
    variants = knowledge.conditions[condition].variants
    return tuple(f"{condition}/{variant.id}" for variant in variants) or (condition,)


def condition_of(column: str) -> str:
    return column.split("/")[0]


def applicable_likelihood(finding: FindingDefinition, column: str, setting: str, age_band: str | None) -> Likelihood:
    """Return the likelihood that holds for a column in this setting at this age.

    The setting's line comes before the age band's, and that before the general one; within each, the variant's own line
    comes before its condition's.
    """
    tables = (finding.setting_overrides.get(setting, {}), finding.age_overrides.get(age_band or "", {}))
    names = (column, condition_of(column))
    return next(table[name] for table in (*tables, finding.likelihoods) for name in names if name in table)


def with_residual(p: Floats, modelled_prior: Floats, floor: float) -> Floats:
    """Return `p` with one more column: the prior-weighted mean over the conditions, not below `floor`."""
    mean = (p * modelled_prior).sum(axis=-1, keepdims=True) / modelled_prior.sum(axis=-1, keepdims=True)
    return np.concatenate([p, np.maximum(mean, floor)], axis=-1)


def modelled_conditions(knowledge: KnowledgeBase) -> tuple[str, ...]:
    return tuple(c.id for c in knowledge.conditions.values() if c.type != "residual")


def residual_condition(knowledge: KnowledgeBase) -> str:
    return next(c.id for c in knowledge.conditions.values() if c.type == "residual")


def _blocks(knowledge: KnowledgeBase, columns: tuple[str, ...], setting: str, age_band: str | None) -> Iterator[Block]:
    for finding in knowledge.findings.values():
        if setting in finding.skip_in_settings:
            continue
        lines = [applicable_likelihood(finding, column, setting, age_band) for column in columns]
        ranges = [[line.states[state] for line in lines] for state in finding.states]
        block = Block(finding.id, None, finding.states, *_arrays(ranges))
        yield block
        if finding.id in FILMS:
            for day, band in enumerate(knowledge.calcification_by_day):
                judged = block
                for place, column in enumerate(columns):
                    if condition_of(column) == CALCINOSIS:
                        judged = _judged_by_day(judged, day, band.visible, place)
                yield judged


def _judged_by_day(block: Block, day: int, visible: Range, column: int) -> Block:
    """Return the block with calcinosis showing calcium as often as on that day; its other results share the rest."""
    calcified = block.states.index(CALCIFIED)
    p, low, high = block.p.copy(), block.low.copy(), block.high.copy()
    scale = (1 - visible.p) / (1 - block.p[calcified, column])
    for array, figure in ((p, visible.p), (low, visible.low), (high, visible.high)):
        array[:, column] *= scale
        array[calcified, column] = figure
    return Block(block.finding, day, block.states, p, low, high)


def _arrays(ranges: list[list[Range]]) -> tuple[Floats, Floats, Floats]:
    return (
        np.array([[cell.p for cell in row] for row in ranges]),
        np.array([[cell.low for cell in row] for row in ranges]),
        np.array([[cell.high for cell in row] for row in ranges]),
    )


class LikelihoodTables:
    """The tables of one knowledge base, each built when it is first asked for and then kept."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self._tables: dict[tuple[str, str | None], LikelihoodTable] = {}

    def of(self, setting: str, age_band: str | None) -> LikelihoodTable:
        key = (setting, age_band)
        if key not in self._tables:
            self._tables[key] = build_table(self.knowledge, setting, age_band)
        return self._tables[key]
