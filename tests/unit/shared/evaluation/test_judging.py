"""A judged case is what the assessment says, set against the confirmed diagnosis."""

from __future__ import annotations

import pytest

from shared.evaluation.judging import imaging_tests
from shared.triage.presentation import read_presentation
from tests.book import the_book
from tests.published import judged_with, the_assessor, the_judged

TWO = {"cellulitis": 0.5, "abscess": 0.3, "osteomyelitis": 0.2}


@pytest.mark.parametrize("judged", the_judged()[::3], ids=lambda judged: judged.case.id)
def test_it_says_what_the_whole_assessment_says(judged):
    assessment = the_assessor().assess(read_presentation(the_book(), judged.case.body))

    assert list(judged.probabilities.items()) == [(row.condition, row.probability) for row in assessment.differential]
    assert judged.leading == (assessment.differential[0].condition, assessment.differential[0].probability)
    assert judged.fits == assessment.fits
    assert judged.disposition is assessment.disposition
    assert judged.red_flags == tuple(rule.id for rule in assessment.red_flags)
    asked = {test.test for test in assessment.next_tests}
    assert judged.asks_for_imaging == bool(asked & imaging_tests(the_book()))


def test_the_place_is_that_of_the_first_right_answer_and_the_probability_their_sum():
    assert judged_with(TWO, "osteomyelitis").place == 3
    both = judged_with(TWO, "osteomyelitis", "abscess")
    assert (both.place, both.p_right) == (2, pytest.approx(0.5))
    assert both.is_among(2)
    assert not both.is_among(1)


def test_what_is_not_ranked_has_no_place():
    judged = judged_with(TWO, "tumour")

    assert (judged.place, judged.p_right) == (None, 0)
    assert not judged.is_among(3)


def test_an_imaging_test_is_told_by_what_it_answers_or_needs():
    words = " ".join(imaging_tests(the_book()))

    assert "X-ray" in words
    assert "Ultrasound" in words
    assert "Blood culture" not in words
