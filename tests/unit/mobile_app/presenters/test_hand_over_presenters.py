"""From one tablet's screen to another tablet, without a network, by fingers on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from mobile_app.device.qr_reader import read_codes
from mobile_app.navigation import Screen
from mobile_app.paper.qr import Modules
from shared.case.entry import EntryKind, Quantity
from shared.errors import HandOverRefused
from shared.sync.hand_over import ChildDetails, write_hand_over
from shared.sync.qr_frames import CASE, frames_of
from tests.presenter_world import Finger, a_copied_finger
from tests.tablet_world import a_conclusion

NAME = "Quillon Testbairn"


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Finger, Finger]]:
    with a_copied_finger(tmp_path / "1") as giving, a_copied_finger(tmp_path / "2", 2) as taking:
        yield giving, taking


def show(giving: Finger, name: str = "") -> None:
    """Save a visit and show its codes."""
    giving.flow.home.new_case()
    if name:
        giving.flow.new_case.type_local("patient_name", name)
    giving.begin_case_in_hand()
    case_id = giving.save_from_danger_signs()
    giving.flow.home.open_case(case_id)
    giving.flow.case.hand_over()


def picture(modules: Modules, pixels: int = 4) -> Image.Image:
    """Draw a code as large as it stands on the smallest screen."""
    side = len(modules)
    image = Image.frombytes("L", (side, side), bytes(255 * (1 - one) for row in modules for one in row))
    return image.resize((side * pixels, side * pixels), Image.Resampling.NEAREST)


def receive(taking: Finger) -> None:
    taking.flow.home.receive()
    assert taking.screen is Screen.RECEIVE


def test_codes_on_a_screen_of_600_pixels_are_read_and_the_case_is_opened(two: tuple[Finger, Finger]) -> None:
    giving, taking = two
    show(giving)
    receive(taking)
    seen = []
    for _ in giving.flow.hand_over.texts:
        assert len(giving.view.modules) * 4 <= 420
        seen += read_codes(picture(giving.view.modules))
        giving.flow.hand_over.next()

    taking.flow.receive.take(list(reversed(seen)))

    assert taking.screen is Screen.CASE
    assert taking.view.app_bar.title == "Case " + giving.view.app_bar.under_title.removeprefix("Case ")
    assert "9 months" not in taking.view.app_bar.under_title


def test_a_missing_code_is_named_until_it_is_read(two: tuple[Finger, Finger]) -> None:
    giving, taking = two
    show(giving, NAME)
    giving.flow.hand_over.choose_name("with")
    texts = frames_of(b"x" * 1000, CASE)
    receive(taking)

    taking.flow.receive.take([texts[2], texts[0], texts[2]])

    assert (taking.view.have, taking.view.count) == (2, 3)
    assert taking.view.missing == "Code 2 is still missing"
    assert taking.screen is Screen.RECEIVE


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("https://example.org", "No code of another tablet"),
        ("HW1:AHS6GJIX", "cut off or damaged"),
    ],
)
def test_what_is_no_frame_is_said_and_changes_nothing(two: tuple[Finger, Finger], text: str, sentence: str) -> None:
    _, taking = two
    receive(taking)

    taking.flow.receive.take([text])

    assert sentence in taking.view.news
    assert taking.view.count == 0


def test_codes_of_two_cases_are_not_mixed(two: tuple[Finger, Finger]) -> None:
    _, taking = two
    receive(taking)
    taking.flow.receive.take([frames_of(b"x" * 1000, CASE)[0]])

    taking.flow.receive.take([frames_of(b"y" * 1000, CASE)[1]])

    assert "another series" in taking.view.news
    assert taking.view.missing == "Codes 2, 3 are still missing"
    taking.flow.receive.begin_again()
    assert taking.view.count == 0


def test_a_whole_series_that_holds_no_case_is_refused_in_one_sentence(two: tuple[Finger, Finger]) -> None:
    _, taking = two
    receive(taking)

    taking.flow.receive.take(frames_of(b"\x01" + bytes(50), CASE))

    assert "hold no case" in taking.view.error
    assert taking.view.count == 0
    assert taking.store.count_cases() == 0


def test_pasted_codes_are_read_with_or_without_line_ends(two: tuple[Finger, Finger]) -> None:
    giving, taking = two
    show(giving)
    receive(taking)

    taking.flow.receive.type(" ".join(giving.flow.hand_over.texts).lower())
    taking.flow.receive.read()

    assert taking.screen is Screen.CASE


def test_pictures_in_a_folder_are_read(two: tuple[Finger, Finger], tmp_path: Path) -> None:
    giving, taking = two
    show(giving)
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "notes.png").write_text("no picture")
    for number, _ in enumerate(giving.flow.hand_over.texts):
        picture(giving.view.modules).save(folder / f"{number}.png")
        giving.flow.hand_over.next()
    receive(taking)

    taking.flow.receive.type(str(folder))
    taking.flow.receive.read()

    assert taking.screen is Screen.CASE


def test_a_name_that_is_no_picture_is_said(two: tuple[Finger, Finger], tmp_path: Path) -> None:
    _, taking = two
    receive(taking)

    taking.flow.receive.type(str(tmp_path / "nothing.png"))
    taking.flow.receive.read()

    assert taking.view.news == "No code of another tablet was found there."


def test_the_name_goes_along_only_where_it_was_ticked(two: tuple[Finger, Finger]) -> None:
    giving, taking = two
    show(giving, NAME)
    without = giving.flow.hand_over.texts
    giving.flow.hand_over.choose_name("with")
    receive(taking)
    taking.flow.receive.take(giving.flow.hand_over.texts)

    assert giving.flow.hand_over.texts != without
    case_id = taking.store.summaries()[0].case_id
    assert [row.local.patient_name for row in taking.store.timeline(case_id)] == [NAME]


def test_without_the_tick_the_taker_knows_no_name(two: tuple[Finger, Finger]) -> None:
    giving, taking = two
    show(giving, NAME)
    receive(taking)
    taking.flow.receive.take(giving.flow.hand_over.texts)

    case_id = taking.store.summaries()[0].case_id
    assert [row.local.patient_name for row in taking.store.timeline(case_id)] == [""]


def test_a_case_that_was_handed_over_can_be_followed_up(two: tuple[Finger, Finger]) -> None:
    giving, taking = two
    show(giving)
    receive(taking)
    taking.flow.receive.take(giving.flow.hand_over.texts)

    taking.flow.case.follow_up()

    assert taking.screen is Screen.DANGER_SIGNS


def test_an_unsaved_visit_is_saved_before_its_codes_are_shown(two: tuple[Finger, Finger]) -> None:
    giving, _ = two
    giving.begin_questions()
    giving.flow.question.result()
    giving.flow.result.hand_over()
    assert giving.view.modules == ()
    assert giving.view.save_button == "Save and show"
    giving.flow.hand_over.back()
    assert giving.screen is Screen.RESULT

    giving.flow.result.hand_over()
    giving.flow.hand_over.save()

    assert giving.view.modules
    assert giving.store.drafts() == ()
    giving.flow.hand_over.back()
    assert giving.screen is Screen.CASE


def test_codes_follow_each_other_by_themselves_unless_less_motion_is_wanted(two: tuple[Finger, Finger]) -> None:
    giving, _ = two
    case_id = giving.save_boy()
    for visit in range(20):
        size = {"lump_size": Quantity(20 - visit, "mm"), "temperature": Quantity(37 + visit / 10, "Cel")}
        giving.store.record(case_id, EntryKind.FOLLOW_UP, size, a_conclusion())
    giving.flow.home.open_case(case_id)
    giving.flow.case.hand_over()
    count = len(giving.flow.hand_over.texts)
    assert count > 1
    assert giving.view.is_running
    first = giving.view.modules
    giving.flow.hand_over.advance()
    assert giving.view.modules != first
    assert giving.view.number == f"2 of {count}"
    giving.flow.hand_over.run_or_stop()
    assert not giving.view.is_running
    giving.flow.hand_over.previous()
    assert giving.view.number == f"1 of {count}"

    giving.flow.hand_over.back()
    giving.flow.case.back()
    giving.flow.home.settings()
    giving.flow.settings.choose("motion", "less")
    giving.flow.settings.back()
    giving.flow.home.open_case(giving.store.summaries()[0].case_id)
    giving.flow.case.hand_over()
    assert not giving.view.is_running


def test_a_withdrawn_case_has_no_codes(two: tuple[Finger, Finger]) -> None:
    giving, _ = two
    case_id = giving.save_boy()
    giving.store.record(case_id, EntryKind.WITHDRAWAL, {"withdrawal_reason": "consent_withdrawn"})

    with pytest.raises(HandOverRefused):
        giving.store.hand_over.entries(case_id)


@pytest.mark.parametrize("birth_date", ["when it rained", "2026-2-30", "٢٠٢٦-٢-١٢", "9999999999-1-1", "2026-02"])
def test_a_birth_date_that_is_none_shuts_nobody_out_of_the_case(two: tuple[Finger, Finger], birth_date: str) -> None:
    giving, taking = two
    show(giving)
    entries = giving.store.hand_over.entries(giving.store.summaries()[0].case_id)
    codes = frames_of(write_hand_over(entries, ChildDetails(name=NAME, birth_date=birth_date)), CASE)

    receive(taking)
    taking.flow.receive.take(codes)

    assert taking.screen is Screen.CASE
    assert f"Name: {NAME}" in taking.view.local
    taking.flow.case.letter()
    taking.flow.letter.choose_name("with")
    taking.flow.letter.save()
    assert taking.view.saved
