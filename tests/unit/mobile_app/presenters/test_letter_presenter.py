"""The letter and the parents' sheet: what they hold, in whose language, and that nothing is written unasked."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

from mobile_app import language
from mobile_app.navigation import Screen
from mobile_app.presenters.letter import LetterView
from tests.presenter_world import BOY, Finger

NAME = "Quillon Testbairn"
URGENT = ("fever", "severe_pain", "dying_skin", "spreading", "looks_very_ill")


def to_the_result(finger: Finger, name: str = "") -> None:
    finger.flow.home.new_case()
    if name:
        finger.flow.new_case.type_local("patient_name", name)
        finger.flow.new_case.type_local("record_number", "A-0117")
    finger.begin_case_in_hand()
    finger.flow.danger_signs.no_to_the_rest()
    finger.flow.danger_signs.go_on()
    finger.to_result(BOY)


def papers(finger: Finger) -> list[Path]:
    return sorted((finger.tablet.folder / "papers").glob("*"))


def text_of(finger: Finger) -> list[str]:
    """Return the text of each page of the newest PDF."""
    newest = max(papers(finger), key=lambda path: path.stat().st_mtime_ns)
    document = pypdfium2.PdfDocument(BytesIO(newest.read_bytes()))
    try:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    finally:
        document.close()


def held(view: LetterView) -> str:
    return "\n".join(line for part in view.preview for line in (part.title, *part.lines))


def test_nothing_is_written_before_the_clinician_asks_for_it(finger: Finger) -> None:
    to_the_result(finger)
    finger.flow.result.letter()
    finger.flow.letter.choose_name("with")
    finger.flow.letter.choose_paper("parents")

    assert finger.screen is Screen.LETTER
    assert papers(finger) == []
    assert "not encrypted" in finger.view.warning


def test_a_file_is_named_by_case_and_day_and_its_folder_is_said(finger: Finger) -> None:
    to_the_result(finger, NAME)
    finger.flow.result.letter()
    finger.flow.letter.choose_name("with")
    finger.flow.letter.save()

    (path,) = papers(finger)
    code = finger.view.app_bar.under_title.removeprefix("Case ")
    assert path.name == f"letter-{code}-2026-11-21.pdf"
    assert path.name in finger.view.saved
    assert str(path.parent) in finger.view.place
    assert path.stat().st_mode & 0o077 == 0


def test_a_second_paper_does_not_replace_the_first_and_each_can_be_deleted(finger: Finger) -> None:
    to_the_result(finger)
    finger.flow.result.letter()
    finger.flow.letter.save()
    finger.flow.letter.save()

    assert len(papers(finger)) == 2
    finger.flow.letter.delete_file()
    assert len(papers(finger)) == 1
    assert finger.view.saved == finger.view.delete_button == ""


def test_the_name_is_on_paper_only_where_it_was_ticked(finger: Finger) -> None:
    to_the_result(finger, NAME)
    finger.flow.result.letter()
    finger.flow.letter.save()
    assert NAME not in " ".join(text_of(finger))
    assert NAME not in held(finger.view)

    finger.flow.letter.choose_name("with")
    finger.flow.letter.save()

    assert NAME in text_of(finger)[0]
    assert "A-0117" in text_of(finger)[0]


def test_a_letter_says_what_was_told_what_was_not_and_how_sure_the_tablet_is(finger: Finger) -> None:
    to_the_result(finger)
    finger.flow.result.letter()
    finger.flow.letter.type_note("Mother speaks Arabic.")
    finger.flow.letter.save()

    said = " ".join(text_of(finger))
    for expected in (
        "9 months", "Boy", "Left hand and wrist", "21 Nov 2026", "Same day", "X-ray before any cut", "CRP 0.36 mg/L",
        "Absent", "Not known", "Iatrogenic calcinosis cutis", "90% band", "Do not", "28 Nov 2026",
        "Mother speaks Arabic.", "Knowledge 1.1", "not a diagnosis", "Ana Sample, Nurse", "Signature",
    ):  # fmt: skip
        assert expected in said, expected
    assert finger.view.preview[0].lines[1].startswith("Same day")


def test_no_paper_holds_a_dose(finger: Finger) -> None:
    to_the_result(finger)
    finger.flow.result.letter()

    for paper in ("letter", "parents"):
        finger.flow.letter.choose_paper(paper)
        for dose in ("mg/kg", "mL/kg", " ml/h", "units/kg"):
            assert dose not in held(finger.view)


def test_in_an_emergency_the_acts_come_before_everything_else(finger: Finger) -> None:
    finger.begin_case(places=(("hand", "right"),), age=("4", "yr"), setting="rural_primary_care")
    for sign in URGENT:
        if finger.screen is Screen.DANGER_SIGNS:
            finger.flow.danger_signs.answer(sign, "yes")
    acts = [act.text for act in finger.view.acts]
    finger.flow.emergency.letter()
    finger.flow.letter.save()

    (page,) = text_of(finger)
    assert page.index(acts[0]) < page.index("The child") < page.index("What fits so far")
    assert "Emergency: refer now" in page
    assert "Not asked" in page
    finger.flow.letter.back()
    assert finger.screen is Screen.EMERGENCY


def test_a_sheet_for_parents_has_one_page_with_real_dates_and_what_to_come_back_for(finger: Finger) -> None:
    to_the_result(finger)
    finger.flow.result.plan()
    parents = finger.view.parents
    finger.flow.plan.letter()
    finger.flow.letter.choose_paper("parents")
    finger.flow.letter.save()

    (page,) = text_of(finger)
    assert parents.split(".")[0] in page
    for expected in ("Come back at once", "Fever of 38.0 °C or more", "28 Nov 2026", "Phone"):
        assert expected in page, expected
    for clinical in ("%", "likely", "CRP"):
        assert clinical not in page
    finger.flow.letter.back()
    assert finger.screen is Screen.PLAN


def test_a_saved_case_is_told_as_its_last_visit_left_it(finger: Finger) -> None:
    case_id = finger.save_boy()
    finger.tablet.clock.pass_time(86_400 * 10)
    finger.flow.home.open_case(case_id)
    drafts, entries = finger.store.drafts(), len(finger.store.log(case_id))
    finger.flow.case.letter()
    finger.flow.letter.save()

    said = " ".join(text_of(finger))
    assert "21 Nov 2026" in said
    assert "9 months" in said
    # The check of 28 November is past; those to come are counted from the visit.
    assert "28 Nov 2026" not in said
    assert "19 Dec 2026" in said
    assert finger.store.drafts() == drafts
    assert len(finger.store.log(case_id)) == entries
    finger.flow.letter.back()
    assert finger.screen is Screen.CASE


def test_a_visit_in_hand_goes_on_where_it_was_after_a_letter(finger: Finger) -> None:
    to_the_result(finger)
    finger.flow.result.plan()
    before = finger.store.drafts()
    finger.flow.plan.letter()
    finger.flow.letter.save()

    assert finger.store.drafts() == before


@pytest.mark.parametrize("code", [one.code for one in language.LANGUAGES])
def test_each_paper_can_be_saved_in_every_language_and_the_screen_keeps_its_own(finger: Finger, code: str) -> None:
    if code not in {one.code for one in language.offered()}:
        code = "en"
    to_the_result(finger)
    finger.flow.result.letter()
    for paper, pages in (("letter", 2), ("parents", 1)):
        finger.flow.letter.choose_paper(paper)
        finger.flow.letter.choose_language(code)
        finger.flow.letter.save()

        assert finger.view.error == ""
        assert len(text_of(finger)) <= pages
        assert language.current().code == "en"
        assert finger.view.save_button == "Save as PDF"


def test_a_note_that_does_not_fit_is_refused_and_kept(finger: Finger) -> None:
    to_the_result(finger)
    finger.flow.result.letter()
    finger.flow.letter.type_note("\n".join(["x"] * 300))
    finger.flow.letter.save()

    assert "does not fit" in finger.view.error
    assert papers(finger) == []
    assert finger.view.note.startswith("x\nx")


def test_a_folder_that_cannot_be_written_is_said(finger: Finger) -> None:
    (finger.tablet.folder / "papers").write_text("a file stands where the folder should be")
    to_the_result(finger)
    finger.flow.result.letter()
    finger.flow.letter.save()

    assert "cannot be written" in finger.view.error
    assert finger.view.saved == ""


def test_a_note_outlives_a_lock_and_is_offered_again_until_it_stands_on_paper(finger: Finger) -> None:
    to_the_result(finger, NAME)
    finger.flow.result.letter()
    assert (finger.view.note, finger.view.note_label) == ("", "Note for the receiver")
    for typed in ("Please", "Please call", "Please call me"):
        finger.flow.letter.type_note(typed)
    finger.flow.lock()
    assert not [
        path for path in finger.tablet.folder.rglob("*") if path.is_file() and b"Please call" in path.read_bytes()
    ]

    finger.start()
    finger.flow.home.resume(finger.view.drafts[0].draft_id)
    finger.flow.result.letter()
    assert (finger.view.note, finger.view.note_label) == ("Please call me", "Note for the receiver, kept from before")
    assert "Please call me" in held(finger.view)
    finger.flow.letter.save()
    assert "Please call me" in " ".join(text_of(finger))
    finger.flow.letter.back()

    finger.flow.result.letter()
    assert (finger.view.note, finger.view.note_label) == ("", "Note for the receiver")


def test_a_note_that_is_wiped_out_is_gone_and_that_of_a_discarded_draft_too(finger: Finger) -> None:
    to_the_result(finger)
    finger.flow.result.letter()
    finger.flow.letter.type_note("one")
    finger.flow.letter.type_note("")
    case_id = finger.store.drafts()[0].case_id
    assert finger.store.letter_notes.of(case_id) == ""
    finger.flow.letter.type_note("two")
    finger.flow.letter.back()
    assert finger.store.letter_notes.of(case_id) == "two"

    finger.store.discard_draft(finger.store.drafts()[0].draft_id)

    assert finger.store.letter_notes.of(case_id) == ""
