"""What a typed word stands for: the codes and states whose labels have a word that begins with it.

    "cellu"   ──▶  _cond_cellulitis                     in the language in use, in English, and by its Latin id
    "9 mon"   ──▶  _age_weeks_9 _age_months_9 ...  and  _age_months_1 ... : both together are 9 months
    "wait"    ──▶  the cases that wait to be sent
    "2026-10" ──▶  October 2026

What nobody labels is looked for in what people wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from mobile_app.language import formats
from mobile_app.language.speaking import for_a_while
from mobile_app.ports.records import SyncState
from mobile_app.ports.search import CaseIs, SearchTerm
from mobile_app.presenters.answers import AnswersInWords
from mobile_app.presenters.case_rows import SYNC_WORDS
from mobile_app.presenters.wording import (
    DAYS_A_MONTH,
    DAYS_A_YEAR,
    DISPOSITIONS,
    SEXES,
    age_in_words,
    day_in_words,
    listed,
    month_in_words,
    phrase,
    say,
)
from shared.case import search_terms
from shared.case.places import REGIONS, SIDES
from shared.case.search_terms import age_code, code_of, condition_code, finding_code, folded_words
from shared.knowledge.model import KnowledgeBase

_KINDS = {
    "assessment": phrase("First visit"),
    "follow_up": phrase("Follow-up visit"),
    "correction": phrase("Correction"),
    "outcome": phrase("Outcome"),
    "reply": phrase("Answer to the coordinator"),
}
_REVIEWS = {
    "received": phrase("Received"),
    "needs_information": phrase("Asks for more"),
    "confirmed": phrase("Confirmed"),
    "rejected": phrase("Not used"),
}
_PROOFS = {"xray": phrase("X-ray"), "culture": phrase("Culture"), "course": phrase("The course")}
_STATES = {
    CaseIs.LOCAL: SYNC_WORDS[SyncState.LOCAL],
    CaseIs.WAITING: SYNC_WORDS[SyncState.WAITING],
    CaseIs.SENT: SYNC_WORDS[SyncState.SENT],
    CaseIs.NOT_ACCEPTED: SYNC_WORDS[SyncState.NOT_ACCEPTED],
    CaseIs.DUE: phrase("Due"),
}
_AGES = {
    **{("days", count): float(count) for count in range(14)},
    **{("weeks", count): 7.0 * count for count in range(2, 9)},
    **{("months", count): DAYS_A_MONTH * count + 0.5 for count in range(2, 24)},
    **{("years", count): DAYS_A_YEAR * count + 0.5 for count in range(2, 19)},
}
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")


class SearchWords:
    """The labels of everything that a case can be found by, in the language in use when it is made."""

    def __init__(self, book: KnowledgeBase, english: KnowledgeBase, today: date) -> None:
        self.labels: dict[str, str] = {}
        """What a code is called in the language in use."""
        self._words: dict[str, set[str]] = {}
        self._state_words: dict[CaseIs, set[str]] = {}
        with for_a_while("en"):
            self._learn(english, today)
            passed_over = {*folded_words(listed(["", ""]))}
        self.labels = {}
        self._learn(book, today)
        # Months are found by all their names, and shown by one.
        self.labels |= {f"_month_{month}": formats.month(date(2000, month, 1)) for month in range(1, 13)}
        for condition in english.conditions:
            self._words[condition_code(condition)].update(folded_words(condition.replace("_", " ")))
        # "hand and wrist": the word between the two says nothing of the child.
        self._passed_over = passed_over | {*folded_words(listed(["", ""]))}

    def terms(self, typed: str) -> tuple[SearchTerm, ...]:
        """Return what a case must have, one term a word; none where nothing is typed that says something."""
        dates, rest = _dates(typed)
        words = folded_words(rest)
        # A word that is still being typed may become another one: only a whole text is passed over.
        kept = [word for word in words if word not in self._passed_over] or words
        return (*dates, *(self._term(word) for word in dict.fromkeys(kept)))

    def _term(self, word: str) -> SearchTerm:
        codes = frozenset(code for code, words in self._words.items() if _has(words, word))
        states = frozenset(state for state, words in self._state_words.items() if _has(words, word))
        return SearchTerm(_as_a_code(word), codes, states)

    def _learn(self, book: KnowledgeBase, today: date) -> None:
        for code, label in (*_of_the_case(today), *_of_the_book(book)):
            self.labels[code] = label
            self._words.setdefault(code, set()).update(folded_words(label))
        for state, word in _STATES.items():
            self._state_words.setdefault(state, set()).update(folded_words(say(word)))


def _has(words: set[str], prefix: str) -> bool:
    return any(word.startswith(prefix) for word in words)


def _as_a_code(word: str) -> str:
    """Return the word; where it can be a case's code, with the letters that the codes do not have put right."""
    is_code = len(word) == 4 and word.isascii() and any(letter.isdigit() for letter in word)
    return word.translate(str.maketrans("oil", "011")) if is_code else word


