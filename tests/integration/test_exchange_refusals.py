"""What the exchange refuses, each with its exact status and body, and with nothing stored."""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests

from shared.case.entry import EntryKind
from shared.crypto.signing import SigningKey
from shared.sync.messages import ChainHead, read_response, write_request
from sync_server.repositories import audit as audit_rows
from sync_server.repositories import cases
from sync_server.services import audit
from tests.server_world import RunningServer, Tablet, new_case

UNSIGNED = "The request is not signed by an enrolled tablet with a fresh nonce."
CANARY = "zuleika_haddad"


@pytest.fixture
def tablet(server: RunningServer) -> Tablet:
    return Tablet(server.url).enrol(server.code())


def expect(answer: requests.Response, status: int, code: str) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    error: dict[str, object] = answer.json()["error"]
    assert error["code"] == code
    assert set(error) <= {"code", "message", "nonce", "acknowledged", "epoch"}
    return error


def stored(server: RunningServer) -> int:
    return server.services.figures.figures().entries


def test_a_request_without_a_signature_gets_a_nonce_and_nothing_else(server: RunningServer, tablet: Tablet) -> None:
    body = write_request(tablet.request(tablet.batch([tablet.entry(new_case())])))

    answer = requests.post(f"{server.url}/v1/sync", data=body, headers={"content-type": "application/json"}, timeout=9)

    error = expect(answer, 401, "signature")
    assert error["message"] == UNSIGNED
    assert set(error) == {"code", "message", "nonce"}
    assert stored(server) == 0


def test_the_nonce_of_a_401_lets_the_same_tablet_in_once(server: RunningServer, tablet: Tablet) -> None:
    body = write_request(tablet.request(tablet.batch([tablet.entry(new_case())])))
    challenge = str(expect(tablet.send(tablet.signed(body, nonce="")), 401, "signature")["nonce"])
    signed = tablet.signed(body, nonce=challenge)

    assert tablet.send(signed).status_code == 200
    second = expect(tablet.send(signed), 401, "signature")

    assert second["nonce"] != challenge


def test_a_request_sent_again_by_somebody_who_recorded_it_is_refused(server: RunningServer, tablet: Tablet) -> None:
    signed = tablet.signed(write_request(tablet.request(tablet.batch([tablet.entry(new_case())]))))

    assert tablet.send(signed).status_code == 200
    expect(tablet.send(signed), 401, "signature")

    assert stored(server) == 1


def test_bad_requests_in_a_tablets_name_do_not_take_its_nonces_away(server: RunningServer, tablet: Tablet) -> None:
    stranger = replace(tablet, key=SigningKey.generate())
    for _ in range(5):
        expect(stranger.send(stranger.signed(write_request(stranger.request()))), 401, "signature")

    assert tablet.post().status_code == 200


def test_the_key_of_another_enrolled_tablet_does_not_open_this_ones_log(server: RunningServer, tablet: Tablet) -> None:
    other = Tablet(server.url).enrol(server.code())

    answer = tablet.send(tablet.signed(write_request(tablet.request()), key=other.key))

    expect(answer, 401, "signature")


def test_an_enrolled_tablet_cannot_speak_for_another(server: RunningServer, tablet: Tablet) -> None:
    other = Tablet(server.url).enrol(server.code())
    batch = tablet.batch([tablet.entry(new_case())])

    answer = other.send(other.signed(write_request(tablet.request(batch))))

    expect(answer, 400, "malformed")
    assert stored(server) == 0


def test_an_unknown_tablet_and_a_wrong_key_get_the_same_answer(server: RunningServer, tablet: Tablet) -> None:
    unknown = Tablet(server.url)

    one = tablet.send(tablet.signed(write_request(tablet.request()), key=unknown.key))
    other = unknown.send(unknown.signed(write_request(unknown.request()), nonce=tablet.nonce))

    error, same = expect(one, 401, "signature"), expect(other, 401, "signature")
    assert error.keys() == same.keys()
    assert error["message"] == same["message"]
    assert len(str(error["nonce"])) == len(str(same["nonce"]))


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("content-digest", "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:"),
        ("host", "elsewhere.example"),
        ("content-type", "application/json;charset=utf-8"),
        ("signature", "pyhms=:AAAA:"),
        ("signature-input", 'pyhms=();keyid="x"'),
        ("signature-input", "\x7f"),
    ],
)
def test_a_signature_covers_address_type_and_digest(tablet: Tablet, header: str, value: str) -> None:
    signed = tablet.signed(write_request(tablet.request()))

    signed.headers[header] = value

    expect(tablet.send(signed), 401, "signature")


def test_a_signature_covers_every_byte_of_the_body(server: RunningServer, tablet: Tablet) -> None:
    body = write_request(tablet.request(tablet.batch([tablet.entry(new_case(), {"fever_ge_38": True})])))
    signed = tablet.signed(body)

    signed.body = body.replace(b"true", b"null")
    signed.headers["content-length"] = str(len(signed.body))

    expect(tablet.send(signed), 401, "signature")
    assert stored(server) == 0


def test_a_tablet_whose_clock_is_years_off_is_let_in(tablet: Tablet) -> None:
    for created in (0, 4102444800):
        signed = tablet.signed(write_request(tablet.request()), created=created)
        answer = tablet.send(signed)

        assert answer.status_code == 200
        tablet.nonce = read_response(answer.content).nonce


