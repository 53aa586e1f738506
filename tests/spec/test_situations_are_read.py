"""What cannot be understood is refused in one sentence; what does not hold is told apart from what does."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import InvalidInput, KnowledgeError
from shared.evaluation.behaviour import Behaviour, Outcome, Vocabulary, check_situation, document, read_behaviour
from shared.evaluation.behaviour.visits import days, told
from shared.triage.assess import Assessor
from tests.book import the_book

WORDS = """
findings: {red: erythema, will not walk: [non_weight_bearing_or_no_use, restricted_motion_pseudoparalysis]}
measurements: {CRP: crp}
settings: {clinic: rural_primary_care}
"""
THEME = """
theme: A theme
order: 1
about: A sentence.
situations:
- id: red-foot
  title: A red foot.
  because: A reason that is long enough.
  source: [expert]
  child: {{age: 4 years, where: left foot, at: clinic, has: [X-ray]}}
  {what}
  expect: {expect}
"""
CELLULITIS = "{how soon: at least routine}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "words.yaml").write_text(WORDS)
    return tmp_path


def behaviour(folder: Path, what: str = "found: [red]", expect: str = CELLULITIS) -> Behaviour:
    (folder / "theme.yaml").write_text(THEME.format(what=what, expect=expect))
    return read_behaviour(folder, the_book().sources)


def outcomes(folder: Path, what: str = "found: [red]", expect: str = CELLULITIS) -> tuple[Outcome, ...]:
    read = behaviour(folder, what, expect)
    return check_situation(read.situations[0], Assessor(the_book()), Vocabulary(the_book(), read.words))


def refusal(folder: Path, what: str, expect: str = CELLULITIS) -> str:
    with pytest.raises(InvalidInput) as refused:
        outcomes(folder, what, expect)
    return str(refused.value)


def test_a_word_that_is_not_known_is_refused_with_the_nearest_one(folder: Path) -> None:
    assert refusal(folder, "found: [redd]") == "'redd': is no finding that the knowledge asks for; did you mean 'red'?"


def test_what_could_mean_two_findings_is_not_guessed(folder: Path) -> None:
    said = refusal(folder, "found: ['Normal, or swelling only']")

    assert "xray_lt_10d and xray_ge_10d" in said.replace("xray_ge_10d and xray_lt_10d", "xray_lt_10d and xray_ge_10d")
    assert outcomes(folder, "found: ['xray_lt_10d: Normal, or swelling only']")


def test_a_finding_may_be_written_as_the_tablet_says_it(folder: Path) -> None:
    read = behaviour(folder, "found: [Red skin, 'Soft, puffy', fever_ge_38]")

    (visit,) = told(read.situations[0], Vocabulary(the_book(), read.words))

    assert visit.body["findings"] == {
        "erythema": True, "swelling_consistency": "soft_oedematous", "fever_ge_38": True
    }  # fmt: skip


def test_one_phrase_may_stand_for_two_answers_and_its_absence_denies_both(folder: Path) -> None:
    read = behaviour(folder, "absent: [will not walk]")

    (visit,) = told(read.situations[0], Vocabulary(the_book(), read.words))

    assert visit.body["findings"] == {"non_weight_bearing_or_no_use": False, "restricted_motion_pseudoparalysis": False}


def test_a_state_that_was_not_found_is_asked_to_be_named(folder: Path) -> None:
    assert refusal(folder, "absent: ['Soft, puffy']").endswith("write the state that was found instead")


def test_a_word_that_is_both_found_and_absent_is_refused(folder: Path) -> None:
    assert "contradicts another word" in refusal(folder, "found: [red]\n  absent: [red]")


@pytest.mark.parametrize(
    "expect",
    [
        "{first: Celulitis}",
        "{how soon: at least tomorrow}",
        "{danger rules fire: [RF99 unheard of]}",
        "{how likely: {Cellulitis: at least certain}}",
        "{looked at again within: soon}",
    ],
)
def test_an_expectation_that_is_not_understood_is_refused_not_passed(folder: Path, expect: str) -> None:
    said = refusal(folder, "found: [red]", expect)

    assert said.startswith("'")
    assert "\n" not in said


def test_what_does_not_hold_is_reported_with_what_was_there_instead(folder: Path) -> None:
    (outcome,) = outcomes(folder, expect="{how soon: exactly emergency}")

    assert not outcome.is_met
    assert str(outcome) == f"visit 1: How soon: emergency. Got: {outcome.got}"


@pytest.mark.parametrize(
    ("expect", "is_met"),
    [
        ("{danger rules stay silent: all}", True),
        ("{danger rules fire: [RF02 sepsis any age]}", False),
        ("{told not to do: [no such words]}", False),
        ("{not told to do: [no such words]}", True),
        ("{refused: [age_days]}", False),
        ("{taken as: [red]}", True),
        ("{taken as: [Skin not red]}", False),
        ("{not among the first three: [Tumour]}", True),
        ("{among the first three: [Tumour]}", False),
    ],
)
def test_an_expectation_can_hold_and_can_fail(folder: Path, expect: str, is_met: bool) -> None:
    assert [outcome.is_met for outcome in outcomes(folder, expect=expect)] == [is_met]


def test_a_refused_case_meets_nothing_but_the_expected_refusal(folder: Path) -> None:
    what = "measured: [CRP 12 mmol/L]"

    refused, other = outcomes(folder, what, "{refused: [measurements.crp], not told to do: [knife]}")

    assert refused.is_met
    assert not other.is_met


def test_at_a_later_visit_days_go_on_counting_and_answers_are_replaced(folder: Path) -> None:
    later = "{after: 2 weeks, absent: [red], measured: [CRP 30 mg/L], expect: {taken as: [%s]}}"
    what = f"swollen for: 5 days\n  found: [red, fever_ge_38]\n  then: [{later}]"

    for word in ("Skin not red", "fever_ge_38", "crp_gt_20", "'onset: weeks'"):
        first, second = outcomes(folder, what % word)
        assert (first.visit, second.visit) == (1, 2)
        assert second.is_met, second


def test_a_later_visit_cannot_say_again_how_long_it_has_been(folder: Path) -> None:
    with pytest.raises(KnowledgeError, match="swollen for: is not a key that belongs here"):
        behaviour(folder, "then: [{after: 2 weeks, swollen for: 3 weeks, expect: {fits: true}}]")


def test_what_two_people_answer_differently_is_a_disagreement_of_the_case(folder: Path) -> None:
    what = "found: [sickle_cell_disease]\n  disagree: [fever_ge_38, [CRP 10 mg/L, CRP 40 mg/L]]"

    (outcome,) = outcomes(folder, what, "{danger rules fire: [RF11 sickle cell]}")
    (not_taken,) = outcomes(folder, what, "{taken as: [fever_ge_38]}")

    assert outcome.is_met
    assert not not_taken.is_met


def test_a_month_is_the_twelfth_part_of_a_year() -> None:
    assert round(days("9 months")) == 274
    assert days("36 hours") == 1.5
    assert days("3 weeks ago") == 21


def test_all_faults_of_a_folder_come_in_one_report(folder: Path) -> None:
    (folder / "other.yaml").write_text(THEME.format(what="founnd: [red]", expect="{}").replace("[expert]", "[exprt]"))

    with pytest.raises(KnowledgeError) as broken:
        behaviour(folder)

    report = str(broken.value)
    assert "founnd: is not a key that belongs here; did you mean found?" in report
    assert "exprt is not in sources.yaml; did you mean expert?" in report
    assert "expects nothing" in report
    assert "red-foot: stands in" in report


def test_an_unknown_kind_of_expectation_is_named(folder: Path) -> None:
    with pytest.raises(KnowledgeError, match="how son: is not a key that belongs here; did you mean how soon"):
        behaviour(folder, expect="{how son: exactly routine, fits: true}")


def test_the_page_holds_every_title_every_expectation_and_every_source(folder: Path) -> None:
    page = document(behaviour(folder, expect="{first: [Cellulitis, Abscess], fits: false}"), the_book().sources)

    for text in (
        "### A red foot", "A 4-year-old child, left foot, at a clinic with X-ray", "First: Cellulitis or Abscess.",
        "The answers do not fit", the_book().sources["expert"].citation, "theme.yaml",
    ):  # fmt: skip
        assert text in page
