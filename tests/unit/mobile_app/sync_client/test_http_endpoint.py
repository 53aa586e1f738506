"""What the server is told and how; and every answer that is none, as a sentence. Over real HTTP on loopback."""

from __future__ import annotations

import socket
import threading
from base64 import b64encode
from contextlib import suppress
from dataclasses import replace

import pytest
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ED25519

from mobile_app.sync_client import http_post
from mobile_app.sync_client.http_endpoint import HttpEndpoint
from mobile_app.sync_client.http_post import Traffic
from shared.case.entry import DeviceId
from shared.crypto.signing import SigningKey, public_key_pem
from shared.errors import (
    ChainMismatch,
    IdentityConflictAnswered,
    Locked,
    ServerBusy,
    ServerNonsense,
    ServerRefused,
    ServerUnreachable,
)
from shared.sync.batch import GENESIS
from shared.sync.compare import CompareRequest, CompareResponse, Range, read_compare_request, write_compare_response
from shared.sync.holding import Holding
from shared.sync.messages import ChainHead, SyncRequest, SyncResponse, read_request, write_request, write_response
from shared.sync.packed_message import COVERED, MEDIA_TYPE, read_packed_request, write_packed_response
from tests.scripted_server import Received, a_server, an_error, http

DEVICE = DeviceId("a" * 16)
KEY = SigningKey.generate()
REQUEST = SyncRequest(DEVICE, "epoch-1", 7, ChainHead(0, GENESIS), 0, "0.1", "1.0")
RESPONSE = SyncResponse("epoch-1", "nonce-2", ChainHead(0, GENESIS), (), (), (), 9, False, Holding())


PACKED = write_packed_response(write_response(RESPONSE))
GOOD = http(200, PACKED, MEDIA_TYPE)
GOOD_PLAIN = http(200, write_response(RESPONSE))
NOT_UNPACKED = an_error(415, "packing")


def exchange(server, traffic=None, nonce="nonce-1"):
    with HttpEndpoint(server.url, DEVICE, KEY.sign, nonce, traffic) as endpoint:
        return endpoint.exchange(REQUEST)


class Keys(HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id):
        assert key_id == DEVICE
        return public_key_pem(KEY.public_bytes)


class Verifier(HTTPMessageVerifier):
    pass


def plain(received):
    """Return a packed request as the plain one that it stands for, as the protocol says a server does."""
    unpacked = read_packed_request(received.body)
    return Received(received.method, received.url, unpacked.plain_headers(), unpacked.body)


def verified(received):
    """Return the signature's parameters after checking a plain request with the library."""
    (result,) = Verifier(signature_algorithm=ED25519, key_resolver=Keys()).verify(
        received, max_age=None, expect_tag="sync-v1", require_components=COVERED, body=received.body
    )
    return result.parameters


def test_one_exchange_is_one_signed_request():
    traffic = Traffic()
    with a_server(GOOD) as server:
        assert exchange(server, traffic) == RESPONSE

    (sent,) = server.received
    received = plain(sent)
    assert (sent.method, sent.url) == ("POST", f"{server.url}/v1/sync")
    assert sent.headers["content-type"] == MEDIA_TYPE
    assert read_request(received.body) == REQUEST
    assert {key: verified(received)[key] for key in ("keyid", "nonce", "tag", "created")} == {
        "keyid": DEVICE, "nonce": "nonce-1", "tag": "sync-v1", "created": 0,
    }  # fmt: skip
    assert (traffic.requests, traffic.up, traffic.down) == (1, len(sent.body), len(PACKED))


