"""The two messages of `POST /v1/carry`: parcels handed in by whoever carried them, and what became of each.

    request    {"protocol":1,"device":...,"parcels":[base64 ...]}
    response   {"protocol":1,"nonce":...,"answers":[{"receipt":base64} | {"refused":code,"message":sentence} ...]}

The answers stand in the order of the parcels. A receipt is sealed for the parcel's writer; who hands in learns only
that there is one.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.canonical import canonical_json, read_json
from shared.case.entry import DeviceId
from shared.errors import InvalidInput
from shared.sync.messages import MAX_MESSAGE_BYTES, PROTOCOL_VERSION, is_nonce
from shared.sync.parcel import MAX_PARCEL_BYTES
from shared.sync.receipt import MAX_RECEIPT_BYTES

MAX_PARCELS = 20
MAX_CARRIED_BYTES = 720 * 1024
"""In one request: in base64, with all that stands around it, this stays below 1 MiB."""


@dataclass(frozen=True, slots=True)
class CarryRequest:
    """What a tablet hands in. `device` is the one that carried."""

    device: DeviceId
    parcels: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class CarryAnswer:
    """What became of one parcel: a receipt for its writer, or why it was refused."""

    receipt: bytes = b""
    refused: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class CarryResponse:
    """What became of each parcel, in their order, and the nonce for the next request."""

    nonce: str
    answers: tuple[CarryAnswer, ...]


def write_carry_request(request: CarryRequest) -> bytes:
    """Return the request's body."""
    return canonical_json(
        {
            "protocol": PROTOCOL_VERSION,
            "device": request.device,
            "parcels": [b64encode(parcel).decode() for parcel in request.parcels],
        }
    )


def read_carry_request(raw: bytes) -> CarryRequest:
    """Return the request that `raw` spells. Whether its parcels are any is not looked at here.

    Raises:
        InvalidInput: naming the place.
    """
    body = _object(read_json(raw, max_bytes=MAX_MESSAGE_BYTES), {"protocol", "device", "parcels"})
    if not isinstance(body["device"], str) or len(body["device"]) > 16:
        raise InvalidInput("device", "must be 16 lower-case hexadecimal digits")
    parcels = tuple(_bytes(one, "parcels", MAX_PARCEL_BYTES) for one in _list(body["parcels"], "parcels", MAX_PARCELS))
    return CarryRequest(DeviceId(body["device"]), parcels)


def write_carry_response(response: CarryResponse) -> bytes:
    """Return the response's body."""
    return canonical_json(
        {
            "protocol": PROTOCOL_VERSION,
            "nonce": response.nonce,
            "answers": [
                {"refused": answer.refused, "message": answer.message}
                if answer.refused
                else {"receipt": b64encode(answer.receipt).decode()}
                for answer in response.answers
            ],
        }
    )


def read_carry_response(raw: bytes) -> CarryResponse:
    """Return the response that `raw` spells.

    Raises:
        InvalidInput: it is not one of this protocol.
    """
    body = _object(read_json(raw), {"protocol", "nonce", "answers"})
    if not isinstance(body["nonce"], str) or not is_nonce(body["nonce"]):
        raise InvalidInput("nonce", "must be printable ASCII without quotes and backslashes")
    return CarryResponse(body["nonce"], tuple(map(_answer, _list(body["answers"], "answers", MAX_PARCELS))))


def in_portions(parcels: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Cut parcels into what one request can carry each, in their order."""
    portions: list[list[bytes]] = []
    size = 0
    for parcel in parcels:
        size += len(parcel)
        if not portions or len(portions[-1]) == MAX_PARCELS or size > MAX_CARRIED_BYTES:
            portions.append([])
            size = len(parcel)
        portions[-1].append(parcel)
    return list(portions)


def _answer(item: Any) -> CarryAnswer:
    if isinstance(item, dict) and item.keys() == {"receipt"}:
        return CarryAnswer(receipt=_bytes(item["receipt"], "receipt", MAX_RECEIPT_BYTES))
    body = _object_of(item, {"refused", "message"})
    for name, at_most in (("refused", 32), ("message", 300)):
        text = body[name]
        if not isinstance(text, str) or not 0 < len(text) <= at_most or not text.isprintable():
            raise InvalidInput(f"answers.{name}", f"must be text of at most {at_most} characters")
    return CarryAnswer(refused=body["refused"], message=body["message"])


def _object(value: Any, keys: set[str]) -> dict[str, Any]:
    if isinstance(value, dict) and "protocol" in value:
        # Before anything else: another version has other keys, and the advice for that is to update.
        version = value["protocol"]
        if version != PROTOCOL_VERSION or isinstance(version, bool):
            raise InvalidInput("protocol", f"must be {PROTOCOL_VERSION}; one of the two sides needs an update")
    return _object_of(value, keys)


def _object_of(value: Any, keys: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != keys:
        raise InvalidInput("body", f"must be an object of {', '.join(sorted(keys))}")
    return value


def _list(value: Any, place: str, at_most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > at_most:
        raise InvalidInput(place, f"must be a list of at most {at_most}")
    return value


def _bytes(value: Any, place: str, at_most: int) -> bytes:
    try:
        raw = b64decode(value, validate=True)
    except (Base64Error, ValueError, TypeError):
        raw = b""
    if not 0 < len(raw) <= at_most:
        raise InvalidInput(place, f"must be base64 of 1 to {at_most} bytes")
    return raw
