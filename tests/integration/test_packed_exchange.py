"""The packed form over real HTTP: as safe as the plain one, understood or refused in a sentence, and small."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from shared.crypto.signing import SigningKey
from shared.errors import InvalidInput
from shared.sync import packing
from shared.sync.messages import read_response, write_request
from shared.sync.packed_message import (
    MEDIA_TYPE,
    PackedRequest,
    read_packed_request,
    read_packed_response,
    write_packed_request,
)
from tests.benchmarks.wire_cases import KNOWLEDGE, recorded_cases
from tests.cutting_proxy import a_cutting_proxy
from tests.joined import JoinedTablet, an_enrolled_tablet
from tests.other_client import signature_base
from tests.server_world import RunningServer, Tablet, new_case


@pytest.fixture
def tablet(server: RunningServer) -> Tablet:
    return Tablet(server.url).enrol(server.code())


def packed(tablet: Tablet, body: bytes, *, key: SigningKey | None = None, nonce: str | None = None) -> bytes:
    """Sign and pack a body as the tablet would."""
    used = tablet.nonce if nonce is None else nonce
    signature = (key or tablet.key).sign(signature_base(f"{tablet.url}/v1/sync", tablet.device, used, body))
    return write_packed_request(PackedRequest(tablet.device, used, signature, body))


def send(tablet: Tablet, raw: bytes, content_type: str = MEDIA_TYPE) -> requests.Response:
    return requests.post(f"{tablet.url}/v1/sync", data=raw, headers={"content-type": content_type}, timeout=30)


def a_body(tablet: Tablet) -> bytes:
    return write_request(tablet.request(tablet.batch([tablet.entry(new_case())])))


def stored(server: RunningServer) -> int:
    return server.services.figures.figures().entries


def test_a_packed_request_is_answered_packed_and_a_plain_one_plain(server: RunningServer, tablet: Tablet) -> None:
    answer = send(tablet, packed(tablet, a_body(tablet)))

    assert (answer.status_code, answer.headers["content-type"]) == (200, MEDIA_TYPE)
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-store")
    response = read_response(read_packed_response(answer.content))
    assert response.acknowledged.seq == stored(server) == 1
    tablet.nonce = response.nonce
    assert tablet.post().headers["content-type"] == "application/json"


def says_the_same(raw: bytes, good: bytes) -> bool:
    try:
        return read_packed_request(raw) == read_packed_request(good)
    except InvalidInput:
        return False


def test_a_packed_request_with_any_byte_changed_is_refused_and_stores_nothing(
    server: RunningServer, tablet: Tablet
) -> None:
    good = packed(tablet, a_body(tablet))
    changed = [good[:place] + bytes([byte ^ 0x15]) + good[place + 1 :] for place, byte in enumerate(good)]
    # What is signed is the plain request. A frame that asks for another window unpacks to the same one.
    others = [raw for raw in changed if not says_the_same(raw, good)]

    for raw in others:
        answer = send(tablet, raw)
        assert answer.status_code in (400, 401, 413, 415)
        assert set(answer.json()["error"]) <= {"code", "message", "nonce"}
    assert len(others) >= len(good) - 1
    assert stored(server) == 0
    assert send(tablet, good).status_code == 200


@pytest.mark.parametrize("fault", ["another key", "used nonce", "another device", "no nonce"])
def test_a_packed_request_of_somebody_else_is_refused(server: RunningServer, tablet: Tablet, fault: str) -> None:
    body = a_body(tablet)
    match fault:
        case "another key":
            raw = packed(tablet, body, key=SigningKey.generate())
        case "used nonce":
            raw = packed(tablet, write_request(tablet.request()))
            assert send(tablet, raw).status_code == 200
        case "another device":
            raw = packed(Tablet(server.url).enrol(server.code()), body)
        case _:
            raw = packed(tablet, body, nonce="")

    assert send(tablet, raw).status_code == (400 if fault == "another device" else 401)
    assert stored(server) == 0


def test_a_dictionary_that_the_server_lacks_is_415_and_the_nonce_stays_good(tablet: Tablet) -> None:
    raw = packed(tablet, write_request(tablet.request()))

    answer = send(tablet, b"\x02" + raw[1:])

    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "packing")
    assert send(tablet, raw).status_code == 200


def test_a_bomb_is_413_and_nothing_of_it_is_unpacked_beyond_the_limit(server: RunningServer, tablet: Tablet) -> None:
    raw = packed(tablet, b"0" * 50_000_000)

    answer = send(tablet, raw)

    assert len(raw) < 10_000
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert stored(server) == 0


@pytest.mark.parametrize("extra", [{}, {"new_key": 1}])
def test_a_future_version_is_426_in_either_form(tablet: Tablet, extra: dict[str, int]) -> None:
    future = json.dumps({**json.loads(write_request(tablet.request())), "protocol": 2, **extra}).encode()

    one = send(tablet, packed(tablet, future))
    tablet.nonce = one.json()["error"]["nonce"]
    other = tablet.send(tablet.signed(future))

    for answer in (one, other):
        assert (answer.status_code, answer.json()["error"]["code"]) == (426, "protocol")
        assert answer.json()["error"]["message"].count(".") == 2


@pytest.mark.parametrize("content_type", ["application/zstd", "application/vnd.handwise+json", "text/plain", ""])
def test_a_body_that_says_it_is_something_else_is_415(tablet: Tablet, content_type: str) -> None:
    answer = send(tablet, packed(tablet, write_request(tablet.request())), content_type)

    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "content_type")


def test_a_tablet_falls_back_to_the_plain_form_before_a_server_that_cannot_unpack(
    server: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = an_enrolled_tablet(tmp_path, server)
    tablet.record(tablet.store.new_case_id(), {"fever_ge_38": True})
    monkeypatch.setattr(packing, "KNOWN", frozenset())

    report = tablet.sync()

    assert (report.failure, report.pushed, report.requests) == ("", 1, 2)
    assert stored(server) == 1
    tablet.close()


def record(tablet: JoinedTablet, count: int, seed: int) -> None:
    for entry in recorded_cases(KNOWLEDGE, count, seed):
        tablet.store.record(entry.case_id, entry.kind, entry.answers, entry.conclusion)


def test_a_case_of_25_answers_is_small_on_the_line(server: RunningServer, tmp_path: Path) -> None:
    """Everything counted: request line, header fields, signatures, body."""
    with a_cutting_proxy(server) as proxy:
        tablet = an_enrolled_tablet(tmp_path, RunningServer(proxy.port, server.services, server.database_url))
        record(tablet, 1, seed=900)
        assert tablet.sync().failure == ""

        proxy.cut_next()
        record(tablet, 1, seed=901)
        one = tablet.sync()
        up_one = proxy.up.passed
        proxy.cut_next()
        record(tablet, 100, seed=902)
        hundred = tablet.sync()
        up_hundred = proxy.up.passed
        proxy.cut_next()
        nothing = tablet.sync()
        both_ways = proxy.up.passed + proxy.down.passed
        tablet.close()

    assert [(sync.failure, sync.pushed, sync.requests) for sync in (one, hundred, nothing)] == [
        ("", 1, 1), ("", 100, 1), ("", 0, 1),
    ]  # fmt: skip
    assert server.services.figures.figures().quarantined == 0
    assert up_one <= 450
    assert up_hundred <= 120 * 100
    assert both_ways <= 750