def test_what_follows_is_made_ready_while_the_answer_is_awaited_and_no_fault_of_it_is_one_of_the_exchange():
    asked = []

    def locked_meanwhile(request):
        asked.append(request)
        raise Locked("The tablet is locked.")

    waiting = replace(REQUEST, waiting=3)
    with (
        a_server(GOOD, GOOD) as server,
        HttpEndpoint(server.url, DEVICE, KEY.sign, "nonce-1", make_ready=locked_meanwhile) as endpoint,
    ):
        assert endpoint.exchange(waiting) == RESPONSE
        assert endpoint.exchange(REQUEST) == RESPONSE

    assert asked == [waiting]
    assert not any(thread.name == "sync makes ready" for thread in threading.enumerate())


def test_nothing_of_this_machine_goes_with_a_request_and_no_line_too_many():
    with a_server(NOT_UNPACKED, GOOD_PLAIN) as server:
        exchange(server)

    packed, unpacked = server.received
    assert set(packed.headers) == {"host", "content-type", "content-length"}
    assert set(unpacked.headers) == {
        "host", "content-type", "content-length", "content-digest", "signature-input", "signature",
    }  # fmt: skip


def test_a_server_that_cannot_unpack_gets_the_same_request_plain():
    traffic = Traffic()
    with a_server(NOT_UNPACKED, GOOD_PLAIN) as server:
        assert exchange(server, traffic) == RESPONSE

    packed, unpacked = server.received
    assert plain(packed).body == unpacked.body == write_request(REQUEST)
    assert {name: unpacked.headers[name] for name in plain(packed).headers} == plain(packed).headers
    assert verified(unpacked)["nonce"] == "nonce-1"
    assert traffic.requests == 2


def test_a_server_that_could_not_unpack_is_not_asked_twice():
    with (
        a_server(NOT_UNPACKED, GOOD_PLAIN, GOOD_PLAIN) as server,
        HttpEndpoint(server.url, DEVICE, KEY.sign, "nonce-1") as endpoint,
    ):
        endpoint.exchange(REQUEST)
        endpoint.exchange(REQUEST)

    assert [received.headers["content-type"] == MEDIA_TYPE for received in server.received] == [True, False, False]


def test_a_server_that_takes_neither_form_is_believed():
    with a_server(NOT_UNPACKED, NOT_UNPACKED) as server, pytest.raises(ServerRefused, match="ask the coordinator"):
        exchange(server)


def test_a_refused_nonce_is_signed_again_with_the_fresh_one_once():
    with a_server(an_error(401, "signature", nonce="fresh"), GOOD) as server:
        assert exchange(server, nonce="stale") == RESPONSE

    first, second = map(plain, server.received)
    assert (verified(first)["nonce"], verified(second)["nonce"]) == ("stale", "fresh")
    assert first.body == second.body


def test_a_second_refusal_is_believed():
    refusals = [an_error(401, "signature", nonce="1"), an_error(401, "signature", nonce="2")]
    with a_server(*refusals) as server, pytest.raises(ServerRefused, match="ask the coordinator"):
        exchange(server)


def test_the_next_exchange_carries_the_nonce_of_the_last_answer():
    with a_server(GOOD, GOOD) as server, HttpEndpoint(server.url, DEVICE, KEY.sign, "nonce-1") as endpoint:
        endpoint.exchange(REQUEST)
        endpoint.exchange(REQUEST)

    assert verified(plain(server.received[1]))["nonce"] == "nonce-2"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "malformed"),
        (401, "signature"),
        (403, "revoked"),
        (413, "too_large"),
        (426, "protocol"),
        (429, "too_many"),
    ],
)
def test_a_no_is_shown_in_the_servers_words(status, code):
    with a_server(an_error(status, code)) as server, pytest.raises(ServerRefused, match="Please ask the coordinator"):
        exchange(server)


def test_a_chain_that_does_not_fit_says_where_the_servers_ends():
    head = {"seq": 4, "hash": b64encode(b"h" * 32).decode()}
    refusal = an_error(409, "chain", acknowledged=head, epoch="epoch-2", nonce="n")
    with a_server(refusal) as server, pytest.raises(ChainMismatch) as caught:
        exchange(server)

    assert (caught.value.seq, caught.value.hash, caught.value.epoch) == (4, b"h" * 32, "epoch-2")


