"""Taking in signed batches of a device: `shared/sync/PROTOCOL.md`, section 3.

continues the chain   signature checked, entries stored, head moved
lies below the head   compared with what is stored; other content is set apart, nothing is overwritten; what is
                      missing here, and stands in the batch that the device signed, is stored again
anything else         ChainRefused, and nothing of the request is stored

A case that was handed over from another site's tablet has the same id there: each site has a case of its own under it,
which holds what its own tablets wrote. Parents that only the other site knows are left open.

What another tablet brought back (`bring_back.py`) gives way here to what its author signed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlmodel import Session

from shared.canonical import read_json
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind, Link, canonical_entry, entry_from_json
from shared.case.log import CaseLog
from shared.crypto import signing
from shared.sync.batch import Batch, batch_hash, entry_hash
from shared.sync.holding import Holding
from shared.sync.message_fields import object_of
from shared.sync.messages import ChainHead, Quarantined, SyncRequest, read_request, read_request_in_parts
from sync_server.repositories import (
    batches,
    cases,
    devices,
    entries,
    holdings,
    links,
    replies,
    reviews,
    scores,
    sites,
    witnessed,
)
from sync_server.repositories.batches import StoredBatch
from sync_server.repositories.cases import CaseDigest, StoredCase
from sync_server.repositories.devices import Device
from sync_server.repositories.entries import NewEntry, Refused
from sync_server.services import audit
from sync_server.services.acceptance import Acceptance
from sync_server.services.digest import DigestMaker
from sync_server.services.refusals import ChainRefused

MAX_ENTRY_BYTES = 12 * 1024
"""A de-identified entry with every question answered is about 4 KB."""

DIFFERS = "An entry with this number and other content is stored already. The first one stays."
_TOO_LARGE = "This entry is larger than 12 KB."
_CIRCLE = "The parents of this entry run in a circle."
REASONS = (DIFFERS, _TOO_LARGE, _CIRCLE)
"""Why an entry is set apart, beside what `acceptance.py` says. A tablet has their translations."""


@dataclass(frozen=True, slots=True)
class Checked:
    """An entry, its hash, and why it may not be stored, as one sentence, or None.

    `alone` is its case's row in the list, if nothing else is known of the case. It is worked out before the lock is
    taken, and only for an entry without parents: most cases come whole, in one.
    """

    entry: Entry
    hash: bytes
    reason: str | None
    alone: CaseDigest | None


@dataclass(frozen=True, slots=True)
class LookedThrough:
    """A batch and what `Intake.look_through` has found out of each of its entries."""

    batch: Batch
    checked: tuple[Checked, ...]


@dataclass(frozen=True, slots=True)
class Intake:
    """Stores what a device pushes, inside the caller's transaction."""

    acceptance: Acceptance
    digests: DigestMaker
    today: Callable[[], str]

    def read(self, body: bytes) -> tuple[SyncRequest, tuple[LookedThrough, ...]]:
        """Read a request, and look through what it pushes.

        Raises:
            InvalidInput: naming the place.
        """
        checked: list[Checked] = []

        def read_entry(text: bytes, device: DeviceId, seq: int) -> Entry:
            entry = self.acceptance.read(text, device, seq)
            if entry is None:
                entry = entry_from_json({**object_of(read_json(text), "entry"), "device": device, "seq": seq})
                reason = self.reason_against(entry)
            else:
                reason = _TOO_LARGE if len(canonical_entry(entry)) > MAX_ENTRY_BYTES else None
            checked.append(self._checked(entry, reason))
            return entry

        request = read_request_in_parts(body, read_entry)
        if request is None:
            request = read_request(body)
            return request, self.look_through(request.batches)
        in_order = iter(checked)
        pushed = [LookedThrough(batch, tuple(islice(in_order, len(batch.entries)))) for batch in request.batches]
        return request, tuple(pushed)

    def look_through(self, pushed: Sequence[Batch]) -> tuple[LookedThrough, ...]:
        """Work out what can be known of batches without the database, before its lock is taken."""
        return tuple(
            LookedThrough(batch, tuple(self._checked(entry, self.reason_against(entry)) for entry in batch.entries))
            for batch in pushed
        )

    def _checked(self, entry: Entry, reason: str | None) -> Checked:
        may_be_alone = reason is None and not entry.parents and entry.kind is not EntryKind.WITHDRAWAL
        return Checked(entry, entry_hash(entry), reason, self.digests.digest_of_one(entry) if may_be_alone else None)

    def take(
        self, session: Session, device: Device, pushed: Sequence[LookedThrough], epoch: str
    ) -> tuple[ChainHead, tuple[Quarantined, ...]]:
        """Return the head after storing the batches, and which of their entries are in quarantine.

        The caller's transaction holds the site's lock, unless nothing is pushed, and has read `device` under it.

        Raises:
            ChainRefused: a batch neither continues the chain nor repeats a part of it.
        """
        head = device.head
        new: list[Checked] = []
        quarantined: list[Quarantined] = []
        for looked in pushed:
            if looked.batch.first_seq == head.seq + 1:
                head = _chain(session, device, head, looked, epoch)
                new += looked.checked
            elif looked.batch.last_seq <= head.seq:
                self._add(session, device, new)
                new = []
                quarantined += self._compare(session, device, looked)
            else:
                raise ChainRefused(head, epoch)
        self._add(session, device, new)
        for looked in pushed:
            quarantined += entries.quarantined(session, device, looked.batch.first_seq, looked.batch.last_seq)
        if head != device.head:
            devices.set_head(session, device, head)
        return head, tuple(sorted(set(quarantined), key=lambda item: (item.seq, item.reason)))

    def _add(self, session: Session, device: Device, signed: Sequence[Checked]) -> None:
        """Store entries that the device has signed, or set them apart: all at once, for each look takes its time."""
        if not signed:
            return
        known = cases.find_all(session, device.site_no, {one.entry.case_id for one in signed})
        stored = entries.of_cases(session, {case.case_no: case.case_id for case in known.values()})
        before = {case.case_id: stored[case.case_no] for case in known.values()}
        accepted, refused = self._sort_out(signed, before)
        digests = self._digests(accepted, known, before)
        cases.keep_digests(session, {known[one].case_no: digest for one, digest in digests.items() if one in known})
        new_ids = [one for one in dict.fromkeys(one.entry.case_id for one in accepted) if one not in known]
        known |= cases.add_all(
            session, device.site_no, {one: digests.get(one, CaseDigest()) for one in new_ids}, self.today()
        )
        position = sites.take_positions(session, device.site_no, len(accepted))
        new = [
            NewEntry(
                one.entry,
                known[one.entry.case_id].case_no,
                position + offset,
                is_erased=known[one.entry.case_id].is_withdrawn and one.entry.kind is not EntryKind.WITHDRAWAL,
            )
            for offset, one in enumerate(accepted)
        ]
        entries.add(session, device, new)
        readable = [one.hash for one, stored in zip(accepted, new, strict=True) if not stored.is_erased]
        holdings.add(session, device.site_no, device.device_no, readable)
        entries.set_apart(session, device, refused)
        _settle_witnessed(session, device, {one.entry.id.seq: one.hash for one in accepted})
        links.add(session, device.site_no, _links(accepted, known))
        for reply in new:
            if reply.entry.kind is EntryKind.REPLY and not reply.is_erased:
                seq = reply.entry.id.seq
                replies.add(session, device.device_no, seq, device.site_no, reply.case_no, reply.position)
        for case_id, by in _withdrawn(one.entry for one in accepted).items():
            withdraw(session, device, known[case_id], by)

    def _compare(self, session: Session, device: Device, looked: LookedThrough) -> list[Quarantined]:
        """Set apart the entries of a repeated batch that differ from the stored ones; store again what is missing."""
        batch, pushed = looked.batch, looked.checked
        stored = entries.hashes(session, device.device_no, device.device, batch.first_seq, batch.last_seq)
        missing = [one for one in pushed if one.entry.id.seq not in stored]
        if missing and _was_signed_so(session, device, batch, [one.hash for one in pushed]):
            self._add(session, device, missing)
            stored |= {one.entry.id.seq: one.hash for one in missing}
            # They went behind the server's back, so what is noted of this tablet counted them still.
            readable = entries.in_range(session, device.site_no, device.device, 1, device.head.seq)
            holdings.set_to(session, device.site_no, device.device_no, Holding.of(readable.values()))
        different = [
            Refused(one.entry.id.seq, one.hash, DIFFERS, is_in_chain=False)
            for one in pushed
            if stored.get(one.entry.id.seq) != one.hash
        ]
        for item in entries.set_apart(session, device, different):
            what = f"entry {device.device} {item.seq}"
            audit.record(session, audit.tablet(device.device), audit.IDENTITY_CONFLICT, what)
        return [Quarantined(item.seq, item.reason) for item in different]

    def _sort_out(
        self, pushed: Sequence[Checked], before: Mapping[CaseId, Sequence[Entry]]
    ) -> tuple[list[Checked], list[Refused]]:
        circular = _in_circles(before, [one.entry for one in pushed if one.reason is None])
        accepted: list[Checked] = []
        refused: list[Refused] = []
        for one in pushed:
            if one.reason is None and one.entry.id not in circular:
                accepted.append(one)
            else:
                refused.append(Refused(one.entry.id.seq, one.hash, one.reason or _CIRCLE, is_in_chain=True))
        return accepted, refused

    def _digests(
        self,
        accepted: Sequence[Checked],
        known: Mapping[CaseId, StoredCase],
        before: Mapping[CaseId, Sequence[Entry]],
    ) -> dict[CaseId, CaseDigest]:
        """Return the list rows of the cases that these entries change, but for those that are or will be withdrawn."""
        hidden = {case_id for case_id, case in known.items() if case.is_withdrawn}
        hidden |= _withdrawn(one.entry for one in accepted).keys()
        new: dict[CaseId, list[Checked]] = {}
        for one in accepted:
            if one.entry.case_id not in hidden:
                new.setdefault(one.entry.case_id, []).append(one)
        return {case_id: self._digest(case_id, before.get(case_id, ()), some) for case_id, some in new.items()}

    def _digest(self, case_id: CaseId, before: Sequence[Entry], new: Sequence[Checked]) -> CaseDigest:
        if before or len(new) > 1:
            return self.digests.digest(CaseLog.of(case_id, [*before, *(one.entry for one in new)]))
        (only,) = new
        return only.alone or self.digests.digest_of_one(only.entry)

    def reason_against(self, entry: Entry) -> str | None:
        """Return why an entry may not be stored, as one sentence, or None."""
        if len(canonical_entry(entry)) > MAX_ENTRY_BYTES:
            return _TOO_LARGE
        return self.acceptance.reason_against(entry)


