"""Connect the tablet to the coordinator's server with a one-time code, seen by the camera or typed."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import field  # noqa: F401 (names used by kv)
from mobile_app.widgets.layouts import BoxLayout, Scroll
from mobile_app.widgets.scanner import Scanner


class ConnectScreen(AppScreen):
    """The open camera, or address and code."""


class ConnectForm(Scroll):
    """The ways to name server and code."""

    screen = ObjectProperty(rebind=True)


class ConnectPlace(BoxLayout):
    """What the camera sees while it is open, otherwise the form."""

    screen = ObjectProperty(rebind=True)

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
            self.add_widget(Scanner(screen=self.screen) if scans else ConnectForm(screen=self.screen))


load_kv(__file__)
