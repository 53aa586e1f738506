"""The clinic's key: what it is for, the PIN before it is shown, its code, and what is asked before it changes."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import qr_code  # noqa: F401 (names used by kv)
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.notices import IconLine
from mobile_app.widgets.step_page import StepPage


class ClinicKeyScreen(AppScreen):
    """The code at the start while it is shown, words at the end; or the pad for the PIN."""

    def make_note(self, text: str) -> IconLine:
        """Return one line of what to know."""
        return IconLine(icon="info", text=text)

    def type_key(self, character: str) -> bool:
        """Type the PIN on a keyboard."""
        pages = [one for one in self.walk(restrict=True) if isinstance(one, StepPage)]
        return bool(pages) and bool(pages[0].type_key(character))


class ClinicKeyParts(BoxLayout):
    """The code, the words, and the ways on."""

    screen = ObjectProperty(rebind=True)


class ClinicKeyPlace(BoxLayout):
    """The pad while the PIN is asked, otherwise all the rest."""

    screen = ObjectProperty()

    def on_screen(self, *_: object) -> None:
        """Show what the view asks for, now and whenever it changes."""
        self._page: StepPage | None = None
        self.screen.fbind("view", self._arrange)
        self._arrange()

    def _arrange(self, *_: object) -> None:
        view = self.screen.view.page
        if view is not None and self._page is not None:
            self._page.view = view
        elif view is not None:
            self._page = StepPage(view=view, presenter=self.screen.presenter, has_logo=False)
            self.clear_widgets()
            self.add_widget(self._page)
        elif self._page is not None or not self.children:
            self._page = None
            self.clear_widgets()
            self.add_widget(ClinicKeyParts(screen=self.screen))


load_kv(__file__)
