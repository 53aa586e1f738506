"""Whether a tablet really said what is stored of it: the batches checked again, from the stored entries up.

stored payload ──▶ entry hash ──▶ batch hash over the batch before ──▶ the signature that the tablet gave
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from shared.crypto import signing
from shared.sync.batch import batch_hash
from sync_server.repositories import batches, entries
from sync_server.repositories.batches import StoredBatch
from sync_server.repositories.devices import Device


@dataclass(frozen=True, slots=True)
class Provenance:
    """What came from one tablet, and whether all of its signatures still hold.

    `numbers` are those of its entries in runs such as "4–6, 9". `carried_by` are the numbers of other tablets that
    brought some of it where its own had no network. `refused` counts entries of this tablet, of whichever case, that
    were not accepted.
    """

    tablet_no: int
    entries: int
    numbers: str
    is_verified: bool
    is_revoked: bool
    carried_by: tuple[int, ...]
    refused: int


def verify_entries(
    session: Session, device: Device, seqs: Iterable[int], tablet_numbers: Mapping[int, int]
) -> Provenance:
    """Check every batch of the device that holds one of these entries. `tablet_numbers` are by device number."""
    wanted = sorted(set(seqs))
    held = [
        batch
        for batch in batches.of_device(session, device.device_no)
        if any(batch.first_seq <= seq <= batch.last_seq for seq in wanted)
    ]
    carriers = {batch.carried_by for batch in held if batch.carried_by is not None}
    return Provenance(
        tablet_no=device.tablet_no,
        entries=len(wanted),
        numbers=_runs(wanted),
        is_verified=all(_is_sound(session, device, batch) for batch in held),
        is_revoked=device.is_revoked,
        # A tablet of another site has a number there, which would say nothing here.
        carried_by=tuple(sorted(tablet_numbers[one] for one in carriers if one in tablet_numbers)),
        refused=entries.count_refused(session, device.device_no),
    )


def _is_sound(session: Session, device: Device, batch: StoredBatch) -> bool:
    stored = entries.hashes(session, device.device_no, device.device, batch.first_seq, batch.last_seq)
    numbers = range(batch.first_seq, batch.last_seq + 1)
    if any(seq not in stored for seq in numbers):
        return False
    before = batches.hash_before(session, device, batch.first_seq)
    digest = batch_hash(device.device, batch.first_seq, before, [stored[seq] for seq in numbers])
    return digest == batch.hash and signing.verify(device.public_key, digest, batch.signature)


def _runs(numbers: Sequence[int]) -> str:
    """Return "4–6, 9" for 4, 5, 6 and 9."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
