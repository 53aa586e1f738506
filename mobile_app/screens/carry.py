"""Sending without a network: places and what waits at the start, how it stands at the end; or the code in hand."""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty

from mobile_app.screens.turning_codes import TurningCodesScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import field, qr_code, rows  # noqa: F401 (names used by kv)
from mobile_app.widgets.layouts import BoxLayout, Column
from mobile_app.widgets.notices import IconLine
from mobile_app.widgets.pane import Pane
from mobile_app.widgets.rows import ValueLine
from mobile_app.widgets.step_page import StepTile
from mobile_app.widgets.surface import Card


class CarryScreen(TurningCodesScreen):
    """Places and how it stands, or a code and its number."""

    def make_place(self, item: Any) -> StepTile:
        """Return one place to choose."""
        return StepTile(item=item, on_release=lambda tile: self.presenter.choose(tile.item.value))

    def make_fact(self, item: Any) -> ValueLine:
        """Return one line about what waits or is carried."""
        return ValueLine(label=item.label, value=item.value)

    def make_refusal(self, text: str) -> IconLine:
        """Return what the server said of a parcel that it did not take."""
        return IconLine(icon="emergency", text=text)

    def make_limit(self, text: str) -> IconLine:
        """Return one line of what the codes give away."""
        return IconLine(icon="info", text=text)


class _Part(Column):
    """What stands in a pane: as high as the pane, or higher and then scrolled."""

    screen = ObjectProperty(rebind=True)


class CarryGiving(_Part):
    """Where a file goes, and the two ways to give."""


class CarryState(_Part):
    """What waits, is given, is carried, and came back."""


class CarryCount(_Part):
    """Which code it is, and whom to show it to."""


class CarryPane(Pane):
    """The pane of one of these."""

    def __init__(self, part: _Part, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.add_widget(part)


class CarrySide(CarryPane):
    """The narrower one at the end."""


class CarryCode(Card):
    """The code that stands now."""

    screen = ObjectProperty(rebind=True)


class CarryParts(BoxLayout):
    """Places and state, or code and count: one of the two pairs stands here."""

    screen = ObjectProperty()

    def on_screen(self, *_: object) -> None:
        """Show the pair that the view asks for, now and whenever it changes."""
        self._shows_codes: bool | None = None
        self.screen.fbind("view", self._arrange)
        self._arrange()

    def _arrange(self, *_: object) -> None:
        shows_codes = bool(self.screen.view.modules)
        if shows_codes is self._shows_codes:
            return
        self._shows_codes = shows_codes
        self.clear_widgets()
        screen = self.screen
        self.add_widget(CarryCode(screen=screen) if shows_codes else CarryPane(CarryGiving(screen=screen)))
        self.add_widget(CarrySide(CarryCount(screen=screen) if shows_codes else CarryState(screen=screen)))


load_kv(__file__)
