"""What waits to be sent, and what came back (`Outbox` in `mobile_app/ports.py`).

    entry 1 2 3 │ 4 5 │ 6 7 8        the outbox is the log: what lies after the last acknowledged entry waits
    batch └─────┘ └───┘  not yet     a batch is signed over sent forms, stored, then sent: always the same bytes
          acknowledged ┘

Only a response of the server moves `acknowledged`, and only to a boundary: the end of one of our batches.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from mobile_app.ports import Clock, Enrolment, Stored, SyncFault
from mobile_app.storage.database import Database
from mobile_app.storage.intake import take_in
from mobile_app.storage.rows import entry_from_text
from mobile_app.storage.tables import BatchRow, DeviceRow, EntryRow, RefusalRow, SentFormRow
from shared.case.entry import DeviceId, Entry
from shared.crypto.signing import SigningKey
from shared.errors import ChainMismatch, InvalidInput
from shared.sync.batch import GENESIS, MAX_ENTRIES, Batch, batch_hash
from shared.sync.messages import MAX_BATCHES, ChainHead, Quarantined, SyncRequest, SyncResponse

# A batch stays small enough for one to get through a bad minute of a slow line.
_MAX_BATCH_BYTES = 64 * 1024
# Taking in a whole page of 500 entries holds the file for a tenth of a second or more; a tap must not wait that long.
_PORTION = 50
# The lock is not fair: without a pause the next portion would take it before a tap that waits.
_LET_A_TAP_IN_S = 0.001
# What JSON adds to an entry's own bytes at most, and to a batch: brackets, commas, the signature in base64.
_ENTRY_FRAME, _BATCH_FRAME = 2, 160


class EncryptedOutbox:
    """The store as the sync client sees it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._running = threading.Event()
        with database.reading() as session:
            self.device = DeviceId(_device(session).device)

    @property
    def is_running(self) -> bool:
        return self._running.is_set()

    def public_key(self) -> bytes:
        return self._signing_key().public_bytes

    def sign(self, message: bytes) -> bytes:
        return self._signing_key().sign(message)

    def enrolment(self) -> Enrolment | None:
        with self._database.reading() as session:
            row = _device(session)
            if not row.server_url:
                return None
            head = ChainHead(row.acknowledged_seq, row.acknowledged_hash)
            return Enrolment(row.server_url, row.site_id, row.site_name, row.epoch, row.nonce, row.cursor, head)

    def save_enrolment(self, enrolment: Enrolment) -> None:
        with self._database.writing() as session:
            row = _device(session)
            row.server_url, row.site_id, row.site_name = enrolment.server_url, enrolment.site_id, enrolment.site_name
            row.epoch, row.nonce, row.cursor = enrolment.epoch, enrolment.nonce, enrolment.cursor
            row.acknowledged_seq, row.acknowledged_hash = enrolment.acknowledged.seq, enrolment.acknowledged.hash
            row.last_failure = row.last_fault = ""
            session.add(row)
            # What another server refused, this one may accept.
            session.exec(delete(RefusalRow))

    def next_request(self, *, max_bytes: int, app_version: str, knowledge_version: str) -> SyncRequest:
        with self._database.reading() as session:
            is_signed = _signed_up_to(session) == _device(session).last_seq
        if not is_signed:
            with self._database.writing() as session:
                self._sign_new_batches(session, _device(session))
        # What is signed is fixed, so a tap may write beside the reading of it.
        with self._database.reading() as session:
            device = _device(session)
            batches = _batches_to_send(session, device.acknowledged_seq, max_bytes)
            sent_to = batches[-1].last_seq if batches else device.acknowledged_seq
            return SyncRequest(
                device=self.device,
                epoch=device.epoch,
                cursor=device.cursor,
                stored=ChainHead(device.acknowledged_seq, device.acknowledged_hash),
                waiting=device.last_seq - sent_to,
                app_version=app_version,
                knowledge_version=knowledge_version,
                batches=batches,
            )

    def save_response(self, request: SyncRequest, response: SyncResponse) -> Stored:
        with self._database.reading() as session:
            # Nothing of an answer that does not belong to this tablet is stored.
            _expect_boundary(session, response.acknowledged, response.epoch)
            _expect_own(session, self.device, response.quarantined)
        *early, last = _in_portions(response.entries)
        pulled, reasons = 0, list[str]()
        for portion in early:
            with self._database.writing() as session:
                taken = take_in(session, self.device, portion, (), self._clock.now())
            pulled += taken.entries
            reasons += taken.reasons
            time.sleep(_LET_A_TAP_IN_S)
        with self._database.writing() as session:
            device = _device(session)
            before = (device.epoch, device.acknowledged_seq, device.cursor)
            is_other_database = response.epoch != device.epoch
            _move_head(session, device, response.acknowledged, response.epoch)
            _note_refusals(session, self.device, request, response.quarantined)
            taken = take_in(session, self.device, last, response.reviews, self._clock.now())
            # The cursor moves in the transaction that stores the rest of its page: after a crash the page comes again,
            # and does nothing where it is here already. Positions of another database mean nothing in this one, so
            # after a change of epoch everything is pulled from the start; what is here already stays.
            device.cursor = 0 if is_other_database else response.cursor
            device.nonce = response.nonce
            session.add(device)
            waits = device.last_seq > device.acknowledged_seq
            return Stored(
                pulled=pulled + taken.entries,
                reviews=taken.reviews,
                quarantine_reasons=(*(item.reason for item in response.quarantined), *reasons, *taken.reasons),
                has_moved=before != (device.epoch, device.acknowledged_seq, device.cursor),
                must_come_again=waits or response.more or is_other_database,
            )

    def move_head(self, head: ChainHead, epoch: str) -> bool:
        with self._database.writing() as session:
            device = _device(session)
            before = (device.epoch, device.acknowledged_seq)
            if epoch != device.epoch:
                device.cursor = 0
            _move_head(session, device, head, epoch)
            session.add(device)
            return before != (device.epoch, device.acknowledged_seq)

    def sync_started(self) -> None:
        self._running.set()

    def sync_ended(self, failure: str = "", fault: SyncFault | None = None) -> None:
        self._running.clear()
        with self._database.writing() as session:
            device = _device(session)
            device.last_failure, device.last_fault = failure, fault or ""
            if not failure:
                device.last_success = self._clock.now().isoformat()
            session.add(device)

    def _signing_key(self) -> SigningKey:
        with self._database.reading() as session:
            return SigningKey(_device(session).signing_key)

    def _sign_new_batches(self, session: Session, device: DeviceRow) -> None:
        """Bind entries that are in no batch yet into batches, as many as one request takes, and keep the batches."""
        last = session.exec(select(BatchRow).order_by(col(BatchRow.last_seq).desc()).limit(1)).first()
        last_seq, previous = (last.last_seq, last.hash) if last is not None else (0, GENESIS)
        forms = session.exec(
            select(SentFormRow.seq, SentFormRow.hash, func.length(SentFormRow.body))
            .where(col(SentFormRow.seq) > last_seq)
            .order_by(col(SentFormRow.seq))
            .limit(MAX_ENTRIES)
        ).all()
        if not forms:
            return
        key = SigningKey(device.signing_key)
        for first_seq, hashes in _portions(forms):
            previous = batch_hash(self.device, first_seq, previous, hashes)
            session.add(
                BatchRow(
                    first_seq=first_seq,
                    last_seq=first_seq + len(hashes) - 1,
                    hash=previous,
                    signature=key.sign(previous),
                )
            )
        session.flush()


