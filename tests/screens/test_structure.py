"""What must hold on every screen, at both tablet sizes, with normal and large text: nothing cut, nothing too small."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageFont

from mobile_app.commands.demo_tablet import DemoClock
from mobile_app.commands.screenshots_story import (
    ShownTablet,
    WindowOf,
    after_an_update,
    first_visit,
    raise_emergency,
)
from mobile_app.config import ASSETS
from shared.crypto.key_derivation import TESTONLY_weak_kdf
from tests.screens.fingers import is_shown

SIZES = ((1280, 800), (1024, 600))
SMALLEST_TARGET_DP = 48
NO_CHARACTER = "\U0010ffff"
PIN = "618033"

Problem = tuple[str, str]


class Inspection:
    """Walks through the screens once and keeps what it finds."""

    def __init__(self) -> None:
        self.cut: list[Problem] = []
        self.small: list[Problem] = []
        self.outside: list[Problem] = []
        self.characters: set[str] = set()
        self.pictured: list[str] = []

    def look(self, window: Any, name: str) -> None:
        self.pictured.append(name)
        for width, height in SIZES:
            for is_large in (False, True):
                window.resize(width, height, is_large=is_large)
                self._look_once(window, f"{name} {width}x{height}{' large' if is_large else ''}")
        window.resize(*SIZES[0])

    def _look_once(self, window: Any, where: str) -> None:
        from mobile_app.widgets.keyboard import pressables

        for widget in window.app.stage.walk(restrict=True):
            if type(widget).__name__ == "PlainInput" or not hasattr(widget, "texture_size") or not is_shown(widget):
                continue
            if not widget.text:
                continue
            self.characters.update(widget.text)
            wide, high = widget.texture_size
            if wide > widget.width + 1 or high > widget.height + 1:
                self.cut.append((where, widget.text))
            elif not _stands_within(widget):
                self.outside.append((where, widget.text))
        for target in pressables(window.app.stage):
            if min(target.width, target.height) < SMALLEST_TARGET_DP - 0.5 and not _is_joined(target):
                self.small.append((where, f"{type(target).__name__} {target.width:.0f}x{target.height:.0f}"))


def _stands_within(widget: Any) -> bool:
    """Tell whether a text stands within the nearest thing with an edge that it stands in, or within the window."""
    from mobile_app.widgets.surface import Surface

    left, bottom = widget.to_window(widget.x, widget.y)
    holder = widget.parent
    while holder is not None and holder is not holder.parent:
        if isinstance(holder, Surface) and holder.width > 0:
            holder_left, holder_bottom = holder.to_window(holder.x, holder.y)
            is_wide_enough = holder_left - 1 <= left and left + widget.width <= holder_left + holder.width + 1
            is_scrolled = any(type(part).__name__ in ("Scroll", "SideScroll") for part in _between(widget, holder))
            is_high_enough = holder_bottom - 1 <= bottom and bottom + widget.height <= holder_bottom + holder.height + 1
            return is_wide_enough and (is_scrolled or is_high_enough)
        holder = holder.parent
    return True


def _between(widget: Any, holder: Any) -> Iterator[Any]:
    while widget is not holder:
        yield widget
        widget = widget.parent


def _is_joined(target: Any) -> bool:
    """A cell of a joined choice is as high as the choice less its outline; its neighbours are the same question."""
    return type(target).__name__ == "ChoiceCell" and target.height >= SMALLEST_TARGET_DP - 4 and target.width >= 30


def listed(problems: list[Problem]) -> str:
    return "\n".join(f"{where}: {what!r}" for where, what in problems)


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
        found.look(window, "set_up who")
        flow.set_up.type_name("Nurse 1")
        flow.set_up.go_on()
        found.look(window, "set_up pin")
        tablet.set_up()
        found.look(window, "home empty")
        flow.home.press_sync()
        found.look(window, "connect")
        flow.connect.back()
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
        tablet.open_case(boy)
        found.look(window, "case")
        flow.case.outcome()
        found.look(window, "outcome")
        flow.outcome.back()
        flow.case.back()
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


def test_the_fonts_have_every_character_that_the_screens_show(inspection: Inspection) -> None:
    for weight in ("Regular", "SemiBold"):
        font = ImageFont.truetype(str(ASSETS / "fonts" / f"NotoSans-{weight}.ttf"), 40)
        missing_glyph = bytes(font.getmask(NO_CHARACTER))
        shown = inspection.characters - {"\n"}

        assert not {character for character in shown if bytes(font.getmask(character)) == missing_glyph}


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
