"""Taking in what another tablet shows: the open camera or the other ways, how many are read, and which are missing."""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import field  # noqa: F401 (names used by kv)
from mobile_app.widgets.layouts import BoxLayout, Column
from mobile_app.widgets.notices import IconLine
from mobile_app.widgets.pane import Pane
from mobile_app.widgets.scanner import Scanner
from mobile_app.widgets.step_page import StepTile


class ReceiveScreen(AppScreen):
    """The camera or the other ways at the start, progress and what to know at the end."""

    def make_file(self, item: Any) -> StepTile:
        """Return one file to take in."""
        return StepTile(item=item, on_release=lambda tile: self.presenter.choose(tile.item.value))

    def make_note(self, text: str) -> IconLine:
        """Return one line of what to know."""
        return IconLine(icon="info", text=text)


class ReceiveWays(Column):
    """Opening the camera, the field, and files that were found."""

    screen = ObjectProperty(rebind=True)


class ReceivePane(Pane):
    """As high as these, or lower and then scrolled."""

    def __init__(self, ways: ReceiveWays, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.add_widget(ways)


class ReceivePlace(BoxLayout):
    """What the camera sees while it is open, otherwise the ways in."""

    screen = ObjectProperty()

    def on_screen(self, *_: object) -> None:
        """Show what the view asks for, now and whenever it changes."""
        self._scans: bool | None = None
        self.screen.fbind("view", self._arrange)
        self._arrange()

    def _arrange(self, *_: object) -> None:
        scans = self.screen.view.scan.is_on
        if scans is not self._scans:
            self._scans = scans
            self.clear_widgets()
            self.add_widget(Scanner(screen=self.screen) if scans else ReceivePane(ReceiveWays(screen=self.screen)))


load_kv(__file__)
