"""Each group rule in a case that a clinician can follow."""

from __future__ import annotations

import pytest

from shared.differential.engine import Differential
from shared.differential.picture import ClinicalPicture
from tests.book import the_book

ENGINE = Differential(the_book())


def exponents(**states: str) -> dict[str, float]:
    """Return what each answer counts for, answers that count for nothing included."""
    table = ENGINE.tables.of("hospital_paediatric_ed", "1_to_4y")
    return ENGINE.grouping.exponents(states, table.strength)


def test_every_finding_of_the_book_belongs_to_exactly_one_cluster() -> None:
    members = [member for cluster in ENGINE.grouping.clusters for member in cluster.members]

    assert sorted(members) == sorted(the_book().findings)


def test_crp_counts_in_full_esr_half_and_the_other_markers_not_at_all() -> None:
    assert exponents(crp_gt_20="yes", esr_band="gt_40", wbc_high_for_age="yes", procalcitonin_ge_0_5="yes") == {
        "crp_gt_20": 1.0,
        "esr_band": 0.5,
        "wbc_high_for_age": 0.0,
        "procalcitonin_ge_0_5": 0.0,
    }


def test_beside_crp_white_cells_count_for_nothing_even_without_esr() -> None:
    assert exponents(crp_gt_20="no", wbc_high_for_age="yes") == {"crp_gt_20": 1.0, "wbc_high_for_age": 0.0}


def test_without_crp_the_first_marker_counts_in_full_and_the_next_half() -> None:
    assert exponents(esr_band="gt_40", wbc_high_for_age="yes") == {"esr_band": 1.0, "wbc_high_for_age": 0.5}
    assert exponents(wbc_high_for_age="yes") == {"wbc_high_for_age": 1.0}


def test_fever_counts_less_beside_laboratory_markers() -> None:
    assert exponents(fever_ge_38="yes", toxic_appearance="yes") == {"fever_ge_38": 1.0, "toxic_appearance": 0.5}
    beside = exponents(fever_ge_38="yes", toxic_appearance="yes", crp_gt_20="yes")
    assert beside["fever_ge_38"] == 0.7
    assert beside["toxic_appearance"] == pytest.approx(0.35)


def test_redness_warmth_and_tenderness_count_by_strength() -> None:
    assert sorted(exponents(erythema="yes", warmth="yes", tenderness="yes").values()) == [0.25, 0.5, 1.0]


def test_with_iv_calcium_the_chain_is_calcium_interval_and_site() -> None:
    chain = exponents(
        prior_iv_calcium_same_limb_3m="yes",
        interval_since_iv_calcium="d4_to_28",
        over_venepuncture_site="yes",
        recent_hospital_admission="yes",
        hypocalcaemia_tls_vitd_history="yes",
    )

    assert chain == {
        "prior_iv_calcium_same_limb_3m": 1.0,
        "interval_since_iv_calcium": 1.0,
        "over_venepuncture_site": 0.5,
        "recent_hospital_admission": 0.0,
        "hypocalcaemia_tls_vitd_history": 0.0,
    }


def test_with_the_calcium_unknown_its_reasons_count_a_little() -> None:
    chain = exponents(
        over_venepuncture_site="yes", recent_hospital_admission="yes", hypocalcaemia_tls_vitd_history="yes"
    )

    assert chain == {
        "over_venepuncture_site": 1.0,
        "recent_hospital_admission": 0.25,
        "hypocalcaemia_tls_vitd_history": 0.5,
    }


def test_without_calcium_only_the_drip_counts_and_only_its_stronger_sign() -> None:
    chain = exponents(
        prior_iv_calcium_same_limb_3m="no",
        over_venepuncture_site="yes",
        prior_iv_line_site_noncalcium="yes",
        recent_hospital_admission="yes",
        hypocalcaemia_tls_vitd_history="yes",
    )

    assert chain["prior_iv_calcium_same_limb_3m"] == 1.0
    assert sorted([chain["over_venepuncture_site"], chain["prior_iv_line_site_noncalcium"]]) == [0.0, 1.0]
    assert chain["recent_hospital_admission"] == chain["hypocalcaemia_tls_vitd_history"] == 0.0


