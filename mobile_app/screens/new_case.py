"""New case: where the swelling is, on the body map or from a list, and who the child is."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from mobile_app.screens import new_case_map  # noqa: F401 (names used by kv)
from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets import body_map, choice, field  # noqa: F401 (names used by kv)
from mobile_app.widgets.answers import SecondAnswer
from mobile_app.widgets.body_drawing import INSETS, inset_kind
from mobile_app.widgets.chip import RemovableChip
from mobile_app.widgets.field import Field

INSET_WORDS = {
    "inset-hand-dorsal": "Back of the hand",
    "inset-hand-palmar": "Palm",
    "inset-foot-top": "Top of the foot",
    "inset-foot-sole": "Sole",
}


class NewCaseScreen(AppScreen):
    """Map at the start, form at the end. The enlarged drawings follow the hand or foot tapped last."""

    chosen = ObjectProperty(frozenset())
    inset_limb = StringProperty("hand")
    inset_side = StringProperty("left")
    shows_list = BooleanProperty(False)
    shows_inset = BooleanProperty(False)
    """On a compact tablet the enlarged drawings take the place of the figures."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("view", self._mark_chosen)
        self._mark_chosen()

    def _mark_chosen(self, *_: object) -> None:
        self.chosen = frozenset((place.region, place.side) for place in self.view.chips)

    def tap_figure(self, region: str, side: str) -> None:
        """Choose a region on a figure; a hand or foot opens enlarged, so that the choice can be corrected."""
        limb = inset_kind(region)
        if limb:
            self.inset_limb, self.inset_side = limb, side
            self.shows_inset = theme.is_compact
        self.presenter.toggle_place(region, side)

    def inset(self, limb: str, place: int) -> str:
        """Return the name of the first or second enlarged drawing of a limb."""
        return INSETS[limb][place]

    def inset_title(self, limb: str, place: int) -> str:
        """Return what that drawing shows, in words."""
        return INSET_WORDS[INSETS[limb][place]]

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

    def make_local(self, item: Any) -> Field:
        """Return the field of a text that stays on the tablet."""
        box = Field(label=item.label, optional=item.optional, value=item.value)
        box.bind(on_typed=lambda _box, text: self.presenter.type_local(item.field, text))
        return box

    def follow_local(self, *_: object) -> None:
        """Give changed values to the fields that are there; a field must not be made anew while it is typed in."""
        items = self.view.local_fields
        boxes = list(reversed(self.ids.local.children))
        if len(boxes) != len(items):
            self.ids.local.clear_widgets()
            for item in items:
                self.ids.local.add_widget(self.make_local(item))
            return
        for box, item in zip(boxes, items, strict=True):
            box.value = item.value

    def on_kv_post(self, _base: Any) -> None:
        """Make the local fields once and follow them from then on."""
        self.follow_local()
        self.fbind("view", self.follow_local)


load_kv(__file__)
