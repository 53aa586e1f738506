"""From a tablet that never sees a network to the server and back: sealed, carried by another, receipted, then sent."""

from __future__ import annotations

import contextlib
import random
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from mobile_app.ports.parcels import Sealed
from mobile_app.ports.records import LocalDetails, SyncState
from mobile_app.storage import account
from mobile_app.storage.tables import CarriedRow, DeviceRow
from mobile_app.sync_client.runner import OutboxSynchroniser
from shared.case.entry import CaseId, EntryKind
from shared.crypto.box import BoxKey
from shared.crypto.signing import SigningKey
from shared.errors import ChainMismatch, ParcelRefused
from shared.sync.carry import CarryAnswer, CarryRequest, read_carry_response, write_carry_request
from shared.sync.holding import Holding
from shared.sync.parcel import read_parcels, write_parcel
from shared.sync.qr_frames import PARCEL, RECEIPT, Transfer, frames_of
from shared.sync.receipt import Receipt, write_receipt
from sync_server.repositories import devices
from tests.backup_world import a_stick, record_cases
from tests.cutting_proxy import a_cutting_proxy
from tests.joined import JoinedTablet, an_enrolled_tablet
from tests.server_world import RunningServer, Tablet, new_case, running_server
from tests.tablet_world import CASE, a_conclusion, a_tablet, forms_of

ANSWERS = {"age_days": 274, "sex": "male", "region": ("hand",), "fever_ge_38": False}
NAME = "Quillon Testbairn"
ONE_SENTENCE = {
    "damaged": "A parcel was cut off or changed on the way. Ask for it again.",
    "other_server": "A parcel is for another server. It was not taken.",
    "protocol": "A parcel was made by another version of the app. Update the older side.",
    "writer": "The tablet that wrote a parcel may not send to this server. Ask the coordinator.",
}


@pytest.fixture
def two(server: RunningServer, tmp_path: Path) -> Iterator[tuple[JoinedTablet, JoinedTablet]]:
    writer = an_enrolled_tablet(tmp_path / "writer", server)
    carrier = an_enrolled_tablet(tmp_path / "carrier", server, site="Clinic B")
    yield writer, carrier
    writer.close()
    carrier.close()


def sealed(writer: JoinedTablet) -> Sealed:
    parcels = writer.store.parcels.seal(app_version="0.1.0", knowledge_version="1.0")
    writer.store.parcels.note_given(parcels)
    return parcels


def carried(carrier: JoinedTablet, data: bytes) -> bytes:
    """Take parcels in, hand them in, and return the receipts."""
    carrier.store.parcels.take_in(data)
    report = carrier.sync()
    assert report.failure == ""
    assert carrier.store.parcels.overview().carried == 0
    return carrier.store.parcels.receipts()


def state_of(tablet: JoinedTablet, case_id: CaseId = CASE) -> SyncState:
    return next(row.sync_state for row in tablet.store.summaries() if row.case_id == case_id)


def handed_in(tablet: Tablet, *parcels: bytes) -> tuple[CarryAnswer, ...]:
    """Hand parcels in as a bare client does."""
    answer = post_carry(tablet, write_carry_request(CarryRequest(tablet.device, parcels)))
    assert answer.status_code == 200, answer.text
    response = read_carry_response(answer.content)
    tablet.nonce = response.nonce
    return response.answers


def post_carry(tablet: Tablet, body: bytes) -> requests.Response:
    request = tablet.signed(body, address=f"{tablet.url}/v1/carry")
    request.url = f"{tablet.url}/v1/carry"
    return tablet.send(request)


# --- the whole way ----------------------------------------------------------------------------------------------------


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


def test_what_the_server_set_apart_comes_back_with_its_reason(
    server: RunningServer, two: tuple[JoinedTablet, JoinedTablet]
) -> None:
    writer, carrier = two
    writer.record(CASE, ANSWERS)
    object.__setattr__(server.services.carry.intake, "check", lambda entry: "This entry is not wanted.")

    read = writer.store.parcels.read_receipts(carried(carrier, sealed(writer).data))

    assert (read.new, state_of(writer)) == (1, SyncState.NOT_ACCEPTED)
    assert writer.store.sync_overview().not_accepted == 1
    with writer.store.database.reading() as session:
        # What was set apart is not believed to be held, so the next comparison finds no difference.
        assert account.total(session) == Holding()


# --- who may read -----------------------------------------------------------------------------------------------------


def every_value(tablet: JoinedTablet) -> bytes:
    """Return every value of every row of a tablet's decrypted file."""
    with tablet.store.database.reading() as session:
        connection = session.connection()
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        return b"\n".join(
            value if isinstance(value, bytes) else str(value).encode()
            for table in tables
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608
            for value in row
        )


