"""What goes without a network: own entries sealed to the server, others' parcels carried, the server's word read back.

    own       sent forms ──batches──▶ parcels ──file or codes──▶ another tablet ··▶ server        "given", not yet sent
    carried   taken in ──▶ handed in by the next sync ──▶ a receipt for the writer, or a refusal that is shown
    receipt   signed by the server, for an end of a batch of ours ──▶ sent, as if a sync had said so

Parcels are kept as bytes that nobody here can read, each once. A receipt moves the chain under the rules of a sync
(`boundaries.py`). One that came late changes nothing: in the epoch that the tablet is in, the chain only goes on; into
another epoch leads only a receipt of a parcel that was sealed in the present one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, delete, select

from mobile_app.ports.parcels import CarryOverview, ReadReceipts, Sealed, TakenIn
from mobile_app.storage import account
from mobile_app.storage.boundaries import make_batches, signed_up_to, take_boundary
from mobile_app.storage.chain import Chain, all_chains
from mobile_app.storage.database import Database
from mobile_app.storage.request_batches import batches_to_send
from mobile_app.storage.sending import case_waits
from mobile_app.storage.tables import CarriedRow, CaseIndexRow, DeviceRow, EntryRow
from mobile_app.storage.withdrawal import is_moot
from shared.crypto.aead import SealBroken
from shared.crypto.box import name_of_key
from shared.crypto.key_derivation import derive_key
from shared.crypto.signing import SigningKey
from shared.errors import ParcelRefused
from shared.sentence import phrase
from shared.sync.carry import CarryAnswer, CarryResponse
from shared.sync.envelope import MAX_ENVELOPES, Envelope
from shared.sync.messages import ChainHead, SyncRequest
from shared.sync.parcel import SECRET_BYTES, read_parcels, write_parcel
from shared.sync.receipt import Receipt, open_receipt, read_receipts

MAX_PLAIN_BYTES = 450 * 1024
"""Of the request in one parcel: packed it is never larger than a parcel may be, whatever it holds."""
MAX_CARRIED = 200
MAX_CARRIED_BYTES = 16 * 1024 * 1024
"""How much of others a tablet carries at once."""

_NO_KEY = phrase("This tablet has no key for that yet. Connect it again with a new code from the coordinator.")
_FULL = phrase("This tablet carries as much as it can. Sync it first. Nothing was kept.")
_NOT_OURS = phrase("This receipt does not fit what this tablet wrote. Nothing was changed; ask the coordinator.")
_OTHER_SERVER = phrase("This is for another server. Nothing was kept.")


class EncryptedParcels:
    """The open store as it gives, carries and takes back without a network."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # What this tablet wrote

    def seal(self, *, app_version: str, knowledge_version: str) -> Sealed:
        with self._database.writing() as session:
            for chain in all_chains(session):
                while signed_up_to(session, chain) < chain.state(session).last_seq:
                    make_batches(session, chain)
        parcels: list[bytes] = []
        given: list[tuple[str, int]] = []
        # What is signed is fixed, so a tap may write beside the reading of it.
        with self._database.reading() as session:
            cases = _count_waiting(session)
            for chain in all_chains(session):
                signed = signed_up_to(session, chain)
                for request in _requests(session, chain, signed, app_version, knowledge_version):
                    parcels.append(_parcel(chain.state(session), request))
                given.append((chain.device, signed))
        if not parcels:
            raise ParcelRefused(phrase("Nothing waits to be sent."))
        if len(parcels) > MAX_ENVELOPES:
            raise ParcelRefused(phrase("This is too much to be carried at once. Sync this tablet instead."))
        return Sealed(b"".join(parcels), cases, tuple(given))

    def note_given(self, sealed: Sealed) -> None:
        with self._database.writing() as session:
            given = dict(sealed.given)
            for chain in all_chains(session):
                state = chain.state(session)
                state.given_seq = max(state.given_seq, given.get(chain.device, 0))
                session.add(state)

    # What others gave

    def take_in(self, raw: bytes) -> TakenIn:
        parcels = read_parcels(raw)
        with self._database.writing() as session:
            device = session.get_one(DeviceRow, 1)
            if not device.server_url:
                raise ParcelRefused(phrase("Connect this tablet to a server before it carries for others."))
            if device.box_key and any(one.name != name_of_key(device.box_key) for one in parcels):
                raise ParcelRefused(_OTHER_SERVER)
            new = [one for one in {one.whole: one for one in parcels}.values() if not _is_here(session, one)]
            _make_room(session, new)
            number = session.exec(select(func.max(col(CarriedRow.number)))).one() or 0
            for place, parcel in enumerate(new, number + 1):
                session.add(CarriedRow(hash=_hash(parcel.whole), number=place, parcel=parcel.whole))
        return TakenIn(len(new), len(parcels) - len(new))

    def to_hand_in(self) -> Sequence[bytes]:
        with self._database.reading() as session:
            waiting = select(CarriedRow.parcel).where(_waits()).order_by(col(CarriedRow.number))
            return tuple(session.exec(waiting))

    def keep_answers(self, parcels: Sequence[bytes], response: CarryResponse) -> None:
        with self._database.writing() as session:
            device = session.get_one(DeviceRow, 1)
            device.nonce = response.nonce
            session.add(device)
            for parcel, answer in zip(parcels, response.answers, strict=True):
                row = session.get(CarriedRow, _hash(parcel))
                if row is not None:
                    _keep_answer(session, row, answer)

    def receipts(self) -> bytes:
        with self._database.reading() as session:
            newest = select(CarriedRow.receipt).where(_has_receipt()).order_by(col(CarriedRow.number).desc())
            found = session.exec(newest.limit(MAX_ENVELOPES)).all()
        if not found:
            raise ParcelRefused(phrase("There is no receipt to give back yet."))
        return b"".join(reversed(found))

    def forget_finished(self) -> None:
        with self._database.writing() as session:
            session.exec(delete(CarriedRow).where(~_waits()))

    # What the server said

    def read_receipts(self, raw: bytes) -> ReadReceipts:
        envelopes = read_receipts(raw)
        with self._database.writing() as session:
            before = _count_waiting(session)
            said = [_read(session, envelope) for envelope in envelopes]
            return ReadReceipts(
                cases=max(0, before - _count_waiting(session)),
                new=said.count(True),
                known=said.count(False),
                of_others=said.count(None),
            )

    def overview(self) -> CarryOverview:
        with self._database.reading() as session:
            device = session.get_one(DeviceRow, 1)
            given = (
                select(func.count())
                .select_from(CaseIndexRow)
                .where(
                    col(CaseIndexRow.own_last_seq) > device.acknowledged_seq,
                    col(CaseIndexRow.own_last_seq) <= device.given_seq,
                )
            )
            refused = select(CarriedRow.refused).where(CarriedRow.refused != "").order_by(col(CarriedRow.number))
            return CarryOverview(
                can_seal=bool(device.box_key),
                waiting=_count_waiting(session),
                given=session.exec(given).one(),
                carried=_count(session, _waits()),
                receipts=_count(session, _has_receipt()),
                refused=tuple(session.exec(refused)),
            )


