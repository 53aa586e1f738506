"""Taking in what was pulled: other tablets' entries, and the coordinator's reviews.

new identity                   stored, and the case is folded again
known, the same content        nothing happens
known, other content           quarantine: neither may overwrite the other
of a withdrawn case            stored without its content
would make its case unreadable quarantine (parents that run in a circle: only a forged entry can do that)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from mobile_app.storage import account
from mobile_app.storage.case_index import read_entries, touch, update_index
from mobile_app.storage.many import insert_many, rows_among
from mobile_app.storage.rows import entry_to_text, review_to_row
from mobile_app.storage.sending import sent_texts
from mobile_app.storage.tables import QuarantineRow, ReviewRow
from mobile_app.storage.withdrawal import is_erased_form, is_withdrawn, without_content
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind
from shared.case.log import CaseLog
from shared.errors import InvalidInput
from shared.sync.messages import Review

OTHER_CONTENT = "Another entry with the same number is here already."
OWN_UNKNOWN = "It carries this tablet's number, but this tablet never wrote it."
IN_A_CIRCLE = "What it builds on runs in a circle."
_INSERT = "INSERT INTO entry (device, seq, case_id, body) VALUES (?, ?, ?, ?)"
_CASES = "SELECT case_id, is_withdrawn FROM case_index WHERE case_id IN (SELECT value FROM json_each(?))"
_BODIES = "SELECT seq, body FROM entry WHERE device = ? AND seq IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Taken:
    """How much of a page was new, and why some of it was set aside."""

    entries: int = 0
    reviews: int = 0
    reasons: tuple[str, ...] = ()

    def __add__(self, other: Taken) -> Taken:
        return Taken(self.entries + other.entries, self.reviews + other.reviews, self.reasons + other.reasons)


def take_in(
    session: Session,
    device: DeviceId,
    entries: Iterable[Entry],
    reviews: Iterable[Review],
    now: datetime,
    *,
    is_from_server: bool = True,
) -> Taken:
    """Store a page inside the caller's transaction. What the server gave is held by it from now on (`account.py`)."""
    account.prepare(session)
    page = tuple(entries)
    shown: dict[EntryId, bytes] = {}
    reasons: list[str] = []
    by_case: dict[CaseId, list[Entry]] = {}
    withdrawn_before = _withdrawn_by_case(session, page)
    known_texts = _known_texts(session, device, page)
    for entry in page:
        text = entry_to_text(entry)
        known = known_texts.get(entry.id)
        if known is None and entry.id.device == device:
            reasons.append(_set_aside(session, entry, OWN_UNKNOWN))
        elif known is None:
            known_texts[entry.id] = text
            by_case.setdefault(entry.case_id, []).append(entry)
        elif known == text:
            shown[entry.id] = account.hash_of_text(text)
        elif not is_erased_form(session, entry, known):
            reasons.append(_set_aside(session, entry, OTHER_CONTENT))
    rows: list[tuple[object, ...]] = []
    logs: list[CaseLog] = []
    # A case without a row in the list has no entries either.
    known_entries = read_entries(session, [case_id for case_id in by_case if case_id in withdrawn_before])
    for case_id, new in by_case.items():
        try:
            logs.append(CaseLog.of(case_id, [*known_entries.get(case_id, ()), *new]))
        except InvalidInput:
            reasons.extend(_set_aside(session, entry, IN_A_CIRCLE) for entry in new)
            continue
        for entry in new:
            text = known_texts[entry.id]
            rows.append((entry.id.device, entry.id.seq, case_id, text))
            shown[entry.id] = account.hash_of_text(text)
    if is_from_server:
        # What is no longer read here the server is about to erase, or has.
        unread = {
            entry.id for entry in page if withdrawn_before.get(entry.case_id) and entry.kind is not EntryKind.WITHDRAWAL
        }
        account.hold(session, {one: digest for one, digest in shown.items() if one not in unread})
    if rows:
        insert_many(session, _INSERT, rows)
        update_index(session, logs, device, now)
    return Taken(len(rows), _take_in_reviews(session, reviews, now), tuple(reasons))


def _withdrawn_by_case(session: Session, page: tuple[Entry, ...]) -> dict[str, bool]:
    """Return for each case of a page that is known here whether it is withdrawn."""
    cases = rows_among(session, _CASES, {entry.case_id for entry in page})
    return {case_id: bool(is_withdrawn) for case_id, is_withdrawn in cases}


def _known_texts(session: Session, device: DeviceId, page: tuple[Entry, ...]) -> dict[EntryId, str]:
    """Return what this tablet holds under the identities of a page: for entries recorded here, what is sent of them."""
    known: dict[EntryId, str] = {}
    by_device: dict[DeviceId, list[int]] = {}
    for entry in page:
        by_device.setdefault(entry.id.device, []).append(entry.id.seq)
    for other, seqs in by_device.items():
        if other != device:
            known |= {EntryId(other, seq): body for seq, body in rows_among(session, _BODIES, other, seqs)}
    return known | sent_texts(session, (entry.id for entry in page))


def _set_aside(session: Session, entry: Entry, reason: str) -> str:
    # Of a withdrawn case nothing but the bare graph is kept, also where it is set aside.
    text = entry_to_text(without_content(entry) if is_withdrawn(session, entry.case_id) else entry)
    kept = select(QuarantineRow).where(
        QuarantineRow.device == entry.id.device, QuarantineRow.seq == entry.id.seq, QuarantineRow.body == text
    )
    if session.exec(kept).first() is None:
        session.add(QuarantineRow(device=entry.id.device, seq=entry.id.seq, body=text, reason=reason))
        session.flush()
    return reason


def _take_in_reviews(session: Session, reviews: Iterable[Review], now: datetime) -> int:
    new = 0
    touched: list[CaseId] = []
    for review in reviews:
        if is_withdrawn(session, review.case_id):
            continue
        if session.get(ReviewRow, (review.case_id, review.number)) is None:
            new += 1
            touched.append(review.case_id)
        session.merge(review_to_row(review))
    touch(session, dict.fromkeys(touched), now)
    return new