def test_the_carrier_and_the_way_hold_no_readable_byte_of_the_writer(server: RunningServer, tmp_path: Path) -> None:
    writer = an_enrolled_tablet(tmp_path / "writer", server)
    with a_cutting_proxy(server) as proxy:
        behind = RunningServer(proxy.port, server.services, server.database_url)
        carrier = an_enrolled_tablet(tmp_path / "carrier", behind, site="Clinic B")
        entry = writer.store.record(
            CASE,
            EntryKind.ASSESSMENT,
            ANSWERS,
            a_conclusion(),
            LocalDetails(patient_name=NAME, record_number="Record-4711-0815"),
        )
        parcels = sealed(writer).data
        receipts = carried(carrier, parcels)
        line = bytes(proxy.up.kept + proxy.down.kept)
    assert b"POST /v1/carry" in line
    assert b64encode(parcels) in line
    unpacked_line = b"".join(b64decode(found) for found in re.findall(rb'"([A-Za-z0-9+/]{99,}=*)"', line))
    ids = (str(CASE), str(entry.id.device))
    told = [
        form for text in (NAME, "Record-4711-0815", *ids, "fever_ge_38", "calcinosis_cutis") for form in forms_of(text)
    ]
    told += [bytes.fromhex(one) for one in ids]

    assert parcels in unpacked_line
    for where in (parcels, receipts, line, unpacked_line):
        assert not [form for form in told if form in where]
    # The carrier has words of its own for its own cases, and none of this one.
    assert not [form for form in told if form in every_value(carrier)]
    assert carrier.store.count_cases() == 0
    writer.close()
    carrier.close()


# --- what is refused --------------------------------------------------------------------------------------------------


def test_two_hundred_changed_parcels_are_each_refused_in_one_sentence(server: RunningServer, tmp_path: Path) -> None:
    writer = an_enrolled_tablet(tmp_path / "writer", server)
    writer.record(CASE, ANSWERS)
    parcel = sealed(writer).data
    carrier = Tablet(server.url).enrol(server.code("Clinic B"))
    chance = random.Random(20261121)
    changed = []
    for number in range(200):
        place = number if number < 80 else chance.randrange(len(parcel))
        one = bytearray(parcel)
        one[place] ^= chance.randrange(1, 256)
        changed.append(bytes(one))

    answers = [answer for start in range(0, 200, 20) for answer in handed_in(carrier, *changed[start : start + 20])]

    assert {answer.refused for answer in answers} == {"damaged", "other_server"}
    assert all(answer.message == ONE_SENTENCE[answer.refused] and not answer.receipt for answer in answers)
    assert server.services.figures.figures().cases == 0
    assert set(server.services.requests.read()) == {200}
    writer.close()


def test_cut_off_parcels_and_what_is_none_are_refused(server: RunningServer, tmp_path: Path) -> None:
    writer = an_enrolled_tablet(tmp_path / "writer", server)
    writer.record(CASE, ANSWERS)
    parcel = sealed(writer).data
    carrier = Tablet(server.url).enrol(server.code())

    answers = handed_in(
        carrier, parcel[:-1], parcel[:20], parcel + b"x", parcel + parcel, b"HWP", secrets.token_bytes(99)
    )

    assert {answer.refused for answer in answers} == {"damaged"}
    writer.close()


def own_parcel(server: RunningServer, writer: Tablet, body: bytes | None = None) -> bytes:
    """Seal what a bare client wrote."""
    case = writer.entry(new_case())
    request = writer.request(writer.batch([case]))
    writer.written -= 1
    key = server.services.carry.box_key.public_bytes
    return write_parcel(request, secrets.token_bytes(16), writer.key.sign, key)


def test_only_an_enrolled_tablet_that_was_not_revoked_is_taken_for_a_writer(server: RunningServer) -> None:
    carrier = Tablet(server.url).enrol(server.code("Clinic B"))
    stranger = Tablet(server.url)
    stranger.epoch = carrier.epoch
    revoked = Tablet(server.url).enrol(server.code())
    server.services.enrolment.revoke("Clinic A", 1)
    good = Tablet(server.url).enrol(server.code())
    impostor = Tablet(server.url, device=good.device)
    impostor.epoch = good.epoch

    answers = handed_in(carrier, *(own_parcel(server, one) for one in (stranger, revoked, impostor, good)))

    assert [answer.refused for answer in answers] == ["writer", "writer", "writer", ""]
    assert server.services.figures.figures().cases == 1


def test_a_revoked_carrier_hands_nothing_in(server: RunningServer, tmp_path: Path) -> None:
    writer = an_enrolled_tablet(tmp_path / "writer", server)
    carrier = an_enrolled_tablet(tmp_path / "carrier", server, site="Clinic B")
    writer.record(CASE, ANSWERS)
    carrier.store.parcels.take_in(sealed(writer).data)
    server.services.enrolment.revoke("Clinic B", 1)

    assert carrier.sync().failure

    assert carrier.store.parcels.overview().carried == 1
    assert server.services.figures.figures().cases == 0
    bare = Tablet(server.url).enrol(server.code("Clinic C"))
    server.services.enrolment.revoke("Clinic C", 1)
    answer = post_carry(bare, write_carry_request(CarryRequest(bare.device, (b"x",))))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "revoked")
    writer.close()
    carrier.close()


