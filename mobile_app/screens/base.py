"""What every screen shares: its view, its presenter, the ground, the body between app bar and footer, the footer."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets import (  # noqa: F401 (names that kv rules use)
    app_bar,
    badge,
    buttons,
    icon,
    layouts,
    listing,
    notices,
    pane,
    surface,
    sync,
    text,
)
from mobile_app.widgets.layouts import BoxLayout


class AppScreen(BoxLayout):
    """A screen: draws `view`, and tells `presenter` what a finger did."""

    view = ObjectProperty(rebind=True)
    presenter = ObjectProperty()

    def type_key(self, character: str) -> bool:
        """Take a key of a keyboard that is not Tab, an arrow or Enter; return whether it meant something here."""
        return False


class Body(BoxLayout):
    """Between app bar and footer: side by side, or one under another on a portrait tablet."""


class Footer(BoxLayout):
    """Back at the start, the way on at the end."""


def bold(lead: str, rest: str) -> str:
    """Return markup with the first part set SemiBold; both are escaped."""
    return f"[b]{escaped(lead)}[/b] {escaped(rest)}".strip() if lead else escaped(rest)


def escaped(words: str) -> str:
    """Return words that markup leaves alone."""
    return words.replace("&", "&amp;").replace("[", "&bl;").replace("]", "&br;")


load_kv(__file__)
