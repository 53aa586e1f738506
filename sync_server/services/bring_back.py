"""Taking in what a tablet brings back of others: `shared/sync/PROTOCOL.md`, section 16.

stored with the same content   nothing to do
stored with other content      kept apart in conflict, set apart, audited; the author's stays
of the bringer itself          not kept here: its own entries come by its chain
of a withdrawn case            not kept: what was withdrawn does not come back
not in the form that is sent   not kept: it could be a name
anything else                  kept apart, until its author's signed batch comes (`intake.py`)

A withdrawal that was brought back hides and erases its case at once: to wait for its author could mean to show a
withdrawn case for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind
from shared.sync.batch import entry_hash
from shared.sync.compare import NotKept
from sync_server.repositories import cases, devices, entries, sites, witnessed
from sync_server.repositories.cases import CaseDigest, StoredCase
from sync_server.repositories.devices import Device
from sync_server.repositories.entries import Refused
from sync_server.services import audit
from sync_server.services.intake import DIFFERS, Intake, withdraw

WITHDRAWN = "Its case was withdrawn."


@dataclass(frozen=True, slots=True)
class BringingBack:
    """Keeps what tablets bring back, inside the caller's transaction, which holds the site's lock."""

    intake: Intake

    def take(self, session: Session, bringer: Device, brought: Sequence[Entry]) -> tuple[NotKept, ...]:
        """Return which of the entries were not kept, or only in conflict with others."""
        not_kept: list[NotKept] = []
        known = cases.find_all(session, bringer.site_no, {entry.case_id for entry in brought})
        stored = _stored(session, brought)
        # Whatever changes a case takes a position: it is how the desk's counts learn of it.
        position = sites.take_positions(session, bringer.site_no, 1) if brought else 0
        # A case that is withdrawn and brought back in one request stays withdrawn, in whatever order they stand.
        for entry in sorted(brought, key=lambda one: (one.kind is not EntryKind.WITHDRAWAL, one.id)):
            reason = self._take(session, bringer, entry, known, stored, position)
            if reason is not None:
                not_kept.append(NotKept(entry.id, reason))
        return tuple(not_kept)

    def _take(
        self,
        session: Session,
        bringer: Device,
        entry: Entry,
        known: dict[CaseId, StoredCase],
        stored: Mapping[EntryId, bytes],
        position: int,
    ) -> str | None:
        digest = entry_hash(entry)
        if entry.id.device == bringer.device or stored.get(entry.id) == digest:
            return None
        reason = self.intake.reason_against(entry)
        if reason is not None:
            return reason
        case = known.get(entry.case_id)
        if case is not None and case.is_withdrawn and entry.kind is not EntryKind.WITHDRAWAL:
            return WITHDRAWN
        if case is None:
            known |= cases.add_all(session, bringer.site_no, {entry.case_id: CaseDigest()}, self.intake.today())
            case = known[entry.case_id]
        is_conflict = entry.id in stored
        is_new = witnessed.add(
            session, bringer.site_no, entry, digest, bringer.device_no, is_conflict=is_conflict, position=position
        )
        if is_new:
            what = f"entry {entry.id.device} {entry.id.seq}"
            act = audit.IDENTITY_CONFLICT if is_conflict else audit.WITNESSED
            audit.record(session, audit.tablet(bringer.device), act, what)
            author = devices.find(session, entry.id.device)
            if is_conflict and author is not None:
                entries.set_apart(session, author, [Refused(entry.id.seq, digest, DIFFERS, is_in_chain=False)])
        if entry.kind is EntryKind.WITHDRAWAL and not is_conflict and not case.is_withdrawn:
            withdraw(session, bringer, case, entry.id)
            known |= cases.find_all(session, bringer.site_no, [entry.case_id])
        return DIFFERS if is_conflict else None


def _stored(session: Session, brought: Sequence[Entry]) -> dict[EntryId, bytes]:
    """Return the hash of what is stored under these numbers, be it erased or set apart."""
    numbers: dict[DeviceId, list[int]] = {}
    for entry in brought:
        numbers.setdefault(entry.id.device, []).append(entry.id.seq)
    found: dict[EntryId, bytes] = {}
    for device, seqs in numbers.items():
        author = devices.find(session, device)
        if author is not None:
            hashes = entries.hashes_of(session, author.device_no, device, seqs)
            found |= {EntryId(device, seq): digest for seq, digest in hashes.items()}
    return found
