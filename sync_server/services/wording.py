"""How codes become the words that a coordinator reads, in the language of the request.

The words of findings and conditions come from the knowledge, and first from the version that was published last: its
tablets say them so. The tables here hold English ones, to be said when used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue, EntryKind, Quantity
from shared.case.places import PLACES
from shared.case.reply import PHRASES, REPLY, REPLY_TO
from shared.knowledge.model import KnowledgeBase, held_states
from shared.language.inside import lower_first
from shared.privacy.projection import AGE_GROUP, PRESENTATION_MONTH, VISIT_DAY
from shared.sentence import phrase
from shared.triage.assessment import Contribution
from sync_server.language import count_of, current, level, say, term

URGENCY_WORDS = {
    "emergency": phrase("Emergency"),
    "same_day": phrase("Same day"),
    "within_days": phrase("Within days"),
    "routine": phrase("Routine"),
}
REVIEW_WORDS = {
    "received": phrase("Received"),
    "needs_information": phrase("Needs information"),
    "confirmed": phrase("Confirmed"),
    "rejected": phrase("Rejected"),
}
PROOF_WORDS = {"xray": phrase("X-ray"), "culture": phrase("Culture"), "course": phrase("Course of the illness")}
SEX_WORDS = {"male": phrase("Boy"), "female": phrase("Girl")}

_KIND_WORDS = {
    EntryKind.ASSESSMENT: phrase("Visit"),
    EntryKind.FOLLOW_UP: phrase("Visit"),
    EntryKind.CORRECTION: phrase("Correction"),
    EntryKind.OUTCOME: phrase("Outcome"),
    EntryKind.WITHDRAWAL: phrase("Withdrawal"),
    EntryKind.REPLY: phrase("Answer"),
}
_CASE_LABELS = {
    AGE_GROUP: phrase("Age"),
    PRESENTATION_MONTH: phrase("Month of the first visit"),
    VISIT_DAY: phrase("Day since the first visit"),
    "sex": phrase("Sex"),
    "side": phrase("Side"),
    "region": phrase("Place"),
    "setting": phrase("Seen in"),
    "resources": phrase("The clinic has"),
    "final_diagnosis": phrase("Final diagnosis"),
    "proven_by": phrase("Proven by"),
    "healed_days": phrase("Days until it was gone"),
    "sequelae": phrase("Something stayed"),
    "newborn_age_days": phrase("Newborn's age at the first visit, days"),
    "withdrawal_reason": phrase("Why it was withdrawn"),
    "antibiotics_given": phrase("Hours of antibiotics so far"),
    REPLY: phrase("Answer to the coordinator"),
    REPLY_TO: phrase("Number of the message"),
}
_COMMON_VALUES = {
    UNKNOWN: phrase("Don't know"),
    NOT_POSSIBLE: phrase("Not possible here"),
    "yes": phrase("Yes"),
    "no": phrase("No"),
    "male": phrase("Boy"),
    "female": phrase("Girl"),
    "left": phrase("Left"),
    "right": phrase("Right"),
    "both": phrase("Both sides"),
    "consent": phrase("Consent was withdrawn"),
    "entered_in_error": phrase("Entered in error"),
    **PROOF_WORDS,
}
# Translators: a month of the year, short, as it stands in a date.
_MONTHS = (
    phrase("Jan"), phrase("Feb"), phrase("Mar"), phrase("Apr"), phrase("May"), phrase("Jun"),
    phrase("Jul"), phrase("Aug"), phrase("Sep"), phrase("Oct"), phrase("Nov"), phrase("Dec"),
)  # fmt: skip
_UNIT_WORDS = {"10*9/L": "× 10⁹/L", "Cel": "°C", "[degF]": "°F", "": ""}


@dataclass(frozen=True, slots=True)
class ReleasedBook:
    """A version of the knowledge that was published here, with its words in other languages by code and English text.

    What it does not bring a word for is said as the shipped catalogue has it, else in English.
    """

    knowledge: KnowledgeBase
    translations: Mapping[str, Mapping[str, str]]

    def term(self, text: str) -> str:
        """Return a text of this version in the language of the request."""
        return self.translations.get(current().code, {}).get(text) or term(text)


def nothing_released() -> ReleasedBook | None:
    """Return no book: tablets use the version that came with the server."""
    return None


@dataclass(frozen=True, slots=True)
class Wording:
    """Says things in words, with the labels of the version that was published last, else of the shipped one."""

    knowledge: KnowledgeBase
    released: Callable[[], ReleasedBook | None] = nothing_released

    def conditions(self) -> tuple[str, ...]:
        """Return what a diagnosis can be: the shipped conditions, then those that only the published version has."""
        released = self.released()
        known = (*self.knowledge.conditions, *(released.knowledge.conditions if released else ()))
        return tuple(dict.fromkeys(known))

    def condition(self, code: str) -> str:
        """Return the name of a condition; one that no version here has is said by its code."""
        return self._said(lambda book: book.conditions[code].label if code in book.conditions else "") or _spelled(code)

    def condition_inside(self, code: str) -> str:
        """Return the name of a condition as it stands inside a sentence."""
        return lower_first(self.condition(code))

    def rule(self, code: str) -> str:
        """Return the name of a danger rule."""
        return self._said(lambda book: _rule(book, code)) or _spelled(code)

    def question(self, code: str) -> str:
        """Return the question that an answer belongs to, or what a code stands for."""
        if code in _CASE_LABELS:
            return say(_CASE_LABELS[code])
        asked = self._said(lambda book: _question(book, code))
        return asked or capitalised(self._said(lambda book: _input_label(book, code))) or _spelled(code)

    def answer(self, code: str, value: AnswerValue) -> str:
        """Return an answer as one says it."""
        match value:
            case bool():
                return self._state(code, "yes" if value else "no")
            case Quantity(number, unit):
                return quantity(number, unit)
            case tuple():
                return capitalised(listed(self._state(code, one) for one in value))
            case str():
                return self._state(code, value)
            case _:
                return _number(value)

    def place_in_book(self, code: str) -> tuple[int, int, str]:
        """Return a key that puts codes in the order of the case form, then of the knowledge."""
        for part, codes in enumerate((_CASE_LABELS, self.knowledge.findings, self.knowledge.measurements)):
            if code in codes:
                return part, list(codes).index(code), code
        return 3, 0, code

    def is_statement(self, code: str, value: AnswerValue) -> bool:
        """Tell whether the answer says by itself what it is about: "No fever"."""
        state = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else value
        released = self.released()
        books = (self.knowledge,) if released is None else (released.knowledge, self.knowledge)
        finding = next((book.findings[code] for book in books if code in book.findings), None)
        return finding is not None and finding.is_binary and state in finding.state_labels

    def state(self, contribution: Contribution) -> str:
        """Return an answer that speaks for or against a condition, in the words of the tablet's chips."""
        finding = self.knowledge.findings.get(contribution.finding)
        labels = [finding.state_labels.get(held, "") for held in held_states(contribution.state)] if finding else []
        if labels and all(labels):
            first, *others = map(term, labels)
            return joined([first, *map(lower_first, others)])
        return asked(self.question(contribution.finding), contribution.state.replace("_", " "))

    def place(self, region: str, side: str) -> str:
        """Return a place such as "Left hand and wrist". `region` holds codes with spaces between."""
        codes = region.split()
        if not codes:
            return say("Place not given")
        if len(codes) == 1 and (codes[0], side) in PLACES:
            return capitalised(say(PLACES[codes[0], side]))
        named = listed(self.region(code).lower() for code in codes)
        match side:
            case "left":
                named = say("left {places}", places=named)
            case "right":
                named = say("right {places}", places=named)
            case "both":
                named = say("{places} on both sides", places=named)
        return capitalised(named)

    def region(self, code: str) -> str:
        """Return the name of a region of the body."""
        return self._said(lambda book: book.regions.get(code, "")) or _spelled(code)

    def entry_names(self, kinds: Iterable[EntryKind]) -> tuple[str, ...]:
        """Return "Visit 1", "Visit 2", "Correction" ... for entries in causal order."""
        words = [_KIND_WORDS[kind] for kind in kinds]
        return tuple(
            # Translators: the how-manieth of its kind, such as "Visit 2".
            say("{word} {number}", word=say(word), number=words[: place + 1].count(word))
            if word == _KIND_WORDS[EntryKind.ASSESSMENT] or words.count(word) > 1
            else say(word)
            for place, word in enumerate(words)
        )

    def _state(self, code: str, state: str) -> str:
        if label := self._said(lambda book: _state_label(book, code, state)):
            return label
        match code:
            case "region":
                return self.region(state)
            case "setting":
                return self._said(lambda book: book.settings.get(state, "")) or _spelled(state)
            case "resources":
                return self._said(lambda book: book.resources.get(state, "")) or _spelled(state)
            case "final_diagnosis":
                return self.condition(state)
            case "age_group":
                return age_words(state)
            case "presentation_month":
                return month_words(state)
            case "reply" if state in PHRASES:
                return say(PHRASES[state])
        return say(_COMMON_VALUES[state]) if state in _COMMON_VALUES else _spelled(state)

    def _said(self, look: Callable[[KnowledgeBase], str]) -> str:
        released = self.released()
        if released is not None and (text := look(released.knowledge)):
            return released.term(text)
        return term(look(self.knowledge))


