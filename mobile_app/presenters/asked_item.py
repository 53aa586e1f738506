"""What a question and a measurement have in common: one item in hand, to be skipped, left or gone back from."""

from __future__ import annotations

from collections.abc import Callable

from mobile_app.navigation import Way
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.details import WithDetails
from shared.case.entry import EntryKind


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