HEAD = {"seq": 4, "hash": b64encode(b"h" * 32).decode()}


def test_an_entry_that_was_not_accepted_for_its_number_is_named_with_its_reason():
    refusal = an_error(409, "identity", acknowledged=HEAD, epoch="epoch-1", quarantined=[[3, "Other."]], nonce="n")
    with a_server(refusal) as server, pytest.raises(IdentityConflictAnswered) as caught:
        exchange(server)

    assert (caught.value.seq, caught.value.hash, caught.value.epoch) == (4, b"h" * 32, "epoch-1")
    assert caught.value.quarantined == ((3, "Other."),)


@pytest.mark.parametrize(
    "quarantined",
    [None, [], {}, [3], [[3]], [["3", "Other."]], [[True, "Other."]], [[0, "Other."]], [[3, ""]], [[3, "a\nb"]],
     [[3, "x" * 301]], [[3, "Other."]] * 501],
)  # fmt: skip
def test_a_conflict_that_no_server_states_is_called_so(quarantined):
    refusal = an_error(409, "identity", acknowledged=HEAD, epoch="epoch-1", quarantined=quarantined)
    with a_server(refusal) as server, pytest.raises(ServerNonsense):
        exchange(server)


def test_a_comparison_is_signed_and_packed_as_an_exchange_is():
    response = CompareResponse("epoch-1", "nonce-2", ((DEVICE, 4),), (Holding(),), ())
    answers = (http(200, write_packed_response(write_compare_response(response)), MEDIA_TYPE), GOOD)
    asked = CompareRequest(DEVICE, (Range(DEVICE, 1, 9),))
    with a_server(*answers) as server, HttpEndpoint(server.url, DEVICE, KEY.sign, "nonce-1") as endpoint:
        assert endpoint.compare(asked) == response
        endpoint.exchange(REQUEST)

    first, second = map(plain, server.received)
    assert first.url.endswith("/v1/compare")
    assert read_compare_request(first.body) == asked
    assert [verified(one)["nonce"] for one in (first, second)] == ["nonce-1", "nonce-2"]


@pytest.mark.parametrize("body", [b"{}", b"[]", b"\xff", write_response(RESPONSE), b'{"protocol":2}'])
def test_a_comparison_that_no_server_gives_is_called_so(body):
    with (
        a_server(http(200, body)) as server,
        HttpEndpoint(server.url, DEVICE, KEY.sign, "nonce-1") as endpoint,
        pytest.raises(ServerNonsense),
    ):
        endpoint.compare(CompareRequest(DEVICE))


@pytest.mark.parametrize(
    "answer",
    [
        http(200, b"<html>Sign in to the hotel's network</html>", "text/html"),
        http(200, b"{}"),
        http(200, b"", MEDIA_TYPE),
        http(200, PACKED[:-1], MEDIA_TYPE),
        http(200, PACKED + b"x", MEDIA_TYPE),
        http(200, b"\xff" + PACKED[1:], MEDIA_TYPE),
        http(200, PACKED, "application/json"),
        http(200, write_response(RESPONSE), MEDIA_TYPE),
        http(200, b"not json"),
        http(200, b"\xff\xfe"),
        http(200, write_response(RESPONSE)[:-20] + b'"more":false,"more":true}'),
        http(200, write_response(RESPONSE), extra="content-encoding: gzip\r\n"),
        http(200, write_response(RESPONSE), "text/plain"),
        http(302, b"", extra="location: http://127.0.0.1:1/\r\n"),
        http(404, {"error": {"code": "not_found", "message": "No."}}),
        http(403, {"detail": "Forbidden"}),
        http(403, []),
        http(403, {"error": {"code": 1, "message": []}}),
        an_error(403, "revoked", message="Two\nlines \x1b[31m"),
        an_error(403, "revoked", message=""),
        an_error(409, "chain"),
        an_error(409, "chain", acknowledged={"seq": "4", "hash": "!"}, epoch="e"),
        an_error(409, "chain", acknowledged={"seq": 4, "hash": "AAAA"}, epoch="e"),
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    ],
)  # fmt: skip
def test_an_answer_that_no_handwise_server_gives_is_called_so(answer):
    with a_server(answer) as server, pytest.raises((ServerNonsense, ServerUnreachable)) as caught:
        exchange(server)

    assert caught.type is ServerNonsense or answer.startswith(b"SSH")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        GOOD[:-1],
        GOOD[: len(GOOD) // 2],
        http(500, {"error": {"code": "internal", "message": "x"}}),
        http(502, b"<html>Bad Gateway</html>", "text/html"),
    ],
)
def test_an_answer_that_is_cut_or_a_server_that_is_down_is_no_answer(answer):
    with a_server(answer) as server, pytest.raises(ServerUnreachable):
        exchange(server)


