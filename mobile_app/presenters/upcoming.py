"""What comes next if an answer is given: made ready while the finger is still on it. Nothing is kept, nothing shown.

finger down ── upcoming: the engine is asked, the next view is made ──▶ laid out behind the screen in front
finger up ──── the answer is written, the view is made once more; if it is the same, it stands already
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mobile_app.navigation import Screen, Way
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.measurement import MeasurementPresenter
from mobile_app.presenters.question import QuestionPresenter
from mobile_app.presenters.result import ResultPresenter
from shared.case.entry import AnswerValue

_PRESENTERS: Mapping[Screen, Any] = {
    Screen.QUESTION: QuestionPresenter,
    Screen.MEASUREMENT: MeasurementPresenter,
    Screen.RESULT: ResultPresenter,
}


def upcoming(desk: Desk, answers: Mapping[str, AnswerValue]) -> tuple[Screen, object] | None:
    """Return the screen and the view that would follow these answers; None where none is made ready."""
    shown: list[object] = []
    with desk.supposing(answers) as screen:
        if screen not in _PRESENTERS:
            return None
        _PRESENTERS[screen](desk, shown.append, _nowhere).open()
    return screen, shown[-1]


def _nowhere(_way: Way) -> None:
    """Go nowhere: nothing has been tapped yet."""
