"""Words of the review pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mobile_app.presenters.answers import AnswersInWords
from shared.case.entry import AnswerValue, EntryKind, Quantity
from shared.privacy.policy import PrivacyPolicy, Vocabulary, load_policy
from shared.triage.assessment import Contribution
from sync_server.language import speaking
from sync_server.services.wording import ReleasedBook, Wording, age_words, band_words, day_words, listed, month_words
from tests.book import KNOWLEDGE, the_book


@pytest.fixture(scope="module")
def wording() -> Wording:
    return Wording(the_book())


@pytest.fixture(scope="module")
def policy() -> PrivacyPolicy:
    return load_policy(KNOWLEDGE / "privacy.yaml", Vocabulary.of(the_book()))


def test_every_code_that_may_be_sent_has_a_question_and_every_state_a_word(
    wording: Wording, policy: PrivacyPolicy
) -> None:
    for code in policy.codes:
        assert wording.question(code)
        assert "_" not in wording.question(code)
        for value in policy.vocabulary.states.get(code, ()):
            assert "_" not in wording.answer(code, value)


def test_every_age_group_has_words(policy: PrivacyPolicy) -> None:
    words = [age_words(band.id) for band in policy.age_groups]

    assert words[0] == "0–6 days"
    assert words[3] == "3–11 months"
    assert all(word.endswith(("days", "months", "years")) for word in words)


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        ("fever_ge_38", False, "No fever"),
        ("fever_ge_38", "unknown", "Don't know"),
        ("swelling_consistency", "rock_hard_nodular", "Hard like rock"),
        ("crp", Quantity(0.36, "mg/L"), "0.36 mg/L"),
        ("wbc", Quantity(11.3, "10*9/L"), "11.3 × 10⁹/L"),
        ("region", ("hand", "wrist"), "Hand and wrist"),
        ("final_diagnosis", "calcinosis_cutis_iatrogenic", "Iatrogenic calcinosis cutis"),
        ("presentation_month", "2026-11", "Nov 2026"),
        ("healed_days", 28, "28"),
    ],
)
def test_an_answer_is_said_as_people_say_it(wording: Wording, code: str, value: AnswerValue, words: str) -> None:
    assert wording.answer(code, value) == words


def test_every_answer_that_speaks_for_something_is_said_in_the_words_of_the_tablet(wording: Wording) -> None:
    book = wording.knowledge
    on_the_tablet = AnswersInWords(book)
    said = [(finding, state) for finding in book.findings for state in book.findings[finding].states]

    assert [wording.state(Contribution(finding, state, 1.0)) for finding, state in said] == [
        on_the_tablet.state(finding, state) for finding, state in said
    ]


def test_visits_are_numbered_and_single_other_entries_are_not(wording: Wording) -> None:
    kinds = [EntryKind.ASSESSMENT, EntryKind.CORRECTION, EntryKind.FOLLOW_UP, EntryKind.OUTCOME, EntryKind.CORRECTION]

    assert wording.entry_names(kinds) == ("Visit 1", "Correction 1", "Visit 2", "Outcome", "Correction 2")


def test_dates_bands_and_lists_are_short() -> None:
    assert day_words("2026-11-21") == "21 Nov 2026"
    assert month_words("nonsense") == "not given"
    assert band_words(0.001, 0.999) == "1–99%"
    assert [listed("a"), listed("ab"), listed("abc"), listed("")] == ["a", "a and b", "a, b and c", ""]


def test_a_place_has_side_and_regions(wording: Wording) -> None:
    assert wording.place("hand wrist", "left") == "Left hand and wrist"
    assert wording.place("foot", "both") == "Foot on both sides"
    assert wording.place("", "unknown") == "Place not given"


def test_what_only_a_published_version_has_is_said_in_its_words_and_in_the_users_language_where_it_has_them() -> None:
    book = the_book()
    abscess, warmth = book.conditions["abscess"], book.findings["warmth"]
    newer = replace(
        book,
        conditions={**book.conditions, "ward_fever": replace(abscess, id="ward_fever", label="Fever of the ward")},
        findings={**book.findings, "heat": replace(warmth, id="heat", ask="Is it hot?", state_labels={"yes": "Hot"})},
    )
    released = ReleasedBook(newer, {"fr": {"Fever of the ward": "Fièvre du service", "Hot": "Brûlant"}})
    words, shipped = Wording(book, lambda: released), Wording(book)

    with speaking("fr"):
        assert words.condition("ward_fever") == "Fièvre du service"
        assert words.answer("heat", True) == "Brûlant"
        # It brings no French for the question: English, and not the code.
        assert words.question("heat") == "Is it hot?"
        # What it does not change is said as the shipped catalogue has it.
        assert words.condition("cellulitis") == shipped.condition("cellulitis") != book.conditions["cellulitis"].label
        assert shipped.condition("ward_fever") == "Ward fever"
        assert shipped.question("heat") == "Heat"
    assert words.is_statement("heat", True)
    assert (words.condition("ward_fever"), words.answer("heat", True)) == ("Fever of the ward", "Hot")
    with speaking("es"):
        assert words.condition("ward_fever") == "Fever of the ward"
