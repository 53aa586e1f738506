"""What must hold on every screen, in every language, also with large text: nothing cut, torn or covered.

A process of its own walks the states in one language and shape (`walk.py`); `make soak` has one for each language and
shape. Contrast needs no walk: every colour comes from the theme, which is one for all languages.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont

from mobile_app.config import ASSETS
from mobile_app.language import LANGUAGES, language_of
from mobile_app.navigation import Screen
from mobile_app.typesetting import Run, drawn_in_order
from tests.screens.inspection import SHAPES, Problem, listed
from tests.screens.walk import FOUND

ROOT = Path(__file__).resolve().parents[2]
ALL_WALKS = tuple(product((language.code for language in LANGUAGES), SHAPES))
WALKS = ALL_WALKS if os.environ.get("HANDWISE_WALK") == "all" else (("ar", "small-large"),)
"""Languages with shapes; of itself the one with the least room for words, right to left."""

Found = dict[str, Any]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Look at every screen, in as many walks at a time as there are cores."""
    folders = [tmp_path_factory.mktemp("walk") for _walk in WALKS]
    with ThreadPoolExecutor(os.cpu_count()) as walkers:
        return _joined(list(walkers.map(_walked, folders, WALKS)))


def _walked(folder: Path, walk: tuple[str, str]) -> Found:
    done = subprocess.run(
        [sys.executable, "-m", "tests.screens.walk", str(folder), *walk],
        cwd=ROOT,
        env=os.environ | {"HANDWISE_DEBUG": "1", "HANDWISE_HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (walk, done.stderr[-3000:])
    return dict(json.loads((folder / FOUND).read_text(encoding="utf-8")))


def _joined(parts: list[Found]) -> Found:
    characters: defaultdict[str, set[str]] = defaultdict(set)
    for part in parts:
        for font, drawn in part.pop("characters").items():
            characters[font].update(drawn)
    return {name: sum((part[name] for part in parts), []) for name in parts[0]} | {"characters": characters}


def _no(problems: list[Problem]) -> None:
    assert not problems, "\n" + listed(problems)


def test_every_screen_of_the_app_is_pictured_in_some_state(found: Found) -> None:
    assert {screen for _state, screen in found["pictured"]} == {str(screen) for screen in Screen}


def test_no_text_is_larger_than_its_box(found: Found) -> None:
    _no(found["cut"])


def test_no_text_leaves_the_card_or_button_that_it_stands_on(found: Found) -> None:
    _no(found["outside"])


def test_nothing_to_tap_is_smaller_than_a_fingertip(found: Found) -> None:
    _no(found["small"])


def test_no_word_is_broken_in_its_middle(found: Found) -> None:
    _no(found["torn"])


def test_no_text_and_no_target_lies_over_another(found: Found) -> None:
    _no(found["overlapping"])


def test_bars_begin_where_reading_begins(found: Found) -> None:
    _no(found["turned_wrong"])


WEIGHTS = ("Regular", "SemiBold")


@cache
def _drawable(font: str, weight: str) -> frozenset[int]:
    from mobile_app.theme.fonts import FILES

    with TTFont(ASSETS / "fonts" / f"{font}-{weight}.{FILES[font]}", lazy=True) as file:
        return frozenset(file.getBestCmap())


@pytest.mark.parametrize("weight", WEIGHTS)
def test_the_fonts_have_every_character_that_the_screens_show(found: Found, weight: str) -> None:
    lacking = {
        font: {character for character in characters - {"\n"} if ord(character) not in _drawable(font, weight)}
        for font, characters in found["characters"].items()
    }

    assert not any(lacking.values()), lacking


@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize("path", sorted((ASSETS / "translations").rglob("*.po")), ids=lambda path: path.parts[-3])
def test_the_fonts_have_every_character_of_every_catalogue(path: Path, weight: str) -> None:
    from mobile_app.theme.fonts import font_for, font_of

    code = path.parts[-3]
    with path.open("rb") as file:
        catalogue = read_po(file)
    words = {
        text
        for message in catalogue
        if message.id
        for text in (message.string if isinstance(message.string, tuple) else (message.string,))
        if text
    }
    lacking = {}
    for text in words:
        drawable = _drawable(font_for(text, font_of(code)), weight)
        drawn = "".join(run.text for run in drawn_in_order((Run(text),), language_of(code).is_rtl))
        missing = {character for character in set(drawn) - {"\n"} if ord(character) not in drawable}
        if missing:
            lacking[text] = missing

    assert words
    assert not lacking


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
