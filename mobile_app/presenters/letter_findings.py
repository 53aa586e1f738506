"""What a letter says was found: at this visit first, then what stands from visits before, and how it was judged then.

A count of days is brought to the day of the letter; a value is judged by the age at which it was measured.
"""

from __future__ import annotations

from collections.abc import Mapping

from mobile_app.paper.blocks import Block, Pair, Pairs, Section
from mobile_app.presenters.answers import ABOUT_THE_CHILD, NEVER_LISTED
from mobile_app.presenters.danger_lines import answer_to, signs_for
from mobile_app.presenters.reading_desk import ReadingDesk
from mobile_app.presenters.visit import Visit
from mobile_app.presenters.wording import in_words, say
from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue, EntryKind, Quantity
from shared.case.fold import Disagreement
from shared.measurement.check import CheckKind, check_measurement
from shared.triage.follow_up import COUNTED_FROM_FIRST_VISIT, age_of, day_of

_VISITS = (EntryKind.ASSESSMENT, EntryKind.FOLLOW_UP)


def found(desk: ReadingDesk) -> list[Block]:
    """Return the section of the letter."""
    visit, words = desk.visit, desk.words
    answers = {code: _on_this_day(visit, code, value) for code, value in visit.answers.items()}
    now = _told_now(visit)
    told = [code for code in words.in_order(answers) if code not in (*ABOUT_THE_CHILD, *NEVER_LISTED)]
    numbers = [code for code in told if _is_number(answers[code])]
    there = [code for code in told if _is_there(answers[code])]
    absent = [code for code in told if answers[code] is False]
    first = {
        say("Present"): [words.statement(code, answers[code]) for code in there if code in now],
        say("Measured"): [_measured(desk, code, answers[code]) for code in numbers if code in now],
        say("Answers differ"): [
            say("{label}: {text}", label=words.label(item.code), text=_either(desk, item))
            for item in visit.earlier.disagreements
            if item.code not in visit.draft.answers
        ],
        # Translators: what was found at a visit before the one that the letter is about.
        say("At an earlier visit"): [
            *(words.statement(code, answers[code]) for code in there if code not in now),
            *(_measured(desk, code, answers[code]) for code in numbers if code not in now),
        ],
    }
    today = {code: value for code, value in answers.items() if code in now}
    signs = signs_for(desk.knowledge, answers)
    then = {
        say("Absent"): [words.label(code) for code in absent if code in now],
        say("Absent at an earlier visit"): [words.label(code) for code in absent if code not in now],
        say("Not known"): [words.label(code) for code in told if answers[code] == UNKNOWN],
        say("Not possible here"): [words.label(code) for code in told if answers[code] == NOT_POSSIBLE],
        say("Not asked"): [sign.label for sign in signs if not answer_to(sign, today)],
    }
    return [
        Section(say("Found, as it was told")),
        Pairs(_listed(first)),
        Pairs(_listed(then), size="caption"),
    ]


def _told_now(visit: Visit) -> frozenset[str]:
    """Return the codes that were told at this visit, or hold on every day."""
    return frozenset(_said_at(visit)) | frozenset(COUNTED_FROM_FIRST_VISIT if visit.day is not None else ())


def _said_at(visit: Visit) -> Mapping[str, AnswerValue]:
    """Return the answers of the visit in hand, or of the last one of a saved case with its corrections."""
    if visit.draft.kind is EntryKind.FOLLOW_UP:
        return visit.draft.answers
    entries = visit.before.entries
    last = max((place for place, entry in enumerate(entries) if entry.kind in _VISITS), default=0)
    if not last:
        return visit.answers
    return {code: value for entry in entries[last:] for code, value in entry.answers.items()}


def _on_this_day(visit: Visit, code: str, value: AnswerValue) -> AnswerValue:
    """Return a count of days as it is on the day of the visit; anything else as it is."""
    if code not in COUNTED_FROM_FIRST_VISIT or not _is_number(value):
        return value
    number = value.value if isinstance(value, Quantity) else value
    assert isinstance(number, int | float)
    return Quantity(number + (visit.day or 0), "d")


def _listed(items_of: Mapping[str, list[str]]) -> tuple[Pair, ...]:
    return tuple(Pair(label, "; ".join(items)) for label, items in items_of.items() if items)


def _either(desk: ReadingDesk, item: Disagreement) -> str:
    values = (_on_this_day(desk.visit, item.code, value) for value in item.values)
    return " / ".join(desk.words.value(item.code, value) for value in values)


def _is_number(value: AnswerValue) -> bool:
    return isinstance(value, Quantity) or (isinstance(value, int | float) and not isinstance(value, bool))


def _is_there(value: AnswerValue) -> bool:
    return value is True or (isinstance(value, str | tuple) and value not in (UNKNOWN, NOT_POSSIBLE))


def _measured(desk: ReadingDesk, code: str, value: AnswerValue) -> str:
    """Return "CRP 0.36 mg/L – Normal for 9 months (up to 10)"."""
    said = f"{desk.words.short_label(code)} {desk.words.value(code, value)}"
    measurement = desk.knowledge.measurement_of(code)
    age = age_of(desk.knowledge, desk.visit.answers)
    if measurement is None or age is None:
        return said
    number, unit = (value.value, value.unit) if isinstance(value, Quantity) else (value, measurement.unit)
    assert isinstance(number, int | float)
    judged = check_measurement(desk.knowledge, measurement.id, number, unit, age + _day_told(desk.visit, code))
    if judged.kind not in (CheckKind.NORMAL, CheckKind.OUTSIDE):
        return said
    judgement = " ".join(in_words(sentence) for sentence in judged.said)
    return f"{said} – {judgement}" if judgement else said


def _day_told(visit: Visit, code: str) -> int:
    """Return how many days after the first visit an answer was given; the first visit's where nobody knows."""
    if code in visit.draft.answers:
        return visit.day or 0
    told = next((entry for entry in reversed(visit.before.entries) if code in entry.answers), None)
    return 0 if told is None else day_of(told) or 0