def _chain(session: Session, device: Device, head: ChainHead, looked: LookedThrough, epoch: str) -> ChainHead:
    """Keep the proof of a batch that continues the chain, and return the head after it."""
    batch = looked.batch
    digest = batch_hash(device.device, batch.first_seq, head.hash, [one.hash for one in looked.checked])
    if not signing.verify(device.public_key, digest, batch.signature):
        raise ChainRefused(head, epoch)
    batches.add(session, device, StoredBatch(batch.first_seq, batch.last_seq, digest, batch.signature))
    return ChainHead(batch.last_seq, digest)


def withdraw(session: Session, device: Device, case: StoredCase, by: EntryId) -> None:
    """Hide a case and erase what it holds, on the word of an entry that this device brought."""
    holdings.take_away(session, case.site_no, entries.erase(session, case.case_no, case.case_id))
    witnessed.erase(session, case.site_no, case.case_id)
    reviews.erase(session, case.case_no)
    links.erase(session, case.case_no)
    scores.erase(session, case.case_no)
    replies.erase(session, case.case_no)
    cases.withdraw(session, case.case_no)
    audit.record(session, audit.tablet(device.device), audit.WITHDRAWN, f"a case, by entry {by.device} {by.seq}")


def _withdrawn(accepted: Iterable[Entry]) -> dict[CaseId, EntryId]:
    """Return the cases that these entries withdraw, each with the entry that does."""
    return {entry.case_id: entry.id for entry in accepted if entry.kind is EntryKind.WITHDRAWAL}