# Sealing


def _requests(
    session: Session, chain: Chain, signed: int, app_version: str, knowledge_version: str
) -> Iterable[SyncRequest]:
    """Give what a sync would send of a chain if each of its requests were answered."""
    state, batch = chain.state(session), chain.batch
    head = ChainHead(state.acknowledged_seq, state.acknowledged_hash)
    while head.seq < signed:
        batches = batches_to_send(session, chain, head.seq, MAX_PLAIN_BYTES)
        last = batches[-1].last_seq
        yield SyncRequest(
            device=chain.device,
            epoch=state.epoch,
            cursor=state.cursor,
            stored=head,
            waiting=signed - last,
            app_version=app_version,
            knowledge_version=knowledge_version,
            batches=batches,
        )
        ended = select(batch.hash).where(col(batch.last_seq) == last, *chain.of_it(batch))
        head = ChainHead(last, session.exec(ended).one())


def _parcel(state: DeviceRow, request: SyncRequest) -> bytes:
    if not state.box_key or not state.server_url:
        raise ParcelRefused(_NO_KEY)
    return write_parcel(request, _secret(state), SigningKey(state.signing_key).sign, state.box_key)


def _secret(state: DeviceRow) -> bytes:
    """Return what opens the receipts of a device: always the same, so nothing has to be kept for it."""
    return derive_key(state.signing_key, salt=b"", info="handwise-receipt-secret-1", length=SECRET_BYTES)


# Carrying


