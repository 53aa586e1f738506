"""What must hold on every screen, in every language, at every size, with normal and large text: nothing cut or torn."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from mobile_app.commands.demo_tablet import DemoClock
from mobile_app.commands.screenshots_keys import backup_and_code, first_start
from mobile_app.commands.screenshots_settings import settings_states
from mobile_app.commands.screenshots_story import (
    ShownTablet,
    WindowOf,
    after_an_update,
    first_visit,
    raise_emergency,
)
from mobile_app.config import ASSETS
from shared.crypto.key_derivation import TESTONLY_weak_kdf
from tests.screens.inspection import Inspection, listed

PIN = "618033"


@pytest.fixture(scope="module")
def inspection(_screen: None, tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    """Live through one child's visit and an emergency, and look at every screen."""
    from mobile_app.commands.driven_window import DrivenWindow

    found = Inspection()
    clock = DemoClock(datetime(2026, 10, 5, 9, 0, tzinfo=UTC))
    patch = pytest.MonkeyPatch()
    patch.setenv("HANDWISE_DEBUG", "1")
    with TESTONLY_weak_kdf():
        tablet = ShownTablet(Path(tmp_path_factory.mktemp("tablet")), clock, "Nurse 1", "Nurse", PIN)
        window = DrivenWindow(WindowOf(tablet))
        flow = tablet.flow
        for _window, name in first_start(window, tablet):
            found.look(window, name)
        found.look(window, "home empty")
        flow.home.press_sync()
        found.look(window, "connect")
        flow.connect.back()
        for _window, name in backup_and_code(window, tablet):
            found.look(window, name)
        flow.lock()
        flow.unlock.press("1")
        found.look(window, "unlock")
        tablet.enter_pin("135792")
        found.look(window, "unlock wrong")
        tablet.enter_pin()
        for _window, name in first_visit(window, tablet):
            found.look(window, name)
        boy = tablet.case_ids()[0]
        flow.sent_preview.done()
        raise_emergency(flow)
        found.look(window, "emergency")
        flow.emergency.plan()
        found.look(window, "emergency plan")
        flow.lock()
        tablet.enter_pin()
        found.look(window, "home")
        flow.home.search()
        found.look(window, "search all")
        flow.search.type("left oct")
        found.look(window, "search found")
        flow.search.type("nobody has this")
        found.look(window, "search nothing")
        flow.search.back()
        tablet.open_case(boy)
        found.look(window, "case")
        flow.case.outcome()
        found.look(window, "outcome")
        flow.outcome.back()
        flow.case.letter()
        found.look(window, "letter")
        flow.letter.save()
        found.look(window, "letter saved")
        flow.letter.back()
        flow.case.hand_over()
        found.look(window, "hand over")
        flow.hand_over.back()
        flow.case.back()
        flow.home.receive()
        found.look(window, "receive")
        flow.receive.back()
        tablet.open_case(boy)
        flow.case.back()
        for _window, name in settings_states(window, tablet, PIN):
            found.look(window, name)
        for _window, name in after_an_update(window, tablet):
            found.look(window, name)
        window.close()
    patch.undo()
    return found


def test_every_screen_was_looked_at(inspection: Inspection) -> None:
    assert len(inspection.pictured) >= 18


def test_no_text_is_larger_than_its_box(inspection: Inspection) -> None:
    assert not inspection.cut, listed(inspection.cut)


def test_no_text_leaves_the_card_or_button_that_it_stands_on(inspection: Inspection) -> None:
    assert not inspection.outside, listed(inspection.outside)


def test_nothing_to_tap_is_smaller_than_a_fingertip(inspection: Inspection) -> None:
    assert not inspection.small, listed(inspection.small)


def test_no_word_is_broken_in_its_middle(inspection: Inspection) -> None:
    assert not inspection.torn, listed(inspection.torn)


def test_no_text_and_no_target_lies_over_another(inspection: Inspection) -> None:
    assert not inspection.overlapping, listed(inspection.overlapping)


def test_bars_begin_where_reading_begins(inspection: Inspection) -> None:
    assert not inspection.turned_wrong, listed(inspection.turned_wrong)


def test_the_fonts_have_every_character_that_the_screens_show(inspection: Inspection) -> None:
    from mobile_app.theme.fonts import FILES

    for font, characters in inspection.characters.items():
        for weight in ("Regular", "SemiBold"):
            with TTFont(ASSETS / "fonts" / f"{font}-{weight}.{FILES[font]}", lazy=True) as file:
                drawn = file.getBestCmap()

            assert not {character for character in characters - {"\n"} if ord(character) not in drawn}, (font, weight)


def _luminance(colour: list[float]) -> float:
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(one: list[float], other: list[float]) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


TEXT_ON = {
    "ink": ("surface", "ground", "sunken", "primary_soft", "same_day_soft", "within_days_soft", "routine_soft"),
    "ink_2": ("surface", "ground", "sunken"),
    "ink_3": ("surface", "ground", "sunken", "off"),
    "surface": ("primary", "primary_pressed", "emergency", "emergency_pressed", "same_day", "within_days", "routine",
                "answered_no"),
    "primary": ("surface", "ground", "primary_soft"),
    "primary_on_soft": ("primary_soft", "band"),
    "emergency": ("surface", "ground", "emergency_soft"),
    "emergency_ink": ("surface", "emergency_soft"),
    "same_day": ("surface", "same_day_soft"),
    "same_day_ink": ("same_day_soft",),
    "within_days": ("within_days_soft",),
    "within_days_ink": ("within_days_soft",),
    "routine": ("routine_soft",),
    "done": ("surface", "sunken", "done_soft"),
}  # fmt: skip


def test_every_text_colour_can_be_read_on_every_ground_it_is_used_on() -> None:
    from mobile_app.theme.theme import theme

    colours = theme.colours()
    weak = {
        (text, ground): round(_contrast(colours[text], colours[ground]), 2)
        for text, grounds in TEXT_ON.items()
        for ground in grounds
        if _contrast(colours[text], colours[ground]) < 4.5
    }

    assert weak == {}


def test_what_can_be_tapped_has_an_outline_that_can_be_seen() -> None:
    from mobile_app.theme.theme import theme

    colours = theme.colours()

    assert _contrast(colours["line_strong"], colours["surface"]) >= 3
    assert _contrast(colours["line_strong"], colours["ground"]) >= 3


def test_urgencies_differ_in_shape_and_not_only_in_colour() -> None:
    from mobile_app.widgets.icon_drawings import DRAWINGS
    from mobile_app.widgets.meaning import look_of

    shapes = [DRAWINGS[look_of(meaning).icon] for meaning in ("emergency", "same_day", "within_days", "routine")]

    assert all(one != other for one, other in pairwise(shapes))
    assert len({look_of(meaning).icon for meaning in ("emergency", "same_day", "within_days", "routine")}) == 4
