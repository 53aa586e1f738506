"""A list that follows its items: `Listing` one under another, `FlowListing` side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty

from mobile_app.theme.theme import theme
from mobile_app.widgets.layouts import Column, Flow, Grid, Hairline


class _Follows:
    """Makes a child with `make` for every item, again whenever the items change; `has_lines` puts lines between.

    With `renew(child, item)` a child that is there shows the next item instead of being made anew; it returns whether
    the child is of a kind that can.
    """

    children: Any
    remove_widget: Callable[..., Any]
    fbind: Callable[..., Any]
    add_widget: Callable[..., Any]
    clear_widgets: Callable[..., Any]
    items: Any = ObjectProperty(())
    make: Any = ObjectProperty(None, allownone=True)
    renew: Any = ObjectProperty(None, allownone=True)
    has_lines = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("items", self._fill)
        self.fbind("make", self._fill)
        self.fbind("has_lines", self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        if self.make is None:
            return
        kept = self._renewed() if self.renew is not None and not self.has_lines else 0
        if not kept:
            self.clear_widgets()
        for child in self.children[: len(self.children) - kept]:
            self.remove_widget(child)
        for place, item in enumerate(self.items[kept:], kept):
            if place and self.has_lines:
                self.add_widget(Hairline())
            self.add_widget(self.make(item))

    def _renewed(self) -> int:
        """Let the first children show the first items; return how many could."""
        count = 0
        for child, item in zip(reversed(self.children), self.items, strict=False):
            if not self.renew(child, item):
                break
            count += 1
        return count


class Listing(_Follows, Column):
    """Items one under another."""


class GridListing(_Follows, Grid):
    """Items in columns of one width."""


class FittingListing(GridListing):
    """Items in at most `most_cols` columns: fewer where the widest word of an item, its `least_width`, needs it."""

    most_cols = NumericProperty(2)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("width", "most_cols", "spacing", "padding"):
            self.fbind(name, self._choose_columns)
        # The theme lets go of a list that is no longer shown, as it binds weakly.
        theme.bind(is_large=self._choose_columns, font=self._choose_columns)
        self._choose_columns()

    def _fill(self, *_: object) -> None:
        super()._fill()
        self._choose_columns()

    def _choose_columns(self, *_: object) -> None:
        widest = max((child.least_width() for child in self.children), default=0.0)
        room, gap = self.width - self.padding[0] - self.padding[2], self.spacing[0]
        fitting = int((room + gap) // (widest + gap)) if widest + gap > 0 and room > dp(100) else self.most_cols
        self.cols = max(1, min(self.most_cols, fitting))


class FlowListing(_Follows, Flow):
    """Items side by side, going on in the next line. An item that has a `max_width` is kept within this width."""

    def _fill(self, *_: object) -> None:
        super()._fill()
        self._limit()

    def on_width(self, *_: object) -> None:
        """Let the items wrap where the line ends."""
        self._limit()

    def _limit(self) -> None:
        for child in self.children:
            if hasattr(child, "max_width"):
                child.max_width = self.width
