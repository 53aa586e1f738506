"""What the screens of the case that lies open share: which case it is, its app bar, the way back to it and the lock."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mobile_app.navigation import Way
from mobile_app.presenters.answers import where_in_words, who_in_words
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView
from mobile_app.presenters.wording import say
from shared.case.entry import AnswerValue, CaseId
from shared.case.short_code import short_code


class OnACase:
    """A presenter of one screen of the case on the desk."""

    def __init__(self, desk: Desk, go: Callable[[Way], None]) -> None:
        self._desk = desk
        self._go = go

    def back(self) -> None:
        self._go(Way.CASE)

    def lock(self) -> None:
        self._go(Way.LOCK)

    @property
    def _case_id(self) -> CaseId:
        assert self._desk.case_id is not None
        return self._desk.case_id

    def _case_bar(self, answers: Mapping[str, AnswerValue]) -> AppBarView:
        """Return an app bar that names the case, and says who it is and where the swelling is."""
        who = (who_in_words(self._desk.knowledge, answers), where_in_words(answers))
        title = say("Case {code}", code=short_code(self._case_id))
        return self._desk.plain_app_bar(title, " · ".join(part for part in who if part))
