"""A receipt may be lost, come twice, late or to the wrong tablet: only the server's own word makes a case sent."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import pytest

from mobile_app.ports.records import SyncState
from mobile_app.storage.tables import DeviceRow
from mobile_app.sync_client.runner import OutboxSynchroniser
from shared.case.entry import CaseId, EntryKind
from shared.crypto.signing import SigningKey
from shared.errors import ChainMismatch, ParcelRefused
from shared.sync.receipt import Receipt, write_receipt
from sync_server.repositories import devices
from tests.backup_world import a_stick, record_cases
from tests.carried_world import ANSWERS, carried, sealed, state_of
from tests.joined import JoinedTablet, an_enrolled_tablet
from tests.server_world import RunningServer, running_server
from tests.tablet_world import CASE, a_tablet


def test_a_parcel_and_a_receipt_that_come_again_change_nothing(
    server: RunningServer, two: tuple[JoinedTablet, JoinedTablet], tmp_path: Path
) -> None:
    writer, carrier = two
    writer.record(CASE, ANSWERS)
    parcel = sealed(writer).data
    first = carried(carrier, parcel)
    assert carrier.store.parcels.take_in(parcel + parcel).known == 2
    third = an_enrolled_tablet(tmp_path / "third", server)
    second = carried(third, parcel)
    assert server.services.figures.figures().cases == 1

    assert writer.store.parcels.read_receipts(first).cases == 1
    for receipts in (first, second, first + second):
        read = writer.store.parcels.read_receipts(receipts)
        assert (read.cases, read.new) == (0, 0)
    assert state_of(writer) is SyncState.SENT
    third.close()


def test_an_old_receipt_does_not_take_back_what_was_sent_since(two: tuple[JoinedTablet, JoinedTablet]) -> None:
    writer, carrier = two
    writer.record(CASE, ANSWERS)
    old = carried(carrier, sealed(writer).data)
    writer.store.record(CaseId("1" * 32), EntryKind.ASSESSMENT, ANSWERS)
    assert writer.sync().failure == ""

    read = writer.store.parcels.read_receipts(old)

    assert (read.cases, read.known) == (0, 1)
    assert writer.store.sync_overview().waiting == 0


def test_two_receipts_in_the_wrong_order_end_with_the_later_one(two: tuple[JoinedTablet, JoinedTablet]) -> None:
    writer, carrier = two
    writer.record(CASE, ANSWERS)
    first = carried(carrier, sealed(writer).data)
    carrier.store.parcels.forget_finished()
    writer.store.record(CaseId("1" * 32), EntryKind.ASSESSMENT, ANSWERS)
    second = carried(carrier, sealed(writer).data)

    assert writer.store.parcels.read_receipts(second).cases == 2
    assert writer.store.parcels.read_receipts(first).cases == 0
    assert writer.store.sync_overview().waiting == 0


def test_a_receipt_for_another_tablet_is_said_and_changes_nothing(two: tuple[JoinedTablet, JoinedTablet]) -> None:
    writer, carrier = two
    writer.record(CASE, ANSWERS)
    carrier.store.record(CaseId("2" * 32), EntryKind.ASSESSMENT, ANSWERS)
    receipts = carried(carrier, sealed(writer).data)
    carrier.store.record(CaseId("3" * 32), EntryKind.ASSESSMENT, ANSWERS)

    read = carrier.store.parcels.read_receipts(receipts)

    assert (read.cases, read.of_others) == (0, 1)
    assert carrier.store.parcels.overview().waiting == 1


def made_up(writer: JoinedTablet, key: SigningKey, **changed: object) -> bytes:
    """Return a receipt as the server would seal it, signed by `key`."""
    from mobile_app.storage.parcels import _secret

    with writer.store.database.reading() as session:
        device = session.get_one(DeviceRow, 1)
        secret, epoch = _secret(device), device.epoch
    from shared.sync.messages import ChainHead

    said = {
        "device": writer.store.device, "under": epoch, "epoch": epoch, "acknowledged": ChainHead(1, bytes(32)),
        "first_seq": 1, "last_seq": 1,
    }  # fmt: skip
    return write_receipt(Receipt(**{**said, **changed}), bytes(8), secret, key)  # type: ignore[arg-type]


def test_a_receipt_that_the_server_did_not_sign_or_that_ends_no_batch_of_ours_is_refused(
    server: RunningServer, two: tuple[JoinedTablet, JoinedTablet]
) -> None:
    writer, carrier = two
    writer.record(CASE, ANSWERS)
    receipts = carried(carrier, sealed(writer).data)
    chance = random.Random(7)
    for place in [*range(16), *(chance.randrange(16, len(receipts)) for _ in range(60))]:
        changed = bytearray(receipts)
        changed[place] ^= chance.randrange(1, 256)
        with contextlib.suppress(ParcelRefused):
            assert writer.store.parcels.read_receipts(bytes(changed)).cases == 0
        assert state_of(writer) is SyncState.WAITING

    with pytest.raises(ParcelRefused, match="not signed by the server"):
        writer.store.parcels.read_receipts(made_up(writer, SigningKey.generate()))
    with pytest.raises(ChainMismatch):
        writer.store.parcels.read_receipts(made_up(writer, server.services.carry.sign_key))
    with pytest.raises(ParcelRefused, match="does not fit"):
        writer.store.parcels.read_receipts(made_up(writer, server.services.carry.sign_key, device=carrier.store.device))
    assert state_of(writer) is SyncState.WAITING


def test_a_server_that_was_put_back_says_so_in_its_receipt_and_is_filled_again(
    tmp_path: Path, database_url: str
) -> None:
    with running_server(database_url) as server:
        writer = an_enrolled_tablet(tmp_path / "writer", server)
        carrier = an_enrolled_tablet(tmp_path / "carrier", server)
        writer.record(CASE, ANSWERS)
        early = carried(carrier, sealed(writer).data)
        writer.store.parcels.read_receipts(early)
        carrier.store.parcels.forget_finished()
        # Put back without saying so: the entries are gone, the epoch is the same.
        forget_entries(server, writer.store.device)
        writer.store.record(CaseId("1" * 32), EntryKind.ASSESSMENT, ANSWERS)

        receipts = carried(carrier, sealed(writer).data)
        carrier.store.parcels.forget_finished()
        read = writer.store.parcels.read_receipts(receipts)

        assert (read.new, writer.store.sync_overview().waiting) == (1, 2)
        assert writer.store.parcels.overview().given == 0
        # A receipt of before does not make it believe again.
        writer.store.parcels.read_receipts(early)
        assert writer.store.sync_overview().waiting == 2
        assert writer.store.parcels.read_receipts(carried(carrier, sealed(writer).data)).cases == 2
        assert server.services.figures.figures().cases == 2
        writer.close()
        carrier.close()


def forget_entries(server: RunningServer, device: str) -> None:
    from sqlmodel import delete

    from shared.sync.batch import GENESIS
    from shared.sync.messages import ChainHead
    from sync_server.tables.batch_row import BatchRow
    from sync_server.tables.entry_row import EntryRow

    with server.services.database.writing() as session:
        session.exec(delete(EntryRow))
        session.exec(delete(BatchRow))
        found = devices.find(session, device)
        assert found is not None
        devices.set_head(session, found, ChainHead(0, GENESIS))


def test_what_a_lost_tablet_had_not_sent_is_carried_for_the_one_that_was_restored_from_its_backup(
    server: RunningServer, two: tuple[JoinedTablet, JoinedTablet], tmp_path: Path
) -> None:
    _, carrier = two
    with a_tablet(tmp_path / "lost") as lost, a_tablet(tmp_path / "new") as new:
        store = lost.set_up()
        OutboxSynchroniser(store.outbox, app_version="0", knowledge_version="1").enrol(server.url, server.code())
        former = store.device
        record_cases(store, 3)
        stick = a_stick(lost, store, tmp_path / "stick")
        backup = stick.write(lost, store)
        store.close()
        restored = stick.restore(backup, new)
        writer = JoinedTablet(restored, OutboxSynchroniser(restored.outbox, app_version="0", knowledge_version="1"))
        parcels = sealed(writer).data

        read = restored.parcels.read_receipts(carried(carrier, parcels))

        assert (read.cases, restored.sync_overview().waiting) == (3, 0)
        assert former != restored.device
        assert server.services.figures.figures().cases == 3
        restored.close()
