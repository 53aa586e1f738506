"""Comparing what a tablet holds with what is stored, seen from the server: `POST /v1/compare`.

    authenticate ──▶ read ──▶ one transaction: keep what is brought, look at the ranges, read what is wanted ──▶ answer

`shared/sync/PROTOCOL.md`, section 16. A whole tablet is one look at what is noted of it; only parts of it are counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from shared.case.entry import DeviceId, Entry, EntryId, EntryKind
from shared.errors import InvalidInput
from shared.sync.compare import CompareRequest, CompareResponse, Range, read_compare_request
from shared.sync.holding import Holding
from sync_server.database import Database
from sync_server.repositories import cases, entries, holdings, sites, witnessed
from sync_server.repositories.devices import Device
from sync_server.services import audit
from sync_server.services.authentication import Authentication
from sync_server.services.bring_back import BringingBack
from sync_server.services.refusals import Malformed, OtherVersion, Refusal
from sync_server.services.request_signature import SignedRequest

MAX_LOOKED_AT = 100_000
"""Numbers that one request may have counted in ranges that are parts of a tablet."""


@dataclass(frozen=True, slots=True)
class CompareService:
    """Answers `POST /v1/compare`."""

    database: Database
    authentication: Authentication
    bringing_back: BringingBack
    epoch: str

    def answer(self, request: SignedRequest) -> CompareResponse:
        """Return the answer to a signed request.

        Raises:
            Refusal: nothing of the request was stored.
        """
        device = self.authentication.authenticate(request)
        try:
            message = _read(request.body)
            if message.device != device.device:
                raise Malformed("device: must be the one that signed the request")
            return self.compare(device, message)
        except Refusal as refusal:
            refusal.nonce = device.next_nonce or ""
            raise

    def compare(self, device: Device, request: CompareRequest) -> CompareResponse:
        """Compare for a device that is known to be the sender."""
        with self.database.writing() as session:
            sites.lock(session, device.site_no)
            not_kept = self.bringing_back.take(session, device, request.witnessed)
            known = holdings.of_devices(session, device.site_no)
            what = f"{len(request.ranges)} ranges, {len(request.wanted)} wanted, {len(request.witnessed)} brought"
            audit.record(session, audit.tablet(device.device), audit.COMPARED, what)
            response = CompareResponse(
                epoch=sites.epoch(session, device.site_no, self.epoch),
                nonce=device.next_nonce or "",
                devices=tuple((one, last) for one, (last, _) in known.items() if last),
                ranges=_look_at(session, device.site_no, request.ranges, known),
                entries=_wanted(session, device.site_no, request.wanted)
                + _withdrawals(session, device.site_no, request.witnessed),
                not_kept=not_kept,
            )
        if any(entry.kind is EntryKind.WITHDRAWAL for entry in request.witnessed):
            self.database.forget_erased()
        return response


def _read(body: bytes) -> CompareRequest:
    try:
        return read_compare_request(body)
    except InvalidInput as problem:
        if problem.field == "protocol":
            raise OtherVersion from None
        raise Malformed(str(problem)) from None


def _look_at(
    session: Session, site_no: int, ranges: Sequence[Range], known: Mapping[DeviceId, tuple[int, Holding]]
) -> tuple[Holding, ...]:
    found: list[Holding] = []
    lasts = {device: last for device, (last, _) in known.items()}
    parts = [one for one in ranges if one.first > 1 or one.last < lasts.get(one.device, 0)]
    if sum(max(0, min(one.last, lasts.get(one.device, 0)) - one.first + 1) for one in parts) > MAX_LOOKED_AT:
        raise Malformed(f"ranges: must hold at most {MAX_LOOKED_AT} entries together")
    for one in ranges:
        last, noted = known.get(one.device, (0, Holding()))
        if one.first == 1 and one.last >= last:
            found.append(noted)
            continue
        readable = entries.in_range(session, site_no, one.device, one.first, one.last) if one.first <= last else {}
        found.append(Holding.of(readable.values()))
    return tuple(found)


def _wanted(session: Session, site_no: int, wanted: Sequence[EntryId]) -> tuple[Entry, ...]:
    numbers: dict[DeviceId, list[int]] = {}
    for one in wanted:
        numbers.setdefault(one.device, []).append(one.seq)
    return tuple(
        entry for device, seqs in numbers.items() for entry in entries.readable(session, site_no, device, seqs)
    )


def _withdrawals(session: Session, site_no: int, brought: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the withdrawals of cases of which somebody still holds the content: that tablet lacks them."""
    still_held = {entry.case_id for entry in brought if entry.kind is not EntryKind.WITHDRAWAL}
    withdrawn = {case.case_no: case for case in cases.find_all(session, site_no, still_held).values()}
    withdrawn = {case_no: case for case_no, case in withdrawn.items() if case.is_withdrawn}
    signed = entries.of_cases(session, {case_no: case.case_id for case_no, case in withdrawn.items()})
    apart = witnessed.withdrawals(session, site_no, (case.case_id for case in withdrawn.values()))
    return tuple(entry for found in signed.values() for entry in found) + tuple(apart)