def _links(accepted: Sequence[Checked], known: Mapping[CaseId, StoredCase]) -> dict[int, set[Link]]:
    """Return the links that these entries carry, by case number."""
    found: dict[int, set[Link]] = {}
    for entry in (one.entry for one in accepted):
        if entry.link is not None and not known[entry.case_id].is_withdrawn:
            found.setdefault(known[entry.case_id].case_no, set()).add(entry.link)
    return found


def _settle_witnessed(session: Session, device: Device, signed: Mapping[int, bytes]) -> None:
    """Let go of what others brought back of these entries; what says something else stays, in conflict."""
    for seq, digest, is_conflict in witnessed.hashes(session, device.site_no, device.device, list(signed)):
        if digest == signed[seq]:
            witnessed.drop(session, device.site_no, device.device, seq, digest)
        elif not is_conflict:
            witnessed.mark_conflict(session, device.site_no, device.device, seq, digest)
            entries.set_apart(session, device, [Refused(seq, digest, DIFFERS, is_in_chain=False)])
            what = f"entry {device.device} {seq}, as another tablet brought it back"
            audit.record(session, audit.tablet(device.device), audit.IDENTITY_CONFLICT, what)


def _was_signed_so(session: Session, device: Device, batch: Batch, hashes: Sequence[bytes]) -> bool:
    """Tell whether this is, to the last byte, a batch of the chain that is stored."""
    stored = batches.find(session, device, batch.first_seq)
    before = batches.hash_before(session, device, batch.first_seq)
    digest = batch_hash(device.device, batch.first_seq, before, hashes)
    return stored is not None and (stored.last_seq, stored.hash) == (batch.last_seq, digest)


