"""No word escapes translation: every state that is pictured is shown in English between brackets, and nothing stands
outside them but what people typed, names, addresses, codes and measured values.

The brackets come from the lookup (`shared/language/pseudo.py`), and only for words that translators are given. So
this fails on a sentence that is put together, on one that nobody has marked, and on an English word shown as it is.

Each state is then shown in plain English, too: a bracket that is left stands round words that were said before the
switch, and kept instead of what they say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest

from mobile_app import language
from mobile_app.commands import screenshots_story
from mobile_app.commands.screenshots_refused import NEWER_CODE
from mobile_app.device.camera import Camera
from mobile_app.language import PSEUDO
from mobile_app.navigation import Screen
from mobile_app.presenters.paper_preview import PaperPartView
from mobile_app.presenters.question import HowToStepView
from shared.crypto.key_derivation import TESTONLY_weak_kdf
from shared.language.languages import ENGLISH
from tests.book import the_book

ACTED_ON = {
    *("action", "answer", "case_id", "code", "condition", "draft_id", "entry", "field", "finding", "icon", "kind"),
    *("limb", "line_id", "measurement", "photo", "picture_region", "picture_side", "region", "section", "setting"),
    *("shade", "side", "state", "state_icon", "step", "user_id"),
}
"""Names of fields that a screen acts by and never shows: codes, kinds, icons."""
NOT_SHOWN = frozenset({"ChoiceView.value", "FieldView.name", "TileView.value"})
"""The same under names that hold words elsewhere."""
TYPED = frozenset(
    {
        "AboutView.typed",
        "AddPhotoView.folder",
        "ConnectView.address",
        "ConnectView.code",
        "ConnectView.pasted",
        "FieldView.value",
        "GroupView.text",
        "LetterView.name_label",
        "LocalFieldView.value",
        "SearchView.typed",
        "SettingView.text",
        "SourceView.citation",
        "UserRowView.initials",
        "UserTileView.initials",
    }
)
"""Fields that show what people typed, a recovery code, or a publication."""
NAMES = (
    "Handwise",
    "Noto Sans, Noto Sans Arabic, Noto Sans KR",
    "SIL Open Font License 1.1",
    "MIT",
    "Nurse 1",
    "Dr A",
    "Newborns",
    "Ward 3",
    screenshots_story.SITE,
    screenshots_story.MESSAGE,
    NEWER_CODE.replace("_", " ").capitalize(),
    *(one.own_name for one in language.LANGUAGES),
)
"""The app itself, fonts and licences, users, wards, the site, what the coordinator wrote, an answer that no book here
knows, languages in themselves."""
PATH = re.compile(r"(/[\w.-]+)+|[\w-]+\.hw[bp]\b|\b(?:backups|to carry)\b")
LETTER = re.compile(r"[^\W\d_]")
INNERMOST = re.compile(r"⟦[^⟦⟧]*⟧")


class Seen:
    """Stands where a window would: keeps what is shown, in the language between brackets."""

    def __init__(self, source: Any) -> None:
        self.views: list[tuple[Screen, Any]] = []
        self.switched: list[tuple[str, Any]] = []
        """The states by name, as they stand after the language was switched."""
        self.screen = SimpleNamespace(view=None)
        self._flow = source.flow(self._show, _at_once)
        self._flow.manner.speak(PSEUDO.code)

    def _show(self, screen: Screen, view: Any) -> None:
        self.screen.view = view
        if language.current() is PSEUDO:
            self.views.append((screen, view))

    def switch_and_back(self, state: str) -> None:
        """Keep what stands here in plain English."""
        self._flow.manner.speak(ENGLISH.code)
        self.switched.append((state, self.screen.view))
        self._flow.manner.speak(PSEUDO.code)

    def frames(self) -> None:
        """Hand on what the camera reads: no widget here does."""
        camera = Camera(self.screen.view.scan.source)
        camera.start()
        while not (texts := camera.take_texts()):
            assert not camera.fault
        camera.stop()
        self._flow.receive.see(texts)

    def close(self) -> None:
        """There is nothing to close."""


def _at_once(work: Callable[[], Any], done: Callable[[Any], None]) -> None:
    done(work())


def shown_in(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a view, with the field that holds it."""
    match value:
        case Enum():
            return
        case str():
            yield place, value
        case HowToStepView():
            # The lead of a step is cut from its text, and the bracket with it.
            yield place, f"{value.lead} {value.text}"
        case PaperPartView():
            # A text of several sentences stands on several lines, its brackets round all of them.
            yield "PaperPartView.title", value.title
            yield "PaperPartView.lines", " ".join(value.lines)
        case tuple():
            for one in value:
                yield from shown_in(one, place)
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from shown_in(getattr(value, field.name), f"{type(value).__name__}.{field.name}")


