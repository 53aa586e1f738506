"""Enrolling shows the code and proves the key, and believes no answer that is none. Over real HTTP on loopback."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode

import pytest

from mobile_app.ports.outbox import Enrolment
from mobile_app.sync_client.enrolment import enrol
from shared.case.entry import DeviceId
from shared.crypto.signing import SigningKey, verify
from shared.errors import InvalidInput, ServerNonsense, ServerRefused
from tests.scripted_server import a_server, an_error, http

DEVICE = DeviceId("a" * 16)
KEY = SigningKey.generate()


class OutboxWithKey:
    """The part of an outbox that enrolment needs: an identity and its key."""

    device = DEVICE

    def public_key(self):
        return KEY.public_bytes

    def sign(self, message):
        return KEY.sign(message)


BOX_KEY, VERIFY_KEY = bytes(range(32)), bytes(range(32, 64))
ENROLLED = {
    "site_id": "3",
    "site_name": "Clinic A",
    "epoch": "epoch-1",
    "nonce": "nonce-1",
    "box_key": b64encode(BOX_KEY).decode(),
    "verify_key": b64encode(VERIFY_KEY).decode(),
}


def test_enrolling_shows_the_code_and_proves_the_key():
    with a_server(http(200, ENROLLED)) as server:
        enrolment = enrol(OutboxWithKey(), server.url + "/", " 7f3k9-abcde ")

    assert enrolment == Enrolment(
        server.url, "3", "Clinic A", "epoch-1", "nonce-1", box_key=BOX_KEY, verify_key=VERIFY_KEY
    )
    (received,) = server.received
    body = json.loads(received.body)
    assert (received.url, body["code"], body["device"]) == (f"{server.url}/v1/enrol", "7F3K9ABCDE", DEVICE)
    assert body["public_key"] == b64encode(KEY.public_bytes).decode()
    proven = b"handwise-enrol-1\n7F3K9ABCDE\n" + DEVICE.encode()
    assert verify(KEY.public_bytes, proven, b64decode(body["proof"]))


def test_a_code_that_is_not_accepted_is_said_in_the_servers_words():
    refusal = an_error(403, "code", message="The code was used already.")
    with a_server(refusal) as server, pytest.raises(ServerRefused, match="used already"):
        enrol(OutboxWithKey(), server.url, "ABCDE")


@pytest.mark.parametrize("code", ["", "  - ", "ABC/DE", "ÀBCDE", "A" * 65])
def test_a_code_that_cannot_be_one_is_not_sent(code):
    with a_server() as server, pytest.raises(InvalidInput, match="code"):
        enrol(OutboxWithKey(), server.url, code)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {**ENROLLED, "more": 1},
        {**ENROLLED, "nonce": ""},
        {**ENROLLED, "nonce": "é"},
        {**ENROLLED, "site_name": "a\nb"},
        {**ENROLLED, "epoch": 7},
        {**ENROLLED, "box_key": ""},
        {**ENROLLED, "verify_key": "AAAA"},
        {**ENROLLED, "verify_key": 7},
    ],
)
def test_an_enrolment_answer_that_is_none_is_called_so(answer):
    with a_server(http(200, answer)) as server, pytest.raises(ServerNonsense):
        enrol(OutboxWithKey(), server.url, "ABCDE")
