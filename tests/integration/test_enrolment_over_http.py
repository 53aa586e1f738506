"""A one-time code lets exactly one tablet in, for fifteen minutes and five tries."""

from __future__ import annotations

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import requests

from shared.crypto.signing import SigningKey
from sync_server.repositories import devices
from sync_server.services.enrolment import CODE_LIFE_S
from tests.server_world import RunningServer, Tablet, new_case

REFUSED = "This code is wrong, used or too old. Ask the coordinator for a new one."


def expect_refused(answer: requests.Response) -> None:
    assert (answer.status_code, answer.json()) == (403, {"error": {"code": "code", "message": REFUSED}})


def test_a_code_binds_a_tablet_to_its_site(server: RunningServer) -> None:
    answer = Tablet(server.url).post_enrolment(server.code("Hospital D"))

    body = answer.json()
    assert answer.status_code == 200
    assert body.keys() == {"site_id", "site_name", "epoch", "nonce", "box_key", "verify_key"}
    assert body["site_name"] == "Hospital D"


def test_fifty_tablets_at_once_with_one_code_give_exactly_one_enrolled(server: RunningServer) -> None:
    code = server.code()
    tablets = [Tablet(server.url) for _ in range(50)]

    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(lambda tablet: tablet.post_enrolment(code).status_code, tablets))

    assert sorted(statuses) == [200] + [403] * 49
    assert server.services.figures.figures().devices == 1


def test_twenty_tablets_that_join_one_site_at_once_get_twenty_numbers(server: RunningServer) -> None:
    codes = [server.code() for _ in range(20)]

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(lambda code: Tablet(server.url).post_enrolment(code).status_code, codes))

    assert statuses == [200] * 20
    with server.services.database.reading() as session:
        assert [device.tablet_no for device in devices.of_site(session, 1)] == list(range(1, 21))


def test_a_lost_answer_can_be_asked_for_again_by_the_same_tablet_alone(server: RunningServer) -> None:
    code = server.code()
    tablet = Tablet(server.url)
    first = tablet.post_enrolment(code).json()

    again = tablet.post_enrolment(code)

    assert again.status_code == 200
    assert again.json()["nonce"] != first["nonce"]
    expect_refused(Tablet(server.url).post_enrolment(code))


def test_the_code_may_be_typed_small_and_with_its_hyphen(server: RunningServer) -> None:
    assert Tablet(server.url).post_enrolment(server.code().lower()).status_code == 200


def test_a_code_is_too_old_after_fifteen_minutes(server: RunningServer) -> None:
    enrolment = server.services.enrolment
    yesterday = replace(enrolment, now=lambda: enrolment.now() - CODE_LIFE_S - 1)

    expect_refused(Tablet(server.url).post_enrolment(yesterday.make_code("Clinic A")))


@pytest.mark.parametrize("ahead_s", [CODE_LIFE_S, 80 * 365 * 86400])
def test_a_code_of_a_clock_that_was_ahead_and_was_put_right_is_void(server: RunningServer, ahead_s: int) -> None:
    """Else it would be good until the clock gets there again: for years, perhaps."""
    enrolment = server.services.enrolment
    ahead = replace(enrolment, now=lambda: enrolment.now() + ahead_s)

    expect_refused(Tablet(server.url).post_enrolment(ahead.make_code("Clinic A")))


def test_after_five_wrong_tries_the_right_code_is_void_too(server: RunningServer) -> None:
    code = server.code()
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    for _ in range(5):
        expect_refused(Tablet(server.url).post_enrolment(wrong))

    expect_refused(Tablet(server.url).post_enrolment(code))


def test_a_proof_of_another_key_is_a_wrong_try(server: RunningServer) -> None:
    code = server.code()
    thief = Tablet(server.url)
    body = {
        "code": code,
        "device": thief.device,
        "public_key": b64encode(thief.key.public_bytes).decode(),
        "proof": b64encode(SigningKey.generate().sign(b"handwise-enrol-1\n")).decode(),
    }

    expect_refused(requests.post(f"{server.url}/v1/enrol", json=body, timeout=9))

    assert Tablet(server.url).post_enrolment(code).status_code == 200


def test_a_tablet_that_is_enrolled_cannot_be_taken_over_with_another_key(server: RunningServer) -> None:
    tablet = Tablet(server.url).enrol(server.code())

    answer = replace(tablet, key=SigningKey.generate()).post_enrolment(server.code())

    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "device"
    assert tablet.post().status_code == 200


def test_the_database_holds_no_code(server: RunningServer) -> None:
    code = server.code().replace("-", "")

    assert code.encode() not in server.stored_bytes()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ([], "body: must be an object of code, device, public_key and proof"),
        ({"code": "zuleika_haddad"}, "body: must be an object of code, device, public_key and proof"),
        (
            {"code": 1, "device": "a", "public_key": "", "proof": ""},
            "code: must be the code as the coordinator gave it",
        ),
        (
            {"code": "\0ABCDEFGH", "device": "a" * 16, "public_key": "A" * 43 + "=", "proof": "A" * 86 + "=="},
            "code: must be the code as the coordinator gave it",
        ),
        (
            {"code": "x", "device": "zuleika_haddad", "public_key": "", "proof": ""},
            "device: must be 16 lower-case hexadecimal digits",
        ),
        (
            {"code": "x", "device": "a" * 16, "public_key": "zuleika_haddad", "proof": ""},
            "public_key: must be 32 bytes in base64",
        ),
    ],
)
def test_a_malformed_request_names_its_field_and_repeats_nothing(
    server: RunningServer, body: object, says: str
) -> None:
    answer = requests.post(f"{server.url}/v1/enrol", json=body, timeout=9)

    assert (answer.status_code, answer.json()) == (400, {"error": {"code": "malformed", "message": says}})


def test_a_tablet_whose_answer_was_lost_for_long_enrols_again_with_a_new_code(server: RunningServer) -> None:
    tablet = Tablet(server.url)
    tablet.post_enrolment(server.code())

    again = tablet.post_enrolment(server.code())

    assert again.status_code == 200
    tablet.epoch, tablet.nonce = again.json()["epoch"], again.json()["nonce"]
    assert tablet.push(tablet.entry(new_case())).acknowledged.seq == 1
    assert server.services.figures.figures().devices == 1


def test_only_a_new_code_lets_a_revoked_tablet_in_again(server: RunningServer) -> None:
    tablet, code = Tablet(server.url), server.code()
    tablet.enrol(code)
    server.services.enrolment.revoke("Clinic A", 1)

    tablet.enrol(code)
    assert tablet.post().status_code == 403
    tablet.enrol(server.code())
    assert tablet.post().status_code == 200


def test_a_tablet_of_one_site_does_not_join_another_with_the_same_identity(server: RunningServer) -> None:
    tablet = Tablet(server.url).enrol(server.code("Clinic A"))

    assert tablet.post_enrolment(server.code("Clinic B")).status_code == 409
    assert tablet.post().status_code == 200
