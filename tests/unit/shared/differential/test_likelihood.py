"""Which likelihood applies."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shared.differential.engine import Differential
from shared.differential.likelihood import LikelihoodTable
from shared.differential.picture import ClinicalPicture
from tests.book import the_book

BOOK = the_book()
ENGINE = Differential(BOOK)


def p(table: LikelihoodTable, condition: str, finding: str, state: str, days: float | None = None) -> float:
    return math.exp(table.log_p[table.row(finding, state, days), table.columns.index(condition)])


def test_the_age_band_and_then_the_setting_override_the_figure() -> None:
    fever = BOOK.findings["fever_ge_38"]
    newborn = ENGINE.tables.of("hospital_paediatric_ed", "neonate_lt_28d")
    school = ENGINE.tables.of("hospital_paediatric_ed", "5_to_16y")
    ward = ENGINE.tables.of("nicu_inpatient_post_iv", "neonate_lt_28d")
    calcium = BOOK.findings["prior_iv_calcium_same_limb_3m"]

    override = fever.age_overrides["neonate_lt_28d"]["cellulitis"].states["yes"].p
    assert p(newborn, "cellulitis", "fever_ge_38", "yes") == pytest.approx(override)
    assert p(school, "cellulitis", "fever_ge_38", "yes") == pytest.approx(
        fever.likelihoods["cellulitis"].states["yes"].p
    )
    assert p(ward, "cellulitis", "prior_iv_calcium_same_limb_3m", "yes") == pytest.approx(
        calcium.setting_overrides["nicu_inpatient_post_iv"]["cellulitis"].states["yes"].p
    )


def test_a_variant_has_its_own_figure_before_its_conditions_and_an_age_comes_before_both() -> None:
    fever = BOOK.findings["fever_ge_38"]
    condition, variant = "osteomyelitis", "osteomyelitis/subacute"
    school = ENGINE.tables.of("hospital_paediatric_ed", "5_to_16y")
    newborn = ENGINE.tables.of("hospital_paediatric_ed", "neonate_lt_28d")

    assert p(school, variant, "fever_ge_38", "yes") == pytest.approx(fever.likelihoods[variant].states["yes"].p)
    assert fever.likelihoods[variant] != fever.likelihoods[condition]
    override = fever.age_overrides["neonate_lt_28d"][condition].states["yes"].p
    assert p(newborn, variant, "fever_ge_38", "yes") == pytest.approx(override)


def test_a_setting_skips_what_it_implies() -> None:
    ward = {"recent_hospital_admission": "yes", "age_band": "neonate_lt_28d"}

    with_them = ENGINE.rank(ClinicalPicture("nicu_inpatient_post_iv", ward))
    without = ENGINE.rank(ClinicalPicture("nicu_inpatient_post_iv", {}))

    assert with_them.posterior.tolist() == without.posterior.tolist()


def test_no_single_answer_proves_or_excludes() -> None:
    low, high = BOOK.limits.clamp
    table = ENGINE.tables.of("rural_primary_care", "1_to_4y")

    assert table.log_p[:, :-1].min() == pytest.approx(math.log(low))
    assert table.log_p[:, :-1].max() <= math.log(high)


def test_something_else_is_the_mean_of_the_others_and_never_below_its_floor() -> None:
    table = ENGINE.tables.of("rural_primary_care", "1_to_4y")
    priors = {c: np.exp(prior) for c, prior in zip(table.columns[:-1], table.log_prior, strict=False)}
    mean = sum(priors[c] * p(table, c, "erythema", "yes") for c in priors) / sum(priors.values())

    assert p(table, "other_not_modelled", "erythema", "yes") == pytest.approx(mean)
    assert table.log_p[:, -1].min() == pytest.approx(math.log(BOOK.limits.residual_floor))


@pytest.mark.parametrize(("days", "visible"), [(2, 0.05), (6, 0.30), (10, 0.75), (20, 0.95), (90, 0.45), (400, 0.15)])
def test_a_film_is_judged_by_the_days_since_the_calcium(days: float, visible: float) -> None:
    table = ENGINE.tables.of("hospital_paediatric_ed", "infant_28d_to_12m")
    condition = "calcinosis_cutis_iatrogenic"
    states = BOOK.findings["xray_lt_10d"].states

    assert p(table, condition, "xray_lt_10d", "soft_tissue_calcification", days) == pytest.approx(visible)
    # Clamping a tiny share leaves the sum a hair from one.
    assert sum(p(table, condition, "xray_lt_10d", state, days) for state in states) == pytest.approx(1, abs=0.01)


def test_an_early_normal_film_speaks_less_against_calcinosis_than_a_late_one() -> None:
    def calcinosis(days: float) -> float:
        states = {"prior_iv_calcium_same_limb_3m": "yes", "xray_lt_10d": "normal_or_swelling_only"}
        ranking = ENGINE.rank(ClinicalPicture("rural_primary_care", states, {"days_since_iv_calcium": days}))
        return ranking.posterior[ranking.conditions.index("calcinosis_cutis_iatrogenic")]

    assert calcinosis(2) > calcinosis(20)


def test_an_answer_to_a_question_that_should_not_have_been_asked_is_not_counted() -> None:
    states = {"age_band": "1_to_4y", "prior_iv_calcium_same_limb_3m": "no"}

    with_interval = ENGINE.rank(
        ClinicalPicture("rural_primary_care", {**states, "interval_since_iv_calcium": "d4_to_28"})
    )
    without = ENGINE.rank(ClinicalPicture("rural_primary_care", states))

    assert with_interval.posterior.tolist() == without.posterior.tolist()
    assert "interval_since_iv_calcium" not in with_interval.answers
