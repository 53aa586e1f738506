"""What reports count of a case, worked out from its de-identified entries when one arrives.

Where entries say a thing twice, the last one that says it counts, in causal order; of how long before the first visit
something was, that visit's word counts, and a later correction of it more. What no entry says is `NOT_SAID`, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlmodel import Session

from shared.case.entry import AnswerValue, Entry, EntryKind, Quantity
from shared.case.log import CaseLog
from shared.privacy.projection import NEWBORN_AGE_DAYS, VISIT_DAY
from sync_server.repositories import cases, entries
from sync_server.repositories.cases import NOT_SAID, Course

SKIN_RULE = "RF10_skin_necrosis_over_lesion"
"""The danger rule for skin that dies over the lesion: a published series leaves such children out."""
ONSET, CALCIUM = "onset_days", "days_since_iv_calcium"
_YES_NO: dict[bool | str, int] = {True: 1, "yes": 1, False: 0, "no": 0}


def course_of(log: Sequence[Entry]) -> Course:
    """Return the course of a case with these entries, parents before children."""
    outcomes = [entry for entry in reversed(log) if entry.kind is EntryKind.OUTCOME]
    concluded = [entry.conclusion for entry in log if entry.conclusion is not None]
    return Course(
        age_days=_first_said(outcomes, NEWBORN_AGE_DAYS),
        healed_days=_first_said(outcomes, "healed_days"),
        followed_days=max((_first_said((entry,), VISIT_DAY) for entry in log), default=NOT_SAID),
        sequelae=next((stayed for stayed in map(_stayed, outcomes) if stayed != NOT_SAID), NOT_SAID),
        dying_skin=int(any(SKIN_RULE in one.red_flags for one in concluded)) if concluded else NOT_SAID,
        knowledge=" ".join(sorted({one.knowledge_version for one in concluded})),
        onset_days=_days_before(log, ONSET),
        calcium_days=_days_before(log, CALCIUM),
    )


def _stayed(outcome: Entry) -> int:
    said = outcome.answers.get("sequelae")
    return _YES_NO.get(said, NOT_SAID) if isinstance(said, bool | str) else NOT_SAID


def _days_before(log: Sequence[Entry], code: str) -> int:
    if len(log) == 1:
        return _first_said(log, code)
    telling = [entry for entry in log if code in entry.answers]
    corrections = [entry for entry in reversed(telling) if entry.kind is EntryKind.CORRECTION]
    # The first visit follows upon nothing.
    visits = sorted((one for one in telling if one.kind is not EntryKind.CORRECTION), key=lambda one: bool(one.parents))
    return _first_said([*corrections, *visits], code)


def _first_said(log: Iterable[Entry], code: str) -> int:
    for entry in log:
        value: AnswerValue | None = entry.answers.get(code)
        number = value.value if isinstance(value, Quantity) else value
        if isinstance(number, int | float) and not isinstance(number, bool):
            return int(number)
    return NOT_SAID


def courses_read(session: Session, numbers: Sequence[int]) -> dict[int, Course]:
    """Return the courses of cases, read from their entries: of those that came in before this was worked out."""
    ids = {number: case.case_id for number, case in cases.by_number(session, numbers).items()} if numbers else {}
    found = entries.of_cases(session, ids)
    return {number: course_of(CaseLog.of(ids[number], some).in_causal_order()) for number, some in found.items()}
