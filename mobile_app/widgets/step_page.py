"""One step of an act: what is asked at the start, and at the end the PIN pad or the list of steps, with the way on.

It draws any `StepView`; what a step does not have takes no room.
"""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from mobile_app.presenters.steps import StepView
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import choice, field, listing, logo, notices, pads  # noqa: F401 (names used by kv)
from mobile_app.widgets.field import Field
from mobile_app.widgets.layouts import BoxLayout, Column, Row
from mobile_app.widgets.notices import IconLine
from mobile_app.widgets.press import Pressable
from mobile_app.widgets.surface import Panel


class StepMarkRow(Row):
    """One step of the list, with its state as an icon."""

    item: Any = ObjectProperty(rebind=True)


class StepTile(Pressable, BoxLayout):
    """Something to choose."""

    item: Any = ObjectProperty(rebind=True)


class CodeGroup(Panel):
    """Four characters of the recovery code. They read from the left in every language."""

    item: Any = ObjectProperty(rebind=True)


class StepFields(Column):
    """The texts of a step. A field stays the same widget while it is typed in."""

    items = ObjectProperty(())

    __events__ = ("on_typed",)

    def on_items(self, *_: object) -> None:
        """Give each field its text; make them anew only where others are asked for."""
        names = [item.name for item in self.items]
        if [getattr(child, "step_name", "") for child in reversed(self.children)] != names:
            self.clear_widgets()
            for item in self.items:
                box = Field()
                box.step_name = item.name
                box.bind(on_typed=self._typed)
                self.add_widget(box)
        for box, item in zip(reversed(self.children), self.items, strict=True):
            box.label, box.optional, box.value = item.label, item.hint, item.value

    def _typed(self, box: Field, text: str) -> None:
        self.dispatch("on_typed", box.step_name, text)

    def on_typed(self, name: str, text: str) -> None:
        """Tell what is in which field now."""


class StepPage(BoxLayout):
    """The page. `has_logo`: it stands alone, without an app bar above it."""

    view: Any = ObjectProperty(StepView(step="", title="", hint="", button="", can_go_on=False), rebind=True)
    presenter: Any = ObjectProperty()
    has_logo = BooleanProperty(True)
    title_of_app = StringProperty("Handwise")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._second = Clock.create_trigger(self._tick, 1)
        self.fbind("view", self._watch_wait)

    def type_key(self, character: str) -> bool:
        """Type a PIN on a keyboard."""
        return self.view.shows_pad and bool(self.ids.pad.type_key(character))

    def make_mark(self, item: Any) -> StepMarkRow:
        """Return one line of the list of steps."""
        return StepMarkRow(item=item)

    def make_tile(self, item: Any) -> StepTile:
        """Return one thing to choose."""
        return StepTile(item=item, on_release=lambda tile: self.presenter.choose(tile.item.value))

    def make_group(self, item: Any) -> CodeGroup:
        """Return one group of the recovery code."""
        return CodeGroup(item=item)

    def make_note(self, item: Any) -> IconLine:
        """Return a line with its icon."""
        return IconLine(icon=item.icon, text=item.text)

    def _watch_wait(self, *_: object) -> None:
        if self.view.error and hasattr(self.presenter, "tick"):
            self._second()

    def _tick(self, _elapsed: float) -> None:
        if self.parent is not None and self.get_root_window() is not None:
            self.presenter.tick()
            self._watch_wait()


load_kv(__file__)
