"""What a case is found by: the words that people wrote, folded, and the codes of what stands in it.

    text   "Müller, Jasmine"          ──▶  muller jasmine       so that "mül" and "MUL" both find it
    case   left hand, cellulitis      ──▶  _side_left _region_hand _cond_cellulitis

A code is the same in every language: whoever searches turns a typed word into the codes whose labels begin with it
(`mobile_app/presenters/search_words.py`). A code begins with `_`, which no folded word contains.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue, Conclusion

DAYS_A_MONTH = 30.4375
DAYS_A_YEAR = 365.25

EVERY_CASE = "_case"
DIFFERS = "_differs"
MESSAGE = "_message"
DOES_NOT_FIT = "_nofit"

_ARTICLE = "ال"
_ARABIC = str.maketrans({"ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ٱ": "ا", "ء": None, "ـ": None})
_OF_CONDITIONS = frozenset({"final_diagnosis"})
_BY_NAME = {"sex": "sex", "side": "side", "setting": "setting", "age_group": "agegroup"}


def folded_words(text: str) -> list[str]:
    """Return the words of a text as they are compared: small letters without accents, digits Western.

    Arabic: forms of alef, hamza, ta marbuta, tatweel, vowel marks and the article make no difference. Korean syllables
    are taken apart, so that a half-typed syllable finds the whole one.
    """
    letters = []
    for letter in unicodedata.normalize("NFKD", text.casefold()).translate(_ARABIC):
        category = unicodedata.category(letter)
        if category == "Nd":
            letters.append(str(unicodedata.digit(letter)))
        elif category[0] in "LN":
            letters.append(letter)
        elif category != "Mn":
            letters.append(" ")
    words = "".join(letters).split()
    return [bare for bare in (word.removeprefix(_ARTICLE) for word in words) if bare]


def number_words(record_number: str) -> list[str]:
    """Return the words by which a record number is found: also in one piece, and without the zeros it begins with."""
    words = folded_words(record_number)
    joined = "".join(words)
    digits = "".join(letter for letter in joined if letter.isdigit())
    return [one for one in (*words, joined, *(word.lstrip("0") for word in (*words, digits))) if one]


def age_step(age_days: float) -> tuple[str, int]:
    """Return an age as it is said: ("days", 5), ("weeks", 6), ("months", 9) or ("years", 4)."""
    days = int(age_days)
    if days < 14:
        return "days", days
    if days < 63:
        return "weeks", days // 7
    # Half a day of tolerance, because 9 months typed are 274 days kept and 8.99 months counted back.
    months = int((days + 0.5) / DAYS_A_MONTH)
    return ("months", months) if months < 24 else ("years", int((days + 0.5) / DAYS_A_YEAR))


def age_code(unit: str, number: int) -> str:
    return f"_age_{unit}_{number}"


def condition_code(condition: str) -> str:
    return f"_cond_{condition}"


def code_of(kind: str, value: str) -> str:
    """Return the code of a value of some kind: `_region_hand`, `_urgency_same_day`."""
    return f"_{kind}_{value}"


def finding_code(code: str, state: str = "") -> str:
    """Return the code of a finding that is there, or of the state it is in."""
    return f"_is_{code}_{state}" if state else f"_is_{code}"


def day_codes(year: int, month: int, day: int) -> tuple[str, ...]:
    """Return the codes of a date: the day, the month, and its parts, so that "Oct" finds every October."""
    return (
        f"_d_{year:04d}_{month:02d}_{day:02d}",
        month_code(year, month),
        f"_y_{year:04d}",
        f"_month_{month}",
        f"_day_{day}",
    )


def month_code(year: int, month: int) -> str:
    return f"_m_{year:04d}_{month:02d}"


def codes_of_answers(answers: Mapping[str, AnswerValue]) -> Iterator[str]:
    """Yield the codes of what is answered; of "no", "don't know" and numbers there are none but the age."""
    yield EVERY_CASE
    for code, value in answers.items():
        if value is not False:
            yield from _codes_of_answer(code, value)


@lru_cache(maxsize=4096, typed=True)
def _codes_of_answer(code: str, value: AnswerValue) -> tuple[str, ...]:
    """Return the codes of one answer. Thousands of cases share it. In Python True == 1: hence `typed`."""
    if code == "age_days" and isinstance(value, int | float):
        return (age_code(*age_step(value)),)
    if code == "region":
        return tuple(code_of("region", one) for one in _several(value))
    if code == "proven_by":
        return tuple(code_of("proof", one) for one in _several(value))
    if code == "presentation_month" and isinstance(value, str):
        year, _, month = value.partition("-")
        is_month = year.isdigit() and month.isdigit()
        return (month_code(int(year), int(month)), f"_y_{int(year):04d}", f"_month_{int(month)}") if is_month else ()
    if isinstance(value, str):
        return _codes_of_text(code, value)
    return (finding_code(code),) if value is True else ()


def _codes_of_text(code: str, value: str) -> tuple[str, ...]:
    if code in _OF_CONDITIONS:
        return (condition_code(value),)
    if code in _BY_NAME:
        return (code_of(_BY_NAME[code], value),)
    if value in (UNKNOWN, NOT_POSSIBLE):
        return ()
    return (finding_code(code) if value == "yes" else finding_code(code, value),)


def codes_of_conclusion(conclusion: Conclusion) -> Iterator[str]:
    """Yield how urgent it is and the condition that leads, as the case's row says it."""
    yield code_of("urgency", conclusion.disposition)
    if not conclusion.fits:
        yield DOES_NOT_FIT
    elif conclusion.differential:
        yield condition_code(conclusion.differential[0].condition)


def codes_of_review(state: str, diagnosis: str | None) -> Iterator[str]:
    """Yield what the coordinator last said of the case."""
    yield code_of("review", state)
    if diagnosis:
        yield condition_code(diagnosis)


def _several(value: AnswerValue) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
