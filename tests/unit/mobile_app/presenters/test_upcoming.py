"""What is made ready while a finger is still on an answer: the same that comes, and nothing before it is lifted."""

from __future__ import annotations

from mobile_app.navigation import Screen
from tests.presenter_world import BOY, Finger, a_full_disk


def test_what_is_made_ready_is_what_comes_when_the_finger_is_lifted(finger):
    finger.begin_questions()
    kinds = set()
    while finger.screen in (Screen.QUESTION, Screen.MEASUREMENT):
        presenter = finger.flow.presenter(finger.screen)
        value = _value_for(finger)
        made_ready = presenter.upcoming(value)
        presenter.answer(value)

        assert made_ready == finger.seen[-1]
        kinds.add(finger.screen)

    assert kinds == {Screen.QUESTION, Screen.MEASUREMENT, Screen.RESULT}


def test_a_number_is_looked_ahead_from_as_it_stands_in_the_field(finger):
    finger.begin_questions()
    while finger.screen is not Screen.MEASUREMENT:
        finger.flow.question.answer(_value_for(finger))
    measurement = finger.flow.measurement

    assert measurement.upcoming("") is None
    measurement.press("5")
    made_ready = measurement.upcoming("")
    measurement.save()
    assert made_ready == finger.seen[-1]


def test_looking_ahead_keeps_nothing_and_shows_nothing(finger):
    finger.begin_questions()
    drafts, shown = finger.store.drafts(), list(finger.seen)
    for value in ("yes", "no", "unknown", "not_possible", "no such answer"):
        finger.flow.question.upcoming(value)

    assert finger.store.drafts() == drafts
    assert finger.seen == shown
    finger.flow.question.open()
    assert finger.seen[-1] == shown[-1]


def test_an_answer_that_is_not_offered_leads_nowhere(finger):
    finger.begin_questions()
    assert finger.flow.question.upcoming("no such answer") is None


def test_a_correction_leads_back_to_its_case_and_nothing_is_made_ready(finger):
    finger.save_boy()
    finger.flow.case.correct("warmth")

    assert finger.screen is Screen.QUESTION
    assert finger.flow.question.upcoming("yes") is None


def test_what_was_made_ready_is_not_what_comes_when_the_disk_is_full(finger):
    finger.begin_questions()
    made_ready = finger.flow.question.upcoming("no")
    with a_full_disk():
        finger.flow.question.answer("no")

    assert made_ready is not None
    assert finger.seen[-1] != made_ready
    assert finger.view.error


def test_the_engine_is_asked_once_for_what_comes(finger, monkeypatch):
    finger.begin_questions()
    asked: list[object] = []
    reason = finger.flow.question._desk._reason
    for name in ("assess", "questions_left"):
        work_out = getattr(reason, name)

        def listened(answers, disputed, work_out=work_out):
            asked.append(dict(answers))
            return work_out(answers, disputed)

        monkeypatch.setattr(reason, name, listened)
    finger.flow.question.upcoming("no")
    so_far = len(asked)
    finger.flow.question.answer("no")

    assert so_far == 2
    assert len(asked) == so_far


def _value_for(finger: Finger) -> str:
    """Return the boy's answer to what is asked, as a choice."""
    if finger.screen is Screen.MEASUREMENT:
        return "unknown"
    told = BOY.get(finger.item, "no")
    values = [choice.value for choice in finger.view.answers]
    return str(told) if told in values else "unknown"
