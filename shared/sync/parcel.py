"""A parcel: what a sync would push, sealed to the server, to be carried there by anyone.

    request ──packed, signed by its writer──▶ packed request ──HPKE to the server's box key──▶ parcel
    parcel   "HWP" · version 1 · name of the box key 8 · length 4 · sealed

Inside is the request of a sync, byte for byte as `packed_message.py` packs it. Two things differ. The signature is the
writer's over the body itself, for there is no HTTP request to sign. And the line that holds a nonce in a sync holds a
secret of the writer: from it follows the key under which the receipt comes back, so that its carrier cannot read that
either. Byte by byte: `PROTOCOL.md`, section 15.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from shared.crypto import signing
from shared.crypto.box import OVERHEAD, BoxKey, name_of_key, seal_to
from shared.sync.envelope import NAME_BYTES, Envelope, head_of, read_envelopes
from shared.sync.messages import SyncRequest, read_request, write_request
from shared.sync.packed_message import PackedRequest, read_packed_request, write_packed_request

KIND = b"HWP"
MAX_PARCEL_BYTES = 512 * 1024
"""A writer packs no more than 450 KB of plain JSON into one; 500 usual entries pack to 40 KB."""
SECRET_BYTES = 16
_INFO = b"handwise-parcel-1\n"


@dataclass(frozen=True, slots=True)
class OpenedParcel:
    """What a parcel held. Nobody has said yet that its writer wrote it: `is_of` does."""

    request: SyncRequest
    secret: bytes
    signature: bytes
    body: bytes

    def is_of(self, public_key: bytes) -> bool:
        """Tell whether the holder of this key wrote it."""
        return signing.verify(public_key, _signed(self.secret, self.body), self.signature)


def write_parcel(request: SyncRequest, secret: bytes, sign: Callable[[bytes], bytes], box_key: bytes) -> bytes:
    """Return a request as a parcel for the server whose public key is `box_key`. `secret`: 16 bytes for the answer."""
    body = write_request(request)
    line = urlsafe_b64encode(secret).rstrip(b"=").decode()
    inside = write_packed_request(PackedRequest(request.device, line, sign(_signed(secret, body)), body))
    name = name_of_key(box_key)
    head = head_of(KIND, name, len(inside) + OVERHEAD)
    return head + seal_to(box_key, inside, _INFO + head)


def read_parcels(raw: bytes) -> Sequence[Envelope]:
    """Return the parcels in a file or a series of codes. Only the server can open them.

    Raises:
        ParcelRefused: they are not whole, or none.
    """
    return read_envelopes(raw, KIND, MAX_PARCEL_BYTES)


def open_parcel(parcel: Envelope, key: BoxKey) -> OpenedParcel:
    """Return what a parcel holds.

    Raises:
        SealBroken: it was sealed to another key, or changed.
        InvalidInput: what it holds is no request, as `read_packed_request` and `read_request` say.
    """
    packed = read_packed_request(key.open(parcel.sealed, _INFO + parcel.head))
    request = read_request(packed.body)
    return OpenedParcel(request, _secret(packed.nonce), packed.signature, packed.body)


def name_of_parcel(parcel: bytes) -> bytes:
    """Return the 8 bytes by which a receipt says what it answers."""
    return sha256(parcel).digest()[:NAME_BYTES]


def _signed(secret: bytes, body: bytes) -> bytes:
    return _INFO + secret + sha256(body).digest()


def _secret(line: str) -> bytes:
    try:
        secret = urlsafe_b64decode(line + "==")
    except (Base64Error, ValueError):
        secret = b""
    # Without one there is nobody to answer; the writer's signature covers it and will not fit.
    return secret if len(secret) == SECRET_BYTES else bytes(SECRET_BYTES)
