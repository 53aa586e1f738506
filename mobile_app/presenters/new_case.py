"""Where the swelling is and who the child is: body map, age, sex, where seen. Record number, ward, name stay here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from mobile_app.navigation import Screen, Way
from mobile_app.ports import LocalDetails
from mobile_app.presenters.answers import regions_of
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, ChoiceView
from mobile_app.presenters.wording import (
    AGE_UNITS,
    REGIONS,
    SEXES,
    age_group,
    age_in_days,
    capitalised,
    count_of,
    number_in_words,
    say,
)
from shared.case.entry import AnswerValue
from shared.knowledge.model import KnowledgeBase

SIDES = ("right", "left")
NOT_GIVEN = ("unspecified", "unknown")
"""The last line of the list, for a case that is entered from a letter which names no place."""
LOCAL_FIELDS = {"record_number": "Record no.", "ward": "Ward", "patient_name": "Name"}
SETTING_WORDS = {
    "rural_primary_care": "Clinic",
    "hospital_paediatric_ed": "Emergency",
    "nicu_inpatient_post_iv": "Ward",
}
USUAL_RESOURCES = {
    "rural_primary_care": (),
    "hospital_paediatric_ed": ("lab", "ultrasound", "xray"),
    "nicu_inpatient_post_iv": ("lab", "ultrasound", "xray"),
}
"""What such a place usually has; the clinician corrects it."""
OFFERED_RESOURCES = ("xray", "lab", "ultrasound", "mri")
MAX_LOCAL_TEXT = 80


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

    def __init__(self, desk: Desk, show: Callable[[NewCaseView], None], go: Callable[[Way], None]) -> None:
        self._desk = desk
        self._show = show
        self._go = go
        self._age_text = ""
        self._age_unit = "months"
        self._places: tuple[tuple[str, str], ...] = ()

    def open(self) -> None:
        visit = self._desk.visit
        days = visit.draft.answers.get("age_days")
        if not (isinstance(days, int) and self._age_in_days() == days):
            self._age_text, self._age_unit = _age_as_typed(days) if isinstance(days, int) else ("", "months")
        if _answers_of(self._places) != {key: visit.draft.answers.get(key) for key in ("region", "side")}:
            self._places = _places_of(visit.draft.answers)
        if visit.draft.answers and visit.position.screen is not Screen.NEW_CASE:
            visit.put(position=replace(visit.position, screen=Screen.NEW_CASE, item=""))
        self._draw()

    def toggle_place(self, region: str, side: str) -> None:
        place = (region, side)
        if place not in _ALL_PLACES:
            return
        places = set(self._places) ^ {place}
        # "Not given" stands alone: a place is known, or it is not.
        places = places & {NOT_GIVEN} if place == NOT_GIVEN else places - {NOT_GIVEN}
        self._places = tuple(place for place in _ALL_PLACES if place in places)
        self._put(_answers_of(self._places))

    def type_age(self, text: str) -> None:
        self._age_text = text.strip()
        self._put({"age_days": self._age_in_days()})

    def choose_age_unit(self, unit: str) -> None:
        if unit in AGE_UNITS:
            self._age_unit = unit
            self._put({"age_days": self._age_in_days()})

    def choose_sex(self, sex: str) -> None:
        if sex in SEXES:
            self._put({"sex": sex})

    def choose_setting(self, setting: str) -> None:
        if setting in self._knowledge.settings:
            self._put({"setting": setting, "resources": USUAL_RESOURCES.get(setting, ())})

    def toggle_resource(self, resource: str) -> None:
        if resource in self._knowledge.resources:
            chosen = set(self._resources()) ^ {resource}
            self._put({"resources": tuple(sorted(chosen))})

    def type_local(self, field: str, text: str) -> None:
        local = self._desk.visit.draft.local
        if field in LOCAL_FIELDS:
            changed: LocalDetails = replace(local, **{field: text[:MAX_LOCAL_TEXT]})
            self._desk.visit.put(local=changed)
            self._draw()

    def go_on(self) -> None:
        missing = self._missing()
        if missing:
            self._draw(missing)
        elif self._desk.visit.put():
            self._go(Way.ON)
        else:
            self._draw()

    def back(self) -> None:
        self._go(Way.BACK)

    def lock(self) -> None:
        self._go(Way.LOCK)

    @property
    def _knowledge(self) -> KnowledgeBase:
        return self._desk.knowledge

    def _put(self, answers: dict[str, AnswerValue | None]) -> None:
        self._desk.visit.put(answers)
        self._draw()

    def _resources(self) -> tuple[str, ...]:
        chosen = self._desk.visit.draft.answers.get("resources")
        return chosen if isinstance(chosen, tuple) else ()

    def _age_in_days(self) -> int | None:
        """Return the typed age in days, or None where it is not an age of a child."""
        try:
            days = age_in_days(float(self._age_text.replace(",", ".")), self._age_unit)
        except (ValueError, OverflowError):
            return None
        return days if 0 <= days <= self._knowledge.max_age_days else None

    def _missing(self) -> str:
        """Return the sentence for the first thing without which no question can be asked."""
        answers = self._desk.visit.draft.answers
        if not regions_of(answers):
            return "Tap the swollen place, or choose it from the list."
        if "age_days" not in answers:
            return "Type the age and choose its unit."
        if "sex" not in answers:
            return "Choose boy, girl or not known."
        if "setting" not in answers:
            return "Choose where the child is seen."
        return ""

    def _age_error(self) -> str:
        if not self._age_text or self._age_in_days() is not None:
            return ""
        years = int((self._knowledge.max_age_days + 1) / 365.25)
        return say("Type a number. Handwise is for children under {years} years.", years=years)

    def _age_echo(self) -> str:
        days = self._age_in_days()
        if days is None:
            return ""
        count = count_of(days, "About {count} day", "About {count} days")
        echo = say("{count} · {group}", count=count, group=age_group(days))
        return (
            echo if days <= self._knowledge.evidence_to_age_days else say("{echo}, older than the evidence", echo=echo)
        )

    def _draw(self, error: str = "") -> None:
        visit = self._desk.visit
        answers = visit.draft.answers
        places = tuple(
            PlaceView(region, side, _place_label(region, side), (region, side) in self._places)
            for region, side in _ALL_PLACES
        )
        self._show(
            NewCaseView(
                app_bar=self._desk.app_bar(title="New case", under_title="Step 1 of 3 · where, who"),
                title="Tap every swollen place",
                places=places,
                chips=tuple(place for place in places if place.is_chosen),
                chips_label="Swollen",
                list_button="Choose from a list",
                age_label="Age",
                age_text=self._age_text,
                age_units=tuple(ChoiceView(unit, unit, unit == self._age_unit) for unit in AGE_UNITS),
                age_echo=self._age_echo(),
                age_error=self._age_error(),
                sex_label="Sex",
                sexes=tuple(ChoiceView(sex, label, answers.get("sex") == sex) for sex, label in SEXES.items()),
                setting_label="Seen in",
                settings=tuple(
                    ChoiceView(setting, SETTING_WORDS.get(setting, label), answers.get("setting") == setting)
                    for setting, label in self._knowledge.settings.items()
                ),
                resources_label="Available here",
                resources=tuple(
                    ChoiceView(resource, self._knowledge.resources[resource], resource in self._resources())
                    for resource in OFFERED_RESOURCES
                    if resource in self._knowledge.resources
                ),
                local_fields=tuple(
                    LocalFieldView(field, label, "optional", getattr(visit.draft.local, field))
                    for field, label in LOCAL_FIELDS.items()
                ),
                privacy_note="These three never leave this tablet.",
                back_button="Home",
                on_button="Danger signs",
                error=error or visit.error,
            )
        )


_ALL_PLACES = (*((region, side) for side in SIDES for region in REGIONS if region != NOT_GIVEN[0]), NOT_GIVEN)


def _place_label(region: str, side: str) -> str:
    words = (
        REGIONS[region] if (region, side) == NOT_GIVEN else say("{side} {region}", side=side, region=REGIONS[region])
    )
    return capitalised(words)


def _answers_of(places: tuple[tuple[str, str], ...]) -> dict[str, AnswerValue | None]:
    """Return region and side as the case keeps them: the regions of both sides together."""
    regions = tuple(sorted({region for region, _ in places}))
    sides = {side for _, side in places}
    if not sides:
        return {"region": None, "side": None}
    return {"region": regions, "side": "both" if len(sides) == 2 else sides.pop()}


def _places_of(answers: Mapping[str, AnswerValue]) -> tuple[tuple[str, str], ...]:
    side = answers.get("side")
    sides = SIDES if side == "both" else (side,)
    regions = regions_of(answers)
    return tuple(place for place in _ALL_PLACES if place[0] in regions and place[1] in sides)


def _age_as_typed(days: int) -> tuple[str, str]:
    """Return number and unit for an age that a draft kept: the largest unit that gives a whole number, or days."""
    for unit in ("yr", "months", "wk"):
        number = round(days / AGE_UNITS[unit])
        if number and age_in_days(number, unit) == days:
            return str(number), unit
    return number_in_words(days), "d"
