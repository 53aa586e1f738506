"""The golden bytes of the protocol, read by our code and by `tests/other_client.py`, which shares none of it."""

from __future__ import annotations

import json
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from shared.crypto.signing import SigningKey, verify
from shared.sync.batch import batch_hash, entry_hash
from shared.sync.compare import (
    read_compare_request,
    read_compare_response,
    write_compare_request,
    write_compare_response,
)
from shared.sync.messages import read_request, read_response, write_request, write_response
from shared.sync.packed_message import read_packed_request, read_packed_response
from sync_server.services.request_signature import SignedRequest
from sync_server.services.request_signature import verify as verify_request
from tests import other_client

VECTORS = Path(__file__).resolve().parents[3] / "vectors" / "sync_1"
ABOUT: dict[str, Any] = json.loads((VECTORS / "about.json").read_text())
REQUESTS = ("request", "request_with_nothing_new")
SIGNED = {**dict.fromkeys(REQUESTS, ABOUT["url"]), "compare_request": ABOUT["compare_url"]}
PUBLIC_KEY = b64decode(ABOUT["public_key"])


def golden(name: str) -> bytes:
    return (VECTORS / name).read_bytes()


@pytest.mark.parametrize("name", REQUESTS)
def test_a_golden_request_is_read_and_written_byte_for_byte(name: str) -> None:
    body = golden(f"{name}.json")

    assert write_request(read_request(body)) == body


def test_a_golden_response_is_read_and_written_byte_for_byte() -> None:
    body = golden("response.json")

    assert write_response(read_response(body)) == body


def test_golden_messages_of_a_comparison_are_read_and_written_byte_for_byte() -> None:
    request, response = golden("compare_request.json"), golden("compare_response.json")

    assert write_compare_request(read_compare_request(request)) == request
    assert write_compare_response(read_compare_response(response)) == response


@pytest.mark.parametrize("name", SIGNED)
def test_a_packed_golden_request_is_the_signed_plain_one(name: str) -> None:
    unpacked = read_packed_request(golden(f"{name}.packed"))
    request = SignedRequest("POST", SIGNED[name], FieldLines(unpacked.plain_headers()), unpacked.body)

    assert unpacked.body == golden(f"{name}.json")
    speaker = verify_request(request, {ABOUT["device"]: PUBLIC_KEY}.get)
    assert (speaker.key_id, speaker.nonce) == (ABOUT["device"], ABOUT["nonce"])


@pytest.mark.parametrize("name", ["response", "compare_response"])
def test_a_packed_golden_response_is_the_plain_one(name: str) -> None:
    assert read_packed_response(golden(f"{name}.packed")) == golden(f"{name}.json")


def test_hashes_and_signatures_of_the_golden_batches_are_as_they_were() -> None:
    request = read_request(golden("request.json"))
    previous, entry_hashes, batch_hashes = request.stored.hash, [], []
    for batch in request.batches:
        hashes = [entry_hash(entry) for entry in batch.entries]
        previous = batch_hash(request.device, batch.first_seq, previous, hashes)
        assert verify(PUBLIC_KEY, previous, batch.signature)
        entry_hashes += [one.hex() for one in hashes]
        batch_hashes.append(previous.hex())

    assert entry_hashes == ABOUT["entry_hashes"]
    assert batch_hashes == ABOUT["batch_hashes"]


@pytest.mark.parametrize("name", SIGNED)
def test_the_other_client_reads_and_verifies_a_golden_request(name: str) -> None:
    device, nonce, signature, body = other_client.open_request(golden(f"{name}.packed"))

    assert (device, nonce, body) == (ABOUT["device"], ABOUT["nonce"], golden(f"{name}.json"))
    base = other_client.signature_base(SIGNED[name], device, nonce, body)
    assert base == golden(f"{name}.signature_base")
    assert signature == b64decode(ABOUT["signatures"][name])
    other_client.verify(PUBLIC_KEY, signature, base)


def test_the_other_client_verifies_the_golden_batches_and_reads_the_golden_response() -> None:
    request = json.loads(golden("request.json"))
    hashes = other_client.batch_hashes(request)

    for batch, digest in zip(request["batches"], hashes, strict=True):
        other_client.verify(PUBLIC_KEY, b64decode(batch["signature"]), digest)
    assert [digest.hex() for digest in hashes] == ABOUT["batch_hashes"]
    for name in ("response", "compare_response"):
        assert other_client.expand(golden(f"{name}.packed")[1:]) == golden(f"{name}.json")
    response = json.loads(golden("response.json"))
    assert other_client.canonical(response) == golden("response.json")
    assert other_client.holding(response["entries"]) == response["holds"]
    compared = json.loads(golden("compare_response.json"))
    assert list(other_client.holding(compared["entries"]).values()) == compared["ranges"][1]


def test_the_golden_key_is_the_one_that_it_says() -> None:
    assert SigningKey(bytes.fromhex(ABOUT["private_key_for_tests_only"])).public_bytes == PUBLIC_KEY


def test_a_released_dictionary_never_changes() -> None:
    """A tablet that is months offline has this one; other bytes under the same number would read as nonsense."""
    content = other_client.FILE.read_bytes()

    assert sha256(content).hexdigest() == "48c984b9c850078005b2a4bdc9993b7a832d75f6cd2d2f262910166da76b43d3"


class FieldLines(dict[str, str]):
    """Header fields, each once."""

    def items(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return list(super().items())
