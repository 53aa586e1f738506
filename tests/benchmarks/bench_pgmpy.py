"""What pgmpy can work out too, by exact inference in the same models: intervals and the next question.

An interval is 400 models, drawn from the ranges of the evidence; the next question is one model for each answer that
each open finding can have. pgmpy is given every model (its priors and tempered likelihoods) for nothing and is timed
from there: network, inference, posterior.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from shared.differential.engine import Differential
from shared.differential.intervals import CENTILES
from shared.differential.picture import AGE_BAND, ClinicalPicture, holds
from shared.differential.ranking import Ranking, gather
from shared.knowledge.model import KnowledgeBase
from tests.benchmarks import peers
from tests.benchmarks.children import Children
from tests.benchmarks.result import Equality, Reference, Result
from tests.benchmarks.timing import taking_turns
from tests.pgmpy_ranking import Floats, posterior, the_model
from tests.pictures import with_states
from tests.plain_ranking import by_condition, column_priors, probability


@dataclass(frozen=True)
class Model:
    """One model: its columns (`column_priors`), their priors, and by finding the tempered likelihoods of its answer."""

    columns: tuple[str, ...]
    prior: Floats
    tempered: Mapping[str, Floats]

    def posterior(self) -> Floats:
        return posterior(self.columns, self.prior, self.tempered)


@dataclass
class Seconds:
    """Child by child: ranking and intervals, ranking and next question, and all three."""

    intervals: list[float] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)
    all: list[float] = field(default_factory=list)

    def add(self, ranking: float, intervals: float, gains: float) -> None:
        self.intervals.append(ranking + intervals)
        self.gains.append(ranking + gains)
        self.all.append(ranking + intervals + gains)


def results(children: Children) -> Iterator[Result]:
    """Yield intervals, next question, and both with the ranking, against pgmpy."""
    book, engine = children.knowledge, children.assessor.differential
    ours, theirs = Seconds(), Seconds()
    interval_difference = gain_difference = 0.0
    for picture in children.few_pictures:
        ranking = engine.rank(picture)
        now = model_of(book, picture)
        drawn = drawn_models(engine, ranking)
        after = models_after(book, picture, ranking)
        branches = [model for models in after.values() for model in models]
        times = taking_turns(
            [
                partial(engine.rank, picture),
                partial(engine.intervals, ranking),
                partial(engine.gains, ranking, tuple(after)),
                now.posterior,
                partial(posteriors, drawn),
                partial(posteriors, branches),
            ],
            rounds=3,
        )
        ours.add(*times[:3])
        theirs.add(*times[3:])
        low, high = np.percentile([sum_up(book, model) for model in drawn], CENTILES, axis=0)
        # Ours always holds the point estimate.
        bounds = np.stack([np.minimum(low, ranking.posterior), np.maximum(high, ranking.posterior)], axis=-1)
        interval_difference = max(interval_difference, float(np.abs(bounds - engine.intervals(ranking)).max()))
        found = engine.gains(ranking, tuple(after))
        expected = expected_gains(book, picture, now, after)
        gain_difference = max([gain_difference, *(abs(found[name] - gain) for name, gain in expected.items())])
    name = f"{peers.PGMPY}, network and query"
    wanted = peers.WANTED
    yield Result(
        "ranking, with intervals",
        ours.intervals,
        Reference(name, theirs.intervals),
        times_faster=wanted,
        # The draws are kept in single precision: that is all that the two may differ by.
        equality=Equality(interval_difference, allowed=1e-5),
    )
    yield Result(
        "ranking, next question over all open findings",
        ours.gains,
        Reference(name, theirs.gains),
        times_faster=wanted,
        never_below=150,
        equality=Equality(gain_difference, allowed=1e-9),
    )
    yield Result("ranking, with intervals, next question", ours.all, Reference(name, theirs.all), times_faster=wanted)


def posteriors(models: Sequence[Model]) -> list[Floats]:
    return [model.posterior() for model in models]


def model_of(book: KnowledgeBase, picture: ClinicalPicture) -> Model:
    return Model(tuple(column_priors(book, picture.setting)), *the_model(book, picture))


def sum_up(book: KnowledgeBase, model: Model) -> Floats:
    """Return pgmpy's posterior by condition, in the order of the book."""
    columns = dict(zip(model.columns, model.posterior().tolist(), strict=True))
    return np.array(list(by_condition(book, columns).values()))


def drawn_models(engine: Differential, ranking: Ranking) -> list[Model]:
    """Return the models that the interval is taken over."""
    draws, columns = engine.draws.of(ranking.table), ranking.table.columns
    draws.draw(row for answer in ranking.counted for row in answer.rows)
    priors = np.exp(draws.log_prior.astype(float))
    drawn = np.exp(ranking.exponents[:, None, None] * gather(draws.log_p, ranking.counted).astype(float))
    findings = [answer.finding for answer in ranking.counted]
    return [
        Model(columns, prior / prior.sum(), dict(zip(findings, tempered, strict=True)))
        for prior, tempered in zip(priors, drawn.swapaxes(0, 1), strict=True)
    ]


def models_after(book: KnowledgeBase, picture: ClinicalPicture, ranking: Ranking) -> dict[str, list[Model]]:
    """Return, for each finding that may still be asked, the model after each of its answers."""
    return {
        finding.id: [
            model_of(book, with_states(picture, {**picture.states, finding.id: state})) for state in finding.states
        ]
        for finding in book.findings.values()
        if finding.id in ranking.table.states_of
        and finding.id not in ranking.answers
        and finding.id != AGE_BAND
        and not finding.follows_from
        and (finding.ask_if is None or holds(finding.ask_if, picture) is not False)
    }


def expected_gains(
    book: KnowledgeBase, picture: ClinicalPicture, now: Model, after: Mapping[str, Sequence[Model]]
) -> dict[str, float]:
    """Return the expected drop of the entropy over the conditions in bits, worked out from pgmpy's posteriors."""
    columns, days = now.posterior(), picture.numbers.get("days_since_iv_calcium")
    before = entropy(sum_up(book, now))
    gains = {}
    for finding, models in after.items():
        chances = (
            np.array(
                [
                    [
                        probability(book, picture.setting, picture.age_band, column, finding, state, days)
                        for column in now.columns
                    ]
                    for state in book.findings[finding].states
                ]
            )
            @ columns
        )
        left = np.array([entropy(sum_up(book, model)) for model in models])
        gains[finding] = max(0.0, before - float(chances @ left / chances.sum()))
    return gains


def entropy(p: Floats) -> float:
    return float(-(p * np.log2(p)).sum())
