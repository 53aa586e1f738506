"""How values become words: ages, places, dates, bands. Everything that a clinician reads passes through here.

    say("Question {number}", number=3)             a whole sentence with named places, in the language in use
    count_of(days, "{count} day", "{count} days")  the same where the words depend on a number; Arabic has six forms
    phrase("Emergency")                            marks what stands in a table; it is shown by `say(TABLE[key])`
    in_words(error)                                a sentence of the core, such as an error's, in the language in use
    typed(name)                                    what somebody typed, for a sentence: it keeps its own direction

The English words are the key of the catalogues, so they stand as literals at the call. Sentences are whole, so that a
translation can put their places in another order; a comment that begins with "Translators:" goes with what follows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from mobile_app.language import formats, speaking
from mobile_app.typesetting import isolated
from shared.case.places import PLACES, REGIONS, SIDES
from shared.errors import HandwiseError
from shared.language.inside import lower_first
from shared.sentence import Sentence, phrase
from shared.strength import strength_against, strength_for

__all__ = [
    "AGE_UNITS",
    "DISPOSITIONS",
    "HOW_SOON",
    "REGIONS",
    "SEXES",
    "SIDES",
    "VERDICTS",
    "age_group",
    "age_in_days",
    "age_in_words",
    "band_in_words",
    "capitalised",
    "count_of",
    "day_in_words",
    "distance_in_words",
    "in_words",
    "joined",
    "limb_of",
    "listed",
    "lower_first",
    "moment_in_words",
    "month_in_words",
    "number_in_words",
    "phrase",
    "place_in_words",
    "quantity_in_words",
    "say",
    "sentences",
    "strength_against",
    "strength_for",
    "translation_note",
    "typed",
    "unit_in_words",
]

EN_DASH = "–"

DAYS_A_MONTH = 30.4375
DAYS_A_YEAR = 365.25

AGE_UNITS = {"d": 1.0, "wk": 7.0, "months": DAYS_A_MONTH, "yr": DAYS_A_YEAR}
"""What can be chosen beside an age, and its length in days."""

LEG_REGIONS = frozenset({"hip", "thigh", "knee", "lower_leg", "ankle", "heel", "foot", "toe"})
SEXES = {"male": phrase("Boy"), "female": phrase("Girl"), "unknown": phrase("Not known")}

DISPOSITIONS = {
    "emergency": phrase("Emergency"),
    "same_day": phrase("Same day"),
    "within_days": phrase("Within days"),
    "routine": phrase("Routine"),
}
"""How urgent, in the words of the badges."""

HOW_SOON = {
    "emergency": phrase("emergency"),
    "same_day": phrase("same day"),
    "within_days": phrase("within days"),
    "routine": phrase("routine"),
}
"""The same inside a sentence."""

# Translators: said of a condition, as in "cellulitis likely"; choose words that fit every condition.
VERDICTS = {
    "very likely": phrase("very likely"),
    "likely": phrase("likely"),
    "possible": phrase("possible"),
    "unlikely": phrase("unlikely"),
}
"""How probable a condition is, by the engine's own words."""

_ARABIC_INDIC: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def say(sentence: str, /, **values: object) -> str:
    """Return the sentence in the language in use, with its named places filled."""
    words = speaking.translate(sentence)
    # Without values the words are as they are: a sentence of the server may hold a brace.
    return words.format(**_in_digits(values)) if values else words


def count_of(count: int, one: str, many: str, /, **values: object) -> str:
    """Return `one` or `many`, whichever goes with the number, with {count} and the other named places filled."""
    words = speaking.translate_count(one, many, count)
    return words.format(**_in_digits({"count": count, **values}))


def in_words(what: HandwiseError | Sentence) -> str:
    """Return a sentence of the core, or that of an error, in the language in use."""
    said = what.sentence if isinstance(what, HandwiseError) else what
    values = {name: in_words(value) if isinstance(value, Sentence) else value for name, value in said.values.items()}
    if said.many:
        count = values.pop("count")
        assert isinstance(count, int)
        return count_of(count, said.words, said.many, **values)
    return say(said.words, **values)


def typed(text: str) -> str:
    """Return what somebody typed, such as a name, so that it turns nothing in a sentence of the other direction."""
    return isolated(text, is_rtl=speaking.current().is_rtl)


def translation_note() -> str:
    """Return what stands under clinical words that no clinician has reviewed in this language; nothing otherwise."""
    return say("Translation not yet reviewed by a clinician") if speaking.needs_review() else ""


def age_in_days(number: float, unit: str) -> int:
    """Return an age in whole days: 9 months are 274 days."""
    return round(number * AGE_UNITS[unit])


