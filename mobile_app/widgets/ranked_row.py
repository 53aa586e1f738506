"""One condition of the ranking: name, bar, word over band; the open row says what speaks for and against it."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets import ranked_bar  # noqa: F401 (names used by kv)
from mobile_app.widgets.chip import TappedChip
from mobile_app.widgets.layouts import BoxLayout, Column
from mobile_app.widgets.press import Pressable
from mobile_app.widgets.surface import Panel


class RankedHead(Pressable, BoxLayout):
    """The row itself; a tap opens or closes it."""

    item = ObjectProperty(rebind=True)


class ReasonLine(BoxLayout):
    """ "For" or "Against" with its chips."""

    label = StringProperty("")
    is_against = BooleanProperty(False)
    chips = ObjectProperty(())
    tell = ObjectProperty()
    """What is called with the chip's item when it is tapped."""

    def make_chip(self, item: Any) -> TappedChip:
        """Return the chip of one answer."""
        return TappedChip(item=item, is_against=self.is_against, on_release=lambda _chip: self.tell(item))


class Reasons(Panel):
    """What speaks for and against the open condition: the strongest first, the others after a tap on "3 more"."""

    item = ObjectProperty(rebind=True)
    shows_all = BooleanProperty(False)
    tell = ObjectProperty()

    def strongest(self, chips: Any, shows_all: bool, most: int) -> Any:
        """Return the chips to show."""
        return chips if shows_all else chips[:most]

    def hidden(self, shows_all: bool, most_for: int, most_against: int) -> str:
        """Return the words of the button for the chips left out."""
        left = max(0, len(self.item.for_) - most_for) + max(0, len(self.item.against) - most_against)
        return self.item.more[left] if left and not shows_all else ""


class RankedRow(Column):
    """`on_toggle` when the row is tapped, `on_reason` with the finding of a chip that is."""

    item = ObjectProperty(rebind=True)

    __events__ = ("on_toggle", "on_reason")

    def on_kv_post(self, _base: Any) -> None:
        """Put the row, and under it the reasons where it is open."""
        self.add_widget(RankedHead(item=self.item, on_release=lambda _head: self.dispatch("on_toggle")))
        if self.item.is_open and (self.item.for_ or self.item.against or self.item.note):
            self.add_widget(Reasons(item=self.item, tell=lambda chip: self.dispatch("on_reason", chip.finding)))

    def on_toggle(self) -> None:
        """Tell that the row was tapped."""

    def on_reason(self, finding: str) -> None:
        """Tell that a chip was tapped."""


class SmallRankedRow(Column):
    """Name, band and bar, for the side of an emergency."""

    item = ObjectProperty(rebind=True)
    gap = NumericProperty(0)


load_kv(__file__)
