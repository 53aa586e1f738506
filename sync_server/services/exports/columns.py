"""The columns of the two tables, a row a case and a row an entry, with what each means: the data dictionary.

    case, site, received_month ... review_state, diagnosis   what is known of the case or entry itself
    answer_<code>                                            what was answered, for each code that may leave a tablet

Which answers there are follows from the privacy policy, as an allow-list: a code that holds text, or that the policy
knows in a form that is not listed here, has no column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.knowledge.model import KnowledgeBase
from shared.privacy.policy import Days, DaysUpTo, Keep, PrivacyPolicy, Rounded
from shared.privacy.projection import AGE_GROUP, PRESENTATION_MONTH, VISIT_DAY
from sync_server.services.exports.csv_safe import csv_line, csv_lines
from sync_server.services.wording import Wording

ANSWER = "answer_"


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    """A code, or several with a blank between them."""
    NUMBER = "number"
    WHOLE = "whole number"
    TRUTH = "yes or no"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `unit` is UCUM; `values` what a code can be, where the list is closed and short."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    values: tuple[str, ...] = ()


_TOOL = (
    Column("tool_first", Kind.TEXT, "The condition that the tablet ranked first"),
    Column("tool_first_probability", Kind.NUMBER, "Its probability, from 0 to 1", "1"),
    Column("tool_first_low", Kind.NUMBER, "Where its 90 % interval begins", "1"),
    Column("tool_first_high", Kind.NUMBER, "Where its 90 % interval ends", "1"),
    Column("tool_second", Kind.TEXT, "The condition that was ranked second"),
    Column("tool_third", Kind.TEXT, "The condition that was ranked third"),
    Column("tool_fits", Kind.TRUTH, "Whether the findings fit a condition that the tool knows"),
    Column(
        "urgency",
        Kind.TEXT,
        "How soon the tablet said that the child must be seen",
        values=("emergency", "same_day", "within_days", "routine"),
    ),
    Column("red_flags", Kind.TEXT, "The danger rules that held"),
    Column("knowledge_version", Kind.TEXT, "The version of the knowledge that the tablet used"),
)
_CASE = (
    Column("case", Kind.TEXT, "The case's random id, made by the tablet"),
    Column("site", Kind.TEXT, "The clinic or ward"),
    Column("received_month", Kind.TEXT, "The month in which its first entry reached the server, such as 2026-11"),
    Column("received_week", Kind.TEXT, "The same as a week of ISO 8601, such as 2026-W47"),
    Column("entries", Kind.WHOLE, "How many entries the case has"),
    Column("tablets", Kind.WHOLE, "How many tablets wrote them"),
    *_TOOL,
    Column(
        "review_state",
        Kind.TEXT,
        "What the last review says; rejected cases are not in this file",
        values=("received", "needs_information", "confirmed"),
    ),
    Column("diagnosis", Kind.TEXT, "The diagnosis that the last review gives, or nothing"),
    Column("diagnosis_proven_by", Kind.TEXT, "What proves that diagnosis", values=("xray", "culture", "course")),
    Column("differing", Kind.TEXT, "Codes that tablets answered in different ways: their cells are empty"),
    Column("not_known", Kind.TEXT, "Numbers that were asked for and not known or not possible: their cells are empty"),
)
_ENTRY = (
    Column("case", Kind.TEXT, "The case's random id, as in the table of cases"),
    Column("entry", Kind.WHOLE, "The entry's place in its case, from 1; what it builds on comes before it"),
    Column("site", Kind.TEXT, "The clinic or ward"),
    Column("tablet", Kind.WHOLE, "The number of the tablet at its site"),
    Column("entry_kind", Kind.TEXT, "What was recorded", values=("assessment", "follow_up", "correction", "outcome")),
    Column("builds_on", Kind.TEXT, "The entries that its author was looking at"),
    *_TOOL,
    Column("not_known", Kind.TEXT, "Numbers that were asked for and not known or not possible: their cells are empty"),
)
_MADE_BY_THE_PROJECTION = {AGE_GROUP: Kind.TEXT, PRESENTATION_MONTH: Kind.TEXT, VISIT_DAY: Kind.WHOLE}
_MOST_VALUES = 12


@dataclass(frozen=True, slots=True)
class Tables:
    """The columns of both tables, and which code each answer's column is of."""

    cases: tuple[Column, ...]
    entries: tuple[Column, ...]
    case_answers: Mapping[str, Column]
    entry_answers: Mapping[str, Column]

    @classmethod
    def of(cls, policy: PrivacyPolicy, knowledge: KnowledgeBase) -> Tables:
        """Return the tables for what this policy lets leave a tablet."""
        answers = _answers(policy, knowledge)
        # Two visits may well be of different days: that says nothing of the case.
        of_case = {code: column for code, column in answers.items() if code != VISIT_DAY}
        return cls(
            cases=(*_CASE, *of_case.values()),
            entries=(*_ENTRY, *answers.values()),
            case_answers=of_case,
            entry_answers=answers,
        )

    def dictionary(self, notice: str) -> str:
        """Return the data dictionary of both tables as CSV, with the notice as its last line's meaning."""
        head = csv_line(("table", "column", "holds", "unit", "values", "meaning"))
        rows = [
            (table, one.name, one.kind.value, one.unit, " ".join(one.values), one.meaning)
            for table, columns in (("cases", self.cases), ("entries", self.entries))
            for one in columns
        ]
        return head + csv_lines([*rows, ("both", "", "", "", "", notice)])


def _answers(policy: PrivacyPolicy, knowledge: KnowledgeBase) -> dict[str, Column]:
    words = Wording(knowledge)
    found: dict[str, Column] = {}
    for code in sorted(policy.codes, key=words.place_in_book):
        meaning = words.question(code)
        match policy.codes[code].rule:
            case Keep(values, is_yes_no):
                states = ("yes", "no") if is_yes_no else tuple(sorted(values))
                listed = states if len(states) <= _MOST_VALUES else ()
                found[code] = Column(ANSWER + code, Kind.TEXT, meaning, values=listed)
            case Rounded(unit="", step=1):
                # A number of something, and no measurement.
                found[code] = Column(ANSWER + code, Kind.WHOLE, meaning)
            case Rounded(unit):
                found[code] = Column(ANSWER + code, Kind.NUMBER, meaning, unit)
            case Days() | DaysUpTo():
                found[code] = Column(ANSWER + code, Kind.NUMBER, meaning, "d")
            case _ if code in _MADE_BY_THE_PROJECTION:
                kind = _MADE_BY_THE_PROJECTION[code]
                found[code] = Column(ANSWER + code, kind, meaning, "d" if kind is Kind.WHOLE else "")
    return found
