"""An emergency on every tablet: all that is to be done now can be read at once, without a finger."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mobile_app.commands.demo_tablet import DemoClock
from mobile_app.commands.screenshots_story import ShownTablet, WindowOf, raise_emergency
from mobile_app.language import LANGUAGES
from mobile_app.presenters.emergency import ActView
from mobile_app.presenters.wording import sentences
from tests.screens.inspection import SHAPES

SMALLEST = (1024, 600, True)
AT_ONCE = 4
"""Two rules have five acts, long ones; with large texts on the smallest tablet a finger brings the last ones up."""


@pytest.fixture
def window(tmp_path: Path):
    from mobile_app.commands.driven_window import DrivenWindow

    tablet = ShownTablet(
        tmp_path / "1", DemoClock(datetime(2026, 10, 5, 9, 0, tzinfo=UTC)), "Nurse 1", "Nurse", "618033"
    )
    one = DrivenWindow(WindowOf(tablet))
    tablet.set_up()
    raise_emergency(tablet.flow)
    yield one
    one.app.flow.manner.speak("en")
    one.resize(1280, 800)
    one.close()


def hidden_acts(window: Any) -> list[str]:
    """Return which acts end where more lies below, or under it: by their numbers."""
    from kivy.metrics import dp

    from mobile_app.widgets.layouts import FADE_DP, Scroll
    from mobile_app.widgets.rows import NumberedStep

    found = []
    for act in [one for one in window.screen.walk(restrict=True) if isinstance(one, NumberedStep)]:
        scroll = next(one for one in ancestors(act) if isinstance(one, Scroll))
        below = scroll.viewport_size[1] - scroll.height
        fade = min(dp(FADE_DP), below + dp(8)) if below > 1 else 0
        if act.to_window(act.x, act.y)[1] < scroll.to_window(scroll.x, scroll.y)[1] + fade:
            found.append(act.number)
    return found


def ancestors(widget: Any) -> list[Any]:
    found = []
    while widget.parent is not None and widget.parent is not widget:
        widget = widget.parent
        found.append(widget)
    return found


def test_all_acts_are_read_at_once_in_every_language_and_shape(window: Any) -> None:
    for language in LANGUAGES:
        window.app.flow.manner.speak(language.code)
        for width, height, is_large in SHAPES.values():
            window.resize(width, height, is_large=is_large)

            assert len(window.screen.view.acts) == 4
            assert hidden_acts(window) == [], (language.code, width, height, is_large)


def test_so_are_those_of_every_rule_that_names_no_more_than_four(window: Any) -> None:
    width, height, is_large = SMALLEST
    hidden = {}
    for language in LANGUAGES:
        window.app.flow.manner.speak(language.code)
        window.resize(width, height, is_large=is_large)
        view = window.screen.view
        rules = window.app.flow.emergency._desk.knowledge.rules
        urgent = [one for one in rules.values() if one.priority == 1]
        assert urgent
        for rule in urgent:
            acts = rule.steps or sentences(rule.action)
            if len(acts) > AT_ONCE:
                continue
            numbered = tuple(ActView(str(number), text) for number, text in enumerate(acts, start=1))
            window.screen.view = replace(view, sentence=rule.title, acts=numbered)
            window.settle()
            if hidden_acts(window):
                hidden[language.code, rule.id] = hidden_acts(window)

    assert hidden == {}


@pytest.mark.parametrize(
    ("act", "first"),
    [
        ("Call surgery, start the transfer. Only exploration confirms.", "Call surgery, start the transfer."),
        ("Broad antibiotics incl. clindamycin now.", "Broad antibiotics incl. clindamycin now."),
        ("Appeler. Écarter tout garrot.", "Appeler."),
        ("أنعش. أعد التقييم بعد كل خطوة.", "أنعش."),
        ("소생 처치. 단계마다 재평가.", "소생 처치."),
    ],
)
def test_the_first_sentence_of_an_act_stands_out_in_every_script(act: str, first: str) -> None:
    from mobile_app.screens.emergency import first_sentence

    found, rest = first_sentence(act)

    assert found == first
    assert " ".join((found, rest)).strip() == act
