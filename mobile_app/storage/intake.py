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

from sqlalchemy import insert
from sqlmodel import Session, col, select

from mobile_app.storage import account
from mobile_app.storage.case_index import CHUNK, read_entries, touch, update_index
from mobile_app.storage.rows import entry_to_text, review_to_row
from mobile_app.storage.sending import sent_texts
from mobile_app.storage.tables import CaseIndexRow, EntryRow, QuarantineRow, ReviewRow, TabletTable
from mobile_app.storage.withdrawal import is_erased_form, is_withdrawn, without_content
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind
from shared.case.log import CaseLog
from shared.errors import InvalidInput
from shared.sync.messages import Review

OTHER_CONTENT = "Another entry with the same number is here already."
OWN_UNKNOWN = "It carries this tablet's number, but this tablet never wrote it."
_ENTRY = TabletTable.metadata.tables["entry"]

IN_A_CIRCLE = "What it builds on runs in a circle."


@dataclass(frozen=True, slots=True)
class Taken:
    """How much of a page was new, and why some of it was set aside."""

    entries: int
    reviews: int
    reasons: tuple[str, ...]


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
    shown: dict[EntryId, bytes] = {}
    reasons: list[str] = []
    by_case: dict[CaseId, list[Entry]] = {}
    known_texts = _known_texts(session, device, entries := tuple(entries))
    for entry in entries:
        text = entry_to_text(entry)
        known = known_texts.get((entry.id.device, entry.id.seq))
        if known is None and entry.id.device == device:
            reasons.append(_set_aside(session, entry, OWN_UNKNOWN))
        elif known is None:
            known_texts[entry.id.device, entry.id.seq] = text
            by_case.setdefault(entry.case_id, []).append(entry)
        elif known == text:
            shown[entry.id] = account.hash_of_text(text)
        elif not is_erased_form(session, entry, known):
            reasons.append(_set_aside(session, entry, OTHER_CONTENT))
    rows: list[dict[str, object]] = []
    logs: list[CaseLog] = []
    known_entries = read_entries(session, tuple(by_case))
    for case_id, new in by_case.items():
        try:
            logs.append(CaseLog.of(case_id, [*known_entries[case_id], *new]))
        except InvalidInput:
            reasons.extend(_set_aside(session, entry, IN_A_CIRCLE) for entry in new)
            continue
        texts = {entry.id: entry_to_text(entry) for entry in new}
        rows += [
            {"device": entry_id.device, "seq": entry_id.seq, "case_id": case_id, "body": text}
            for entry_id, text in texts.items()
        ]
        shown |= {entry_id: account.hash_of_text(text) for entry_id, text in texts.items()}
    if is_from_server:
        account.hold(session, _without_erased(session, entries, shown))
    if rows:
        session.execute(insert(_ENTRY), rows)
        update_index(session, logs, device, now)
    return Taken(len(rows), _take_in_reviews(session, reviews, now), tuple(reasons))


def _without_erased(session: Session, entries: Iterable[Entry], shown: dict[EntryId, bytes]) -> dict[EntryId, bytes]:
    """Leave out what is no longer read here: the server is about to erase it, or has."""
    cases = sorted({entry.case_id for entry in entries})
    withdrawn: set[str] = set()
    for start in range(0, len(cases), CHUNK):
        among = col(CaseIndexRow.case_id).in_(cases[start : start + CHUNK])
        withdrawn |= set(session.exec(select(CaseIndexRow.case_id).where(among, col(CaseIndexRow.is_withdrawn))))
    unread = {entry.id for entry in entries if entry.case_id in withdrawn and entry.kind is not EntryKind.WITHDRAWAL}
    return {entry_id: digest for entry_id, digest in shown.items() if entry_id not in unread}


def _known_texts(session: Session, device: DeviceId, entries: tuple[Entry, ...]) -> dict[tuple[str, int], str]:
    """Return what this tablet holds under the identities of a page: for entries recorded here, what is sent of them."""
    known: dict[tuple[str, int], str] = {}
    by_device: dict[str, list[int]] = {}
    for entry in entries:
        by_device.setdefault(entry.id.device, []).append(entry.id.seq)
    for other, seqs in by_device.items():
        for start in range(0, len(seqs), CHUNK):
            some = seqs[start : start + CHUNK]
            if other != device:
                pulled = select(EntryRow.seq, EntryRow.body).where(
                    EntryRow.device == other, col(EntryRow.seq).in_(some)
                )
                known |= {(other, seq): body for seq, body in session.exec(pulled)}
    recorded_here = sent_texts(session, (entry.id for entry in entries))
    return known | {(entry_id.device, entry_id.seq): body for entry_id, body in recorded_here.items()}


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
