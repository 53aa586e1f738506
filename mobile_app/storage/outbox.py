"""What waits to be sent, and what came back (`Outbox` in `mobile_app/ports/outbox.py`).

    entry 1 2 3 │ 4 5 │ 6 7 8        the outbox is the log: what lies after the last acknowledged entry waits
    batch └─────┘ └───┘  not yet     a batch is signed over sent forms, stored, then sent: always the same bytes
          acknowledged ┘

Only a response of the server moves `acknowledged`, and only to a boundary: the end of one of our batches, or of batches
that can be made of our sent forms (`boundaries.py`).

A tablet that was restored from a backup has two outboxes or more: its own, and one of each former tablet, which sends
what that one had not had acknowledged when the backup was made. The latter takes in what an answer brings, but does
not come again for more: that is the own one's work.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import delete
from sqlmodel import Session, col, select

from mobile_app.locked_ports import Clock
from mobile_app.ports.outbox import Enrolment, Stored
from mobile_app.ports.sync import SyncFault
from mobile_app.storage import account, comparison
from mobile_app.storage.boundaries import (
    batches_up_to,
    expect_boundary,
    make_batches,
    signed_up_to,
    take_boundary,
)
from mobile_app.storage.chain import Chain, former_chains, own_chain
from mobile_app.storage.database import Database
from mobile_app.storage.intake import Taken, take_in
from mobile_app.storage.parcels import EncryptedParcels
from mobile_app.storage.request_batches import batches_to_send
from mobile_app.storage.tables import DeviceRow, EntryRow, FormerDeviceRow
from mobile_app.storage.withdrawal import is_moot
from shared.canonical import read_json
from shared.case.entry import DeviceId, Entry, entry_from_json
from shared.crypto.signing import SigningKey
from shared.errors import IdentityConflictAnswered, InvalidInput
from shared.privacy.sent_text import SentTexts
from shared.sync.batch import GENESIS, Batch, canonical_entries
from shared.sync.message_fields import object_of
from shared.sync.messages import ChainHead, Quarantined, SyncRequest, SyncResponse
from shared.sync.packed_message import make_ready

# After so many entries of a page it is looked whether a tap waits to write (`turns.py`); fewer while somebody taps.
_PORTION, _PORTION_BESIDE_TAPS = 170, 50
# The lock is not fair: without a pause the next portion would take it before a tap that waits.
_LET_A_TAP_IN_S = 0.001


class EncryptedOutbox:
    """The store as the sync client sees it: what this tablet writes, or with `former` what a former one wrote."""

    def __init__(self, database: Database, clock: Clock, texts: SentTexts, former: Chain | None = None) -> None:
        self._database = database
        self._clock = clock
        self._texts = texts
        self._running = threading.Event()
        self._ready: Sequence[Batch] = ()
        with database.reading() as session:
            self._own = own_chain(session)
        self._chain = former or self._own
        self.device = self._chain.device
        self.parcels = EncryptedParcels(database)

    def former(self) -> Sequence[EncryptedOutbox]:
        with self._database.reading() as session:
            own = self._own.state(session)
            return tuple(
                EncryptedOutbox(self._database, self._clock, self._texts, chain)
                for chain in former_chains(session)
                if _has_to_be_asked(chain.state(session), own.server_url, own.site_id, own.epoch)
            )

    @property
    def is_running(self) -> bool:
        return self._running.is_set()

    def public_key(self) -> bytes:
        return self._signing_key().public_bytes

    def sign(self, message: bytes) -> bytes:
        return self._signing_key().sign(message)

    def read_entry(self, text: bytes, device: DeviceId, seq: int) -> Entry:
        entry = self._texts.read(text, device, seq)
        if entry is not None:
            return entry
        # Written under a newer policy, perhaps, or by hand: read in full.
        return entry_from_json({**object_of(read_json(text), "entry"), "device": device, "seq": seq})

    def enrolment(self) -> Enrolment | None:
        with self._database.reading() as session:
            row = self._chain.state(session)
            if not row.server_url:
                return None
            head = ChainHead(row.acknowledged_seq, row.acknowledged_hash)
            return Enrolment(
                row.server_url,
                row.site_id,
                row.site_name,
                row.epoch,
                row.nonce,
                row.cursor,
                head,
                row.box_key,
                row.verify_key,
            )

    def save_enrolment(self, enrolment: Enrolment) -> None:
        with self._database.writing() as session:
            account.prepare(session)
            if not self._chain.is_former:
                if _is_another_site(session, enrolment):
                    account.forget_others(session)
                account.believe_again(session)
            row = self._chain.state(session)
            row.server_url, row.site_id, row.site_name = enrolment.server_url, enrolment.site_id, enrolment.site_name
            row.epoch, row.nonce, row.cursor = enrolment.epoch, enrolment.nonce, enrolment.cursor
            row.acknowledged_seq, row.acknowledged_hash = enrolment.acknowledged.seq, enrolment.acknowledged.hash
            row.box_key, row.verify_key, row.given_seq = enrolment.box_key, enrolment.verify_key, 0
            if not self._chain.is_former:
                row.last_failure = row.last_fault = ""
            session.add(row)
            # What another server refused, this one may accept.
            refusal = self._chain.refusal
            session.exec(delete(refusal).where(*self._chain.of_it(refusal)))
            account.settle(session, self._chain, 1, row.last_seq)

    def next_request(self, *, max_bytes: int, app_version: str, knowledge_version: str) -> SyncRequest:
        ready, self._ready = {batch.signature: batch for batch in self._ready}, ()
        self._sign()
        # What is signed is fixed, so a tap may write beside the reading of it.
        with self._database.reading() as session:
            device = self._chain.state(session)
            stored = ChainHead(device.acknowledged_seq, device.acknowledged_hash)
            batches = batches_to_send(session, self._chain, stored.seq, max_bytes, ready)
            sent_to = batches[-1].last_seq if batches else stored.seq
            return SyncRequest(
                device=self.device,
                epoch=device.epoch,
                cursor=device.cursor,
                stored=stored,
                waiting=device.last_seq - sent_to,
                app_version=app_version,
                knowledge_version=knowledge_version,
                batches=batches,
            )

    def make_ready(self, request: SyncRequest) -> None:
        if not request.batches or not request.waiting:
            return
        self._sign()
        # Each request may be twice as long as the one before.
        longest = 2 * sum(len(text) for batch in request.batches for text in canonical_entries(batch.entries))
        with self._database.reading() as session:
            following = batches_to_send(session, self._chain, request.batches[-1].last_seq, longest)
        self._ready = [make_ready(batch, self.device) for batch in following]

    def request_again(self, seq: int, request: SyncRequest, *, max_bytes: int) -> SyncRequest:
        with self._database.reading() as session:
            batch = self._chain.batch
            of_it = self._chain.of_it(batch)
            first = session.exec(
                select(batch.first_seq).where(col(batch.first_seq) <= seq, col(batch.last_seq) >= seq, *of_it)
            ).one()
            before = session.exec(select(batch).where(col(batch.last_seq) == first - 1, *of_it)).first()
            stored = ChainHead(0, GENESIS) if before is None else ChainHead(before.last_seq, before.hash)
            return replace(request, stored=stored, batches=batches_to_send(session, self._chain, stored.seq, max_bytes))

    def save_response(self, request: SyncRequest, response: SyncResponse) -> Stored:
        with self._database.reading() as session:
            # Nothing of an answer that does not belong to this tablet is stored.
            expect_boundary(session, self._chain, response.acknowledged, response.epoch)
            _expect_own(session, self.device, response.quarantined)
        left, taken = response.entries, Taken()
        while True:
            with self._database.writing() as session:
                while len(left) > (size := self._portion()):
                    taken += take_in(session, self._own.device, left[:size], (), self._clock.now())
                    left = left[size:]
                    if self._database.is_awaited:
                        break
                else:
                    return self._save_rest(session, request, response, left, taken)
            time.sleep(_LET_A_TAP_IN_S)

    def _portion(self) -> int:
        return _PORTION_BESIDE_TAPS if self._database.was_awaited_lately else _PORTION

    def _save_rest(
        self, session: Session, request: SyncRequest, response: SyncResponse, last: Sequence[Entry], taken: Taken
    ) -> Stored:
        device = self._chain.state(session)
        account.prepare(session)
        before = (device.epoch, device.acknowledged_seq, device.cursor)
        is_other_database = response.epoch != device.epoch
        _note_refusals(session, self._chain, request, response.quarantined)
        take_boundary(session, self._chain, response.acknowledged, response.epoch, judged=_numbers_of(request))
        taken += take_in(session, self._own.device, last, response.reviews, self._clock.now())
        # The cursor moves in the transaction that stores the rest of its page: after a crash the page comes again,
        # and does nothing where it is here already. Positions of another database mean nothing in this one, so
        # after a change of epoch everything is pulled from the start; what is here already stays.
        device.cursor = 0 if is_other_database else response.cursor
        device.nonce = response.nonce
        session.add(device)
        waits = device.last_seq > device.acknowledged_seq
        must_come_again = waits or is_other_database or (response.more and not self._chain.is_former)
        is_last = not must_come_again and not self._chain.is_former
        return Stored(
            pulled=taken.entries,
            reviews=taken.reviews,
            quarantine_reasons=(*(item.reason for item in response.quarantined), *taken.reasons),
            has_moved=before != (device.epoch, device.acknowledged_seq, device.cursor),
            must_come_again=must_come_again,
            must_compare=is_last and comparison.has_new_difference(session, response.holds),
        )

    def save_conflict(self, request: SyncRequest, conflict: IdentityConflictAnswered) -> bool:
        with self._database.writing() as session:
            account.prepare(session)
            quarantined = tuple(Quarantined(seq, reason) for seq, reason in conflict.quarantined)
            _expect_own(session, self.device, quarantined)
            _note_refusals(session, self._chain, request, quarantined)
            if request.batches:
                account.settle(session, self._chain, *_numbers_of(request))
        # Noted whatever comes of the head: what the server set apart has to be seen.
        differing = [seq for seq, _ in conflict.quarantined]
        return self.take_head(ChainHead(conflict.seq, conflict.hash), conflict.epoch, differing)

    @property
    def comparison(self) -> comparison.EncryptedComparison:
        return comparison.EncryptedComparison(self._database, self._own, self._clock)

    def move_head(self, head: ChainHead, epoch: str) -> bool:
        return self.take_head(head, epoch, ())

    def requests_up_to(self, seq: int, request: SyncRequest) -> Sequence[SyncRequest]:
        with self._database.reading() as session:
            return [
                replace(request, stored=before, batches=(batch,))
                for before, batch in batches_up_to(session, self._chain, seq)
            ]

    def take_head(self, head: ChainHead, epoch: str, differing: Sequence[int]) -> bool:
        with self._database.writing() as session:
            device = self._chain.state(session)
            before = (device.epoch, device.acknowledged_seq)
            if epoch != device.epoch:
                device.cursor = 0
            if take_boundary(session, self._chain, head, epoch, differing=differing):
                # They were not refused: the server has them as the other tablet made them.
                refusal = self._chain.refusal
                session.exec(delete(refusal).where(col(refusal.seq).in_(differing), *self._chain.of_it(refusal)))
            session.add(device)
            return before != (device.epoch, device.acknowledged_seq)

    def sync_started(self) -> None:
        self._running.set()

    def sync_ended(self, failure: str = "", fault: SyncFault | None = None) -> None:
        self._running.clear()
        self._ready = ()
        with self._database.writing() as session:
            device = self._own.state(session)
            device.last_failure, device.last_fault = failure, fault or ""
            if not failure:
                device.last_success = self._clock.now().isoformat()
            session.add(device)

    def _sign(self) -> None:
        """Bind what is in no batch yet into batches, as many as one request takes."""
        with self._database.reading() as session:
            is_signed = signed_up_to(session, self._chain) == self._chain.state(session).last_seq
        if not is_signed:
            with self._database.writing() as session:
                make_batches(session, self._chain)

    def _signing_key(self) -> SigningKey:
        with self._database.reading() as session:
            return SigningKey(self._chain.state(session).signing_key)


def _is_another_site(session: Session, enrolment: Enrolment) -> bool:
    """Tell whether the tablet belongs to other people's server or site now, who may not see what it has of these.

    A server that was emptied numbers its sites anew, so it is known by address and name. A tablet that was restored
    from a backup belonged where the former one did.
    """
    row: DeviceRow | FormerDeviceRow | None = session.get_one(DeviceRow, 1)
    if row is not None and not row.server_url:
        row = session.exec(select(FormerDeviceRow).order_by(col(FormerDeviceRow.number).desc()).limit(1)).first()
    return row is not None and (row.server_url, row.site_name) != (enrolment.server_url, enrolment.site_name)


def _numbers_of(request: SyncRequest) -> Sequence[int]:
    """Return the first and last number that a request sends; none where it sends nothing."""
    return (request.batches[0].first_seq, request.batches[-1].last_seq) if request.batches else ()


def _has_to_be_asked(former: DeviceRow, server_url: str, site_id: str, epoch: str) -> bool:
    """Tell whether the server lacks something of a former tablet, or was itself put back to an older state."""
    is_same_site = (former.server_url, former.site_id) == (server_url, site_id)
    return former.acknowledged_seq < former.last_seq or (is_same_site and former.epoch != epoch)


def _expect_own(session: Session, device: DeviceId, quarantined: Iterable[Quarantined]) -> None:
    for item in quarantined:
        if session.get(EntryRow, (device, item.seq)) is None:
            raise InvalidInput("quarantined", "names an entry that this tablet never wrote")


def _note_refusals(session: Session, chain: Chain, request: SyncRequest, quarantined: Sequence[Quarantined]) -> None:
    """Keep what the server set aside of this request's entries, and forget what it no longer does."""
    if not request.batches:
        return
    refusal = chain.refusal
    first, last = _numbers_of(request)
    of_request = col(refusal.seq).between(first, last)
    session.exec(delete(refusal).where(of_request, *chain.of_it(refusal)))
    for item in quarantined:
        row = session.get_one(EntryRow, (chain.device, item.seq))
        if is_moot(session, row):
            continue
        session.merge(refusal(seq=item.seq, case_id=row.case_id, reason=item.reason, **chain.named()))
