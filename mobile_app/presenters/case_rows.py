"""A case as one row of a list: who, where, what it seems to be, how urgent, and where its sync stands."""

from __future__ import annotations

from dataclasses import dataclass

from mobile_app.ports.records import CaseSummary, SyncState
from mobile_app.presenters.answers import regions_of, where_in_words, who_in_words
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import BadgeView, SyncSign
from mobile_app.presenters.result import badge_of
from mobile_app.presenters.review_words import NOT_USED, REJECTED, review_in_brief
from mobile_app.presenters.wording import capitalised, count_of, limb_of, lower_first, phrase, say

SYNC_WORDS = {
    SyncState.LOCAL: phrase("On this tablet"),
    SyncState.WAITING: phrase("Waiting"),
    SyncState.SENT: phrase("Sent"),
    SyncState.NOT_ACCEPTED: phrase("Not accepted"),
}
_SIGNS = {
    SyncState.LOCAL: SyncSign.NOT_CONNECTED,
    SyncState.WAITING: SyncSign.WAITING,
    SyncState.SENT: SyncSign.ALL_SENT,
    SyncState.NOT_ACCEPTED: SyncSign.NOT_ACCEPTED,
}


@dataclass(frozen=True, slots=True)
class CaseRowView:
    """One case. `limb` is `hand` or `foot`, for the icon; `differs` where answers differ.

    `found` says that other cases are linked with it, and what a search found it by where the row does not show that.
    """

    case_id: str
    name: str
    who: str
    line: str
    limb: str
    badge: BadgeView | None
    sync_sign: SyncSign
    sync_word: str
    differs: bool
    found: str = ""


def case_row(desk: Desk, row: CaseSummary) -> CaseRowView:
    """Return the row of one case."""
    word = say(SYNC_WORDS[row.sync_state])
    if row.disagreements:
        word = count_of(row.disagreements, "2 answers differ", "{count} questions differ")
    return CaseRowView(
        case_id=row.case_id,
        name=say("Case {code}", code=row.short_code),
        who=who_in_words(desk.knowledge, row.answers),
        line=_line(desk, row),
        limb=limb_of(regions_of(row.answers)),
        badge=badge_of(row.conclusion.disposition) if row.conclusion else None,
        sync_sign=_SIGNS[row.sync_state],
        sync_word=word,
        differs=row.disagreements > 0,
        found=_same_child(row),
    )


def _same_child(row: CaseSummary) -> str:
    if not row.same_child:
        return ""
    return count_of(row.same_child, "Same child: {count} case", "Same child: {count} cases")


def _line(desk: Desk, row: CaseSummary) -> str:
    """Return "Left ankle · cellulitis likely"; a coordinator's diagnosis outweighs the tablet's.

    A case that the coordinator has rejected says so first.
    """
    parts = [capitalised(where_in_words(row.answers))]
    if row.review and row.review.diagnosis:
        parts.append(review_in_brief(row.review, desk.words))
    elif row.conclusion and row.conclusion.fits and row.conclusion.differential:
        first = row.conclusion.differential[0]
        name = lower_first(desk.words.condition(first.condition))
        verdict = desk.verdict_of(first, row.conclusion.knowledge_version)
        parts.append(say("{condition} {verdict}", condition=name, verdict=verdict))
    elif row.conclusion:
        parts.append(say("does not fit"))
    if row.review and row.review.state == REJECTED:
        parts.insert(0, capitalised(say(NOT_USED)))
    return " · ".join(part for part in parts if part)
