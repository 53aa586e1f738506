"""A long list of cases that never keeps a key waiting: the rows that can be seen first, the others frame by frame.

    items ──▶ rows that are there already get the new item ──▶ what is missing is made, a few a frame ──▶ the rest goes

A row costs milliseconds to make and little to be given another case, so rows are kept and used again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.properties import ObjectProperty

from mobile_app.widgets.layouts import Column, Hairline

AT_ONCE = 9
A_FRAME = 2


class CaseList(Column):
    """Rows for `items`, one under another with lines between; `make` makes one, which has an `item`."""

    items: Any = ObjectProperty(())
    make: Callable[[Any], Any] | None = ObjectProperty(None, allownone=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._rows: list[Any] = []
        self._later = Clock.create_trigger(self._go_on)
        self.fbind("items", self._begin)
        self.fbind("make", self._begin)
        self._begin()

    def _begin(self, *_: object) -> None:
        if self.make is None:
            return
        items = self.items
        for row, item in zip(self._rows, items, strict=False):
            if row.item != item:
                row.item = item
        for row in self._rows[len(items) :]:
            self._remove(row)
        del self._rows[len(items) :]
        self._fill(AT_ONCE)

    def _go_on(self, _elapsed: float) -> None:
        self._fill(len(self._rows) + A_FRAME)

    def _fill(self, up_to: int) -> None:
        assert self.make is not None
        for item in self.items[len(self._rows) : up_to]:
            if self._rows:
                self.add_widget(Hairline())
            row = self.make(item)
            self._rows.append(row)
            self.add_widget(row)
        if len(self._rows) < len(self.items):
            self._later()

    def _remove(self, row: Any) -> None:
        place = self.children.index(row)
        line = self.children[place + 1] if place + 1 < len(self.children) else None
        self.remove_widget(row)
        if isinstance(line, Hairline):
            self.remove_widget(line)
