"""The 90 % intervals."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest

from shared.differential.engine import Differential
from shared.differential.intervals import DRAWS, make_draws
from shared.differential.picture import ClinicalPicture
from shared.differential.ranking import gather
from tests.book import the_book

BOOK = the_book()
LUMP = {
    "age_band": "infant_28d_to_12m",
    "prior_iv_calcium_same_limb_3m": "yes",
    "swelling_consistency": "firm_indurated",
}


def test_two_engines_give_the_same_interval_bit_for_bit() -> None:
    def bounds() -> str:
        engine = Differential(BOOK)
        ranking = engine.rank(ClinicalPicture("hospital_paediatric_ed", LUMP))
        return hashlib.sha256(engine.intervals(ranking).tobytes()).hexdigest()

    assert bounds() == bounds()


def test_the_draws_have_the_figures_as_their_median_and_the_range_as_their_centiles() -> None:
    table = Differential(BOOK).tables.of("hospital_paediatric_ed", "1_to_4y")
    draws = make_draws(BOOK, table)
    fever = BOOK.findings["fever_ge_38"].likelihoods["cellulitis"].states["yes"]

    row = table.row("fever_ge_38", "yes")
    draws.draw([row])
    drawn = np.exp(draws.log_p[row, :, table.columns.index("cellulitis")])

    assert len(drawn) == DRAWS
    assert np.percentile(drawn, [5, 50, 95]) == pytest.approx([fever.low, fever.p, fever.high], abs=0.05)


def test_no_decimal_that_is_shown_hangs_on_how_a_processor_sums() -> None:
    """Sums that are exact, whatever their order, give the same bounds far beyond the sixth decimal."""
    engine = Differential(BOOK)
    ranking = engine.rank(ClinicalPicture("hospital_paediatric_ed", {**LUMP, "erythema": "yes", "onset": "weeks"}))
    draws = engine.draws.of(ranking.table)
    bounds = engine.intervals(ranking)

    rows = gather(draws.log_p, ranking.counted).astype(float)
    posteriors = []
    for number, prior in enumerate(draws.log_prior.astype(float)):
        weights = [
            math.exp(math.fsum([start, *(ranking.exponents * rows[:, number, column])]))
            for column, start in enumerate(prior)
        ]
        parts = np.split(weights, ranking.table.first[1:])
        posteriors.append([math.fsum(part) / math.fsum(weights) for part in parts])
    low, high = np.percentile(posteriors, [5, 95], axis=0)

    assert bounds[:, 0] == pytest.approx(np.minimum(low, ranking.posterior), abs=1e-12)
    assert bounds[:, 1] == pytest.approx(np.maximum(high, ranking.posterior), abs=1e-12)


def test_what_was_assessed_before_does_not_move_an_interval() -> None:
    """Findings are drawn when they first count; which came first must not matter."""
    lump = ClinicalPicture("hospital_paediatric_ed", LUMP)
    fresh, used = Differential(BOOK), Differential(BOOK)
    used.intervals(used.rank(ClinicalPicture("hospital_paediatric_ed", {**LUMP, "erythema": "yes", "onset": "weeks"})))

    first, later = fresh.intervals(fresh.rank(lump)), used.intervals(used.rank(lump))

    assert np.array_equal(first, later)


def test_a_finding_that_rests_on_case_reports_makes_the_band_wider_than_none() -> None:
    engine = Differential(BOOK)

    def width(states: dict[str, str]) -> float:
        ranking = engine.rank(ClinicalPicture("hospital_paediatric_ed", states))
        column = ranking.conditions.index("calcinosis_cutis_iatrogenic")
        low, high = engine.intervals(ranking)[column]
        return float(high - low)

    assert width(LUMP) > width({})


def test_the_draws_of_only_a_few_tables_are_kept() -> None:
    engine = Differential(BOOK)
    for setting in BOOK.settings:
        for age_band in (None, *BOOK.findings["age_band"].states):
            engine.draws.of(engine.tables.of(setting, age_band))

    assert len(engine.draws._draws) == engine.draws.LIMIT
