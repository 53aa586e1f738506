"""One case, scored: what the tool said before anybody had adjudicated, against what it was.

Nothing of a case that arrives later changes its score but the diagnosis of its last review. A conclusion travels with
its five most probable diagnoses and the rest; what it does not name has no place and 0 per cent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from shared.case.entry import Conclusion, Entry, EntryId, Quantity
from shared.evaluation.scores import brier
from shared.sync.messages import Review
from sync_server.repositories import entries, reviews, scores
from sync_server.repositories.cases import StoredCase
from sync_server.repositories.scores import Score

ANTIBIOTICS = "antibiotics_given"
NONE, BEFORE, LATER = "none", "before", "later"
"""What the entries before the diagnosis say of antibiotics: none at any visit, given before the first, begun later."""


def keep(session: Session, case: StoredCase) -> None:
    """Score a case anew, in the transaction that saves its review."""
    found = entries.of_cases(session, {case.case_no: case.case_id})[case.case_no]
    places = scores.places_of_entries(session, [case.case_no])
    said = reviews.of_cases(session, {case.case_no: case})[case.case_no]
    scores.replace(session, case.case_no, scores_of(found, places, said))


def scores_of(found: Sequence[Entry], places: Mapping[EntryId, int], said: Sequence[Review]) -> tuple[Score, ...]:
    """Return the score of a case's first conclusion, and of its last if that is another; none where there is none.

    `places` are the entries' positions at the site, in one row with the numbers of the reviews.
    """
    if not said or not said[-1].diagnosis:
        return ()
    adjudicated = min(review.number for review in said if review.diagnosis)
    before = sorted((entry for entry in found if places[entry.id] < adjudicated), key=lambda entry: places[entry.id])
    concluded = [entry.conclusion for entry in before if entry.conclusion and entry.conclusion.differential]
    if not concluded:
        return ()
    diagnosis, given = said[-1].diagnosis, _antibiotics(before)
    first = _score(concluded[0], diagnosis, given, is_last=False)
    return (first,) if len(concluded) == 1 else (first, _score(concluded[-1], diagnosis, given, is_last=True))


def _score(concluded: Conclusion, diagnosis: str, antibiotics: str, *, is_last: bool) -> Score:
    # Sorting keeps the order of equal ones, which is that of the tablet.
    ranked = sorted(concluded.differential, key=lambda row: -row.probability)
    names = [row.condition for row in ranked]
    percents = [round(100 * row.probability) for row in ranked]
    place = names.index(diagnosis) + 1 if diagnosis in names else 0
    return Score(
        is_last=is_last,
        knowledge_version=concluded.knowledge_version,
        diagnosis=diagnosis,
        leader=names[0],
        urgency=concluded.disposition,
        danger_rules=len(concluded.red_flags),
        place=place,
        first=percents[0],
        second=percents[1] if len(percents) > 1 else 0,
        third=percents[2] if len(percents) > 2 else 0,
        given=percents[place - 1] if place else 0,
        brier=round(brier({row.condition: row.probability for row in ranked}, (diagnosis,)), 6),
        antibiotics=antibiotics,
    )


def _antibiotics(before: Sequence[Entry]) -> str:
    hours = []
    for entry in before:
        value = entry.answers.get(ANTIBIOTICS)
        number = value.value if isinstance(value, Quantity) else value
        hours.append(number if isinstance(number, int | float) and not isinstance(number, bool) else None)
    if hours and hours[0]:
        return BEFORE
    if any(hours):
        return LATER
    return NONE if 0 in hours else ""
