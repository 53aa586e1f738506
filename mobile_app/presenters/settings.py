"""Settings: what they are about at the start, what can be set at the end. Everything holds at once and is kept at once.

language and text · this clinic · units · locking · connection     stand here
users · about                                                      have a screen of their own
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from mobile_app.config import app_version
from mobile_app.locked_ports import LOCK_TIMES_S
from mobile_app.navigation import Way
from mobile_app.ports.settings import Settings
from mobile_app.ports.vault import Vault
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, LineView
from mobile_app.presenters.manner import Manner
from mobile_app.presenters.setting_lines import (
    MAX_NAME,
    MAX_WARDS,
    NOTHING,
    UNIT_OF,
    SettingView,
    clinic_lines,
    lock_lines,
    look_lines,
    time_in_words,
    unit_lines,
)
from mobile_app.presenters.units import measurements_with_a_choice, units_of
from mobile_app.presenters.wording import capitalised, count_of, in_words, moment_in_words, phrase, say
from shared.errors import HandwiseError
from shared.sync.clinic_key import name_of_key


class Section(StrEnum):
    """What settings are about."""

    LOOK = "look"
    CLINIC = "clinic"
    UNITS = "units"
    LOCK = "lock"
    CONNECTION = "connection"
    USERS = "users"
    BACKUP = "backup"
    CARRY = "carry"
    TABLETS = "tablets"
    ABOUT = "about"


_LEADS_TO = {
    Section.USERS: Way.USERS,
    Section.BACKUP: Way.BACKUP,
    Section.CARRY: Way.CARRY,
    Section.TABLETS: Way.CLINIC_KEY,
    Section.ABOUT: Way.ABOUT,
}
_TITLES = {
    Section.LOOK: phrase("Language and text"),
    Section.CLINIC: phrase("This clinic"),
    Section.UNITS: phrase("Units"),
    Section.LOCK: phrase("Locking"),
    Section.CONNECTION: phrase("Connection"),
    Section.USERS: phrase("Users"),
    Section.BACKUP: phrase("Backup"),
    Section.CARRY: phrase("Without a network"),
    Section.TABLETS: phrase("Several tablets"),
    Section.ABOUT: phrase("About Handwise"),
}
_ICONS = {
    Section.LOOK: "globe",
    Section.CLINIC: "clinic",
    Section.UNITS: "test",
    Section.LOCK: "lock",
    Section.CONNECTION: "cloud_sent",
    Section.USERS: "people",
    Section.BACKUP: "document",
    Section.CARRY: "send",
    Section.TABLETS: "people",
    Section.ABOUT: "info",
}


@dataclass(frozen=True, slots=True)
class SectionView:
    """A row at the start. `leads_away`: it has a screen of its own."""

    section: str
    icon: str
    title: str
    detail: str
    is_chosen: bool
    leads_away: bool


@dataclass(frozen=True, slots=True)
class SettingsView:
    """`sample` is a question as it looks in this size; `state`, `facts` and the buttons belong to the connection."""

    app_bar: AppBarView
    sections: tuple[SectionView, ...]
    title: str
    settings: tuple[SettingView, ...]
    sample_label: str
    sample: str
    state_icon: str
    state: str
    facts: tuple[LineView, ...]
    button: str
    other_button: str
    note: str
    error: str


class SettingsPresenter:
    """What a finger can do on the settings screen."""

    def __init__(
        self, desk: Desk, vault: Vault, manner: Manner, show: Callable[[SettingsView], None], go: Callable[[Way], None]
    ) -> None:
        self._desk = desk
        self._vault = vault
        self._manner = manner
        self._show = show
        self._go = go
        self._section = Section.LOOK
        self._ward = ""
        self._clinic: str | None = None
        """What is typed as the clinic's name where it could not be kept."""

    def open(self) -> None:
        self._draw()

    def choose_section(self, section: str) -> None:
        """Show a section, or go to its screen."""
        chosen = Section(section)
        if chosen in _LEADS_TO:
            self._go(_LEADS_TO[chosen])
        else:
            self._section = chosen
            self._draw()

    def choose(self, setting: str, value: str) -> None:
        """Choose one of the options of a setting, or tick and untick one of several."""
        match setting:
            case "language":
                self._draw(self._manner.speak(value))
            case "size":
                self._draw(self._manner.write(is_large=value == "large"))
            case "motion":
                self._draw(self._manner.move(less_motion=value == "less"))
            case "digits":
                self._draw(self._manner.count_in(value))
            case "lock":
                if value in map(str, LOCK_TIMES_S):
                    self._keep(lock_after_s=int(value))
            case "resources":
                self._choose_resource(value)
            case _ if setting.startswith(UNIT_OF):
                self._choose_unit(setting.removeprefix(UNIT_OF), value)

    def type(self, setting: str, text: str) -> None:
        """Take what is typed: the clinic's name is kept letter by letter, a ward when it is added."""
        if setting == "clinic":
            self._clinic = text[:MAX_NAME]
            self._keep(clinic=self._clinic.strip())
        else:
            self._ward = text[:MAX_NAME]
            self._draw()

    def add(self) -> None:
        """Add the ward that was typed."""
        ward = " ".join(self._ward.split())
        wards = self._settings.wards
        if not ward:
            return
        if len(wards) >= MAX_WARDS:
            self._draw(count_of(MAX_WARDS, "{count} ward is the most.", "{count} wards are the most."))
        elif ward in wards or self._keep(wards=(*wards, ward)):
            self._ward = ""
            self._draw()

    def remove(self, ward: str) -> None:
        """Take a ward off the list. Cases keep the name that they were given."""
        self._keep(wards=tuple(one for one in self._settings.wards if one != ward))

    def press_button(self) -> None:
        """Sync now, or connect where the tablet has no server yet."""
        if not self._desk.sync.is_enrolled:
            self._go(Way.CONNECT)
        elif self._desk.lays_out_first_sending():
            self._go(Way.SENT_PREVIEW)
        else:
            self._desk.sync.start()

    def press_other_button(self) -> None:
        """Connect to another server."""
        self._go(Way.CONNECT)

    def back(self) -> None:
        self._go(Way.BACK)

    def lock(self) -> None:
        self._go(Way.LOCK)

    # --- keeping ------------------------------------------------------------------------------------------------------

    @property
    def _settings(self) -> Settings:
        return self._desk.store.settings.read()

    def _choose_resource(self, value: str) -> None:
        known = self._desk.knowledge.resources
        has = set(self._settings.resources or ())
        if value == NOTHING:
            self._keep(resources=())
        elif value in known:
            self._keep(resources=tuple(sorted((has ^ {value}) & known.keys())))

    def _choose_unit(self, code: str, unit: str) -> None:
        definition = self._desk.knowledge.measurements.get(code)
        if definition is not None and unit in dict(units_of(definition)):
            self._keep(units={**self._settings.units, code: unit})

    def _keep(self, **changed: Any) -> bool:
        try:
            self._desk.store.settings.keep(replace(self._settings, **changed))
        except HandwiseError as error:
            self._draw(in_words(error))
            return False
        if "clinic" in changed:
            # What could not be kept stays in the field; what was kept is read from there.
            self._clinic = None
        self._draw()
        return True

    # --- the view -----------------------------------------------------------------------------------------------------

    def _draw(self, error: str = "") -> None:
        desk, section = self._desk, self._section
        is_connection = section is Section.CONNECTION
        is_enrolled = desk.sync.is_enrolled
        self._show(
            SettingsView(
                app_bar=desk.plain_app_bar(say("Settings"), desk.store.user.name),
                sections=tuple(self._section_view(one) for one in Section),
                title=say(_TITLES[section]),
                settings=self._lines(),
                sample_label=say("A question looks like this:") if section is Section.LOOK else "",
                sample=self._sample() if section is Section.LOOK else "",
                state_icon=_ICONS[Section.CONNECTION] if is_connection else "",
                state=self._state() if is_connection else "",
                facts=self._facts() if is_connection else (),
                button=(desk.sync.bar().button or say("Sync now")) if is_connection else "",
                other_button=say("Connect to another server") if is_connection and is_enrolled else "",
                note=say("The unit can still be changed beside each value.") if section is Section.UNITS else "",
                error=error,
            )
        )

    def _lines(self) -> tuple[SettingView, ...]:
        settings, knowledge = self._settings, self._desk.knowledge
        match self._section:
            case Section.LOOK:
                return look_lines(self._manner)
            case Section.CLINIC:
                shown = settings if self._clinic is None else replace(settings, clinic=self._clinic)
                return clinic_lines(shown, knowledge, self._ward)
            case Section.UNITS:
                return unit_lines(settings, knowledge)
            case Section.LOCK:
                return lock_lines(settings)
        return ()

    def _sample(self) -> str:
        findings = self._desk.knowledge.findings
        return next((finding.ask for finding in findings.values() if finding.ask), "")

    def _section_view(self, section: Section) -> SectionView:
        return SectionView(
            section=section.value,
            icon=_ICONS[section],
            title=say(_TITLES[section]),
            detail=self._detail(section),
            is_chosen=section is self._section,
            leads_away=section in _LEADS_TO,
        )

    def _detail(self, section: Section) -> str:
        settings = self._settings
        match section:
            case Section.LOOK:
                size = say("large text") if self._manner.now.is_large else say("normal text")
                return say("{language}, {size}", language=self._manner.language_name, size=size)
            case Section.CLINIC:
                return settings.clinic or say("Name, wards, what it has")
            case Section.UNITS:
                count = len(measurements_with_a_choice(self._desk.knowledge))
                return count_of(count, "Of {count} measurement", "Of {count} measurements")
            case Section.LOCK:
                return say("By itself after {time}", time=time_in_words(settings.lock_after_s))
            case Section.CONNECTION:
                return self._desk.sync.chip().words
            case Section.USERS:
                count = len(self._vault.users())
                return count_of(count, "{count} person", "{count} people")
            case Section.BACKUP:
                has_code = self._vault.has_recovery_code()
                return say("Copy, recovery code") if has_code else say("No recovery code yet")
            case Section.CARRY:
                return say("As a file or as codes")
            case Section.TABLETS:
                key = self._desk.store.links.clinic_key()
                return say("No key yet") if key is None else say("Key {name}", name=name_of_key(key))
            case Section.ABOUT:
                return say("Version {version}, sources, licences", version=app_version())

    def _state(self) -> str:
        bar = self._desk.sync.bar()
        return " ".join(part for part in (bar.headline, bar.sentence) if part)

    def _facts(self) -> tuple[LineView, ...]:
        overview = self._desk.store.sync_overview()
        if not overview.is_enrolled:
            return ()
        last = overview.last_success
        when = capitalised(moment_in_words(last, self._desk.clock.now())) if last else say("Never yet")
        waiting = count_of(overview.waiting, "{count} case", "{count} cases")
        facts = [LineView(say("Last complete"), when), LineView(say("Waiting"), waiting)]
        if overview.not_accepted:
            refused = count_of(overview.not_accepted, "{count} case", "{count} cases")
            facts.append(LineView(say("Not accepted"), refused))
        return tuple(facts)
