"""The case as it is at one visit: what the visits before said, brought to this day, and what has changed since.

    entries before ─fold─▶ what stands ─┐
    this visit's answers ───────────────┼─▶ age and days of this day · width against the first one · a sign that is new
    days since the first visit ─────────┘

A count of days is kept as it was at the first visit, so that two visits can be compared; here the days since then are
added. The same function serves the visit in hand, an old entry assessed again, and any tablet that holds the log,
so that none of them can come to another result. Nothing of what is worked out here is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.case.entry import UNKNOWN, AnswerValue, Entry, EntryKind, Quantity
from shared.case.fold import CaseState, fold
from shared.case.log import CaseLog
from shared.errors import InvalidInput
from shared.knowledge.model import KnowledgeBase, RevisitDefinition
from shared.measurement.units import to_canonical

AGE_DAYS = "age_days"
AGE_GROUP = "age_group"
VISIT_DAY = "visit_day"
"""Days since the first visit. An entry that carries it can be assessed again without knowing its date."""
ONSET, ONSET_DAYS = "onset", "onset_days"
COUNTED_FROM_FIRST_VISIT = (ONSET_DAYS, "days_since_iv_calcium")

Disputed = Mapping[str, Sequence[AnswerValue]]


@dataclass(frozen=True, slots=True)
class AnswersAtVisit:
    """What an assessment reads. `disputed` holds the values of codes on which people disagree."""

    answers: dict[str, AnswerValue]
    disputed: Disputed


class EarlierVisits:
    """The entries that the author of a visit had seen; folded once, asked at every answer."""

    def __init__(self, before: CaseLog) -> None:
        self.state: CaseState = fold(before)
        self._ordered = before.in_causal_order()
        last = next((entry for entry in reversed(self._ordered) if entry.kind is EntryKind.FOLLOW_UP), None)
        self._before_last_follow_up = None if last is None else fold(before.behind(last.parents))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries before, parents before children."""
        return self._ordered

    def at_visit(
        self, knowledge: KnowledgeBase, kind: EntryKind, given: Mapping[str, AnswerValue], day: int | None
    ) -> AnswersAtVisit:
        """Return the case with the answers of this visit, on its day (None: nobody knows the day)."""
        answers = {**self.state.agreed, **given}
        answers.pop(VISIT_DAY, None)
        disputed = {item.code: item.values for item in self.state.disagreements if item.code not in given}
        age = age_of(knowledge, answers)
        if age is not None:
            answers[AGE_DAYS] = int(age) + (day or 0)
        for code in COUNTED_FROM_FIRST_VISIT:
            number = _number(answers.get(code))
            if number is not None:
                answers[code] = Quantity(number + (day or 0), "d")
        revisit = knowledge.revisit
        if revisit is not None:
            if day and not {ONSET_DAYS, ONSET} & answers.keys():
                # It was there at the first visit. Without this, "calcium within 3 months" would count to today.
                answers[ONSET_DAYS] = Quantity(day, "d")
            self._take_course(knowledge, revisit, kind, given, day, answers)
            if self._is_something_new(revisit, kind, given):
                answers[revisit.new_sign] = True
        return AnswersAtVisit(answers, disputed)

    def has_size(self, knowledge: KnowledgeBase) -> bool:
        """Tell whether a width was measured at an earlier visit whose day is known."""
        return bool(self._sizes(knowledge, EntryKind.FOLLOW_UP, {}, None))

    def size_is_known_twice(self, knowledge: KnowledgeBase, given: Mapping[str, AnswerValue], day: int | None) -> bool:
        """Tell whether the course follows from two widths, so that nobody has to be asked for it."""
        return len(self._sizes(knowledge, EntryKind.FOLLOW_UP, given, day)) > 1

    def _take_course(
        self,
        knowledge: KnowledgeBase,
        revisit: RevisitDefinition,
        kind: EntryKind,
        given: Mapping[str, AnswerValue],
        day: int | None,
        answers: dict[str, AnswerValue],
    ) -> None:
        if kind is EntryKind.FOLLOW_UP and revisit.not_smaller not in given:
            # What was not smaller at the visit before may be smaller now.
            answers.pop(revisit.not_smaller, None)
        sizes = self._sizes(knowledge, kind, given, day)
        if len(sizes) < 2 or sizes[0][1] == 0:
            return
        answers.pop(revisit.not_smaller, None)
        (first_day, first), (last_day, last) = sizes[0], sizes[-1]
        answers[revisit.size_in_percent] = Quantity(round(100 * last / first, 3), "%")
        answers[revisit.days_between] = Quantity(last_day - first_day, "d")

    def _sizes(
        self, knowledge: KnowledgeBase, kind: EntryKind, given: Mapping[str, AnswerValue], day: int | None
    ) -> list[tuple[int, float]]:
        """Return (day, millimetres) of each width. A correction replaces the one before it and keeps its day."""
        code = knowledge.revisit.size if knowledge.revisit else ""
        acts = [(entry.kind, entry.answers.get(code), day_of(entry)) for entry in self._ordered]
        sizes: list[tuple[int, float]] = []
        for act, value, on_day in (*acts, (kind, given.get(code), day)):
            size = _canonical(knowledge, code, value)
            if size is None:
                continue
            if act is EntryKind.CORRECTION and sizes:
                sizes[-1] = (sizes[-1][0], size)
            elif on_day is not None:
                sizes.append((on_day, size))
        return sizes

    def _is_something_new(self, revisit: RevisitDefinition, kind: EntryKind, given: Mapping[str, AnswerValue]) -> bool:
        """Tell whether a sign is there at the last follow-up that was not there at the visit before it."""
        if kind is EntryKind.FOLLOW_UP:
            now, before = given, self.state
        elif self._before_last_follow_up is not None:
            now, before = {**self.state.agreed, **given}, self._before_last_follow_up
        else:
            return False
        there = {code for code, value in before.agreed.items() if value is True}
        there |= {item.code for item in before.disagreements if True in item.values}
        return any(now.get(code) is True and code not in there for code in revisit.new_signs)


def day_of(entry: Entry) -> int | None:
    """Return the days from the first visit to an entry: what it says, 0 for the first, None where nobody knows."""
    said = _number(entry.answers.get(VISIT_DAY))
    if said is not None:
        return int(said)
    return None if entry.parents else 0


def age_of(knowledge: KnowledgeBase, answers: Mapping[str, AnswerValue]) -> float | None:
    """Return the age in days at the first visit. Of a case from another tablet only the group is known: its first day.

    The first day is the careful choice: limits for the young are the stricter ones.
    """
    age = answers.get(AGE_DAYS)
    if isinstance(age, int | float):
        return age
    return next((group.from_days for group in knowledge.age_groups if group.id == answers.get(AGE_GROUP)), None)


def _canonical(knowledge: KnowledgeBase, code: str, value: AnswerValue | None) -> float | None:
    number = _number(value)
    if number is None or code not in knowledge.measurements:
        return None
    definition = knowledge.measurements[code]
    try:
        size = to_canonical(definition, number, value.unit if isinstance(value, Quantity) else definition.unit, code)
    except InvalidInput:
        return None
    low, high = definition.possible
    return size if low <= size <= high else None


def _number(value: AnswerValue | None) -> float | None:
    if value is None or value == UNKNOWN:
        return None
    number = value.value if isinstance(value, Quantity) else value
    return None if isinstance(number, bool) or not isinstance(number, int | float) else number
