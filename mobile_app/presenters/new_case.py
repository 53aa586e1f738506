"""Where the swelling is and who the child is: body map, age, sex, where seen. What names the child stays here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from mobile_app.navigation import Screen, Way
from mobile_app.presenters.age_entry import DATE_PARTS, AgeEntry
from mobile_app.presenters.answers import regions_of
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, ChoiceView
from mobile_app.presenters.swollen_places import (
    ALL_PLACES,
    NOT_GIVEN,
    SIDES,
    Place,
    answers_of,
    of_side,
    places_in_words,
    places_of,
    sides_differ,
    spelled,
    toggled,
)
from mobile_app.presenters.wording import AGE_UNITS, SEXES, capitalised, phrase, place_in_words, say
from shared.case.entry import AnswerValue, CaseId
from shared.case.short_code import short_code
from shared.knowledge.model import KnowledgeBase

__all__ = ["NOT_GIVEN", "NewCasePresenter", "NewCaseView"]

LOCAL_FIELDS = {
    "record_number": phrase("Record no."),
    "ward": phrase("Ward"),
    "patient_name": phrase("Name"),
}
SETTING_WORDS = {
    "rural_primary_care": phrase("Clinic"),
    "hospital_paediatric_ed": phrase("Emergency"),
    "nicu_inpatient_post_iv": phrase("Ward"),
}
UNIT_WORDS = {"d": phrase("days"), "wk": phrase("weeks"), "months": phrase("months"), "yr": phrase("years")}
DATE_WORDS = {"day": phrase("Day"), "month": phrase("Month"), "year": phrase("Year")}
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
    """A text that never leaves the tablet. `field` is what to say to `type_local`, or to `type_birth`."""

    field: str
    label: str
    optional: str
    value: str


@dataclass(frozen=True, slots=True)
class SidesView:
    """Left and right are not the same: what is the case about? `options` are what to say to `choose_sides`."""

    title: str
    options: tuple[ChoiceView, ...]
    note: str


@dataclass(frozen=True, slots=True)
class MapWordsView:
    """The words that stand on the body map."""

    front: str
    back: str
    child_left: str
    child_right: str
    enlarged: str
    insets: dict[str, str]
    map_button: str
    list_button: str
    form_button: str


@dataclass(frozen=True, slots=True)
class NewCaseView:
    """Places in the order of the list (shoulder to toe, the child's right first); the chosen ones again as chips.

    `known_case` says that there is a case under this record number already.
    `birth` has the three fields of a birth date where one is typed instead of an age. `wards` are the names to choose
    from; another can be typed. A tablet too small for map and form at once shows the form in a second step.
    """

    app_bar: AppBarView
    title: str
    words: MapWordsView
    places: tuple[PlaceView, ...]
    chips: tuple[PlaceView, ...]
    chips_label: str
    sides: SidesView | None
    age_label: str
    age_text: str
    age_units: tuple[ChoiceView, ...]
    birth: tuple[LocalFieldView, ...]
    birth_button: str
    age_echo: str
    age_error: str
    sex_label: str
    sexes: tuple[ChoiceView, ...]
    setting_label: str
    settings: tuple[ChoiceView, ...]
    resources_label: str
    resources: tuple[ChoiceView, ...]
    local_fields: tuple[LocalFieldView, ...]
    known_case: str
    known_button: str
    wards: tuple[ChoiceView, ...]
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
        self._age = AgeEntry()
        self._places: tuple[Place, ...] = ()
        self._draft_id = ""

    def open(self) -> None:
        visit = self._desk.visit
        draft = visit.draft
        days = draft.answers.get("age_days")
        if draft.draft_id != self._draft_id or (isinstance(days, int) and self._days() != days):
            # A birth date counts anew on the day on which the draft is taken up again.
            self._age = AgeEntry.kept(days if isinstance(days, int) else None, draft.local.birth_date)
        self._draft_id = draft.draft_id
        self._places = places_of(draft.answers, draft.local.places)
        if draft.answers and visit.position.screen is not Screen.NEW_CASE:
            visit.put(position=replace(visit.position, screen=Screen.NEW_CASE, item=""))
        self._draw()

    def redraw(self) -> None:
        """Show the screen again, with what is typed or chosen still there."""
        self._draw()

    def toggle_place(self, region: str, side: str) -> None:
        if (region, side) in ALL_PLACES:
            # What was decided of sides that differ holds until they are the same again.
            is_decided = sides_differ(self._places) and self._has_place()
            self._take_places(toggled(self._places, (region, side)), all_are_meant=is_decided)

    def choose_sides(self, side: str) -> None:
        """Decide what a case with different places left and right is about: `left`, `right`, or `both`: all of it."""
        if sides_differ(self._places):
            if side in SIDES:
                self._take_places(of_side(self._places, side), all_are_meant=False)
            elif side == "both":
                self._take_places(self._places, all_are_meant=True)

    def type_age(self, text: str) -> None:
        self._take_age(replace(self._age, text=text.strip()))

    def choose_age_unit(self, unit: str) -> None:
        if unit in AGE_UNITS:
            self._take_age(replace(self._age, unit=unit))

    def change_age_entry(self) -> None:
        """Type a birth date instead of an age, or an age instead of a birth date."""
        self._take_age(AgeEntry() if self._age.birth else AgeEntry(birth=("", "", "")))

    def type_birth(self, part: str, text: str) -> None:
        if part in DATE_PARTS:
            self._take_age(self._age.with_part(part, text))

    def choose_sex(self, sex: str) -> None:
        if sex in SEXES:
            self._put({"sex": sex})

    def choose_setting(self, setting: str) -> None:
        if setting in self._knowledge.settings:
            clinic = self._desk.store.settings.read().resources
            usual = USUAL_RESOURCES.get(setting, ()) if clinic is None else clinic
            self._put({"setting": setting, "resources": usual})

    def toggle_resource(self, resource: str) -> None:
        if resource in self._knowledge.resources:
            chosen = set(self._resources()) ^ {resource}
            self._put({"resources": tuple(sorted(chosen))})

    def type_local(self, field: str, text: str) -> None:
        if field in LOCAL_FIELDS:
            changed = replace(self._desk.visit.draft.local, **{field: text[:MAX_LOCAL_TEXT]})
            self._desk.visit.put(local=changed)
            self._draw()

    def choose_ward(self, ward: str) -> None:
        """Take one of the clinic's wards, or take it away again."""
        self.type_local("ward", "" if self._desk.visit.draft.local.ward == ward else ward)

    def open_known(self) -> None:
        """Open the case that there is under this record number; what was begun here stays as a draft."""
        known = self._known()
        if known is not None:
            self._desk.case_id = known
            self._go(Way.CASE)

    def go_on(self) -> None:
        if self._age.birth:
            # The age is that on the day of the visit, also where the date was typed yesterday.
            self._desk.visit.hold({"age_days": self._days()})
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

    def _take_places(self, places: tuple[Place, ...], *, all_are_meant: bool) -> None:
        self._places = places
        visit = self._desk.visit
        local = replace(visit.draft.local, places=spelled(places))
        visit.put(answers_of(places, all_are_meant=all_are_meant), local=local)
        self._draw()

    def _take_age(self, age: AgeEntry) -> None:
        self._age = age
        visit = self._desk.visit
        visit.put({"age_days": self._days()}, local=replace(visit.draft.local, birth_date=age.birth_date))
        self._draw()

    def _days(self) -> int | None:
        return self._age.days(self._desk.clock.now().date(), self._knowledge.max_age_days)

    def _known(self) -> CaseId | None:
        draft = self._desk.visit.draft
        return self._desk.store.links.known_under(draft.local.record_number, besides=draft.case_id)

    def _has_place(self) -> bool:
        return bool(regions_of(self._desk.visit.draft.answers))

    def _resources(self) -> tuple[str, ...]:
        chosen = self._desk.visit.draft.answers.get("resources")
        return chosen if isinstance(chosen, tuple) else ()

    def _missing(self) -> str:
        """Return the sentence for the first thing without which no question can be asked."""
        answers = self._desk.visit.draft.answers
        if not self._places:
            return say("Tap the swollen place, or choose it from the list.")
        if not self._has_place():
            return say("Choose what this case is about: left, right, or all of it.")
        if "age_days" not in answers:
            return say("Type the birth date, or the age.") if self._age.birth else say("Type the age, choose its unit.")
        if "sex" not in answers:
            return say("Choose boy, girl or not known.")
        if "setting" not in answers:
            return say("Choose where the child is seen.")
        return ""

    def _sides(self) -> SidesView | None:
        if not sides_differ(self._places):
            return None
        sides = {side: capitalised(places_in_words(of_side(self._places, side))) for side in reversed(SIDES)}
        options = [ChoiceView(side, say("{place} only", place=place), is_chosen=False) for side, place in sides.items()]
        is_decided = self._has_place()
        regions = tuple({region for region, _ in self._places})
        note = say("Sent as: {places}. Which is where stays on this tablet.", places=place_in_words(regions, "both"))
        return SidesView(
            title=say("Left and right differ. What is this case about?"),
            options=(*options, ChoiceView("both", say("All of it"), is_decided)),
            note=note if is_decided else "",
        )

    def _birth(self) -> tuple[LocalFieldView, ...]:
        if not self._age.birth:
            return ()
        typed = dict(zip(DATE_PARTS, self._age.birth, strict=True))
        return tuple(LocalFieldView(part, say(word), "", typed[part]) for part, word in DATE_WORDS.items())

    def _draw(self, error: str = "") -> None:
        visit = self._desk.visit
        answers = visit.draft.answers
        knowledge = self._knowledge
        today = self._desk.clock.now().date()
        known = self._known()
        places = tuple(
            PlaceView(region, side, capitalised(place_in_words((region,), side)), (region, side) in self._places)
            for region, side in ALL_PLACES
        )
        self._show(
            NewCaseView(
                app_bar=self._desk.app_bar(title=say("New case"), under_title=say("Step 1 of 3 · where, who")),
                title=say("Tap every swollen place"),
                words=_map_words(),
                places=places,
                chips=tuple(place for place in places if place.is_chosen),
                chips_label=say("Swollen"),
                sides=self._sides(),
                age_label=say("Birth date") if self._age.birth else say("Age"),
                age_text=self._age.text,
                age_units=tuple(
                    ChoiceView(unit, say(word), unit == self._age.unit) for unit, word in UNIT_WORDS.items()
                ),
                birth=self._birth(),
                birth_button=say("Age instead") if self._age.birth else say("Birth date instead"),
                age_echo=self._age.echo(today, knowledge.max_age_days, knowledge.evidence_to_age_days),
                age_error=self._age.error(today, knowledge.max_age_days),
                sex_label=say("Sex"),
                sexes=tuple(ChoiceView(sex, say(label), answers.get("sex") == sex) for sex, label in SEXES.items()),
                setting_label=say("Seen in"),
                settings=tuple(
                    ChoiceView(
                        setting,
                        say(SETTING_WORDS[setting]) if setting in SETTING_WORDS else label,
                        answers.get("setting") == setting,
                    )
                    for setting, label in knowledge.settings.items()
                ),
                resources_label=say("Available here"),
                resources=tuple(
                    ChoiceView(resource, knowledge.resources[resource], resource in self._resources())
                    for resource in knowledge.resources
                    if resource in (*OFFERED_RESOURCES, *(self._desk.store.settings.read().resources or ()))
                ),
                local_fields=tuple(
                    LocalFieldView(field, say(label), say("optional"), getattr(visit.draft.local, field))
                    for field, label in LOCAL_FIELDS.items()
                ),
                known_case=say("This record number is known: case {code}.", code=short_code(known)) if known else "",
                known_button=say("Open it") if known else "",
                wards=tuple(
                    ChoiceView(ward, ward, ward == visit.draft.local.ward)
                    for ward in self._desk.store.settings.read().wards
                ),
                privacy_note=say("Record number, name, ward and birth date never leave this tablet."),
                back_button=say("Home"),
                on_button=say("Danger signs"),
                error=error or visit.error,
            )
        )


def _map_words() -> MapWordsView:
    return MapWordsView(
        front=say("Front view"),
        back=say("Back view"),
        child_left=say("child’s left"),
        child_right=say("child’s right"),
        enlarged=say("Enlarged"),
        insets={
            "inset-hand-dorsal": say("Back of the hand"),
            "inset-hand-palmar": say("Palm"),
            "inset-foot-top": say("Top of the foot"),
            "inset-foot-sole": say("Sole"),
        },
        map_button=say("Body map"),
        list_button=say("Choose from a list"),
        form_button=say("About the child"),
    )
