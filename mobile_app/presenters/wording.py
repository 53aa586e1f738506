"""How values become words: ages, places, dates, bands. Everything that a clinician reads passes through here or `say`.

Sentences are whole and have named places, so that a translation can put them in another order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

MINUS = "−"
EN_DASH = "–"

DAYS_A_MONTH = 30.4375
DAYS_A_YEAR = 365.25

AGE_UNITS = {"d": 1.0, "wk": 7.0, "months": DAYS_A_MONTH, "yr": DAYS_A_YEAR}
"""What can be chosen beside an age, and its length in days."""

REGIONS = {
    "shoulder": "shoulder",
    "upper_arm": "upper arm",
    "elbow": "elbow",
    "forearm": "forearm",
    "wrist": "wrist",
    "hand": "hand",
    "finger": "fingers",
    "thumb": "thumb",
    "hip": "hip",
    "thigh": "thigh",
    "knee": "knee",
    "lower_leg": "lower leg",
    "ankle": "ankle",
    "heel": "heel",
    "foot": "foot",
    "toe": "toes",
    "unspecified": "place not given",
}
"""The regions of the body map from shoulder to toe, in words."""
LEG_REGIONS = frozenset({"hip", "thigh", "knee", "lower_leg", "ankle", "heel", "foot", "toe"})
SIDES = {"right": "right", "left": "left", "both": "both sides", "unknown": "side not given"}
SEXES = {"male": "Boy", "female": "Girl", "unknown": "Not known"}

DISPOSITIONS = {
    "emergency": "Emergency",
    "same_day": "Same day",
    "within_days": "Within days",
    "routine": "Routine",
}
"""How urgent, in the words of the badges."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def say(sentence: str, **values: object) -> str:
    """Return the sentence with its named places filled."""
    return sentence.format(**values)


def phrase(words: str) -> str:
    """Return the words unchanged: marks what stands in a table and is shown by `say` later, so that it is translated."""
    return words


def count_of(count: int, one: str, many: str) -> str:
    """Return `one` or `many` with {count} filled."""
    return say(one if count == 1 else many, count=count)


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
        return say("{count} months", count=months)
    return say("{count} years", count=int((days + 0.5) / DAYS_A_YEAR))


def age_group(age_days: float) -> str:
    """Return the word for the age group that the limits go by."""
    if age_days < 28:
        return "newborn"
    if age_days < DAYS_A_YEAR:
        return "infant"
    if age_days < 5 * DAYS_A_YEAR:
        return "small child"
    return "child"


def place_in_words(regions: Sequence[str], side: str) -> str:
    """Return "left hand and wrist"."""
    # From the fingers up, as one says it: "hand and wrist".
    named = [REGIONS[region] for region in reversed(REGIONS) if region in regions]
    if not named:
        return REGIONS["unspecified"]
    places = listed(named)
    if named == [REGIONS["unspecified"]]:
        return places
    if side == "both":
        return say("{places} on both sides", places=places)
    if side in ("left", "right"):
        return say("{side} {places}", side=side, places=places)
    return places


def limb_of(regions: Sequence[str]) -> str:
    """Return `foot` if every region is of the leg, otherwise `hand`: which icon a case row has."""
    return "foot" if regions and all(region in LEG_REGIONS for region in regions) else "hand"


def listed(words: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return say("{most} and {last}", most=", ".join(words[:-1]), last=words[-1])


def capitalised(text: str) -> str:
    """Return the text with its first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Return the text with a small first letter, unless it starts with an abbreviation such as CRP or IV."""
    return text if text[1:2].isupper() or text[1:2] == "-" else text[:1].lower() + text[1:]


def day_in_words(day: date) -> str:
    """Return "21 Nov"."""
    return say("{day} {month}", day=day.day, month=_MONTHS[day.month - 1])


def moment_in_words(moment: datetime, now: datetime) -> str:
    """Return "today 08:40", "yesterday 08:40" or "21 Nov 08:40"."""
    local = moment.astimezone(now.tzinfo)
    time = local.strftime("%H:%M")
    if local.date() == now.date():
        return say("today {time}", time=time)
    if local.date() == now.date() - timedelta(days=1):
        return say("yesterday {time}", time=time)
    return say("{day} {time}", day=day_in_words(local.date()), time=time)


def number_in_words(value: float) -> str:
    """Return a number without needless zeros: 0.36, 11.3, 9."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return text if text not in ("", "-0") else "0"


def unit_in_words(unit: str) -> str:
    """Return a UCUM unit as a laboratory slip prints it."""
    return {"10*9/L": "× 10⁹/L", "Cel": "°C", "[degF]": "°F", "d": "days", "/min": "a minute", "%": "%"}.get(unit, unit)


def quantity_in_words(value: float, unit: str) -> str:
    """Return "0.36 mg/L", "11.3 × 10⁹/L", "30 days"."""
    if unit == "d":
        return count_of(int(value), "{count} day", "{count} days") if value == int(value) else f"{value:g} days"
    return f"{number_in_words(value)} {unit_in_words(unit)}"


def band_in_words(low: float, high: float) -> str:
    """Return a 90 % band as "12–97%", whole per cents, never 100: nothing here is certain."""
    if high < 0.005:
        return "under 1%"
    return f"{min(round(low * 100), 99)}{EN_DASH}{min(round(high * 100), 99)}%"


def strength_for(weight: float) -> str:
    """Return +++ from 2.0, ++ from 1.0, + below (natural logarithm of the likelihood ratio)."""
    return "+" * _strength(weight)


def strength_against(weight: float) -> str:
    """Return the same with minus signs."""
    return MINUS * _strength(weight)


def _strength(weight: float) -> int:
    return 3 if abs(weight) >= 2.0 else 2 if abs(weight) >= 1.0 else 1


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
        following = text[place + 1 : place + 3]
        if letter == ";" or (letter == "." and following[:1] == " " and following[1:2].isupper()):
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:].rstrip("."))
    return tuple(capitalised(part.strip()) for part in parts if part.strip())
