"""How the fields of a message are read: strictly, naming the place of what is wrong and never repeating its value.

Every function raises `InvalidInput` with the place.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Set
from typing import Any

from shared.case.entry import is_case_id
from shared.errors import InvalidInput

PROTOCOL_VERSION = 1
"""2026-11: one exchange, canonical JSON, one signature a batch."""

MAX_MESSAGE_BYTES = 1024 * 1024
MAX_NONCE = 64


def is_nonce(text: str) -> bool:
    """Tell whether a text can stand in a signature's header as a nonce, as it is."""
    return 0 < len(text) <= MAX_NONCE and text.isascii() and text.isprintable() and not set(text) & {'"', "\\"}


def of_this_version(body: Any) -> Any:
    """Return a body as it is, unless it says that it is of another version."""
    # Before anything else: another version has other keys, and the advice for that is to update.
    if isinstance(body, dict) and "protocol" in body:
        version = body["protocol"]
        if version != PROTOCOL_VERSION or isinstance(version, bool):
            raise InvalidInput("protocol", f"must be {PROTOCOL_VERSION}; one of the two sides needs an update")
    return body


def object_of(value: Any, place: str, keys: set[str] | None = None, optional: Set[str] = frozenset()) -> dict[str, Any]:
    """Return an object that has these keys, and perhaps optional ones, and no other."""
    if not isinstance(value, dict):
        raise InvalidInput(place, "must be an object")
    if keys is not None:
        for key in sorted(keys - value.keys()):
            raise InvalidInput(f"{place}.{key}", "is missing")
        if value.keys() - keys - optional:
            raise InvalidInput(place, "has a key that this version does not know")
    return value


def list_of(value: Any, place: str, at_most: int) -> list[Any]:
    """Return a list of at most so many."""
    if not isinstance(value, list) or len(value) > at_most:
        raise InvalidInput(place, f"must be a list of at most {at_most}")
    return value


def text_of(value: Any, place: str, at_most: int) -> str:
    """Return a text of at most so many characters."""
    # PostgreSQL keeps no text with a zero character in it.
    if not isinstance(value, str) or len(value) > at_most or "\0" in value:
        raise InvalidInput(place, f"must be text of at most {at_most} characters, none of them zero")
    return value


def whole_number(value: Any, place: str) -> int:
    """Return a whole number from 0 to 2^53 - 1."""
    if type(value) is not int or not 0 <= value < 2**53:
        raise InvalidInput(place, "must be a whole number from 0")
    return value


def digest_of(value: Any, place: str) -> bytes:
    """Return the 16 bytes of 32 hexadecimal digits."""
    # As text it looks like a case id, which the packed form takes out as 16 bytes.
    if not isinstance(value, str) or not is_case_id(value):
        raise InvalidInput(place, "must be 32 lower-case hexadecimal digits")
    return bytes.fromhex(value)


def nonce_of(value: Any) -> str:
    """Return a text that can be a nonce."""
    nonce = text_of(value, "nonce", 64)
    # It travels in a header. One that cannot would be kept and would stop every later request before it is sent.
    if not is_nonce(nonce):
        raise InvalidInput("nonce", "must be printable ASCII without quotes and backslashes")
    return nonce


def from_base64(value: Any, place: str, length: int) -> bytes:
    """Return the bytes of a text in base64."""
    try:
        raw = b64decode(value, validate=True)
    except (Base64Error, ValueError, TypeError):
        raw = b""
    if len(raw) != length:
        raise InvalidInput(place, f"must be {length} bytes in base64")
    return raw


def to_base64(raw: bytes) -> str:
    """Return bytes as a text in base64."""
    return b64encode(raw).decode()