@pytest.mark.parametrize(
    ("said", "wait_s"),
    [
        ("", 0),
        ("retry-after: 120\r\n", 120),
        ("retry-after: 999999999\r\n", 24 * 60 * 60),
        ("retry-after: Fri, 31 Dec 2106 23:59:59 GMT\r\n", 0),
        ("retry-after: -5\r\n", 0),
        ("retry-after: \u0663\r\n", 0),
        ("retry-after: 1e9\r\n", 0),
    ],
)
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"Service Unavailable", "text/plain; charset=utf-8"),
        (b"", "text/plain"),
        (b"<html>Zuleika</html>", "text/html"),
        (b'{"error":{"code":"storage","message":"Zuleika"}}', "application/json"),
        (b"\xff\x00", "application/vnd.handwise"),
    ],
)
def test_a_server_that_is_busy_is_asked_again_later_whatever_it_says(body, content_type, said, wait_s):
    with a_server(http(503, body, content_type, said)) as server, pytest.raises(ServerBusy) as caught:
        exchange(server)

    assert caught.value.wait_s == wait_s
    assert str(caught.value) == "The server can take nothing just now. Your cases are kept and will be sent later."


def test_nobody_there_is_no_connection():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(ServerUnreachable), HttpEndpoint(f"http://127.0.0.1:{port}", DEVICE, KEY.sign, "") as endpoint:
        endpoint.exchange(REQUEST)


def test_a_server_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(http_post, "READ_TIMEOUT_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ServerUnreachable), HttpEndpoint(url, DEVICE, KEY.sign, "") as endpoint:
            endpoint.exchange(REQUEST)


def test_an_exchange_that_takes_too_long_altogether_is_given_up(monkeypatch):
    monkeypatch.setattr(http_post, "EXCHANGE_TIMEOUT_S", -1)
    with a_server() as server, pytest.raises(ServerUnreachable):
        exchange(server)


def test_an_answer_that_drips_is_given_up_at_the_same_time(monkeypatch):
    """Each byte comes within the time for the next bytes; the whole never would."""
    monkeypatch.setattr(http_post, "EXCHANGE_TIMEOUT_S", 0.2)
    stop = threading.Event()

    def drip(listener):
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.recv(65536)
            connection.sendall(http(200, b" " * 100_000)[:200])
            while not stop.wait(0.02):
                connection.sendall(b" ")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        watchdog = threading.Timer(5, stop.set)
        watchdog.start()
        try:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            with pytest.raises(ServerUnreachable), HttpEndpoint(url, DEVICE, KEY.sign, "") as endpoint:
                endpoint.exchange(REQUEST)
            assert not stop.is_set(), "it waited until the server stopped"
        finally:
            stop.set()
            watchdog.cancel()
            thread.join()


def test_an_endless_answer_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(http_post, "MAX_RESPONSE_BYTES", 100_000)
    with a_server(http(200, b" " * 200_000)) as server, pytest.raises(ServerNonsense):
        exchange(server)
