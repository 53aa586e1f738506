"""Whether a tablet really said what is stored of it: the batches checked again, from the stored entries up.

stored payload ──▶ entry hash ──▶ batch hash over the batch before ──▶ the signature that the tablet gave
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session

from shared.crypto import signing
from shared.sync.batch import batch_hash
from sync_server.repositories import batches, entries
from sync_server.repositories.batches import StoredBatch
from sync_server.repositories.devices import Device


@dataclass(frozen=True, slots=True)
class Provenance:
    """What came from one tablet, and whether all of its signatures still hold."""

    tablet_no: int
    entries: int
    is_verified: bool


def verify_entries(session: Session, device: Device, seqs: Iterable[int]) -> Provenance:
    """Check every batch of the device that holds one of these entries."""
    wanted = sorted(set(seqs))
    is_verified = all(
        _is_sound(session, device, batch)
        for batch in batches.of_device(session, device.device_no)
        if any(batch.first_seq <= seq <= batch.last_seq for seq in wanted)
    )
    return Provenance(device.tablet_no, len(wanted), is_verified)


def _is_sound(session: Session, device: Device, batch: StoredBatch) -> bool:
    stored = entries.hashes(session, device.device_no, device.device, batch.first_seq, batch.last_seq)
    numbers = range(batch.first_seq, batch.last_seq + 1)
    if any(seq not in stored for seq in numbers):
        return False
    before = batches.hash_before(session, device, batch.first_seq)
    digest = batch_hash(device.device, batch.first_seq, before, [stored[seq] for seq in numbers])
    return digest == batch.hash and signing.verify(device.public_key, digest, batch.signature)