def _signed_up_to(session: Session) -> int:
    return session.exec(select(func.max(col(BatchRow.last_seq)))).one() or 0


def _portions(forms: Iterable[tuple[int, bytes, int]]) -> Iterable[tuple[int, list[bytes]]]:
    """Cut sent forms into batches: (first seq, entry hashes)."""
    first_seq, size = 0, 0
    hashes: list[bytes] = []
    for seq, entry_hash, length in forms:
        # `length` counts characters; all that leaves the tablet is codes and numbers, one byte each.
        if hashes and (len(hashes) == MAX_ENTRIES or size + length > _MAX_BATCH_BYTES):
            yield first_seq, hashes
            hashes, size = [], 0
        if not hashes:
            first_seq = seq
        hashes.append(entry_hash)
        size += length
    if hashes:
        yield first_seq, hashes


def _batches_to_send(session: Session, after_seq: int, max_bytes: int) -> tuple[Batch, ...]:
    """Return the batches after an acknowledged boundary that one request can carry; always at least one that waits."""
    chosen: list[Batch] = []
    size = entries_in_request = 0
    waiting = select(BatchRow).where(col(BatchRow.first_seq) > after_seq).order_by(col(BatchRow.first_seq))
    for row in session.exec(waiting.limit(MAX_BATCHES)):
        count = row.last_seq - row.first_seq + 1
        bodies = session.exec(
            select(SentFormRow.body)
            .where(col(SentFormRow.seq).between(row.first_seq, row.last_seq))
            .order_by(col(SentFormRow.seq))
        ).all()
        size += _BATCH_FRAME + sum(len(body.encode()) + _ENTRY_FRAME for body in bodies)
        entries_in_request += count
        if chosen and (size > max_bytes or entries_in_request > MAX_ENTRIES):
            break
        chosen.append(Batch(row.first_seq, tuple(map(entry_from_text, bodies)), row.signature))
    return tuple(chosen)


def _in_portions(entries: Sequence[Entry]) -> list[Sequence[Entry]]:
    """Cut a page so that no portion holds the file for long; always at least one, be it empty."""
    return [entries[start : start + _PORTION] for start in range(0, max(len(entries), 1), _PORTION)]


def _move_head(session: Session, device: DeviceRow, head: ChainHead, epoch: str) -> None:
    _expect_boundary(session, head, epoch)
    device.acknowledged_seq, device.acknowledged_hash, device.epoch = head.seq, head.hash, epoch


def _expect_boundary(session: Session, head: ChainHead, epoch: str) -> None:
    # A head that is no boundary of ours is refused whatever the epoch: it would make us skip entries.
    is_start = head == ChainHead(0, GENESIS)
    boundary = session.exec(select(BatchRow).where(BatchRow.last_seq == head.seq)).first()
    if not is_start and (boundary is None or boundary.hash != head.hash):
        raise ChainMismatch(head.seq, head.hash, epoch)


def _expect_own(session: Session, device: DeviceId, quarantined: Iterable[Quarantined]) -> None:
    for item in quarantined:
        if session.get(EntryRow, (device, item.seq)) is None:
            raise InvalidInput("quarantined", "names an entry that this tablet never wrote")


def _note_refusals(
    session: Session, device: DeviceId, request: SyncRequest, quarantined: Sequence[Quarantined]
) -> None:
    """Keep what the server set aside of this request's entries, and forget what it no longer does."""
    sent = {entry.id.seq: entry.case_id for batch in request.batches for entry in batch.entries}
    if not sent:
        return
    session.exec(delete(RefusalRow).where(col(RefusalRow.seq).between(min(sent), max(sent))))
    for item in quarantined:
        row = session.get_one(EntryRow, (device, item.seq))
        session.merge(RefusalRow(seq=item.seq, case_id=row.case_id, reason=item.reason))


def _device(session: Session) -> DeviceRow:
    return session.get_one(DeviceRow, 1)
