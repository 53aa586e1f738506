"""Where the swelling is and who the child is: body map, age, sex, where seen. Record number, ward and name stay here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.presenters.frame import AppBarView, ChoiceView


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A region of one side of the body, such as the left hand. `region` and `side` are those of the body map."""

    region: str
    side: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class LocalFieldView:
    """A text that never leaves the tablet. `field` is what to say to `type_local`."""

    field: str
    label: str
    optional: str
    value: str


@dataclass(frozen=True, slots=True)
class NewCaseView:
    """Places in the order of the list (shoulder to toe, the child's right first); the chosen ones again as chips."""

    app_bar: AppBarView
    title: str
    places: tuple[PlaceView, ...]
    chips: tuple[PlaceView, ...]
    chips_label: str
    list_button: str
    age_label: str
    age_text: str
    age_units: tuple[ChoiceView, ...]
    age_echo: str
    age_error: str
    sex_label: str
    sexes: tuple[ChoiceView, ...]
    setting_label: str
    settings: tuple[ChoiceView, ...]
    resources_label: str
    resources: tuple[ChoiceView, ...]
    local_fields: tuple[LocalFieldView, ...]
    privacy_note: str
    back_button: str
    on_button: str
    error: str


class NewCasePresenter:
    """What a finger can do on the new-case screen. The body map and the list both call `toggle_place`."""

    def __init__(self, show: Callable[[NewCaseView], None]) -> None:
        self._show = show

    def open(self) -> None: ...

    def toggle_place(self, region: str, side: str) -> None: ...

    def type_age(self, text: str) -> None: ...

    def choose_age_unit(self, unit: str) -> None: ...

    def choose_sex(self, sex: str) -> None: ...

    def choose_setting(self, setting: str) -> None: ...

    def toggle_resource(self, resource: str) -> None: ...

    def type_local(self, field: str, text: str) -> None: ...

    def go_on(self) -> None: ...

    def back(self) -> None: ...

    def lock(self) -> None: ...
