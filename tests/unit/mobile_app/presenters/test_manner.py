"""Language and text size change while the tablet runs, locked or not, and nothing that was typed is lost by it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mobile_app import language
from mobile_app.device.preferences import FilePreferences
from mobile_app.locked_ports import Preferences
from mobile_app.navigation import Screen
from mobile_app.presenters.manner import Manner
from shared.errors import StoreFull
from tests.presenter_world import BOY, Finger
from tests.tablet_world import PIN

PSEUDO = language.PSEUDO.code
"""English between brackets, so that what is spoken can be told from English whatever is translated so far."""


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    language.use("en")


class Kept:
    """Preferences in memory, or on a disk that is full."""

    def __init__(self, *, is_full: bool = False) -> None:
        self.kept = Preferences()
        self._is_full = is_full

    def read(self) -> Preferences:
        return self.kept

    def keep(self, preferences: Preferences) -> None:
        if self._is_full:
            raise StoreFull
        self.kept = preferences


def is_pseudo(words: str) -> bool:
    return words.startswith("⟦")


def test_a_change_is_worn_before_it_is_drawn_and_drawn_before_it_is_written():
    order: list[str] = []
    store = Kept()
    manner = Manner(store, lambda: order.append(f"drawn, {language.current().code}, kept {store.kept.is_large}"))
    manner.worn_by(lambda worn: order.append(f"worn {worn.is_large}"))

    manner.write(is_large=True)

    assert order == ["worn False", "worn True", "drawn, en, kept False"]
    assert store.kept.is_large


def test_what_is_chosen_already_is_not_drawn_again():
    drawn: list[int] = []
    manner = Manner(Kept(), lambda: drawn.append(1))

    manner.speak("en")
    manner.write(is_large=False)

    assert drawn == []


def test_a_language_that_there_is_not_is_english():
    store = Kept()
    manner = Manner(store, lambda: None)

    assert manner.speak("tlh") == ""
    assert (manner.now.language, manner.language_name) == ("en", "English")


def test_digits_of_no_known_kind_change_nothing():
    store = Kept()
    manner = Manner(store, lambda: None)
    manner.count_in("roman")
    assert store.kept.digits == "western"
    manner.count_in("arabic_indic")

    assert store.kept.digits == "arabic_indic"


def test_on_a_full_tablet_the_language_is_spoken_all_the_same():
    manner = Manner(Kept(is_full=True), lambda: None)

    assert manner.speak(PSEUDO)
    assert language.current() is language.PSEUDO


def test_the_next_start_speaks_the_language_from_its_first_screen(finger):
    finger.flow.lock()
    finger.flow.unlock.choose_language(PSEUDO)
    language.use("en")
    again = Finger(finger.tablet)
    again.flow.start()

    assert is_pseudo(again.view.question)


def test_the_language_is_changed_before_unlocking_and_the_digits_typed_so_far_stay(finger):
    finger.flow.lock()
    finger.type_pin(PIN[:4])
    finger.flow.unlock.press_language()
    assert [one.value for one in finger.view.languages] == [one.code for one in language.offered()]
    finger.flow.unlock.choose_language(PSEUDO)

    assert finger.view.languages == ()
    assert is_pseudo(finger.view.question)
    assert is_pseudo(finger.view.unlock_button)
    assert finger.view.rings_filled == 4
    finger.type_pin(PIN[4:])
    finger.flow.unlock.unlock()
    assert finger.screen is Screen.HOME


def test_the_languages_can_be_closed_without_choosing_one(finger):
    finger.flow.lock()
    finger.flow.unlock.press_language()
    assert finger.view.tiles
    finger.flow.unlock.press_language()

    assert finger.view.languages == ()


def test_the_text_size_is_changed_before_unlocking(finger):
    finger.flow.lock()
    finger.flow.unlock.press_size()
    assert FilePreferences(finger.tablet.folder / "preferences.json").read().is_large
    finger.flow.unlock.press_size()

    assert not FilePreferences(finger.tablet.folder / "preferences.json").read().is_large


def test_in_the_middle_of_a_question_another_language_asks_the_same_question(finger):
    finger.begin_questions()
    finger.answer(BOY)
    item, answers = finger.item, finger.store.drafts()[0].answers
    english = finger.view.question
    finger.flow.manner.speak(PSEUDO)

    assert (finger.item, finger.store.drafts()[0].answers) == (item, answers)
    assert is_pseudo(finger.view.question)
    assert english in finger.view.question
    finger.answer(BOY)
    assert finger.store.drafts()[0].answers.keys() > answers.keys()


def test_a_number_that_is_being_typed_stays_when_the_language_changes(finger):
    finger.begin_questions()
    while finger.screen is not Screen.MEASUREMENT:
        finger.answer(BOY)
    item = finger.item
    finger.flow.measurement.press("7")
    finger.flow.manner.speak(PSEUDO)

    assert (finger.item, finger.view.value_text) == (item, "7")


def test_in_the_settings_every_word_changes_and_the_section_stays(finger):
    finger.flow.home.settings()
    finger.flow.settings.choose_section("units")
    finger.flow.manner.speak(PSEUDO)

    assert is_pseudo(finger.view.title)
    assert all(is_pseudo(section.title) for section in finger.view.sections)
    assert all(is_pseudo(one.label) for one in finger.view.settings)


def test_locked_in_another_language_the_draft_goes_on_at_the_same_question(finger):
    finger.begin_questions()
    finger.answer(BOY)
    item = finger.item
    finger.flow.lock()
    finger.flow.unlock.choose_language(PSEUDO)
    finger.type_pin(PIN)
    finger.flow.unlock.unlock()
    finger.flow.home.resume(finger.view.drafts[0].draft_id)

    assert finger.item == item