def _dates(typed: str) -> tuple[list[SearchTerm], str]:
    """Return the dates in a text, and the text without them."""
    found: list[SearchTerm] = []

    def take(year: str, month: str, day: str | None) -> str:
        try:
            first = date(int(year), int(month), int(day or 1))
        except ValueError:
            return " ".join(part for part in (year, month, day) if part)
        code = _code_of_day(first) if day else search_terms.month_code(first.year, first.month)
        found.append(SearchTerm(codes=frozenset({code})))
        return " "

    western = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in typed)
    rest = _ISO.sub(lambda match: take(match[1], match[2], match[3]), western)
    return found, _DAY_FIRST.sub(lambda match: take(match[3], match[2], match[1]), rest)


def _of_the_case(today: date) -> Iterator[tuple[str, str]]:
    yield search_terms.EVERY_CASE, say("Case {code}", code="")
    yield search_terms.DIFFERS, say("Differs")
    yield search_terms.MESSAGE, say("Message")
    yield search_terms.DOES_NOT_FIT, say("does not fit")
    for kind, table in _TABLES.items():
        yield from ((code_of(kind, value), say(words)) for value, words in table.items())
    yield from ((age_code(*step), age_in_words(days)) for step, days in _AGES.items())
    for month in range(1, 13):
        yield f"_month_{month}", _without_digits(f"{month_in_words(2000, month)} {day_in_words(date(2000, month, 1))}")
    yield from ((f"_day_{day}", str(day)) for day in range(1, 32))
    yield from ((f"_y_{year}", str(year)) for year in range(today.year - 30, today.year + 2))
    yield _code_of_day(today), say("Today")
    yield _code_of_day(today - timedelta(days=1)), say("Yesterday")


def _code_of_day(day: date) -> str:
    return search_terms.day_codes(day.year, day.month, day.day)[0]


_TABLES: Mapping[str, Mapping[str, str]] = {
    "region": REGIONS,
    "side": SIDES,
    "sex": SEXES,
    "urgency": DISPOSITIONS,
    "kind": _KINDS,
    "review": _REVIEWS,
    "proof": _PROOFS,
}


def _of_the_book(book: KnowledgeBase) -> Iterator[tuple[str, str]]:
    words = AnswersInWords(book)
    for name, condition in book.conditions.items():
        yield condition_code(name), f"{condition.label} {condition.plain_label}".strip()
    yield from ((code_of("setting", name), label) for name, label in book.settings.items())
    yield from ((code_of("agegroup", group.id), group.label) for group in book.age_groups)
    for code, finding in book.findings.items():
        yield finding_code(code), words.statement(code, value=True)
        for state in finding.state_labels:
            if state not in ("yes", "no"):
                yield finding_code(code, state), words.statement(code, state)
    for code in book.inputs:
        yield finding_code(code), words.statement(code, value=True)


def _without_digits(text: str) -> str:
    return "".join(letter for letter in text if not letter.isdigit())


def matches(words: Sequence[str], prefixes: Sequence[str]) -> bool:
    """Tell whether each of the prefixes begins one of the words."""
    return all(any(word.startswith(prefix) for word in words) for prefix in prefixes)
