"""The form half of the new-case screen: age or birth date, and what stays on the tablet.

A field must not be made anew while somebody types in it, so fields are made once and then follow the view.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty, StringProperty

from mobile_app.theme.theme import theme
from mobile_app.widgets.answers import SecondAnswer
from mobile_app.widgets.buttons import SmallButton
from mobile_app.widgets.choice import Choice
from mobile_app.widgets.field import Field
from mobile_app.widgets.layouts import Column
from mobile_app.widgets.pane import Pane
from mobile_app.widgets.surface import Panel

UNIT_WIDTHS = [0.9, 1.1, 1.3, 1.0]
"""How the units of an age share the room: days, weeks, months, years."""


class FormStep(Pane):
    """The card of the form."""

    def __init__(self, screen: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.add_widget(FormFields(screen=screen))


class FormFields(Column):
    """Who the child is and where it is seen."""

    screen = ObjectProperty(rebind=True)


class KnownCase(Panel):
    """There is a case under the record number that was typed."""

    line = StringProperty()
    button = StringProperty()

    __events__ = ("on_look",)

    def on_look(self) -> None:
        """Tell that it is to be opened."""


class SidesQuestion(Column):
    """Left and right are not the same: what is the case about? Without an item it takes no room."""

    item = ObjectProperty(None, allownone=True, rebind=True)

    __events__ = ("on_choose",)

    def make_option(self, option: Any) -> SecondAnswer:
        """Return one thing that the case can be about."""
        button = SecondAnswer(value=option.value, text=option.label, is_chosen=option.is_chosen)
        button.bind(on_release=lambda _button: self.dispatch("on_choose", option.value))
        return button

    def on_choose(self, side: str) -> None:
        """Tell what the case is about."""


class AgeFields(Column):
    """A number with its unit, or day, month and year of birth."""

    screen = ObjectProperty(rebind=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._fields: list[Field] = []
        self._units: Choice | None = None

    def on_screen(self, *_: object) -> None:
        """Follow the view from now on."""
        self.screen.fbind("view", self._follow)
        self._follow()

    def _follow(self, *_: object) -> None:
        view = self.screen.view
        wanted = len(view.birth) or 1
        if len(self._fields) != wanted:
            self._make(view)
        if view.birth:
            for field, item in zip(self._fields, view.birth, strict=True):
                field.label, field.value = item.label, item.value
        else:
            self._fields[0].value = view.age_text
            if self._units is not None:
                self._units.options = view.age_units
        for field in self._fields:
            field.has_error = bool(view.age_error)

    def _make(self, view: Any) -> None:
        place = self.ids.fields
        place.clear_widgets()
        self._units = None
        if view.birth:
            self._fields = [self._part(item) for item in view.birth]
        else:
            field = Field(value=view.age_text, input_filter="float", input_type="number", is_centred=True)
            field.size_hint_x, field.width = None, theme.body_large * 4.6
            field.bind(on_typed=lambda _field, text: self.screen.presenter.type_age(text))
            self._fields = [field]
            self._units = Choice(options=view.age_units, weights=UNIT_WIDTHS)
            self._units.bind(on_choose=lambda _choice, unit: self.screen.presenter.choose_age_unit(unit))
        for field in self._fields:
            field.pos_hint = {"top": 1}
            place.add_widget(field)
        if self._units is not None:
            self._units.pos_hint = {"top": 1}
            place.add_widget(self._units)

    def _part(self, item: Any) -> Field:
        field = Field(label=item.label, value=item.value, input_filter="int", input_type="number", is_centred=True)
        field.bind(on_typed=lambda _field, text: self.screen.presenter.type_birth(item.field, text))
        return field


class LocalFields(Column):
    """Record number, ward, name; and the wards of this clinic to choose from."""

    screen = ObjectProperty(rebind=True)

    def on_screen(self, *_: object) -> None:
        """Make the fields once and follow them from then on."""
        *short, last = self.screen.view.local_fields
        for item in short:
            self.ids.fields.add_widget(self._field(item))
        # A name takes the whole width.
        self.ids.wide_fields.add_widget(self._field(last))
        self.screen.fbind("view", self._follow)

    def _field(self, item: Any) -> Field:
        field = Field(label=item.label, optional=item.optional, value=item.value)
        field.bind(on_typed=lambda _field, text: self.screen.presenter.type_local(item.field, text))
        return field

    def _follow(self, *_: object) -> None:
        fields = [*reversed(self.ids.fields.children), *self.ids.wide_fields.children]
        for field, item in zip(fields, self.screen.view.local_fields, strict=True):
            field.label, field.optional, field.value = item.label, item.optional, item.value

    def make_known(self, line: str) -> KnownCase:
        """Return the line that the record number is known, with the way to its case."""
        known = KnownCase(line=line, button=self.screen.view.known_button)
        known.bind(on_look=lambda _known: self.screen.presenter.open_known())
        return known

    def make_ward(self, item: Any) -> SmallButton:
        """Return one ward to choose; a second tap takes it away."""
        kind = "first" if item.is_chosen else "second"
        ward = SmallButton(text=item.label, kind=kind)
        ward.bind(on_release=lambda _ward: self.screen.presenter.choose_ward(item.value))
        return ward
