"""Two tablets of one clinic find that they saw the same child, say so, and are told when it is not the same one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mobile_app.device.qr_reader import read_codes
from mobile_app.navigation import Screen
from mobile_app.presenters.sent_preview import LINK
from shared.case.entry import CaseId
from shared.case.short_code import short_code
from shared.sync.clinic_key import name_of_key
from tests.pin_and_code import type_pin
from tests.presenter_world import Finger, a_copied_finger
from tests.unit.mobile_app.presenters.test_hand_over_presenters import picture

NUMBER = "MRN 00-4711"


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Finger, Finger]]:
    with a_copied_finger(tmp_path / "1") as first, a_copied_finger(tmp_path / "2", 2) as second:
        yield first, second


def open_key(finger: Finger) -> None:
    finger.flow.home.settings()
    finger.flow.settings.choose_section("tablets")
    assert finger.screen is Screen.CLINIC_KEY


def make_key(finger: Finger) -> tuple[str, ...]:
    """Make the key and return the text of its code, as it was read from the screen."""
    open_key(finger)
    finger.flow.clinic_key.first()
    type_pin(finger.flow.clinic_key)
    texts = tuple(read_codes(picture(finger.view.modules)))
    assert texts == finger.flow.clinic_key.texts
    return texts


def go_home(finger: Finger) -> None:
    finger.flow.clinic_key.back()
    finger.flow.settings.back()


def share_key(giving: Finger, taking: Finger) -> None:
    texts = make_key(giving)
    taking.flow.home.receive()
    taking.flow.receive.take(texts)
    for finger in (giving, taking):
        go_home(finger)


def save(finger: Finger, number: str = NUMBER, sex: str = "male") -> CaseId:
    """A first visit with a record number."""
    finger.flow.home.new_case()
    finger.flow.new_case.type_local("record_number", number)
    finger.begin_case_in_hand(sex=sex)
    return finger.save_from_danger_signs()


def hand_over(giving: Finger, case_id: CaseId, taking: Finger) -> None:
    """Let the other tablet read a case without any name; it opens there."""
    giving.flow.home.open_case(case_id)
    giving.flow.case.hand_over()
    taking.flow.home.receive()
    taking.flow.receive.take(giving.flow.hand_over.texts)
    assert taking.screen is Screen.CASE


def rows(finger: Finger) -> dict[str, str]:
    return {row.case_id: row.found for row in finger.view.recent}


def test_rows_say_how_many_cases_are_of_one_child_unless_somebody_parted_them(two: tuple[Finger, Finger]) -> None:
    finger, _ = two
    one, other, alone = save(finger), save(finger, NUMBER.lower()), save(finger, "another number")
    go_to_home(finger)
    assert "Same child: 2 cases" in rows(finger)[one]
    assert "Same child: 2 cases" in rows(finger)[other]
    assert "Same child" not in rows(finger)[alone]
    finger.flow.home.search()
    assert ["Same child: 2 cases" in row.found for row in finger.view.cases].count(True) == 2
    finger.flow.search.back()

    finger.flow.home.open_case(one)
    finger.flow.case.part(other)
    go_to_home(finger)
    assert not any("Same child" in found for found in rows(finger).values())

    finger.flow.home.open_case(one)
    finger.flow.case.join(other)
    finger.flow.case.withdraw()
    finger.flow.withdraw.choose_reason("consent")
    finger.flow.withdraw.act()
    go_to_home(finger)
    assert not any("Same child" in found for found in rows(finger).values())


def go_to_home(finger: Finger) -> None:
    while finger.screen is not Screen.HOME:
        finger.flow.presenter(finger.screen).back()  # type: ignore[attr-defined]


def test_the_key_goes_from_the_screen_of_one_tablet_to_the_camera_of_the_other(two: tuple[Finger, Finger]) -> None:
    first, second = two
    texts = make_key(first)
    second.flow.home.receive()

    second.flow.receive.take(texts)

    assert second.screen is Screen.CLINIC_KEY
    assert second.view.news == "This tablet now has the clinic’s key."
    assert second.view.name == first.view.name
    assert second.store.links.clinic_key() == first.store.links.clinic_key() is not None
    first.flow.clinic_key.first()
    assert first.view.modules == () == first.flow.clinic_key.texts


def test_a_key_that_is_there_is_not_replaced_without_asking(two: tuple[Finger, Finger]) -> None:
    first, second = two
    texts = make_key(first)
    make_key(second)
    own = second.store.links.clinic_key()
    go_home(second)

    second.flow.home.receive()
    second.flow.receive.take(texts)
    assert second.view.title == "Replace the key of this tablet?"
    assert name_of_key(first.store.links.clinic_key() or b"") in second.view.hint
    second.flow.clinic_key.second()
    assert second.store.links.clinic_key() == own
    go_home(second)

    second.flow.home.receive()
    second.flow.receive.take(texts)
    second.flow.clinic_key.first()
    assert second.store.links.clinic_key() == first.store.links.clinic_key() != own
    go_home(second)

    second.flow.home.receive()
    second.flow.receive.take(texts)
    assert second.view.news == "This tablet has that key already."


def test_a_key_is_renewed_only_after_a_second_tap(two: tuple[Finger, Finger]) -> None:
    first, _ = two
    make_key(first)
    old = first.store.links.clinic_key()
    first.flow.clinic_key.first()

    first.flow.clinic_key.second()
    assert (first.view.title, first.store.links.clinic_key()) == ("Make a new key?", old)
    first.flow.clinic_key.second()
    assert first.store.links.clinic_key() == old
    first.flow.clinic_key.second()
    first.flow.clinic_key.first()
    assert first.store.links.clinic_key() == old
    type_pin(first.flow.clinic_key)

    assert first.store.links.clinic_key() not in (None, old)


def test_the_key_is_shown_only_to_who_knows_the_own_pin(two: tuple[Finger, Finger]) -> None:
    first, _ = two
    make_key(first)
    first.flow.clinic_key.first()

    first.flow.clinic_key.first()
    assert first.view.modules == ()
    type_pin(first.flow.clinic_key, "111111")
    assert first.view.modules == () == first.flow.clinic_key.texts
    assert first.view.page.error
    first.flow.clinic_key.back()
    assert (first.view.page, first.screen) == (None, Screen.CLINIC_KEY)
    first.flow.clinic_key.first()
    assert first.view.page.rings_filled == 0
    type_pin(first.flow.clinic_key)

    assert first.view.modules
    assert first.view.page is None


def test_a_key_that_was_offered_is_gone_when_the_tablet_was_locked_meanwhile(two: tuple[Finger, Finger]) -> None:
    first, second = two
    texts = make_key(first)
    make_key(second)
    own = second.store.links.clinic_key()
    go_home(second)
    second.flow.home.receive()
    second.flow.receive.take(texts)

    second.flow.clinic_key.lock()
    second.start()
    open_key(second)

    assert second.view.title == "Recognise the same child on several tablets"
    assert second.store.links.clinic_key() == own


def test_the_preview_says_in_plain_words_that_a_code_made_from_the_number_goes_along(
    two: tuple[Finger, Finger],
) -> None:
    first, _ = two
    make_key(first)
    go_home(first)
    first.flow.home.new_case()
    first.flow.new_case.type_local("record_number", NUMBER)
    first.begin_case_in_hand()
    first.save_from_danger_signs(stay=True)

    assert first.screen is Screen.SENT_PREVIEW
    assert LINK in first.view.conclusion
    assert NUMBER not in repr((first.view.lines, first.view.conclusion))


def test_the_case_of_the_other_tablet_is_shown_with_who_saw_what_and_where_it_differs(
    two: tuple[Finger, Finger],
) -> None:
    first, second = two
    share_key(first, second)
    theirs, ours = save(first, "mrn 004711", sex="female"), save(second)

    hand_over(first, theirs, second)
    second.flow.case.open_other(ours)

    card = second.view.same_child
    assert card.title == "The same child, seen by others"
    (case,) = card.cases
    assert (case.case_id, case.name) == (theirs, f"Case {short_code(theirs)}")
    assert case.lines[0].startswith("tablet 2 · ")
    assert "Sex: boy here, girl in case " + short_code(theirs) in " ".join(card.differences)
    second.flow.case.open_other(theirs)
    assert second.view.app_bar.title == f"Case {short_code(theirs)}"
    assert [case.case_id for case in second.view.same_child.cases] == [ours]
    assert second.view.same_child.cases[0].lines[0].startswith("this tablet · ")


def test_without_a_key_or_with_another_number_nothing_is_shown(two: tuple[Finger, Finger]) -> None:
    first, second = two
    theirs, ours = save(first), save(second)
    hand_over(first, theirs, second)
    second.flow.case.open_other(ours)

    assert second.view.same_child is None


def test_not_the_same_child_is_said_with_one_tap_stays_on_record_and_can_be_taken_back(
    two: tuple[Finger, Finger],
) -> None:
    first, second = two
    share_key(first, second)
    theirs, ours = save(first), save(second)
    hand_over(first, theirs, second)

    second.flow.case.part(ours)

    card = second.view.same_child
    assert card.title == "Another child, the same record number"
    assert (card.cases[0].part_button, card.cases[0].join_button) == ("", "It is the same child")
    assert second.view.timeline[-1].content == f"Another child than in: {short_code(ours)}"
    second.flow.case.open_other(ours)
    second.flow.case.join(theirs)
    assert second.view.same_child.title == "The same child, seen by others"


def test_the_word_against_a_link_reaches_the_other_tablet_with_the_case(two: tuple[Finger, Finger]) -> None:
    first, second = two
    share_key(first, second)
    theirs, ours = save(first), save(second)
    hand_over(first, theirs, second)
    second.flow.case.part(ours)
    second.flow.case.back()
    first.flow.hand_over.back()
    first.flow.case.back()
    hand_over(second, ours, first)
    first.flow.case.open_other(theirs)
    assert first.view.same_child.title == "The same child, seen by others"
    first.flow.case.back()
    second.flow.hand_over.back()
    second.flow.case.back()

    hand_over(second, theirs, first)

    assert first.view.same_child.title == "Another child, the same record number"


def test_a_record_number_that_is_known_leads_to_its_case_before_a_second_one_is_begun(
    two: tuple[Finger, Finger],
) -> None:
    first, _ = two
    known = save(first)
    first.flow.home.new_case()
    first.flow.new_case.type_local("record_number", "4711")
    assert (first.view.known_case, first.view.known_button) == ("", "")

    first.flow.new_case.type_local("record_number", "mrn004711")
    assert first.view.known_case == f"This record number is known: case {short_code(known)}."
    first.flow.new_case.open_known()

    assert first.screen is Screen.CASE
    assert first.view.app_bar.title == f"Case {short_code(known)}"