def _is_here(session: Session, parcel: Envelope) -> bool:
    """Tell whether a parcel waits here or was answered; one that was refused may be tried again."""
    row = session.get(CarriedRow, _hash(parcel.whole))
    if row is not None and row.refused:
        session.delete(row)
        session.flush()
        return False
    return row is not None


def _make_room(session: Session, new: Sequence[Envelope]) -> None:
    waiting = session.exec(select(func.sum(func.length(CarriedRow.parcel))).where(_waits())).one() or 0
    if waiting + sum(len(one.whole) for one in new) > MAX_CARRIED_BYTES:
        raise ParcelRefused(_FULL)
    too_many = _count(session) + len(new) - MAX_CARRIED
    if too_many > 0:
        # Receipts that nobody fetched make room: whoever wrote the parcel can have it carried again.
        finished = select(CarriedRow).where(~_waits()).order_by(col(CarriedRow.number)).limit(too_many)
        rows = session.exec(finished).all()
        if len(rows) < too_many:
            raise ParcelRefused(_FULL)
        for row in rows:
            session.delete(row)
        session.flush()


def _keep_answer(session: Session, row: CarriedRow, answer: CarryAnswer) -> None:
    row.parcel, row.refused, row.receipt = b"", answer.refused and answer.message, answer.receipt
    if answer.receipt:
        try:
            (envelope,) = read_receipts(answer.receipt)
            is_ours = _read(session, envelope) is not None
        except (ParcelRefused, ValueError):
            # Whoever wrote the parcel finds out what is wrong with it; it is not for us to judge.
            is_ours = False
        if is_ours:
            # This tablet carried for itself.
            session.delete(row)
            return
    session.add(row)


def _hash(parcel: bytes) -> bytes:
    return sha256(parcel).digest()


def _waits() -> ColumnElement[bool]:
    return col(CarriedRow.parcel) != b""


def _has_receipt() -> ColumnElement[bool]:
    return col(CarriedRow.receipt) != b""


def _count(session: Session, *which: ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(CarriedRow).where(*which)).one()


def _count_waiting(session: Session) -> int:
    return session.exec(select(func.count()).select_from(CaseIndexRow).where(case_waits(session))).one()


# The server's word


def _read(session: Session, envelope: Envelope) -> bool | None:
    """Take the server's word over; False if it says nothing new, None if it is for another tablet.

    Raises:
        ParcelRefused: the server of this tablet did not say so.
        ChainMismatch: it is about a chain that is not ours.
    """
    for chain in all_chains(session):
        state = chain.state(session)
        try:
            receipt = open_receipt(envelope, _secret(state), state.verify_key)
        except SealBroken:
            continue
        if receipt.device != chain.device:
            raise ParcelRefused(_NOT_OURS)
        return _take_over(session, chain, receipt)
    return None


def _take_over(session: Session, chain: Chain, receipt: Receipt) -> bool:
    state = chain.state(session)
    is_other_database = receipt.epoch != state.epoch
    if is_other_database and receipt.under != state.epoch:
        # It came late: a sync or another receipt has told of a newer database since.
        return False
    if not is_other_database and receipt.acknowledged.seq <= state.acknowledged_seq:
        return False
    take_boundary(session, chain, receipt.acknowledged, receipt.epoch)
    if is_other_database:
        # As in a sync: positions of another database mean nothing in this one.
        state.cursor = 0
    if receipt.acknowledged.seq < receipt.last_seq:
        # It was not stored: the chain ends elsewhere there, and has to be sent from that end.
        state.given_seq = min(state.given_seq, receipt.acknowledged.seq)
    session.add(state)
    _note_refusals(session, chain, receipt)
    return True


def _note_refusals(session: Session, chain: Chain, receipt: Receipt) -> None:
    refusal = chain.refusal
    answered = col(refusal.seq).between(receipt.first_seq, min(receipt.last_seq, receipt.acknowledged.seq))
    session.exec(delete(refusal).where(answered, *chain.of_it(refusal)))
    for item in receipt.quarantined:
        row = session.get(EntryRow, (chain.device, item.seq))
        if row is None or not receipt.first_seq <= item.seq <= receipt.last_seq:
            raise ParcelRefused(_NOT_OURS)
        if is_moot(session, row):
            continue
        session.merge(refusal(seq=item.seq, case_id=row.case_id, reason=item.reason, **chain.named()))
    # What the server set aside it does not hold.
    account.settle(session, chain, receipt.first_seq, min(receipt.last_seq, receipt.acknowledged.seq))
