"""A tablet held upright: what asks for an act or a decision stands first, and turned back everything is as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mobile_app.commands.demo_children import BOY_FIRST_VISIT
from mobile_app.commands.demo_tablet import DemoClock
from mobile_app.commands.screenshots_story import ShownTablet, WindowOf
from mobile_app.navigation import Screen
from shared.case.entry import DeviceId, EntryId, EntryKind, Quantity
from shared.sync.hand_over import HandedOver

PORTRAIT, LANDSCAPE = (800, 1280), (1280, 800)
ANOTHER_TABLET = DeviceId("ab" * 8)


@pytest.fixture
def shown(tmp_path: Path, clock: DemoClock) -> ShownTablet:
    return ShownTablet(tmp_path, clock, "Nurse 1", "Nurse", "618033")


@pytest.fixture
def window(shown: ShownTablet) -> Iterator[Any]:
    """The result of the boy's first visit."""
    from mobile_app.commands.driven_window import DrivenWindow

    one = DrivenWindow(WindowOf(shown))
    shown.set_up()
    shown.begin_case(BOY_FIRST_VISIT)
    shown.answer_questions(BOY_FIRST_VISIT)
    yield one
    one.resize(*LANDSCAPE)
    one.close()


def place_of(window: Any, kind: str) -> tuple[float, float]:
    """Return the left and the upper edge of the first widget of this kind in the window."""
    found = next(one for one in window.screen.walk(restrict=True) if type(one).__name__ == kind and one.height > 1)
    left, top = found.to_window(found.x, found.top)
    return float(left), float(top)


def stands_above(window: Any, upper: str, lower: str) -> bool:
    return place_of(window, upper)[1] > place_of(window, lower)[1]


def stands_beside(window: Any, first: str, second: str) -> bool:
    return place_of(window, first)[0] < place_of(window, second)[0]


def test_the_next_test_stands_above_the_ranking(window: Any) -> None:
    window.resize(*PORTRAIT)
    assert stands_above(window, "NextTestCard", "RankedRow")
    assert stands_above(window, "UrgencyBlock", "NextTestCard")

    window.resize(*LANDSCAPE)
    assert stands_beside(window, "RankedRow", "NextTestCard")


def test_what_not_to_do_stands_above_the_tests(window: Any, shown: ShownTablet) -> None:
    shown.flow.result.plan()
    window.resize(*PORTRAIT)
    assert stands_above(window, "DoNotPanel", "CheckRow")
    assert stands_above(window, "CheckRow", "FollowUpNode")

    window.resize(*LANDSCAPE)
    assert stands_beside(window, "CheckRow", "DoNotPanel")


def test_answers_that_differ_stand_above_the_timeline(window: Any, shown: ShownTablet) -> None:
    shown.save_visit()
    shown.flow.sent_preview.done()
    (case_id,) = shown.case_ids()
    first = shown.store.hand_over.entries(case_id)[0]
    theirs, own = Quantity(30, "d"), Quantity(14, "d")
    correction = replace(
        first,
        id=EntryId(ANOTHER_TABLET, 1),
        kind=EntryKind.CORRECTION,
        parents=(first.id,),
        answers={"days_since_iv_calcium": theirs},
        conclusion=None,
    )
    shown.correct(case_id, "days_since_iv_calcium", own)
    shown.store.hand_over.take(HandedOver((first, correction)))
    shown.go_home()
    shown.open_case(case_id)
    window.resize(*PORTRAIT)
    assert stands_above(window, "DisagreementCard", "CaseVisits")

    window.resize(*LANDSCAPE)
    assert stands_beside(window, "CaseVisits", "DisagreementCard")


def test_a_question_with_its_answers_and_its_reason_is_seen_whole_and_the_drawing_stands_beside_its_words(
    window: Any, shown: ShownTablet
) -> None:
    shown.save_visit()
    shown.flow.sent_preview.done()
    shown.begin_follow_up(shown.case_ids()[0], BOY_FIRST_VISIT)
    assert shown.flow.screen is Screen.QUESTION
    assert len(window.screen.view.answers) == 3
    window.resize(*PORTRAIT)
    card = window.screen.ids.question_card

    assert card.content.minimum_height <= card.scroll.height
    assert stands_beside(window, "PictureBox", "NumberedStep")
    assert place_of(window, "PictureBox")[1] == place_of(window, "NumberedStep")[1]

    window.resize(*LANDSCAPE)
    assert stands_above(window, "PictureBox", "NumberedStep")
