"""The clinic is told plainly what each review means, and answers it in phrases; nothing typed can leave."""

from __future__ import annotations

import pytest

from mobile_app.navigation import Screen
from mobile_app.presenters.home import HomeView
from shared.case.entry import EntryKind
from shared.case.reply import PHRASES
from shared.sync.messages import Review
from tests.unit.mobile_app.presenters.test_size_chart import receive

CALCINOSIS = "calcinosis_cutis_iatrogenic"


@pytest.fixture
def case_id(finger):
    return finger.save_boy()


def review(finger, *reviews):
    receive(finger, reviews=reviews)


def home_news(finger):
    finger.flow.home.open()
    assert isinstance(finger.view, HomeView)
    return [card.quote for card in finger.view.answers]


LEFT_OUT = "The coordinator leaves this case out of all reports and counts. Care for the child as before."


@pytest.mark.parametrize(
    ("state", "diagnosis", "message", "said"),
    [
        ("received", None, "Thank you.", ["“Thank you.”"]),
        ("received", None, "", []),
        ("needs_information", None, "", ["The coordinator needs to know more about this child."]),
        (
            "needs_information",
            None,
            "Which drip?",
            ["The coordinator needs to know more about this child. “Which drip?”"],
        ),
        ("confirmed", CALCINOSIS, "", ["Iatrogenic calcinosis cutis"]),
        ("rejected", None, "", [LEFT_OUT]),
        ("rejected", None, "Entered twice.", [f"{LEFT_OUT} “Entered twice.”"]),
    ],
)
def test_home_tells_what_every_state_means_with_or_without_a_message(finger, case_id, state, diagnosis, message, said):
    review(finger, Review(7, case_id, state, diagnosis, (), message))

    assert home_news(finger) == said


def test_a_rejected_case_is_marked_in_the_list_until_it_is_taken_back(finger, case_id):
    review(finger, Review(7, case_id, "rejected", None, (), ""))
    finger.flow.home.open()
    (row,) = finger.view.recent
    assert row.line.startswith("Not used in reports · ")
    finger.flow.home.open_case(case_id)
    (card,) = finger.view.reviews
    assert (card.badge.word, card.meaning, card.is_first) == ("Not used", LEFT_OUT, True)
    finger.flow.case.mark_read(7)

    review(finger, Review(9, case_id, "received", None, (), ""))

    assert home_news(finger) == ["The coordinator uses this case again."]
    (row,) = finger.view.recent
    assert "reports" not in row.line


def test_a_word_about_other_cases_alone_is_no_news(finger, case_id):
    review(finger, Review(7, case_id, "rejected", None, (), ""))
    finger.flow.home.open_case(case_id)
    finger.flow.case.mark_read(7)

    review(finger, Review(8, case_id, "rejected", None, (), "", apart=("9" * 32,)))

    assert home_news(finger) == []


def test_an_answer_is_chosen_saved_as_an_entry_and_shown_exactly_as_it_leaves(finger, case_id):
    review(finger, Review(57, case_id, "confirmed", CALCINOSIS, ("xray",), "Please repeat the film."))
    finger.flow.home.open_case(case_id)
    finger.flow.case.answer()
    assert finger.screen is Screen.REPLY
    assert finger.view.asked == ("Iatrogenic calcinosis cutis, proven by the X-ray", "“Please repeat the film.”")
    assert [one.label for one in finger.view.phrases] == [*PHRASES.values()]
    assert not finger.view.can_act
    finger.flow.reply.act()
    assert finger.screen is Screen.REPLY

    for code in ("not_agreed", "agreed", "xray_repeated", "seen_again", "seen_again", "Amina was here"):
        finger.flow.reply.toggle(code)
    assert [one.value for one in finger.view.phrases if one.is_chosen] == ["agreed", "xray_repeated"]
    assert finger.view.leaves[:2] == ("“We agree with the diagnosis”", "“The X-ray was repeated”")
    finger.flow.reply.act()

    assert finger.screen is Screen.SENT_PREVIEW
    assert [(line.label, line.value) for line in finger.view.lines] == [
        ("Answer to the coordinator", "We agree with the diagnosis, The X-ray was repeated"),
        ("Number of the message", "57"),
    ]
    entry = finger.store.timeline(case_id)[-1].entry
    assert (entry.kind, entry.conclusion, entry.link) == (EntryKind.REPLY, None, None)
    assert finger.store.sent_form(entry.id) == entry
    finger.flow.sent_preview.back()
    (card,) = finger.view.reviews
    assert card.answer_button == "Answer again"
    assert card.read_button == ""
    (said,) = card.replies
    assert said.startswith("You answered: We agree with the diagnosis, The X-ray was repeated (")
    assert finger.view.timeline[-1].title == "Answer to the coordinator"
    assert home_news(finger) == []


def test_who_cannot_agree_with_a_diagnosis_is_not_asked_whether_he_does(finger, case_id):
    review(finger, Review(57, case_id, "rejected", None, (), ""))
    finger.flow.home.open_case(case_id)
    finger.flow.case.answer()

    finger.flow.reply.toggle("agreed")

    assert [one.value for one in finger.view.phrases] == [*PHRASES][2:]
    assert not finger.view.can_act


def test_what_is_answered_stays_the_message_that_was_read(finger, case_id):
    review(finger, Review(57, case_id, "needs_information", None, (), "Which drip?"))
    finger.flow.home.open_case(case_id)
    finger.flow.case.answer()
    finger.flow.reply.toggle("case_completed")

    review(finger, Review(60, case_id, "confirmed", CALCINOSIS, (), ""))
    finger.flow.reply.act()
    finger.flow.sent_preview.back()

    newest, older = finger.view.reviews
    assert (newest.answer_button, newest.replies) == ("Answer", ())
    assert older.replies[0].startswith("You answered: What was missing is now in the case")
    assert home_news(finger) == ["Iatrogenic calcinosis cutis"]


def test_no_answer_is_saved_in_a_case_that_was_withdrawn_meanwhile(finger, case_id):
    review(finger, Review(57, case_id, "needs_information", None, (), "Which drip?"))
    finger.flow.home.open_case(case_id)
    finger.flow.case.answer()
    finger.flow.reply.toggle("call_us")
    finger.store.record(case_id, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})

    finger.flow.reply.act()

    assert finger.screen is Screen.REPLY
    assert [row.entry.kind for row in finger.store.timeline(case_id)] == [EntryKind.ASSESSMENT, EntryKind.WITHDRAWAL]