def age_in_words(age_days: float) -> str:
    """Return an age as one says it: "5 days", "6 weeks", "9 months", "4 years"."""
    days = int(age_days)
    if days < 14:
        return count_of(days, "{count} day", "{count} days")
    if days < 63:
        return count_of(days // 7, "{count} week", "{count} weeks")
    # Half a day of tolerance, because 9 months typed are 274 days kept and 8.99 months counted back.
    months = int((days + 0.5) / DAYS_A_MONTH)
    if months < 24:
        return count_of(months, "{count} month", "{count} months")
    return count_of(int((days + 0.5) / DAYS_A_YEAR), "{count} year", "{count} years")


def age_group(age_days: float) -> str:
    """Return the word for the age group that the limits go by."""
    if age_days < 28:
        return say("newborn")
    if age_days < DAYS_A_YEAR:
        return say("infant")
    if age_days < 5 * DAYS_A_YEAR:
        return say("small child")
    return say("child")


def place_in_words(regions: Sequence[str], side: str) -> str:
    """Return "left hand", "left hand and wrist" or "hand on both sides"."""
    # From the fingers up, as one says it: "hand and wrist".
    chosen = [region for region in reversed(REGIONS) if region in regions]
    if len(chosen) < 2:
        region = chosen[0] if chosen else "unspecified"
        return say(PLACES.get((region, side), REGIONS[region]))
    places = listed([say(REGIONS[region]) for region in chosen])
    match side:
        case "left":
            # Translators: several places of one side, such as "hand and wrist"; "hand and wrist (left side)" fits any.
            return say("left {places}", places=places)
        case "right":
            # Translators: several places of one side, such as "hand and wrist"; "hand and wrist (right side)" fits any.
            return say("right {places}", places=places)
        case "both":
            return say("{places} on both sides", places=places)
    return places


def limb_of(regions: Sequence[str]) -> str:
    """Return `foot` if every region is of the leg, otherwise `hand`: which icon a case row has."""
    return "foot" if regions and all(region in LEG_REGIONS for region in regions) else "hand"


def listed(words: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return formats.listed(words)


def joined(words: Sequence[str]) -> str:
    """Return "a, b, c"."""
    text = "".join(words[:1])
    for word in words[1:]:
        # Translators: two things side by side, with the comma of your language.
        text = say("{first}, {second}", first=text, second=word)
    return text


def capitalised(text: str) -> str:
    """Return the text with its first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def day_in_words(day: date) -> str:
    """Return "21 Nov"."""
    return _digits(formats.day_and_month(day))


def month_in_words(year: int, month: int) -> str:
    """Return "November 2026"."""
    return _digits(formats.month_and_year(date(year, month, 1)))


def moment_in_words(moment: datetime, now: datetime) -> str:
    """Return "today 08:40", "yesterday 08:40" or "21 Nov 08:40"."""
    local = moment.astimezone(now.tzinfo)
    time = _digits(local.strftime("%H:%M"))
    if local.date() == now.date():
        return say("today {time}", time=time)
    if local.date() == now.date() - timedelta(days=1):
        return say("yesterday {time}", time=time)
    # Translators: a date and a time of day, as in "21 Nov 08:40".
    return say("{day} {time}", day=day_in_words(local.date()), time=time)


def number_in_words(value: float) -> str:
    """Return a number without needless zeros: 0.36, 11.3, 9."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return text if text not in ("", "-0") else "0"


def unit_in_words(unit: str) -> str:
    """Return a UCUM unit as a laboratory slip prints it."""
    return _UNITS[unit] if unit in _UNITS else say("a minute") if unit == "/min" else unit


def quantity_in_words(value: float, unit: str) -> str:
    """Return "0.36 mg/L", "11.3 × 10⁹/L", "30 days"."""
    if unit == "d":
        whole = int(value)
        if value == whole:
            return count_of(whole, "{count} day", "{count} days")
        # Translators: a number with a part, such as 2.5.
        return say("{number} days", number=f"{value:g}")
    return f"{number_in_words(value)} {unit_in_words(unit)}"


def band_in_words(low: float, high: float) -> str:
    """Return a 90 % band as "12–97%", whole per cents, never 100: nothing here is certain."""
    if high < 0.005:
        return say("under 1%")
    return f"{min(round(low * 100), 99)}{EN_DASH}{min(round(high * 100), 99)}%"


def distance_in_words(days: int) -> str:
    """Return a distance of follow-up: "2 days", "1 week", "8 weeks", "3 months"."""
    if days < 7:
        return count_of(days, "{count} day", "{count} days")
    if days < 84:
        weeks = round(days / 7)
        return count_of(weeks, "{count} week", "{count} weeks")
    return count_of(round(days / DAYS_A_MONTH), "{count} month", "{count} months")


def sentences(text: str) -> tuple[str, ...]:
    """Return the single sentences of an advice. "e.g." and "incl." end none; a semicolon ends one."""
    parts: list[str] = []
    start = 0
    for place, letter in enumerate(text):
        if letter in _SEMICOLONS or (letter == "." and _begins_sentence(text[place + 1 : place + 3])):
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:].rstrip("."))
    return tuple(capitalised(part.strip()) for part in parts if part.strip())


_SEMICOLONS = frozenset(";؛")
_UNITS = {"10*9/L": "× 10⁹/L", "Cel": "°C", "[degF]": "°F", "%": "%"}


def _begins_sentence(text: str) -> bool:
    """Tell whether a space and a letter begin a sentence: a large letter, or one of a script that has none."""
    space, letter = text[:1], text[1:2]
    return space == " " and letter.isalpha() and not letter.islower()


def _in_digits(values: dict[str, object]) -> dict[str, object]:
    """Return the values with their whole numbers in the digits of running text. What is measured comes as text."""
    if not speaking.has_arabic_indic_digits():
        return values
    return {
        name: _digits(str(value)) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in values.items()
    }


def _digits(text: str) -> str:
    return text.translate(_ARABIC_INDIC) if speaking.has_arabic_indic_digits() else text
