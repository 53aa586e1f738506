"""Answers that fit, and answers that fit nothing."""

from __future__ import annotations

from shared.differential.engine import Differential
from shared.differential.picture import ClinicalPicture
from tests.book import the_book

ENGINE = Differential(the_book())


def surprise(**states: str) -> float:
    return ENGINE.surprise(ENGINE.rank(ClinicalPicture("hospital_paediatric_ed", {"age_band": "5_to_16y", **states})))


def test_no_answers_surprise_nobody() -> None:
    assert surprise() == 0.0


def test_a_textbook_cellulitis_does_not_surprise() -> None:
    assert surprise(erythema="yes", warmth="yes", tenderness="yes", skin_break_or_bite="yes", fever_ge_38="no") < 1


def test_a_rare_disease_that_explains_everything_is_a_fit() -> None:
    assert surprise(pain_out_of_proportion="yes", spreading_erythema_streaks="yes", fever_ge_38="yes") < 1


def test_answers_that_belong_to_no_one_disease_surprise() -> None:
    jumble = surprise(
        whitish_chalky="yes",
        itch_predominant="yes",
        toxic_appearance="yes",
        palpable_cord="yes",
        sickle_cell_disease="yes",
        bone_point_tenderness="yes",
    )

    assert jumble > the_book().limits.surprise