def _rule(book: KnowledgeBase, code: str) -> str:
    known = book.rules.get(code)
    return known.title or known.action if known else ""


def _question(book: KnowledgeBase, code: str) -> str:
    if finding := book.findings.get(code):
        return finding.ask
    if measurement := book.measurement_of(code):
        return measurement.label
    known = book.inputs.get(code)
    return known.ask if known else ""


def _input_label(book: KnowledgeBase, code: str) -> str:
    known = book.inputs.get(code)
    return known.label if known else ""


def _state_label(book: KnowledgeBase, code: str, state: str) -> str:
    finding = book.findings.get(code)
    return finding.state_labels.get(state, "") if finding else ""


def urgency_words(code: str) -> str:
    """Return "Same day"; nothing for no urgency."""
    return say(URGENCY_WORDS.get(code, ""))


def review_words(state: str) -> str:
    """Return "Needs information"."""
    return say(REVIEW_WORDS[state])


def verdict_words(verdict: str) -> str:
    """Return the engine's own word for a probability, which follows the name of a condition; nothing for none."""
    return say(verdict)


def sex_words(sex: str) -> str:
    """Return "Boy" or "Girl"; nothing where nobody said."""
    return say(SEX_WORDS.get(sex, ""))


def age_words(band: str) -> str:
    """Return "3–11 months" for `3_11_mo`."""
    parts = re.fullmatch(r"(\d+)_(\d+)_(d|mo|y)", band)
    if not parts:
        return say("age not given") if band in ("", UNKNOWN, NOT_POSSIBLE) else _spelled(band)
    span, last = level(f"{parts[1]}–{parts[2]}"), int(parts[2])
    match parts[3]:
        case "d":
            # Translators: an age, such as "0–28 days"; the form goes with the last number.
            return count_of(last, "{span} day", "{span} days", span=span)
        case "mo":
            # Translators: an age, such as "3–11 months"; the form goes with the last number.
            return count_of(last, "{span} month", "{span} months", span=span)
        case _:
            # Translators: an age, such as "5–12 years"; the form goes with the last number.
            return count_of(last, "{span} year", "{span} years", span=span)


