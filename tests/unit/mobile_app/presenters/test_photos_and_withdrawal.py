"""Photos of a case, and withdrawing one: what a finger sees and what is left."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mobile_app.device.picture_files import FolderPictures
from mobile_app.navigation import Screen
from shared.case.entry import EntryKind
from shared.case.short_code import short_code
from shared.errors import PictureRefused
from tests.presenter_world import Finger, a_full_disk
from tests.unit.mobile_app.storage.test_photos import a_bomb, a_picture


@pytest.fixture
def home_folder(finger):
    folder = finger.tablet.folder / "home"
    (folder / "Pictures" / "Ward").mkdir(parents=True)
    (folder / "Pictures" / "hand.JPG").write_bytes(a_picture(800, 600))
    (folder / "Pictures" / "notes.txt").write_text("nothing")
    (folder / "Pictures" / ".hidden.png").write_bytes(b"")
    (folder / "Pictures" / "bomb.png").write_bytes(a_bomb())
    return folder / "Pictures"


def an_open_case(finger: Finger):
    case_id = finger.save_boy()
    finger.flow.home.open_case(case_id)
    return case_id


def choose(finger: Finger, name: str) -> None:
    finger.flow.add_photo.choose(next(row.path for row in finger.view.rows if row.name == name))


def test_a_chosen_picture_stands_in_the_strip_with_its_day(finger, home_folder):
    an_open_case(finger)
    assert finger.view.photos_note == "None yet. They stay on this tablet."
    finger.flow.case.add_photo()
    assert [row.name for row in finger.view.rows] == ["Ward", "bomb.png", "hand.JPG"]
    choose(finger, "hand.JPG")

    assert finger.screen is Screen.CASE
    (photo,) = finger.view.photos
    assert photo.label == "Day 0 · 21 Nov"
    assert photo.image.startswith(b"\xff\xd8")
    assert (home_folder / "hand.JPG").exists()


def test_folders_are_looked_into_and_left_upwards(finger, home_folder):
    an_open_case(finger)
    finger.flow.case.add_photo()
    choose(finger, "Ward")
    assert (finger.view.folder, finger.view.rows, finger.view.empty_title) == ("Ward", (), "No picture here")
    finger.flow.add_photo.up()
    assert finger.view.folder == "Pictures"
    finger.flow.add_photo.choose("/etc/passwd")
    assert finger.screen is Screen.ADD_PHOTO
    finger.flow.add_photo.back()
    assert finger.screen is Screen.CASE


def test_a_picture_that_cannot_be_kept_is_one_sentence_and_the_screen_stays(finger, home_folder):
    an_open_case(finger)
    finger.flow.case.add_photo()
    choose(finger, "bomb.png")
    assert finger.view.error == "This picture has too many pixels. Choose one of up to 60 megapixels."
    assert finger.screen is Screen.ADD_PHOTO
    assert finger.store.photos.of_case(finger.store.summaries()[0].case_id) == ()


def test_a_full_tablet_says_so_and_keeps_no_half_photo(finger):
    case_id = an_open_case(finger)
    finger.flow.case.add_photo()
    with a_full_disk():
        finger.flow.add_photo.take(a_picture())

    assert finger.screen is Screen.ADD_PHOTO
    assert finger.view.error.startswith("The tablet")
    assert finger.store.photos.of_case(case_id) == ()


def test_a_photo_is_shown_large_and_erased_only_after_it_was_said_what_that_means(finger):
    case_id = an_open_case(finger)
    for _ in range(2):
        finger.flow.case.add_photo()
        finger.flow.add_photo.take(a_picture())
    first, second = (photo.photo for photo in finger.view.photos)
    finger.flow.case.open_photo(first)
    assert (finger.view.app_bar.title, finger.view.later_button) == ("Photo 1 of 2", "")
    finger.flow.photo.earlier()
    assert finger.view.app_bar.title == "Photo 2 of 2"
    finger.flow.photo.erase()
    assert len(finger.store.photos.of_case(case_id)) == 2
    finger.flow.photo.delete()
    assert finger.view.erase_sentence == "This photo is nowhere else. Erased, it cannot be brought back."
    finger.flow.photo.keep()
    assert finger.view.erase_sentence == ""
    finger.flow.photo.delete()
    finger.flow.photo.erase()

    assert finger.screen is Screen.CASE
    assert [photo.photo for photo in finger.view.photos] == [first]


def test_photos_change_nothing_of_what_is_sent(finger):
    case_id = an_open_case(finger)
    (entry,) = finger.store.log(case_id)
    before = finger.store.sent_form(entry.id)
    finger.flow.case.add_photo()
    finger.flow.add_photo.take(a_picture())

    assert finger.store.sent_form(entry.id) == before
    assert len(finger.store.log(case_id)) == 1
    request = finger.store.outbox.next_request(max_bytes=100_000, app_version="0", knowledge_version="1.1")
    assert b"JFIF" not in repr(request).encode()


def test_withdrawing_needs_a_reason_and_then_erases_and_leads_home(finger):
    case_id = an_open_case(finger)
    finger.flow.case.add_photo()
    finger.flow.add_photo.take(a_picture())
    finger.flow.case.act("withdraw")
    assert finger.view.can_act is False
    assert finger.view.act_button == f"Withdraw and erase case {short_code(case_id)}"
    finger.flow.withdraw.act()
    assert finger.screen is Screen.WITHDRAW
    finger.flow.withdraw.choose_reason("consent")
    finger.flow.withdraw.act()

    assert finger.screen is Screen.HOME
    assert finger.store.photos.of_case(case_id) == ()
    kinds = [(entry.kind, dict(entry.answers)) for entry in finger.store.log(case_id).in_causal_order()]
    assert kinds == [
        (EntryKind.ASSESSMENT, {}),
        (EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"}),
    ]
    assert all(row.case_id != case_id for row in finger.view.recent)


def test_what_a_withdrawal_does_is_said_as_it_stands_with_the_server(finger):
    an_open_case(finger)
    finger.flow.case.withdraw()

    assert "Nothing of it has left this tablet." in finger.view.happens
    assert "It cannot be brought back." in finger.view.happens


def test_a_full_tablet_withdraws_nothing_and_says_so(finger):
    case_id = an_open_case(finger)
    finger.flow.case.withdraw()
    finger.flow.withdraw.choose_reason("entered_in_error")
    with a_full_disk():
        finger.flow.withdraw.act()

    assert finger.screen is Screen.WITHDRAW
    assert finger.view.error.startswith("The tablet")
    assert finger.store.log(case_id).in_causal_order()[0].answers


def test_a_case_that_another_tablet_withdrew_while_it_was_open_has_nothing_left_to_do(finger):
    case_id = an_open_case(finger)
    finger.store.record(case_id, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent"})
    finger.flow.case.open()

    view = finger.view
    assert view.notice == "This case was withdrawn. Its content was erased from this tablet."
    assert (view.actions, view.answers, view.outcome_button, view.follow_up_button) == ((), (), "", "")


def test_a_picture_that_went_away_before_it_was_chosen_is_one_sentence(tmp_path):
    with pytest.raises(PictureRefused, match="This file cannot be read"):
        FolderPictures(tmp_path).read(str(tmp_path / "gone.jpg"))
    assert FolderPictures(tmp_path).listing(str(tmp_path / "gone")) == ()


def test_a_picture_whose_name_is_in_another_encoding_can_be_shown_and_chosen(finger, tmp_path):
    home = tmp_path / "odd"
    home.mkdir()
    path = os.fsdecode(os.fsencode(home) + b"/caf\xe9.jpg")
    picture = a_picture()
    Path(path).write_bytes(picture)

    (row,) = FolderPictures(home).listing("")

    assert row.name.encode() == b"caf?.jpg"
    assert FolderPictures(home).read(row.path) == picture
