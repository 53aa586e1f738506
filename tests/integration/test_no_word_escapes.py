"""No word escapes translation: every state that is pictured is shown in English between brackets, and nothing stands
outside them but what people typed, names, addresses, codes and measured values.

The brackets come from the lookup (`mobile_app/language/pseudo.py`), and only for words that translators are given. So
this fails on a sentence that is put together, on one that nobody has marked, and on an English word shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from types import SimpleNamespace
from typing import Any

from mobile_app import language
from mobile_app.commands import screenshots_story
from mobile_app.language import PSEUDO
from mobile_app.navigation import Screen
from mobile_app.presenters.question import HowToStepView
from shared.crypto.key_derivation import TESTONLY_weak_kdf

NOT_SHOWN = frozenset(
    {
        "ActionView.action",
        "ActionView.icon",
        "CaseAnswerView.code",
        "CaseRowView.case_id",
        "CaseRowView.limb",
        "ChangedCaseView.case_id",
        "CheckView.kind",
        "ChoiceView.value",
        "CoordinatorAnswerView.case_id",
        "DangerLineView.answer",
        "DangerLineView.line_id",
        "DisagreementView.code",
        "DraftRowView.draft_id",
        "DueRowView.case_id",
        "LocalFieldView.field",
        "MeasurementView.measurement",
        "PlaceView.region",
        "PlaceView.side",
        "QuestionView.finding",
        "QuestionView.picture_region",
        "QuestionView.picture_side",
        "RankedRowView.condition",
        "SetUpView.step",
        "TimelineRowView.entry",
        "UserTileView.user_id",
        "ZoneView.shade",
    }
)
"""Fields that a screen acts by and never shows: codes, kinds, icons."""
TYPED = frozenset(
    {
        "ConnectView.address",
        "ConnectView.code",
        "LocalFieldView.value",
        "SetUpView.name",
        "UserTileView.initials",
        "UserTileView.name",
    }
)
"""Fields that show what people typed."""
SAID_BY_PEOPLE = ("Handwise", "Nurse 1", "Dr A", screenshots_story.SITE, screenshots_story.MESSAGE)
"""The app's own name, users, the site, and what the coordinator wrote."""
MEASURED = re.compile(r"[\d.,–]+ ?(mg/L|mm/h|× 10⁹/L|mg/dL|°C|°F|cm|mm|mmol/L|ng/mL|%)")
LETTER = re.compile(r"[^\W\d_]")
INNERMOST = re.compile(r"⟦[^⟦⟧]*⟧")


class Seen:
    """Stands where a window would: keeps what is shown, in the language between brackets."""

    def __init__(self, source: Any) -> None:
        self.views: list[tuple[Screen, Any]] = []
        self.screen = SimpleNamespace(view=None)
        flow = source.flow(self._show, _at_once)
        flow.manner.speak(PSEUDO.code)

    def _show(self, screen: Screen, view: Any) -> None:
        self.screen.view = view
        if language.current() is PSEUDO:
            self.views.append((screen, view))

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
        case tuple():
            for one in value:
                yield from shown_in(one, place)
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from shown_in(getattr(value, field.name), f"{type(value).__name__}.{field.name}")


def outside_brackets(text: str) -> str:
    """Return what is left of a text without what was looked up, what people said, and measured values."""
    for said in SAID_BY_PEOPLE:
        text = text.replace(said, "")
    while (rest := INNERMOST.sub("", text)) != text:
        text = rest
    return MEASURED.sub("", text)


def test_every_word_of_every_pictured_state_was_looked_up(tmp_path):
    windows: list[Seen] = []

    def window_over(source: Any) -> Seen:
        windows.append(Seen(source))
        return windows[-1]

    try:
        with TESTONLY_weak_kdf():
            pictured = [name for _, name in screenshots_story.pictured_states(tmp_path, window_over)]
    finally:
        language.use("en")

    seen = [view for window in windows for view in window.views]
    escaped = {
        f"{screen.value}: {place}: {text}"
        for screen, view in seen
        for place, text in shown_in(view, "")
        if place not in NOT_SHOWN | TYPED and LETTER.search(outside_brackets(text))
    }
    assert len(pictured) > 15
    assert not escaped, "\n".join(sorted(escaped))


def test_what_was_not_looked_up_is_noticed():
    assert outside_brackets("⟦Case 7F3K⟧ · ⟦⟦Boy⟧, ⟦9 months⟧⟧") == " · "
    assert LETTER.search(outside_brackets("⟦Case⟧ of a boy"))
    assert not LETTER.search(outside_brackets("0.36 mg/L ⟦yes⟧ 12–97% Nurse 1"))
