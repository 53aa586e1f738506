"""Whoever carries a parcel can neither read nor change it, and what is no parcel of a tablet of ours is refused."""

from __future__ import annotations

import random
import re
import secrets
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
import requests

from mobile_app.ports.records import LocalDetails
from shared.case.entry import EntryKind
from shared.crypto.box import BoxKey
from shared.errors import ParcelRefused
from shared.sync.carry import CarryAnswer, CarryRequest, read_carry_response, write_carry_request
from shared.sync.parcel import write_parcel
from tests.carried_world import ANSWERS, NAME, carried, sealed, sealed_bytes
from tests.cutting_proxy import a_cutting_proxy
from tests.joined import JoinedTablet, an_enrolled_tablet
from tests.server_world import RunningServer, Tablet, new_case
from tests.tablet_world import CASE, a_conclusion, forms_of

ONE_SENTENCE = {
    "damaged": "A parcel was cut off or changed on the way. Ask for it again.",
    "other_server": "A parcel is for another server. It was not taken.",
    "protocol": "A parcel was made by another version of the app. Update the older side.",
    "writer": "The tablet that wrote a parcel may not send to this server. Ask the coordinator.",
}


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