def month_words(month: str) -> str:
    """Return "Nov 2026" for `2026-11`."""
    parts = re.fullmatch(r"(\d{4})-(\d\d)", month)
    if not parts or not 1 <= int(parts[2]) <= 12:
        return say("not given")
    # Translators: a month of a year, such as "Nov 2026".
    return say("{month} {year}", month=say(_MONTHS[int(parts[2]) - 1]), year=parts[1])


def day_words(day: str) -> str:
    """Return "21 Nov 2026" for `2026-11-21`."""
    month = say(_MONTHS[int(day[5:7]) - 1])
    # Translators: a date, such as "21 Nov 2026".
    return say("{day} {month} {year}", day=int(day[8:10]), month=month, year=day[:4])


def day_number(day: object) -> str:
    """Return "day 3", counted from the first visit; nothing for what is no number."""
    # Translators: so many days after the first visit.
    return say("day {number}", number=day) if isinstance(day, int) else ""


def tablet_words(number: int) -> str:
    """Return "Tablet 2"."""
    return say("Tablet {number}", number=number)


def band_words(low: float, high: float) -> str:
    """Return a 90 % band as whole per cents, never 0 or 100: nothing here is certain."""
    return level(f"{max(round(low * 100), 1)}–{min(round(high * 100), 99)}%")


def quantity(number: float, unit: str) -> str:
    """Return a measured value with its unit as it is printed: "0.36 mg/L", "30 days"."""
    match unit:
        case "d":
            return say("{number} days", number=_number(number))
        case "/min":
            # Translators: a rate, such as "120 a minute".
            return say("{number} a minute", number=_number(number))
    return level(f"{_number(number)} {_UNIT_WORDS.get(unit, unit)}".strip())


def listed(words: Iterable[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    *others, last = [*words] or [""]
    # Translators: the end of a list, such as "wrist and hand".
    return say("{first} and {last}", first=joined(others), last=last) if others else last


def joined(words: Iterable[str]) -> str:
    """Return "a, b, c"."""
    first, *others = [*words] or [""]
    for word in others:
        first = say("{first}, {second}", first=first, second=word)
    return first


def asked(question: str, answer: str) -> str:
    """Return a question with its answer: "Fever: since yesterday"."""
    # Translators: a question and its answer, or a name and what it is.
    return say("{question}: {answer}", question=question, answer=answer)


def _number(number: float) -> str:
    return f"{number:.10g}"


def _spelled(code: str) -> str:
    return capitalised(code.replace("_", " "))


def capitalised(text: str) -> str:
    """Return the text with a large first letter."""
    return text[:1].upper() + text[1:]
