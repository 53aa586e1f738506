"""The packed form of the exchange: the same signed request, and the same response, in fewer bytes.

    request    dictionary 1 byte · device 8 · signature 64 · packed("nonce LF body")
    response   dictionary 1 byte · packed(body)

A packed request is a plain one, shortened: the fields of RFC 9421 are written out again from device, nonce and
signature, and the digest is taken of the unpacked body. So there is one signature, over one form, whichever way it
travels, and what a device has signed does not depend on a compressor. `PROTOCOL.md`, sections 6 and 10.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from shared.case.entry import DeviceId
from shared.errors import InvalidInput
from shared.sync import packing
from shared.sync.batch import Batch, Ready
from shared.sync.messages import MAX_MESSAGE_BYTES, MAX_NONCE, is_nonce
from shared.sync.packing import Shortened
from shared.sync.request_text import BEGIN_OF_BATCHES, write_batch

MEDIA_TYPE = "application/vnd.handwise"
PLAIN_MEDIA_TYPE = "application/json"

TAG = "sync-v1"
LABEL = "sync"
COVERED = ("@method", "@authority", "@target-uri", "content-type", "content-digest")
"""What the signature of a request covers, in this order."""

MAX_RESPONSE_BYTES = 8 * MAX_MESSAGE_BYTES
_DEVICE, _SIGNATURE = 8, 64
_COMMA = Shortened(b",", b"")


@dataclass(frozen=True, slots=True)
class PackedRequest:
    """What a packed request holds. Nothing of it has been verified; `body` are the plain bytes that were signed."""

    device: DeviceId
    nonce: str
    signature: bytes
    body: bytes

    def plain_headers(self) -> dict[str, str]:
        """Return the fields of the plain request, as its sender would have written them."""
        covered = " ".join(f'"{name}"' for name in COVERED)
        return {
            "content-type": PLAIN_MEDIA_TYPE,
            "content-digest": f"sha-256=:{b64encode(sha256(self.body).digest()).decode()}:",
            "signature-input": f'{LABEL}=({covered});created=0;keyid="{self.device}";alg="ed25519";'
            f'nonce="{self.nonce}";tag="{TAG}"',
            "signature": f"{LABEL}=:{b64encode(self.signature).decode()}:",
        }


def write_packed_request(request: PackedRequest, batches: Sequence[Batch] = ()) -> bytes:
    """Return the body of a packed request. `batches` are those in it: what was made ready of them is used."""
    device = bytes.fromhex(request.device)
    text = request.nonce.encode() + b"\n" + request.body
    is_ready = any(batch.ready is not None for batch in batches)
    pieces = _pieces(text, batches, request.device) if is_ready else [packing.shorten(text, device=device)]
    return bytes([packing.NEWEST]) + device + request.signature + packing.pack_pieces(pieces)


def make_ready(batch: Batch, device: DeviceId) -> Batch:
    """Return the same batch, with what a request of this device, its author, takes long to make of it."""
    return replace(batch, ready=_ready(batch, device))


def read_packed_request(raw: bytes) -> PackedRequest:
    """Return what a packed request holds.

    Raises:
        UnknownDictionary, TooLargeUnpacked, InvalidInput: as `packing.unpack` says.
    """
    number, rest = _dictionary_of(raw)
    device, signature = rest[:_DEVICE], rest[_DEVICE : _DEVICE + _SIGNATURE]
    text = packing.unpack(
        rest[_DEVICE + _SIGNATURE :],
        max_bytes=MAX_NONCE + 1 + MAX_MESSAGE_BYTES,
        device=device,
        dictionary=number,
    )
    nonce, line_end, body = text.partition(b"\n")
    # An empty nonce is that of a tablet that has lost its own: it will be told a fresh one.
    if not line_end or (nonce and not is_nonce(nonce.decode("latin-1"))):
        raise InvalidInput("body", "must begin with a nonce in a line of its own")
    return PackedRequest(DeviceId(device.hex()), nonce.decode(), signature, body)


def write_packed_response(body: bytes) -> bytes:
    """Return a response's body, packed."""
    return bytes([packing.NEWEST]) + packing.pack(body, level=packing.FAST)


def write_packed_answer(without: bytes, entries: Iterable[Shortened]) -> bytes:
    """Return the same of a response that was written `without` its entries, and of these, each shortened before."""
    # Only the head of the chain and a number stand before it, so the first such place is the place.
    head, begin, behind = without.partition(b'"entries":[')
    pieces = [packing.shorten(head + begin), *_with_commas(entries), packing.shorten(behind)]
    return bytes([packing.NEWEST]) + packing.pack_pieces(pieces, level=packing.FAST)


def read_packed_response(raw: bytes) -> bytes:
    """Return the plain body of a packed response.

    Raises:
        InvalidInput: it is none, or larger than a response may be.
    """
    number, rest = _dictionary_of(raw)
    return packing.unpack(rest, max_bytes=MAX_RESPONSE_BYTES, dictionary=number)


def is_packed(headers: Mapping[str, str]) -> bool:
    """Tell whether a message says that its body is packed."""
    return headers.get("content-type", "").strip().lower() == MEDIA_TYPE


def _pieces(text: bytes, batches: Sequence[Batch], device: DeviceId) -> list[Shortened]:
    """Return the shortened pieces of a request: what stands before its batches, these, and what stands behind."""
    ready = [batch.ready or _ready(batch, device) for batch in batches]
    begin = text.index(BEGIN_OF_BATCHES) + len(BEGIN_OF_BATCHES)
    end = begin + len(b",".join([one.text for one in ready]))
    before, behind = (packing.shorten(part, device=bytes.fromhex(device)) for part in (text[:begin], text[end:]))
    return [before, *_with_commas(one.shortened for one in ready), behind]


def _ready(batch: Batch, device: DeviceId) -> Ready:
    text = write_batch(batch)
    return Ready(text, packing.shorten(text, device=bytes.fromhex(device)))


def _with_commas(pieces: Iterable[Shortened]) -> list[Shortened]:
    """Return pieces with a comma between each two."""
    return [part for piece in pieces for part in (piece, _COMMA)][:-1]


def _dictionary_of(raw: bytes) -> tuple[int, bytes]:
    if not raw:
        raise InvalidInput("body", "is empty")
    return raw[0], raw[1:]
