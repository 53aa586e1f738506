"""What can be set, section by section, in words: frozen values that the settings screen draws as they are.

The sections are a short fixed list; what stands in them comes from the knowledge (units, resources) and the languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mobile_app import language
from mobile_app.locked_ports import DIGITS, LOCK_TIMES_S
from mobile_app.ports.settings import Settings
from mobile_app.presenters.frame import ChoiceView
from mobile_app.presenters.manner import Manner
from mobile_app.presenters.units import first_unit, measurements_with_a_choice, units_of
from mobile_app.presenters.wording import count_of, say
from shared.knowledge.model import KnowledgeBase

MAX_NAME = 80
MAX_WARDS = 30
NOTHING = "nothing"
"""The answer that the clinic has none of the resources, which is not the same as no answer."""
UNIT_OF = "unit:"
"""What the name of a setting begins with that is the unit of a measurement."""


class Kind(StrEnum):
    """How a thing is set: one of a few, any of a few, a text, or names in a list that grows."""

    ONE = "one"
    SEVERAL = "several"
    TEXT = "text"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class SettingView:
    """One thing to set. `options` are what to choose from, or the names there are; `text` is what is typed."""

    setting: str
    kind: Kind
    label: str
    hint: str = ""
    options: tuple[ChoiceView, ...] = ()
    text: str = ""
    button: str = ""


def look_lines(manner: Manner) -> tuple[SettingView, ...]:
    """Return language, text size, movement, and digits where the language is written with others than Western ones."""
    now = manner.now
    lines = [
        SettingView("language", Kind.ONE, say("Language"), options=manner.languages()),
        SettingView("size", Kind.ONE, say("Text size"), options=manner.sizes()),
        SettingView(
            "motion",
            Kind.ONE,
            say("Movement on the screen"),
            say("Without it, the codes of a hand-over wait for a tap."),
            options=(
                ChoiceView("usual", say("As usual"), not now.less_motion),
                ChoiceView("less", say("None"), now.less_motion),
            ),
        ),
    ]
    if language.current().is_rtl:
        lines.append(
            SettingView(
                "digits",
                Kind.ONE,
                say("Digits in sentences"),
                say("Values, units and what you type keep the digits of the laboratory slip."),
                tuple(ChoiceView(digits, _DIGIT_SAMPLES[digits], digits == now.digits) for digits in DIGITS),
            )
        )
    return tuple(lines)


def clinic_lines(settings: Settings, knowledge: KnowledgeBase, typed_ward: str) -> tuple[SettingView, ...]:
    """Return the clinic's name, its wards, and what it has."""
    has = settings.resources
    resources = tuple(
        ChoiceView(code, label, has is not None and code in has) for code, label in knowledge.resources.items()
    )
    return (
        SettingView(
            "clinic", Kind.TEXT, say("Name of the clinic"), say("It stays on this tablet."), text=settings.clinic
        ),
        SettingView(
            "wards",
            Kind.NAMES,
            say("Wards"),
            say("They are offered when a case begins. They stay on this tablet."),
            tuple(ChoiceView(ward, ward, is_chosen=True) for ward in settings.wards),
            typed_ward,
            say("Add ward"),
        ),
        SettingView(
            "resources",
            Kind.SEVERAL,
            say("What this clinic has"),
            say("A new case begins with this; it can be changed there.")
            if has is not None
            else say("Not said yet. A new case begins with what such a place usually has."),
            (*resources, ChoiceView(NOTHING, say("Nothing of these"), has == ())),
        ),
    )


def unit_lines(settings: Settings, knowledge: KnowledgeBase) -> tuple[SettingView, ...]:
    """Return one line for each measurement that is printed in more than one unit."""
    return tuple(
        SettingView(
            f"{UNIT_OF}{definition.id}",
            Kind.ONE,
            definition.label,
            options=tuple(
                ChoiceView(unit, label, unit == first_unit(definition, settings.units))
                for unit, label in units_of(definition)
            ),
        )
        for definition in measurements_with_a_choice(knowledge)
    )


def lock_lines(settings: Settings) -> tuple[SettingView, ...]:
    """Return the time after which the tablet locks by itself."""
    times = tuple(ChoiceView(str(time), time_in_words(time), time == settings.lock_after_s) for time in LOCK_TIMES_S)
    hint = say("Nothing is lost by it: every answer is kept before the next question comes.")
    return (SettingView("lock", Kind.ONE, say("Locks by itself after"), hint, times),)


def time_in_words(seconds: int) -> str:
    """Return "30 seconds" or "2 minutes"."""
    if seconds < 60:
        return count_of(seconds, "{count} second", "{count} seconds")
    return count_of(seconds // 60, "{count} minute", "{count} minutes")


# One number each: spaces would make three, which a line from the right puts the other way round.
_DIGIT_SAMPLES = {"western": "123", "arabic_indic": "١٢٣"}
