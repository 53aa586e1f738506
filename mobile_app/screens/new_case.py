"""New case: where the swelling is, on the body map or from a list, and who the child is."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from mobile_app.screens import new_case_form, new_case_map  # noqa: F401 (names used by kv)
from mobile_app.screens.base import AppScreen
from mobile_app.screens.new_case_form import FormStep
from mobile_app.screens.new_case_map import MapStep
from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets import body_map  # noqa: F401 (names used by kv)
from mobile_app.widgets.answers import SecondAnswer
from mobile_app.widgets.body_drawing import INSETS, inset_kind
from mobile_app.widgets.chip import RemovableChip
from mobile_app.widgets.layouts import BoxLayout


class NewCaseScreen(AppScreen):
    """Map at the start, form at the end; a compact tablet shows them one after the other.

    The enlarged drawings follow the hand or foot tapped last.
    """

    chosen = ObjectProperty(frozenset())
    inset_limb = StringProperty("hand")
    inset_side = StringProperty("left")
    shows_list = BooleanProperty(False)
    shows_form = BooleanProperty(False)
    is_first_step = BooleanProperty(False)
    is_second_step = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("view", self._mark_chosen)
        self.fbind("shows_form", self._tell_step)
        theme.bind(is_compact=self._tell_step)
        self._mark_chosen()
        self._tell_step()

    def _mark_chosen(self, *_: object) -> None:
        self.chosen = frozenset((place.region, place.side) for place in self.view.chips)
        if not self.chosen:
            # Without a place there is nothing to go on with: the map asks first.
            self.shows_form = False

    def _tell_step(self, *_: object) -> None:
        self.is_first_step = theme.is_compact and not self.shows_form
        self.is_second_step = theme.is_compact and self.shows_form

    def go_on(self) -> None:
        """Go to the form, where it has a step of its own, otherwise on to the danger signs."""
        if self.is_first_step and self.chosen:
            self.shows_form = True
        else:
            self.presenter.go_on()

    def go_back(self) -> None:
        """Go back to the map, where it has a step of its own, otherwise home."""
        if self.is_second_step:
            self.shows_form = False
        else:
            self.presenter.back()

    def tap_figure(self, region: str, side: str) -> None:
        """Choose a region on a figure; a hand or foot is enlarged beside it, so that the choice can be corrected."""
        limb = inset_kind(region)
        if limb:
            self.inset_limb, self.inset_side = limb, side
        self.presenter.toggle_place(region, side)

    def inset(self, limb: str, place: int) -> str:
        """Return the name of the first or second enlarged drawing of a limb."""
        return INSETS[limb][place]

    def inset_name(self, limb: str, side: str) -> str:
        """Return whose hand or foot is enlarged, in words."""
        return next(place.label for place in self.view.places if (place.region, place.side) == (limb, side))

    def make_chip(self, item: Any) -> RemovableChip:
        """Return the chip of a chosen place; a tap takes the place away."""
        chip = RemovableChip(text=item.label)
        chip.bind(on_release=lambda _chip: self.presenter.toggle_place(item.region, item.side))
        return chip

    def make_place(self, item: Any) -> SecondAnswer:
        """Return one place of the list."""
        place = SecondAnswer(value=item.region, text=item.label, is_chosen=item.is_chosen)
        place.bind(on_release=lambda _place: self.presenter.toggle_place(item.region, item.side))
        return place


class StepPlace(BoxLayout):
    """Map and form, or the one whose step it is."""

    screen = ObjectProperty()

    def on_screen(self, *_: object) -> None:
        """Arrange anew whenever the step or the window changes."""
        self.map, self.form = MapStep(screen=self.screen), FormStep(screen=self.screen)
        self.screen.fbind("is_first_step", self._arrange)
        self.screen.fbind("is_second_step", self._arrange)
        self._arrange()

    def _arrange(self, *_: object) -> None:
        if self.screen.is_first_step and self.screen.is_second_step:
            # The two are told one after the other; this is between them.
            return
        parts = {self.map: self.screen.is_second_step, self.form: self.screen.is_first_step}
        shown = [part for part, is_another_step in parts.items() if not is_another_step]
        self.clear_widgets()
        for part in shown:
            self.add_widget(part)


load_kv(__file__)