def test_a_parcel_for_another_server_is_refused_by_the_carrier_and_by_the_server(
    server: RunningServer, two: tuple[JoinedTablet, JoinedTablet]
) -> None:
    _, carrier = two
    tablet = Tablet(server.url).enrol(server.code())
    request = tablet.request(tablet.batch([tablet.entry(new_case())]))
    elsewhere = write_parcel(request, bytes(16), tablet.key.sign, BoxKey.generate().public_bytes)

    with pytest.raises(ParcelRefused, match="another server"):
        carrier.store.parcels.take_in(elsewhere)
    (answer,) = handed_in(tablet, elsewhere)

    assert answer.refused == "other_server"
    assert carrier.store.parcels.overview().carried == 0


def test_a_refusal_is_kept_and_shown_and_the_parcel_can_be_tried_again(
    server: RunningServer, two: tuple[JoinedTablet, JoinedTablet]
) -> None:
    writer, carrier = two
    writer.record(CASE, ANSWERS)
    parcel = sealed(writer).data
    carrier.store.parcels.take_in(parcel)
    server.services.enrolment.revoke("Clinic A", 1)

    assert carrier.sync().failure == ""

    overview = carrier.store.parcels.overview()
    assert (overview.carried, overview.receipts, overview.refused) == (0, 0, (ONE_SENTENCE["writer"],))
    assert carrier.store.parcels.take_in(parcel).new == 1
    carrier.store.parcels.forget_finished()
    assert carrier.store.parcels.overview().refused == ()
    assert carrier.store.parcels.overview().carried == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{}", 400, "malformed"),
        (b'{"protocol":2,"device":"x","parcels":[]}', 426, "protocol"),
        (b'{"device":"0000000000000000","parcels":[],"protocol":1}', 400, "malformed"),
        (b'{"device":"0000000000000000","parcels":["!"],"protocol":1}', 400, "malformed"),
        (b'{"device":"0000000000000000","parcels":[""],"protocol":1}', 400, "malformed"),
        (b'{"device":"0000000000000000","parcels":[1],"protocol":1}', 400, "malformed"),
        (b'{"device":1,"parcels":[],"protocol":1}', 400, "malformed"),
        (b'{"device":"0000000000000000","parcels":[],"parcels":[],"protocol":1}', 400, "malformed"),
        (b'{"device":"0000000000000000","more":1,"parcels":[],"protocol":1}', 400, "malformed"),
        (b"[" * 900, 400, "malformed"),
        (b'{"device":"0000000000000000","parcels":[%s],"protocol":1}' % b",".join([b'"eA=="'] * 21), 400, "malformed"),
        (b"x" * (1024 * 1024 + 1), 413, "too_large"),
    ],
)
def test_a_bad_request_is_one_sentence_without_echo(server: RunningServer, body: bytes, status: int, code: str) -> None:
    carrier = Tablet(server.url).enrol(server.code())

    answer = post_carry(carrier, body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert len(answer.json()["error"]["message"]) < 200


def test_a_parcel_that_is_too_large_or_a_bomb_is_refused(server: RunningServer) -> None:
    carrier = Tablet(server.url).enrol(server.code())
    box_key = server.services.carry.box_key.public_bytes
    too_large = write_carry_request(CarryRequest(carrier.device, (b"HWP" + bytes(512 * 1024),)))
    answer = post_carry(carrier, too_large)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed")
    carrier.nonce = answer.json()["error"]["nonce"]

    # A body of 1 MiB and more that packs to nothing.
    bomb = sealed_bytes(packed_bomb(), box_key)
    assert len(bomb) < 4096
    (refused,) = handed_in(carrier, bomb)
    assert refused.refused == "damaged"


def packed_bomb() -> bytes:
    from shared.sync import packing

    return bytes([packing.NEWEST]) + bytes(72) + packing.pack(b"\n" + b" " * (64 * 1024 * 1024))


def sealed_bytes(inside: bytes, box_key: bytes) -> bytes:
    from shared.crypto.box import OVERHEAD, name_of_key, seal_to
    from shared.sync.envelope import head_of

    head = head_of(b"HWP", name_of_key(box_key), len(inside) + OVERHEAD)
    return head + seal_to(box_key, inside, b"handwise-parcel-1\n" + head)


# --- again, late, and elsewhere ---------------------------------------------------------------------------------------


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


# --- durable, bounded, after a cut ------------------------------------------------------------------------------------


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
