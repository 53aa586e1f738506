"""Who sends a request: HTTP message signatures (RFC 9421), `shared/sync/PROTOCOL.md` section 6.

The signature covers method, address, content type and a digest of the exact bytes. Its nonce, which the server issued,
stands for freshness; no clock does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)
from http_message_signatures.algorithms import ED25519

from shared.crypto.signing import public_key_pem

_TAG = "sync-v1"
_COVERED = ("@method", "@authority", "@target-uri", "content-type", "content-digest")


class HeaderLines(Protocol):
    """Header fields in the order in which they came, repeated ones repeated."""

    def items(self) -> list[tuple[str, str]]: ...


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as the sender addressed it."""

    method: str
    url: str
    headers: HeaderLines
    body: bytes


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who signed, and with which nonce. The signature has been verified; the nonce has not."""

    key_id: str
    nonce: str


class SignatureMissing(Exception):
    """There is no valid signature. `key_id` is who the request claims to come from, or empty."""

    def __init__(self, key_id: str) -> None:
        super().__init__("no valid signature")
        self.key_id = key_id


def verify(request: SignedRequest, public_key_of: Callable[[str], bytes | None]) -> Speaker:
    """Return who signed the request.

    Raises:
        SignatureMissing: whatever is wrong with it, always this.
    """
    keys = _Keys(public_key_of)
    try:
        results = _Verifier(signature_algorithm=ED25519, key_resolver=keys).verify(
            request, max_age=None, expect_tag=_TAG, require_components=_COVERED, body=request.body
        )
    except (InvalidSignature, HTTPMessageSignaturesException, ValueError):
        raise SignatureMissing(keys.asked_for) from None
    if len(results) != 1 or results[0].nonce is None:
        raise SignatureMissing(keys.asked_for)
    return Speaker(str(results[0].parameters["keyid"]), results[0].nonce)


class _Verifier(HTTPMessageVerifier):
    # Tablets' clocks may be years off, and freshness is the nonce's work.
    max_clock_skew = timedelta(days=365 * 100)
    require_created = False


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, public_key_of: Callable[[str], bytes | None]) -> None:
        self._public_key_of = public_key_of
        self.asked_for = ""

    def resolve_public_key(self, key_id: str) -> bytes | None:
        self.asked_for = key_id
        raw = self._public_key_of(key_id)
        return None if raw is None else public_key_pem(raw)