def test_ultrasound_replaces_fluctuance_and_counts_half_when_negative() -> None:
    assert exponents(fluctuance="yes", purulent_discharge="no", us_fluid_collection="no") == {
        "us_fluid_collection": 0.5,
        "fluctuance": 0.0,
        "purulent_discharge": 0.5,
    }
    assert exponents(us_fluid_collection="yes") == {"us_fluid_collection": 1.0}


def test_an_ultrasound_of_the_vein_replaces_the_finger() -> None:
    assert exponents(palpable_cord="yes", us_vein_thrombus="no") == {"palpable_cord": 0.0, "us_vein_thrombus": 0.5}
    assert exponents(palpable_cord="yes") == {"palpable_cord": 1.0}


def test_two_films_are_one_result_and_the_later_one_counts() -> None:
    films = exponents(xray_lt_10d="normal_or_swelling_only", xray_ge_10d="soft_tissue_calcification")

    assert films == {"xray_ge_10d": 1.0, "xray_lt_10d": 0.0}


def test_a_pattern_counts_only_on_a_film_that_shows_calcium() -> None:
    calcified = exponents(xray_ge_10d="soft_tissue_calcification", xray_calcification_pattern="linear_along_vein")
    normal = exponents(xray_ge_10d="normal_or_swelling_only", xray_calcification_pattern="linear_along_vein")

    assert calcified["xray_calcification_pattern"] == 1.0
    assert normal["xray_calcification_pattern"] == 0.0


@pytest.mark.parametrize(
    ("film", "shadowing", "exponent"),
    [
        ("soft_tissue_calcification", "yes", 0.25),
        ("normal_or_swelling_only", "no", 0.25),
        ("normal_or_swelling_only", "yes", 1.0),
        ("soft_tissue_calcification", "no", 0.5),
    ],
)
def test_the_same_deposit_seen_by_film_and_ultrasound_counts_once(film: str, shadowing: str, exponent: float) -> None:
    assert exponents(xray_ge_10d=film, us_echogenic_shadowing=shadowing)["us_echogenic_shadowing"] == exponent


def test_what_the_needle_drew_replaces_visible_chalk_but_a_dry_needle_does_not() -> None:
    assert exponents(aspirate="chalky_white_calcium", whitish_chalky="yes") == {"aspirate": 1.0, "whitish_chalky": 0.0}
    assert exponents(aspirate="none_or_dry", whitish_chalky="yes") == {"aspirate": 1.0, "whitish_chalky": 1.0}


def test_spread_and_severe_signs_shrink_when_both_are_positive() -> None:
    both = exponents(spreading_erythema_streaks="yes", pain_out_of_proportion="yes", crepitus_bullae_necrosis="no")
    one = exponents(spreading_erythema_streaks="yes", pain_out_of_proportion="no")

    assert both["spreading_erythema_streaks"] == 0.8
    assert sorted([both["pain_out_of_proportion"], both["crepitus_bullae_necrosis"]]) == [0.4, 0.8]
    assert one == {"spreading_erythema_streaks": 1.0, "pain_out_of_proportion": 1.0}


def test_an_answer_that_counts_for_nothing_does_not_move_the_ranking() -> None:
    lab = {"age_band": "1_to_4y", "crp_gt_20": "yes", "esr_band": "gt_40"}

    without = ENGINE.rank(ClinicalPicture("hospital_paediatric_ed", lab))
    with_more = ENGINE.rank(
        ClinicalPicture("hospital_paediatric_ed", {**lab, "wbc_high_for_age": "yes", "procalcitonin_ge_0_5": "yes"})
    )

    assert without.posterior.tolist() == with_more.posterior.tolist()
