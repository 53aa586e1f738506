"""The laws of the ranking, for any picture whatsoever."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.differential.engine import Differential
from shared.differential.picture import ClinicalPicture, holds
from shared.differential.ranking import Ranking
from tests.book import the_book
from tests.pictures import pictures, with_states
from tests.plain_ranking import plain_posterior

BOOK = the_book()
ENGINE = Differential(BOOK)


def by_condition(ranking: Ranking) -> dict[str, float]:
    return dict(zip(ranking.conditions, ranking.posterior.tolist(), strict=True))


def plainly(picture: ClinicalPicture) -> dict[str, float]:
    numbers = picture.numbers
    return plain_posterior(
        BOOK, picture.setting, picture.states, numbers.get("days_since_iv_calcium"), numbers.get("antibiotics_given")
    )


@given(pictures(BOOK))
def test_the_engine_equals_the_plain_enumeration(picture: ClinicalPicture) -> None:
    ranked = by_condition(ENGINE.rank(picture))

    assert ranked == pytest.approx(plainly(picture), abs=1e-9, rel=0)


@given(pictures(BOOK, max_answers=51))
def test_probabilities_sum_to_one_and_each_lies_within_its_interval(picture: ClinicalPicture) -> None:
    ranking = ENGINE.rank(picture)
    bounds = ENGINE.intervals(ranking)

    assert ranking.posterior.sum() == pytest.approx(1, abs=1e-12)
    assert (bounds[:, 0] <= ranking.posterior).all()
    assert (ranking.posterior <= bounds[:, 1]).all()
    assert (bounds >= 0).all()
    assert (bounds <= 1).all()


@given(pictures(BOOK), st.randoms(use_true_random=False))
def test_the_order_of_the_answers_changes_nothing_not_even_the_last_bit(picture, chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(picture.states.items())
    chance.shuffle(shuffled)

    one, other = ENGINE.rank(picture), ENGINE.rank(with_states(picture, dict(shuffled)))

    assert np.array_equal(one.posterior, other.posterior)
    assert np.array_equal(ENGINE.intervals(one), ENGINE.intervals(other))
    assert ENGINE.explain(one) == ENGINE.explain(other)


@given(pictures(BOOK, max_answers=12))
def test_looking_ahead_at_an_answer_equals_ranking_with_it(picture: ClinicalPicture) -> None:
    ranking = ENGINE.rank(picture)

    for finding, outlook in ENGINE.outlooks(ranking, BOOK.findings).items():
        definition = BOOK.findings[finding]
        if finding == "age_band" or definition.follows_from:
            continue  # age and place are known before anything is asked
        if definition.ask_if and holds(definition.ask_if, picture) is False:
            continue  # a pointless question is not asked
        assert outlook.chances.sum() == pytest.approx(1, abs=1e-12)
        for state, log_posterior in zip(outlook.states, outlook.log_posteriors, strict=True):
            answered = ENGINE.rank(with_states(picture, {**picture.states, finding: state}))
            assert np.exp(log_posterior) == pytest.approx(answered.posterior, abs=1e-9, rel=0)


@given(pictures(BOOK))
def test_a_weight_is_the_change_of_the_log_odds_that_its_answer_makes(picture: ClinicalPicture) -> None:
    """Worked out again from the posterior: take the answer's tempered likelihood out and compare the odds."""
    ranking = ENGINE.rank(picture)
    for column, weights in enumerate(ENGINE.explain(ranking)):
        for item in weights:
            place = next(i for i, answer in enumerate(ranking.counted) if answer.finding == item.finding)
            columns = ranking.log_columns - ranking.exponents[place] * ranking.log_p[place]
            without = ranking.table.by_condition(columns)
            odds_without = without[column] - np.logaddexp.reduce(np.delete(without, column))
            odds_with = ranking.log_posterior[column] - np.logaddexp.reduce(np.delete(ranking.log_posterior, column))
            assert item.weight == pytest.approx(odds_with - odds_without, abs=1e-6)


@given(pictures(BOOK))
def test_gains_are_never_negative_and_never_more_than_the_entropy_that_is_left(picture: ClinicalPicture) -> None:
    ranking = ENGINE.rank(picture)
    entropy = -(ranking.posterior * ranking.log_posterior).sum() / np.log(2)

    gains = ENGINE.gains(ranking, BOOK.findings)

    assert all(0 <= gain <= entropy + 1e-9 for gain in gains.values())
    assert not gains.keys() & ranking.answers.keys()