def test_a_revoked_tablet_is_told_so_at_its_next_request(server: RunningServer, tablet: Tablet) -> None:
    server.services.enrolment.revoke("Clinic A", 1)

    answer = tablet.post(tablet.batch([tablet.entry(new_case())]))

    error = expect(answer, 403, "revoked")
    assert error["message"] == "This tablet may no longer send. Your cases are kept on it; ask the coordinator."
    assert stored(server) == 0


def test_a_gap_in_the_chain_is_refused_with_the_head_that_is_stored(server: RunningServer, tablet: Tablet) -> None:
    head = tablet.push(tablet.entry(new_case())).acknowledged
    tablet.entry(new_case())
    batch = tablet.batch([tablet.entry(new_case())])

    error = expect(tablet.post(batch), 409, "chain")

    assert error["acknowledged"]["seq"] == head.seq == 1  # type: ignore[index]
    assert error["epoch"] == tablet.epoch
    assert stored(server) == 1
    assert tablet.post().status_code == 200


def test_of_a_request_with_a_gap_nothing_is_stored(server: RunningServer, tablet: Tablet) -> None:
    fits = tablet.batch([tablet.entry(new_case())])
    tablet.entry(new_case())
    does_not = tablet.batch([tablet.entry(new_case())])

    expect(tablet.post(fits, does_not), 409, "chain")

    assert stored(server) == 0


def test_what_a_refused_request_did_before_its_fault_is_undone_but_its_nonce_stays_used_up(
    server: RunningServer, tablet: Tablet
) -> None:
    case = new_case()
    first = tablet.entry(case, {"erythema": True})
    tablet.push(first)
    withdrawal = tablet.batch([tablet.entry(case, {}, kind=EntryKind.WITHDRAWAL, parents=[first])])
    tablet.written += 1
    signed = tablet.signed(write_request(tablet.request(withdrawal, tablet.batch([tablet.entry(new_case())]))))

    error = expect(tablet.send(signed), 409, "chain")

    with server.services.database.reading() as session:
        kept = cases.find(session, case)
        assert kept is not None
        assert not kept.is_withdrawn
        assert audit.WITHDRAWN not in {row.action for row in audit_rows.every(session)}
    expect(tablet.send(signed), 401, "signature")
    tablet.nonce = str(error["nonce"])
    assert tablet.exchange(withdrawal).acknowledged.seq == 2


def test_a_batch_signed_over_another_predecessor_is_refused(server: RunningServer, tablet: Tablet) -> None:
    batch = tablet.batch([tablet.entry(new_case())], after=ChainHead(0, b"x" * 32))

    error = expect(tablet.post(batch), 409, "chain")

    assert error["acknowledged"] == {"seq": 0, "hash": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}
    assert stored(server) == 0


def test_a_batch_whose_signature_is_of_another_key_is_refused(server: RunningServer, tablet: Tablet) -> None:
    forged = replace(tablet, key=SigningKey.generate()).batch([tablet.entry(new_case())])

    expect(tablet.post(forged), 409, "chain")

    assert stored(server) == 0


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "body: is not valid JSON in UTF-8"),
        (b"\xff\xfe", "body: is not valid JSON in UTF-8"),
        (b'{"protocol":NaN}', "body: has NaN or Infinity where a number belongs"),
        (b'{"protocol":1e999}', "body: has a number that is too large"),
        (b'{"zuleika_haddad":1,"zuleika_haddad":2}', "body: has the same key twice in one object; keep one of them"),
        (b"[" * 900 + b"]" * 900, "body: is nested deeper than 32 levels"),
        (b'{"protocol":"\\ud800"}', "body: has half a character (a lone surrogate)"),
        (b'{"zuleika_haddad":1}', "body.app_version: is missing"),
        (b'["zuleika_haddad"]', "body: must be an object"),
        (b"9" * 5000, "body: is not valid JSON in UTF-8"),
    ],
)
def test_a_malformed_body_is_refused_by_its_place_and_never_repeated(tablet: Tablet, body: bytes, says: str) -> None:
    answer = tablet.send(tablet.signed(body))

    error = expect(answer, 400, "malformed")
    assert error["message"] == says
    assert CANARY not in answer.text
    assert error["nonce"] != tablet.nonce


def test_a_name_in_a_wrong_place_is_not_repeated(tablet: Tablet) -> None:
    body = write_request(tablet.request()).replace(b'"waiting":0', b'"waiting":"%s"' % CANARY.encode())

    answer = tablet.send(tablet.signed(body))

    assert expect(answer, 400, "malformed")["message"] == "waiting: must be a whole number from 0"
    assert CANARY not in answer.text


def test_another_version_of_the_protocol_asks_for_an_update(tablet: Tablet) -> None:
    body = write_request(tablet.request()).replace(b'"protocol":1', b'"protocol":2')

    error = expect(tablet.send(tablet.signed(body)), 426, "protocol")

    assert error["message"] == "This tablet and the server speak different versions. Update the older one."


def test_more_than_500_entries_in_a_request_are_refused(server: RunningServer, tablet: Tablet) -> None:
    case = new_case()
    first = tablet.batch([tablet.entry(case) for _ in range(300)])
    second = tablet.batch([tablet.entry(case) for _ in range(300)])

    error = expect(tablet.post(first, second), 400, "malformed")

    assert error["message"] == "batches: must hold at most 500 entries together"
    assert stored(server) == 0
