"""Signed batches, as proof of what a tablet said."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from shared.sync.batch import GENESIS
from sync_server.repositories.devices import Device
from sync_server.repositories.statements import run, table_of
from sync_server.tables.batch_row import BatchRow

_ADD = insert(table_of(BatchRow))


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """What is kept of a batch: where it stands in the chain, what the device signed, and which other one carried it."""

    first_seq: int
    last_seq: int
    hash: bytes
    signature: bytes
    carried_by: int | None = None


def add(session: Session, device: Device, batch: StoredBatch) -> None:
    run(
        session,
        _ADD,
        device_no=device.device_no,
        site_no=device.site_no,
        first_seq=batch.first_seq,
        last_seq=batch.last_seq,
        hash=batch.hash,
        signature=batch.signature,
    )


def note_carrier(session: Session, device_no: int, first_seq: int, last_seq: int, carrier_no: int) -> None:
    """Note which device brought a writer's batches that lie between these numbers."""
    between = (col(BatchRow.first_seq) >= first_seq, col(BatchRow.last_seq) <= last_seq)
    session.execute(
        update(BatchRow).where(col(BatchRow.device_no) == device_no, *between).values(carried_by=carrier_no)
    )


def hash_before(session: Session, device: Device, first_seq: int) -> bytes:
    """Return the hash of the batch that ends right before `first_seq`."""
    found = session.exec(
        select(BatchRow.hash).where(BatchRow.device_no == device.device_no, BatchRow.last_seq == first_seq - 1)
    ).first()
    return GENESIS if found is None else found


def find(session: Session, device: Device, first_seq: int) -> StoredBatch | None:
    """Return the device's batch that begins there."""
    row = session.get(BatchRow, (device.device_no, first_seq))
    return None if row is None else _stored(row)


def of_device(session: Session, device_no: int) -> tuple[StoredBatch, ...]:
    """Return the device's batches in the order of its chain."""
    rows = session.exec(select(BatchRow).where(BatchRow.device_no == device_no).order_by(col(BatchRow.first_seq)))
    return tuple(_stored(row) for row in rows)


def _stored(row: BatchRow) -> StoredBatch:
    return StoredBatch(row.first_seq, row.last_seq, row.hash, row.signature, row.carried_by)
