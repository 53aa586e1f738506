"""From a tablet that never sees a network to the server and back: sealed, carried by another, receipted, then sent."""

from __future__ import annotations

import random
import secrets

import pytest

from mobile_app.ports.records import SyncState
from mobile_app.storage import account
from mobile_app.storage.tables import CarriedRow, DeviceRow
from shared.case.entry import CaseId, Entry, EntryKind
from shared.errors import ParcelRefused
from shared.sync.holding import Holding
from shared.sync.parcel import read_parcels
from shared.sync.qr_frames import PARCEL, RECEIPT, Transfer, frames_of
from sync_server.services.acceptance import Acceptance
from tests.carried_world import ANSWERS, NAME, carried, sealed, sealed_bytes, state_of
from tests.joined import JoinedTablet
from tests.server_world import RunningServer
from tests.tablet_world import CASE, a_conclusion


def test_a_case_is_sent_only_when_the_servers_receipt_is_back(two: tuple[JoinedTablet, JoinedTablet]) -> None:
    writer, carrier = two
    writer.record(CASE, ANSWERS, record_number=NAME)

    parcels = sealed(writer)
    overview = writer.store.parcels.overview()
    assert (overview.waiting, overview.given) == (1, 1)
    assert state_of(writer) is SyncState.WAITING

    receipts = carried(carrier, parcels.data)
    assert state_of(writer) is SyncState.WAITING

    read = writer.store.parcels.read_receipts(receipts)
    assert (read.cases, read.new, read.known, read.of_others) == (1, 1, 0, 0)
    assert state_of(writer) is SyncState.SENT
    assert writer.store.parcels.overview().waiting == 0
    # A later sync with a network finds everything there.
    report = writer.sync()
    assert (report.failure, report.pushed, report.requests) == ("", 0, 1)


def test_the_same_by_codes_in_any_order(two: tuple[JoinedTablet, JoinedTablet]) -> None:
    writer, carrier = two
    for number in range(10):
        writer.store.record(CaseId(f"{number:032x}"), EntryKind.ASSESSMENT, ANSWERS, a_conclusion())
    shown = list(frames_of(sealed(writer).data, PARCEL))
    random.Random(1).shuffle(shown)
    reading = Transfer(PARCEL, RECEIPT)
    reading.take_all([*shown, *shown])
    back = Transfer(PARCEL, RECEIPT)

    back.take_all(frames_of(carried(carrier, reading.payload()), RECEIPT))

    assert (reading.kind, back.kind) == (PARCEL, RECEIPT)
    assert writer.store.parcels.read_receipts(back.payload()).cases == 10


def test_a_large_backlog_goes_in_several_parcels_of_one_file(
    two: tuple[JoinedTablet, JoinedTablet], server: RunningServer
) -> None:
    writer, carrier = two
    for number in range(510):
        writer.store.record(CaseId(f"{number:032x}"), EntryKind.ASSESSMENT, ANSWERS)
    data = sealed(writer).data
    assert len(read_parcels(data)) == 2

    read = writer.store.parcels.read_receipts(carried(carrier, data))

    assert (read.cases, read.new) == (510, 2)
    assert server.services.figures.figures().cases == 510


def test_a_tablet_may_carry_for_itself(two: tuple[JoinedTablet, JoinedTablet]) -> None:
    writer, _ = two
    writer.record(CASE, ANSWERS)
    writer.store.parcels.take_in(sealed(writer).data)

    assert writer.sync().failure == ""

    overview = writer.store.parcels.overview()
    assert (overview.waiting, overview.carried, overview.receipts, overview.refused) == (0, 0, 0, ())


class _WantsNothing(Acceptance):
    def reason_against(self, entry: Entry) -> str | None:
        return "This entry is not wanted."


def test_what_the_server_set_apart_comes_back_with_its_reason(
    server: RunningServer, two: tuple[JoinedTablet, JoinedTablet]
) -> None:
    writer, carrier = two
    writer.record(CASE, ANSWERS)
    intake = server.services.carry.intake
    object.__setattr__(intake, "acceptance", _WantsNothing(intake.acceptance.policy))

    read = writer.store.parcels.read_receipts(carried(carrier, sealed(writer).data))

    assert (read.new, state_of(writer)) == (1, SyncState.NOT_ACCEPTED)
    assert writer.store.sync_overview().not_accepted == 1
    with writer.store.database.reading() as session:
        # What was set apart is not believed to be held, so the next comparison finds no difference.
        assert account.total(session) == Holding()


def test_an_answer_that_was_lost_costs_nothing(two: tuple[JoinedTablet, JoinedTablet]) -> None:
    writer, carrier = two
    writer.record(CASE, ANSWERS)
    parcel = sealed(writer).data
    carrier.store.parcels.take_in(parcel)
    keep = carrier.store.outbox.parcels.keep_answers
    carrier.store.outbox.parcels.keep_answers = _lose  # type: ignore[method-assign]
    report = carrier.sync()
    assert (report.failure, bool(report.carry_failure)) == ("", True)
    carrier.store.outbox.parcels.keep_answers = keep  # type: ignore[method-assign]
    assert carrier.store.parcels.overview().carried == 1

    assert carrier.sync().failure == ""

    assert writer.store.parcels.read_receipts(carrier.store.parcels.receipts()).cases == 1


def _lose(*_: object) -> None:
    raise ParcelRefused("lost")


def test_a_carrier_keeps_what_it_took_in_and_no_more_than_it_can(two: tuple[JoinedTablet, JoinedTablet]) -> None:
    _, carrier = two
    with carrier.store.database.reading() as session:
        box_key = session.get_one(DeviceRow, 1).box_key
    one_by_one = [sealed_bytes(secrets.token_bytes(40), box_key) for _ in range(200)]
    for start in range(0, 200, 40):
        carrier.store.parcels.take_in(b"".join(one_by_one[start : start + 40]))

    with pytest.raises(ParcelRefused, match="as much as it can"):
        carrier.store.parcels.take_in(sealed_bytes(b"one more", box_key))

    assert carrier.store.parcels.to_hand_in() == tuple(one_by_one)
    assert carrier.sync().failure == ""
    overview = carrier.store.parcels.overview()
    assert (overview.carried, len(overview.refused)) == (0, 200)
    # What is finished makes room.
    assert carrier.store.parcels.take_in(sealed_bytes(b"one more", box_key)).new == 1
    with carrier.store.database.reading() as session:
        assert len(session.exec(CarriedRow.__table__.select()).all()) == 200  # type: ignore[attr-defined]


def test_nothing_is_sealed_where_nothing_waits_or_the_server_gave_no_key(
    two: tuple[JoinedTablet, JoinedTablet],
) -> None:
    writer, _ = two
    with pytest.raises(ParcelRefused, match="Nothing waits"):
        sealed(writer)
    writer.record(CASE, ANSWERS)
    with writer.store.database.writing() as session:
        device = session.get_one(DeviceRow, 1)
        device.box_key = b""
        session.add(device)

    with pytest.raises(ParcelRefused, match="new code"):
        sealed(writer)


def test_who_carried_is_in_the_audit_log(server: RunningServer, two: tuple[JoinedTablet, JoinedTablet]) -> None:
    from sync_server.repositories import audit

    writer, carrier = two
    writer.record(CASE, ANSWERS)
    carried(carrier, sealed(writer).data)

    with server.services.database.reading() as session:
        rows = [(row.actor, row.object) for row in audit.every(session) if row.action == "carried"]

    assert rows == [(f"tablet {carrier.store.device}", f"tablet {writer.store.device} 1-1")]
