"""Taking in what somebody carried: `POST /v1/carry`, `shared/sync/PROTOCOL.md` section 15.

    authenticate the carrier ──▶ each parcel: open ──▶ its writer? ──▶ one transaction, as in a sync ──▶ receipt

The carrier has only to be enrolled, at whatever site. What counts is the writer: a tablet that is enrolled and not
revoked, and that signed the parcel. A parcel that is refused holds nothing else up; one that comes again changes
nothing and gets the receipt that it would get now.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from shared.case.entry import EntryKind
from shared.crypto.aead import SealBroken
from shared.crypto.box import BoxKey, name_of_key
from shared.crypto.signing import SigningKey
from shared.errors import InvalidInput, ParcelRefused
from shared.sync.batch import MAX_ENTRIES
from shared.sync.carry import CarryAnswer, CarryRequest, CarryResponse, read_carry_request
from shared.sync.envelope import Envelope
from shared.sync.messages import ChainHead, Quarantined, SyncRequest
from shared.sync.parcel import OpenedParcel, name_of_parcel, open_parcel, read_parcels
from shared.sync.receipt import Receipt, write_receipt
from sync_server.database import Database
from sync_server.repositories import batches, devices, sites
from sync_server.repositories.devices import Device
from sync_server.services import audit
from sync_server.services.authentication import Authentication
from sync_server.services.intake import Intake, LookedThrough
from sync_server.services.refusals import ChainRefused, Malformed, OtherVersion, Refusal
from sync_server.services.request_signature import SignedRequest

DAMAGED = CarryAnswer(refused="damaged", message="A parcel was cut off or changed on the way. Ask for it again.")
OTHER_SERVER = CarryAnswer(refused="other_server", message="A parcel is for another server. It was not taken.")
OTHER_VERSION = CarryAnswer(
    refused="protocol", message="A parcel was made by another version of the app. Update the older side."
)
WRITER = CarryAnswer(
    refused="writer", message="The tablet that wrote a parcel may not send to this server. Ask the coordinator."
)


@dataclass(frozen=True, slots=True)
class CarryService:
    """Answers `POST /v1/carry`."""

    database: Database
    authentication: Authentication
    intake: Intake
    epoch: str
    box_key: BoxKey
    sign_key: SigningKey

    def answer(self, request: SignedRequest) -> CarryResponse:
        """Return what became of each parcel of a signed request.

        Raises:
            Refusal: no parcel was looked at.
        """
        carrier = self.authentication.authenticate(request)
        try:
            message = _read(request.body)
            if message.device != carrier.device:
                raise Malformed("device: must be the one that signed the request")
        except Refusal as refusal:
            refusal.nonce = carrier.next_nonce or ""
            raise
        answers = tuple(self._take(carrier, parcel) for parcel in message.parcels)
        return CarryResponse(carrier.next_nonce or "", answers)

    def _take(self, carrier: Device, raw: bytes) -> CarryAnswer:
        try:
            (parcel,) = read_parcels(raw)
        except (ParcelRefused, ValueError):
            return DAMAGED
        if parcel.name != name_of_key(self.box_key.public_bytes):
            return OTHER_SERVER
        try:
            opened = open_parcel(parcel, self.box_key)
        except SealBroken:
            return DAMAGED
        except InvalidInput as problem:
            return OTHER_VERSION if problem.field == "protocol" else DAMAGED
        return self._store(carrier, parcel, opened)

    def _store(self, carrier: Device, parcel: Envelope, opened: OpenedParcel) -> CarryAnswer:
        request = opened.request
        if not request.batches or sum(len(batch.entries) for batch in request.batches) > MAX_ENTRIES:
            return DAMAGED
        with self.database.reading() as session:
            writer = devices.find(session, request.device)
        if writer is None or writer.is_revoked or not opened.is_of(writer.public_key):
            return WRITER
        looked = self.intake.look_through(request.batches)
        try:
            receipt = self._take_in(carrier, writer, request, looked)
        except ChainRefused as refused:
            # Nothing of it was stored. The writer learns where its chain ends here and seals another parcel from there.
            receipt = _receipt(request, refused.epoch, refused.head, ())
        except _Revoked:
            return WRITER
        if any(entry.kind is EntryKind.WITHDRAWAL for batch in request.batches for entry in batch.entries):
            self.database.forget_erased()
        return CarryAnswer(receipt=write_receipt(receipt, name_of_parcel(parcel.whole), opened.secret, self.sign_key))

    def _take_in(
        self, carrier: Device, writer: Device, request: SyncRequest, looked: Sequence[LookedThrough]
    ) -> Receipt:
        with self.database.writing() as session:
            sites.lock(session, writer.site_no)
            # Read again under the lock: the coordinator may have revoked it just now.
            present = devices.find(session, writer.device)
            if present is None or present.is_revoked:
                raise _Revoked
            epoch = sites.epoch(session, writer.site_no, self.epoch)
            if request.epoch == epoch and request.stored.seq > present.head.seq:
                # The database was put back to an older one without saying so: as in an exchange, the site notices.
                epoch = secrets.token_hex(16)
                sites.set_epoch(session, writer.site_no, epoch)
                return _receipt(request, epoch, present.head, ())
            head, quarantined = self.intake.take(session, present, looked, epoch)
            if head != present.head:
                entries = f"tablet {writer.device} {request.batches[0].first_seq}-{request.batches[-1].last_seq}"
                audit.record(session, audit.tablet(carrier.device), audit.CARRIED, entries)
                # What the writer had sent himself before it came again was not carried.
                batches.note_carrier(session, writer.device_no, present.head.seq + 1, head.seq, carrier.device_no)
            return _receipt(request, epoch, head, quarantined)


class _Revoked(Exception):
    """The writer was revoked while its parcel was opened."""


def _receipt(request: SyncRequest, epoch: str, head: ChainHead, quarantined: tuple[Quarantined, ...]) -> Receipt:
    return Receipt(
        device=request.device,
        under=request.epoch,
        epoch=epoch,
        acknowledged=head,
        first_seq=request.batches[0].first_seq,
        last_seq=request.batches[-1].last_seq,
        quarantined=quarantined,
    )


def _read(body: bytes) -> CarryRequest:
    try:
        return read_carry_request(body)
    except InvalidInput as problem:
        if problem.field == "protocol":
            raise OtherVersion from None
        raise Malformed(str(problem)) from None
