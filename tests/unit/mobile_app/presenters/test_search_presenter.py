"""Any case of the tablet is found by anything that is known of it, with every key, and a withdrawn one by nothing."""

from __future__ import annotations

import pytest

from mobile_app.navigation import Screen
from mobile_app.ports.records import LocalDetails
from mobile_app.storage.search_index import missing_cases
from shared.case.entry import EntryKind
from shared.case.short_code import short_code
from tests.tablet_world import a_conclusion

LOCAL = LocalDetails(record_number="MRN-0047 1123", patient_name="Zoë Müller", ward="Jasmine", note="fell from a swing")
OTHER = LocalDetails(record_number="HN-20", patient_name="أحمد الحسن", ward="Bed 12")


@pytest.fixture
def two(finger):
    """Two cases: a boy's left hand, calcinosis; a girl's right foot."""
    store = finger.store
    boy, girl = store.new_case_id(), store.new_case_id()
    answers = {"age_days": 274, "sex": "male", "region": ("hand",), "side": "left", "erythema": True}
    store.record(boy, EntryKind.ASSESSMENT, answers, a_conclusion(), LOCAL)
    answers = {"age_days": 1500, "sex": "female", "region": ("foot",), "side": "right"}
    store.record(girl, EntryKind.ASSESSMENT, answers, None, OTHER)
    finger.flow.home.open()
    finger.flow.home.search()
    return finger, boy, girl


def found(finger, typed):
    finger.flow.search.type(typed)
    return [row.case_id for row in finger.view.cases]


def test_without_a_word_it_is_the_list_of_all_cases_the_newest_first(two):
    finger, boy, girl = two

    assert finger.screen is Screen.SEARCH
    assert found(finger, "") == [girl, boy]
    assert finger.view.count == "2 cases"
    assert finger.view.takes_keys


@pytest.mark.parametrize(
    "typed",
    [
        *("zo", "MULL", "müller zoe", "mrn", "1123", "mrn00471123", "471123", "jas", "swing"),
        *("hand", "left hand", "left", "boy", "9 months", "9 mon", "9m"[:1] + " mo", "calcin", "cutis", "iatrogenic"),
        *("same day", "nov", "2026-11", "21 nov", "21.11.2026", "today", "ana", "red"),
    ],
)
def test_a_case_is_found_by_whatever_is_known_of_it(two, typed):
    finger, boy, girl = two

    assert boy in found(finger, typed)


@pytest.mark.parametrize("typed", ["girl left", "hand foot", "zoe foot", "2026-10", "mueller", "uller", "10 months"])
def test_every_word_must_be_true_of_the_case(two, typed):
    finger, _boy, _girl = two

    assert found(finger, typed) == []
    assert finger.view.empty_title == "No case has all of this"


def test_an_arabic_name_is_found_without_hamza_and_article(two):
    finger, _boy, girl = two

    assert found(finger, "احمد حسن") == [girl]


def test_the_code_of_a_case_is_found_also_with_letters_for_digits(two):
    finger, boy, _girl = two
    code = short_code(boy)

    assert found(finger, f"case {code.lower()}") == [boy]


def test_the_row_says_what_it_was_found_by_where_it_does_not_show_it(two):
    finger, _boy, _girl = two
    found(finger, "jas")
    assert finger.view.cases[0].found == "Ward: Jasmine"
    found(finger, "left")

    assert finger.view.cases[0].found == ""


def test_a_correction_an_outcome_and_a_note_are_found_at_once(two):
    finger, boy, girl = two
    finger.store.record(girl, EntryKind.OUTCOME, {"final_diagnosis": "cellulitis"}, None, LocalDetails(note="letter"))

    assert found(finger, "cellulitis") == [girl]
    assert found(finger, "infection skin") == [girl]
    assert found(finger, "letter") == [girl]
    assert found(finger, "outcome") == [girl]


def test_a_withdrawn_case_is_found_by_nothing_any_more(two):
    finger, boy, girl = two
    finger.store.record(boy, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})

    assert found(finger, "zoe") == []
    assert found(finger, "") == [girl]
    assert finger.view.count == "1 case"


def test_a_draft_is_found_and_gone_on_with(two):
    finger, _boy, _girl = two
    finger.flow.search.back()
    finger.flow.home.new_case()
    finger.flow.new_case.type_local("patient_name", "Quillon Testbairn")
    finger.flow.new_case.back()
    finger.flow.home.search()
    finger.flow.search.type("quil")
    (draft,) = finger.view.drafts
    finger.flow.search.resume(draft.draft_id)

    assert finger.screen is Screen.NEW_CASE


def test_filters_and_words_narrow_together(two):
    finger, boy, _girl = two
    finger.flow.search.toggle("waiting")
    assert len(finger.view.cases) == 2
    assert found(finger, "hand") == [boy]
    finger.flow.search.toggle("differs")
    assert finger.view.cases == ()
    finger.flow.search.toggle("differs")
    finger.flow.search.clear()

    assert len(finger.view.cases) == 2


def test_from_a_case_one_comes_back_to_the_same_words(two):
    finger, boy, _girl = two
    found(finger, "zoe")
    finger.flow.search.open_case(boy)
    assert finger.screen is Screen.CASE
    finger.flow.case.back()

    assert (finger.screen, finger.view.typed) == (Screen.SEARCH, "zoe")


def test_a_missing_index_is_made_again_beside_the_work(two):
    finger, boy, _girl = two
    with finger.store.database.writing() as session:
        session.connection().exec_driver_sql("DELETE FROM search")
    found(finger, "zoe")
    assert finger.view.cases == ()
    assert finger.view.note.startswith("2 cases are not in the index yet")
    again = finger.again()
    again.flow.home.search()

    assert found(again, "zoe") == [boy]
    with again.store.database.reading() as session:
        assert missing_cases(session) == []


def test_more_than_fifty_are_counted(finger):
    for _ in range(52):
        finger.store.record(finger.store.new_case_id(), EntryKind.ASSESSMENT, {"sex": "male"})
    finger.flow.home.all_cases()
    finger.flow.search.type("boy")

    assert (len(finger.view.cases), finger.view.count) == (50, "52 cases")
    assert finger.view.more == "and 2 more: type to find them"
    assert not finger.view.takes_keys


def test_a_month_is_said_once_in_what_a_case_was_found_by(two):
    finger, _boy, _girl = two
    finger.flow.search.type(f"{finger.tablet.clock.now():%b}".lower())

    assert {row.found for row in finger.view.cases} == {f"{finger.tablet.clock.now():%B}"}
