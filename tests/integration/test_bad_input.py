"""Bad input on every route that takes a body: the exact status, one sentence, no echo, nothing stored."""

from __future__ import annotations

import gzip
import json
import re
import tracemalloc
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from shared.crypto.signing import SigningKey
from shared.sync.carry import CarryRequest, write_carry_request
from shared.sync.compare import CompareRequest, Range, write_compare_request
from shared.sync.messages import read_response, write_request
from shared.sync.packed_message import MEDIA_TYPE, PackedRequest, write_packed_request
from tests.databases import new_database
from tests.other_client import signature_base
from tests.server_world import RunningServer, Tablet, new_case

CANARY = "zuleika_haddad"
MIB = 1024 * 1024
SIGNED = ("/v1/sync", "/v1/compare", "/v1/carry")
PACKED = ("/v1/sync", "/v1/compare")
FORMS = ("/review/sign-in", "/review/sign-out", "/review/cases/x", "/review/cases/x/same-child")
WAYS = [(path, False) for path in SIGNED] + [(path, True) for path in PACKED]
CUT = "What was sent was cut off or changed on the way. Nothing is lost; try again."


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Give SQLite alone: what is refused here is refused before a database is asked."""
    return new_database("sqlite", tmp_path)


@pytest.fixture
def tablet(server: RunningServer) -> Tablet:
    return Tablet(server.url).enrol(server.code())


def a_body(tablet: Tablet, path: str) -> bytes:
    """Return what this route takes, with something in each of its lists."""
    match path:
        case "/v1/sync":
            return write_request(tablet.request(tablet.batch([tablet.entry(new_case())])))
        case "/v1/compare":
            entry = Tablet("").entry(new_case())
            return write_compare_request(CompareRequest(tablet.device, (Range(tablet.device, 1, 9),), (), (entry,)))
        case "/v1/carry":
            return write_carry_request(CarryRequest(tablet.device, (b"no parcel",)))
        case _:
            proof = tablet.key.sign(f"handwise-enrol-1\nCODE\n{tablet.device}".encode())
            keys = {"public_key": tablet.key.public_bytes, "proof": proof}
            written = {name: b64encode(raw).decode() for name, raw in keys.items()}
            return json.dumps({"code": "CODE", "device": tablet.device, **written}, separators=(",", ":")).encode()


def send(
    tablet: Tablet, path: str, body: bytes, is_packed: bool = False, *, key: SigningKey | None = None, nonce: str = ""
) -> requests.Response:
    """Send a body as the tablet would, signed; the nonce of the answer is for the next one."""
    url, used = tablet.url + path, nonce or tablet.nonce
    signed = PackedRequest(
        tablet.device, used, (key or tablet.key).sign(signature_base(url, tablet.device, used, body)), body
    )
    if is_packed:
        answer = requests.post(url, data=write_packed_request(signed), headers={"content-type": MEDIA_TYPE}, timeout=30)
    else:
        answer = requests.post(url, data=body, headers=signed.plain_headers(), timeout=30)
    if "json" in answer.headers["content-type"]:
        said = answer.json()
        tablet.nonce = said.get("nonce") or said.get("error", {}).get("nonce") or tablet.nonce
    return answer


def expect(answer: requests.Response, status: int, code: str) -> str:
    """Look at a refusal, and return its one sentence."""
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code), answer.text
    assert set(error) <= {"code", "message", "nonce"}
    assert len(error["message"]) <= 120
    assert "\n" not in error["message"]
    assert CANARY not in answer.text
    return str(error["message"])


def stored(server: RunningServer) -> int:
    return server.services.figures.figures().entries


JSON_FAULTS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "nested": (lambda body: b"[" * 50_000 + b"]" * 50_000, "body: is nested deeper than 32 levels"),
    "nested, never closed": (lambda body: b'{"a":' * 50_000, "body: is nested deeper than 32 levels"),
    "NaN": (lambda body: body[:-1] + b',"x":NaN}', "body: has NaN or Infinity where a number belongs"),
    "infinite": (lambda body: body[:-1] + b',"x":-1e999}', "body: has a number that is too large"),
    "a key twice": (
        lambda body: body[:-1] + b',"device":"%s"}' % CANARY.encode(),
        "body: has the same key twice in one object; keep one of them",
    ),
    "half a character": (lambda body: body[:-1] + b',"x":"\\ud800"}', "body: has half a character (a lone surrogate)"),
    "not UTF-8": (lambda body: body.replace(b'"device"', b'"\xff\xfe"'), "body: is not valid JSON in UTF-8"),
    "a list": (lambda body: b'["%s"]' % CANARY.encode(), ""),
    "a key too many": (lambda body: body[:-1] + b',"%s":1}' % CANARY.encode(), ""),
    "a wrong type": (lambda body: re.sub(rb'"device":"[0-9a-f]{16}"', b'"device":["%s"]' % CANARY.encode(), body), ""),
}


@pytest.mark.parametrize("fault", JSON_FAULTS)
@pytest.mark.parametrize(("path", "is_packed"), [*WAYS, ("/v1/enrol", False)])
def test_a_body_that_is_no_message_is_400_and_a_sentence(
    server: RunningServer, tablet: Tablet, path: str, is_packed: bool, fault: str
) -> None:
    spoil, says = JSON_FAULTS[fault]
    body = spoil(a_body(tablet, path))
    if path == "/v1/enrol":
        body = body[:4096]
        says = CUT if fault == "nested, never closed" else "" if fault == "nested" else says

    message = expect(send(tablet, path, body, is_packed), 400, "malformed")

    assert message == says or not says
    assert stored(server) == 0


@pytest.mark.parametrize("path", [*SIGNED, "/v1/enrol"])
def test_a_body_that_is_too_large_is_413(server: RunningServer, tablet: Tablet, path: str) -> None:
    expect(send(tablet, path, b'{"x":"' + b"a" * MIB + b'"}'), 413, "too_large")


@pytest.mark.parametrize("path", FORMS)
def test_a_form_that_is_too_large_is_413_and_a_page(server: RunningServer, path: str) -> None:
    answer = requests.post(server.url + path, data={"name": CANARY * MIB}, timeout=30)

    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("text/html")
    assert CANARY not in answer.text


@pytest.mark.parametrize("path", PACKED)
def test_a_bomb_is_413_and_what_it_would_be_is_never_held(server: RunningServer, tablet: Tablet, path: str) -> None:
    """100 MB in 10 KB: the whole server, and the test with it, need less than 16 MiB more."""
    body = b" " * 100_000_000
    used = tablet.nonce
    raw = write_packed_request(PackedRequest(tablet.device, used, bytes(64), body))
    assert len(raw) < 60_000
    del body
    tracemalloc.start()

    answer = requests.post(server.url + path, data=raw, headers={"content-type": MEDIA_TYPE}, timeout=30)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    expect(answer, 413, "too_large")
    assert peak < 16 * MIB


@pytest.mark.parametrize("path", [*SIGNED, "/v1/enrol"])
def test_a_coding_that_could_hide_a_bomb_is_415(server: RunningServer, tablet: Tablet, path: str) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}

    answer = requests.post(server.url + path, data=gzip.compress(b" " * MIB), headers=headers, timeout=30)

    expect(answer, 415, "content_type")


@pytest.mark.parametrize("path", PACKED)
@pytest.mark.parametrize("left", [1, 9, 40, 73, 90, -1])
def test_a_packed_body_that_was_cut_off_asks_for_another_try(
    server: RunningServer, tablet: Tablet, path: str, left: int
) -> None:
    raw = write_packed_request(PackedRequest(tablet.device, tablet.nonce, bytes(64), a_body(tablet, path)))

    answer = requests.post(server.url + path, data=raw[:left], headers={"content-type": MEDIA_TYPE}, timeout=30)

    assert expect(answer, 400, "malformed") == CUT
    assert stored(server) == 0


@pytest.mark.parametrize("path", SIGNED)
def test_a_plain_body_that_was_cut_off_does_not_fit_its_digest_and_brings_a_nonce_for_another_try(
    server: RunningServer, tablet: Tablet, path: str
) -> None:
    body, url = a_body(tablet, path), tablet.url + path
    signature = tablet.key.sign(signature_base(url, tablet.device, tablet.nonce, body))
    headers = PackedRequest(tablet.device, tablet.nonce, signature, body).plain_headers()

    answer = requests.post(url, data=body[: len(body) // 2], headers=headers, timeout=30)

    expect(answer, 401, "signature")
    assert send(tablet, path, body, nonce=answer.json()["error"]["nonce"]).status_code == 200


def test_an_enrolment_that_was_cut_off_asks_for_another_try(server: RunningServer, tablet: Tablet) -> None:
    body = a_body(tablet, "/v1/enrol")

    assert expect(send(tablet, "/v1/enrol", body[:-20]), 400, "malformed") == CUT


@pytest.mark.parametrize(("path", "is_packed"), WAYS)
def test_a_wrong_signature_is_401(server: RunningServer, tablet: Tablet, path: str, is_packed: bool) -> None:
    answer = send(tablet, path, a_body(tablet, path), is_packed, key=SigningKey.generate())

    expect(answer, 401, "signature")
    assert stored(server) == 0


@pytest.mark.parametrize(("path", "is_packed"), WAYS)
def test_a_request_that_is_sent_again_is_401(server: RunningServer, tablet: Tablet, path: str, is_packed: bool) -> None:
    used, body = tablet.nonce, a_body(tablet, path)
    assert send(tablet, path, body, is_packed).status_code == 200
    before = stored(server)

    expect(send(tablet, path, body, is_packed, nonce=used), 401, "signature")

    assert stored(server) == before


@pytest.mark.parametrize(("path", "is_packed"), WAYS)
def test_a_revoked_tablet_is_403(server: RunningServer, tablet: Tablet, path: str, is_packed: bool) -> None:
    server.services.enrolment.revoke("Clinic A", 1)

    expect(send(tablet, path, a_body(tablet, path), is_packed), 403, "revoked")

    assert stored(server) == 0


@pytest.mark.parametrize(("path", "is_packed"), WAYS)
@pytest.mark.parametrize("version", [b"2", b"0", b"true", b"null", b'"1"'])
def test_another_version_is_426_whatever_else_it_holds(
    server: RunningServer, tablet: Tablet, path: str, is_packed: bool, version: bytes
) -> None:
    body = a_body(tablet, path).replace(b'"protocol":1', b'"%s":[{}],"protocol":%s' % (CANARY.encode(), version))

    expect(send(tablet, path, body, is_packed), 426, "protocol")

    assert stored(server) == 0


@pytest.mark.parametrize(("path", "is_packed"), WAYS)
def test_a_body_in_the_name_of_another_tablet_is_400(
    server: RunningServer, tablet: Tablet, path: str, is_packed: bool
) -> None:
    other = Tablet(server.url).enrol(server.code())
    body = a_body(tablet, path)

    message = expect(send(other, path, body, is_packed), 400, "malformed")

    assert message == "device: must be the one that signed the request"
    assert stored(server) == 0


def test_a_code_that_nobody_knows_is_set_apart_and_named_by_its_number_only(
    server: RunningServer, tablet: Tablet
) -> None:
    entry = tablet.entry(new_case(), {CANARY: True})
    body = write_request(tablet.request(tablet.batch([entry])))

    answer = send(tablet, "/v1/sync", body)

    assert answer.status_code == 200
    assert [(one.seq, CANARY in one.reason) for one in read_response(answer.content).quarantined] == [(1, False)]
    assert CANARY not in answer.text


def test_a_code_that_nobody_knows_is_not_brought_back(server: RunningServer, tablet: Tablet) -> None:
    entry = Tablet("").entry(new_case(), {CANARY: True})
    body = write_compare_request(CompareRequest(tablet.device, (), (), (entry,)))

    answer = send(tablet, "/v1/compare", body)

    assert answer.status_code == 200
    assert [row[:2] for row in answer.json()["not_kept"]] == [[entry.id.device, entry.id.seq]]
    assert CANARY not in answer.text


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"form_token=" + b"0" * 64 + b"&name=" + CANARY.encode(),
        b"%zz%%%=" + CANARY.encode(),
        b"\xff\xfe=\x00",
        b"form_token[a][b]=1&form_token=2",
        b"&".join(b"%d=1" % number for number in range(40)),
    ],
)
def test_a_form_without_its_token_is_403_whatever_it_holds(server: RunningServer, path: str, body: bytes) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "cookie": "handwise_form=x; handwise_session=x"}

    answer = requests.post(server.url + path, data=body, headers=headers, timeout=30)

    assert answer.status_code == 403
    assert CANARY not in answer.text


@pytest.mark.parametrize("path", ["/review/sign-in", "/review/sign-out"])
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"&".join(b"%d=1" % number for number in range(60))),
        (
            "multipart/form-data; boundary=a",
            b'--a\r\nContent-Disposition: form-data; name="x"; filename="y"\r\n\r\nz\r\n--a--',
        ),
        ("multipart/form-data", CANARY.encode()),
    ],
)
def test_a_form_of_too_many_parts_or_with_a_file_is_400(
    server: RunningServer, path: str, content_type: str, body: bytes
) -> None:
    answer = requests.post(server.url + path, data=body, headers={"content-type": content_type}, timeout=30)

    assert answer.status_code == 400
    assert CANARY not in answer.text
