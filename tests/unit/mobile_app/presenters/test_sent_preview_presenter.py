"""The preview is the sent form in words: every value of it, and nothing that stays."""

from __future__ import annotations

from mobile_app.presenters.answers import AnswersInWords
from tests.book import the_book

NAME = "Quillon Testbairn"


def test_every_value_that_is_sent_is_shown_in_words_and_nothing_else(finger):
    finger.flow.home.new_case()
    finger.flow.new_case.type_local("patient_name", NAME)
    finger.flow.new_case.type_local("record_number", "ZX-4471")
    finger.begin_case_in_hand()
    case_id = finger.save_from_danger_signs(stay=True)
    (entry,) = finger.store.log(case_id)
    sent = finger.store.sent_form(entry.id)

    words = AnswersInWords(the_book())
    shown = [(line.label, line.value) for line in finger.view.lines]
    assert len(shown) == len(sent.answers)
    for code, value in sent.answers.items():
        assert (words.label(code), words.value(code, value)) in shown
    assert NAME not in repr(finger.view)
    assert "ZX-4471" not in repr(finger.view)
    assert "274" not in repr(finger.view.lines)
    assert ("Age", "3 to 11 months") in shown
    assert ("Month of the first visit", "November 2026") in shown


def test_the_conclusion_that_goes_with_it_is_named_with_its_bands_and_its_knowledge(finger):
    finger.begin_questions()
    finger.to_result()
    finger.flow.result.plan()
    finger.flow.plan.save()

    said = " ".join(finger.view.conclusion)
    assert "same day" in said
    assert "iatrogenic calcinosis cutis" in said
    assert f"Knowledge {the_book().version}." in said
    assert "not anonymous" in finger.view.limits[0]


def test_no_code_of_the_knowledge_is_shown_as_a_bare_identifier():
    words = AnswersInWords(the_book())
    book = the_book()
    yes_no = (code for code, one in book.inputs.items() if not one.is_numeric and not one.is_derived)
    codes = [*book.findings, *yes_no, *book.measurements]
    for code in codes:
        assert "_" not in words.label(code)
        finding = book.findings.get(code)
        for state in finding.states if finding else ():
            assert "_" not in words.state(code, state)