def _in_circles(before: Mapping[CaseId, Sequence[Entry]], pushed: Sequence[Entry]) -> set[EntryId]:
    """Return those entries whose parents run in a circle with what is stored and what comes before them."""
    by_case: dict[CaseId, list[Entry]] = {}
    for entry in pushed:
        by_case.setdefault(entry.case_id, []).append(entry)
    return set().union(*(_closing(before.get(case_id, ()), new) for case_id, new in by_case.items()))


def _closing(stored: Sequence[Entry], new: Sequence[Entry]) -> set[EntryId]:
    fitting = {entry.id: entry.parents for entry in stored}
    named = {parent for entry in stored for parent in entry.parents}
    closing: set[EntryId] = set()
    for entry in new:
        # Only what is named before it comes can close a circle, and only by forgery is it behind itself.
        if entry.id in named and _is_behind(entry, fitting):
            closing.add(entry.id)
            continue
        fitting[entry.id] = entry.parents
        named.update(entry.parents)
    return closing


def _is_behind(entry: Entry, fitting: Mapping[EntryId, Sequence[EntryId]]) -> bool:
    """Tell whether an entry builds, by way of others, on itself."""
    waiting, seen = [*entry.parents], set(entry.parents)
    while waiting:
        parent = waiting.pop()
        if parent == entry.id:
            return True
        further = [one for one in fitting.get(parent, ()) if one not in seen]
        seen.update(further)
        waiting += further
    return False
