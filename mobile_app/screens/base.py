"""What every screen shares: its view, its presenter, the ground, the body between app bar and footer, the footer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kivy.clock import Clock
from kivy.factory import Factory
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets import (  # noqa: F401 (names that kv rules use)
    buttons,
    icon,
    layouts,
    listing,
    surface,
    text,
)
from mobile_app.widgets.layouts import BoxLayout

if TYPE_CHECKING:
    from mobile_app.widgets.sheet import Sheet

_NAMED_LATER = {
    "app_bar": ("AppBar",),
    "badge": ("Badge",),
    "logo": ("Logo",),
    "notices": ("EmptyState", "ErrorLine", "IconLine", "NoticePanel", "WhyPanel"),
    "pane": ("Pane",),
    "sync": ("SyncBar", "SyncChip", "SyncMark"),
}
"""Widgets that kv rules of several screens name, loaded when the first rule names them: unlocking needs few of them."""

for _module, _names in _NAMED_LATER.items():
    for _name in _names:
        Factory.register(_name, module=f"mobile_app.widgets.{_module}")


class AppScreen(BoxLayout):
    """A screen: draws `view`, and tells `presenter` what a finger did."""

    view = ObjectProperty(rebind=True)
    presenter = ObjectProperty()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._note = TranslationNote()
        self.add_widget(self._note)
        self.sheet: Sheet | None = None
        """The details that lie over this screen."""
        self.make_ready: Callable[[Any, Any], None] | None = None
        """Lays out, behind this screen, what may come next."""
        self._look_ahead = Clock.create_trigger(self._prepare)
        self._foresee: Callable[[], tuple[Any, Any] | None] | None = None
        self.fbind("parent", self._lay_details_over)
        self._tell_translation()

    def on_view(self, *_: object) -> None:
        if "_note" in self.__dict__:
            self._tell_translation()
            self._lay_details_over()

    def _lay_details_over(self, *_: object) -> None:
        """Show the view's details in a sheet; a screen that is not in front has none."""
        details = getattr(self.view, "details", None) if self.parent is not None else None
        if self.sheet is not None and details is None:
            self.sheet.take_away()
            self.sheet = None
        elif self.sheet is not None:
            self.sheet.view = details
        elif details is not None:
            from mobile_app.widgets.sheet import Sheet  # noqa: PLC0415 (unlocking needs none)

            self.sheet = Sheet(view=details, close=lambda: self.presenter.close_details())
            self.sheet.open()

    def _tell_translation(self) -> None:
        self._note.words = getattr(getattr(self.view, "app_bar", None), "translation_note", "")

    def look_ahead_from(self, button: Any, foresee: Callable[[], tuple[Any, Any] | None]) -> None:
        """While a finger is on the button, after it has been drawn pressed, make ready what lifting it will show.

        A finger rests on a button several times as long as this takes.
        """

        def begin(_button: Any) -> None:
            self._foresee = foresee
            self._look_ahead()

        button.bind(on_press=begin, on_release=lambda _button: self._look_ahead.cancel())

    def _prepare(self, _elapsed: float) -> None:
        if self.parent is None or self.make_ready is None or self._foresee is None:
            return
        foreseen = self._foresee()
        if foreseen is not None:
            self.make_ready(*foreseen)

    def come_after(self, before: AppScreen) -> None:
        """Take the place of another screen of this kind: what the finger did to it, such as scrolling, holds on."""

    def type_key(self, character: str) -> bool:
        """Take a key of a keyboard that is not Tab, an arrow or Enter; return whether it meant something here."""
        return False


class Body(BoxLayout):
    """Between app bar and footer: side by side, or one under another on a portrait tablet."""

    children: Any
    side_leads = BooleanProperty(False)
    """Whether on a portrait tablet what else stands at the side comes first: what asks for a decision."""
    _is_turned = False

    def do_layout(self, *args: Any) -> None:
        """Lay out in the order that this tablet wants. The keyboard follows it."""
        if len(self.children) > 1 and self._is_turned != (self.side_leads and theme.is_portrait):
            self._is_turned = not self._is_turned
            self.children = self.children[::-1]
        super().do_layout(*args)


class TranslationNote(BoxLayout):
    """The last line of a screen whose clinical words nobody has reviewed in this language yet; otherwise no line."""

    words = StringProperty()


class Footer(BoxLayout):
    """Back at the start, the way on at the end."""


def bold(lead: str, rest: str) -> str:
    """Return markup with the first part set SemiBold; both are escaped."""
    return f"[b]{escaped(lead)}[/b] {escaped(rest)}".strip() if lead else escaped(rest)


def escaped(words: str) -> str:
    """Return words that markup leaves alone."""
    return words.replace("&", "&amp;").replace("[", "&bl;").replace("]", "&br;")


load_kv(__file__)
