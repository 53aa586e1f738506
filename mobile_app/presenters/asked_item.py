"""What a question and a measurement have in common: one item in hand, to be skipped, left or gone back from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

from mobile_app.navigation import Screen, Way
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.details import WithDetails
from shared.case.entry import AnswerValue, EntryKind
from shared.errors import HandwiseError


class AskedItemPresenter(WithDetails):
    """What a finger can do on any item. A correction is one item by itself: it is made or left, never skipped."""

    def __init__(self, desk: Desk, go: Callable[[Way], None]) -> None:
        self._desk = desk
        self._go = go

    def skip(self) -> None:
        if not self._is_correction:
            self._draw_if(self._desk.skip(self._go))

    def result(self) -> None:
        if not self._is_correction:
            self._desk.to_result(self._go)

    def back(self) -> None:
        if self._has_closed_details():
            return
        if self._is_correction:
            self._desk.throw_away()
            self._go(Way.CASE)
        else:
            self._draw_if(self._desk.step_back(self._go))

    def lock(self) -> None:
        self._go(Way.LOCK)

    def upcoming(self, value: str) -> tuple[Screen, object] | None:
        """Return the screen and view that would follow an answer on which a finger is; None where nobody can tell."""
        # It makes the views of both kinds of item, which build on this module.
        from mobile_app.presenters.upcoming import upcoming

        answers = self._answers_of(value)
        if not answers or self._is_correction:
            return None
        # What cannot be worked out is told when the answer is given.
        with suppress(HandwiseError):
            return upcoming(self._desk, answers)
        return None

    def _answers_of(self, value: str) -> Mapping[str, AnswerValue]:
        """Return what is kept if the answer with this value is given; nothing where it is not offered."""
        raise NotImplementedError

    @property
    def _code(self) -> str:
        return self._desk.visit.position.item

    @property
    def _is_correction(self) -> bool:
        return self._desk.visit.draft.kind is EntryKind.CORRECTION

    def _draw(self, error: str = "") -> None:
        raise NotImplementedError

    def _draw_if(self, error: str) -> None:
        if error:
            self._draw(error)