def is_read(place: str) -> bool:
    """Tell whether a field is read by people and in words of ours."""
    return place.rpartition(".")[2] not in ACTED_ON and place not in NOT_SHOWN | TYPED


@cache
def a_value_or_unit() -> re.Pattern[str]:
    """Match what is written alike in every language: "0.36 mg/L", and a unit by itself."""
    units = {
        unit
        for measurement in the_book().measurements.values()
        for unit in (measurement.unit, measurement.unit_label, *measurement.units, *measurement.unit_labels.values())
    }
    any_unit = "|".join(re.escape(unit) for unit in sorted({*units, "%", "× 10⁹/L"}, key=len, reverse=True))
    return re.compile(rf"\d[\d.,–]* ?({any_unit})(?!\w)|^({any_unit})$")


def outside_brackets(text: str) -> str:
    """Return what is left of a text without what was looked up, names, paths, and measured values."""
    for name in NAMES:
        text = text.replace(name, "")
    if PATH.fullmatch(text):
        # The digits that a file is named by can end like a value: "...616d.hwp" is not 616 days.
        return ""
    text = PATH.sub("", text) if "⟦" not in text and a_value_or_unit().search(text) is None else text
    while (rest := INNERMOST.sub("", text)) != text:
        text = rest
    return a_value_or_unit().sub("", text)


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> list[Seen]:
    """Live through the story once, in brackets, and say each of its states in plain English, too."""
    opened: list[Seen] = []

    def window_over(source: Any) -> Seen:
        opened.append(Seen(source))
        return opened[-1]

    try:
        with TESTONLY_weak_kdf():
            for window, name in screenshots_story.pictured_states(tmp_path_factory.mktemp("story"), window_over):
                window.switch_and_back(name)
    finally:
        language.use(ENGLISH.code)
    return opened


def test_every_word_of_every_pictured_state_was_looked_up(windows):
    seen = [view for window in windows for view in window.views]
    escaped = {
        f"{screen.value}: {place}: {text}"
        for screen, view in seen
        for place, text in shown_in(view, "")
        if is_read(place) and LETTER.search(outside_brackets(text))
    }
    assert sum(len(window.switched) for window in windows) > 15
    assert not escaped, "\n".join(sorted(escaped))


def test_what_was_said_before_the_language_was_switched_is_said_in_the_new_one(windows):
    stale = {
        f"{state}: {place}: {text}"
        for window in windows
        for state, view in window.switched
        for place, text in shown_in(view, "")
        if "⟦" in text and place not in TYPED
    }
    assert not stale, "\n".join(sorted(stale))


def test_what_was_not_looked_up_is_noticed():
    assert outside_brackets("⟦Case 7F3K⟧ · ⟦⟦Boy⟧, ⟦9 months⟧⟧") == " · "
    assert LETTER.search(outside_brackets("⟦Case⟧ of a boy"))
    assert not LETTER.search(outside_brackets("0.36 mg/L ⟦yes⟧ 12–97% Nurse 1"))
