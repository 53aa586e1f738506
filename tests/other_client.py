"""Another client of the sync protocol, written from `shared/sync/PROTOCOL.md` and nothing else.

Standard library, `cryptography` and zstd; nothing of `shared`, `mobile_app` or `sync_server` is imported, only the file
of the dictionary is read. If this breaks, either the protocol changed or its page does not say what it is.
"""

from __future__ import annotations

import http.client
import json
import sys
from base64 import b64decode, b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FILE = Path(__file__).resolve().parents[1] / "shared" / "sync" / "dictionaries" / "1.zdict"
# Section 10: a list of pieces and a dictionary. Which byte stands for which piece.
LIST, _, DICTIONARY = FILE.read_bytes().partition(b"\n\n")
PIECES = dict(zip([*range(7, 10), *range(11, 32), *range(128, 256)], LIST.split(b"\n"), strict=True))
ZEROS = bytes(32)
# Section 10: mark -> raw length, how the text writes it.
MARKS = {
    1: (16, lambda raw: raw.hex().encode()),
    2: (16, lambda raw: urlsafe_b64encode(raw).rstrip(b"=")),
    3: (32, b64encode),
    4: (64, b64encode),
    5: (1, bytes),
}


def canonical(value: object) -> bytes:
    """Section 2."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def expand(packed: bytes, device: bytes = b"") -> bytes:
    """Section 10: frame and tail to text."""
    reader = zstd.ZstdDecompressor(zstd_dict=zstd.ZstdDict(DICTIONARY))
    marked = reader.decompress(b"\x28\xb5\x2f\xfd" + packed, max_length=9 * 1024 * 1024)
    assert reader.eof
    tail, text = reader.unused_data, bytearray()
    for byte in b"".join(PIECES.get(byte, bytes([byte])) for byte in marked):
        if byte == 6:
            text += device.hex().encode()
        elif byte in MARKS:
            length, write = MARKS[byte]
            text += write(tail[:length])
            tail = tail[length:]
        else:
            text.append(byte)
    assert not tail
    return bytes(text)


def squeeze(text: bytes) -> bytes:
    """Section 10: a writer need not use marks and pieces, but for bytes that stand for some; it packs as it likes."""
    tail = bytes(byte for byte in text if byte > 127)
    text = bytes(5 if byte > 127 else byte for byte in text)
    options = {zstd.CompressionParameter.dict_id_flag: 0, zstd.CompressionParameter.window_log: 20}
    frame = zstd.compress(text, options=options, zstd_dict=zstd.ZstdDict(DICTIONARY))
    return frame[4:] + tail


def open_request(packed: bytes) -> tuple[str, str, bytes, bytes]:
    """Return device, nonce, signature and plain body of a packed request."""
    assert packed[0] == 1
    nonce, _, body = expand(packed[73:], packed[1:9]).partition(b"\n")
    return packed[1:9].hex(), nonce.decode(), packed[9:73], body


def signature_base(url: str, device: str, nonce: str, body: bytes) -> bytes:
    """Section 6."""
    parts = urlsplit(url)
    return (
        f'"@method": POST\n"@authority": {parts.netloc}\n"@target-uri": {url}\n"content-type": application/json\n'
        f'"content-digest": sha-256=:{b64encode(sha256(body).digest()).decode()}:\n'
        f'"@signature-params": ("@method" "@authority" "@target-uri" "content-type" "content-digest");created=0;'
        f'keyid="{device}";alg="ed25519";nonce="{nonce}";tag="sync-v1"'
    ).encode()


def holding(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Section 4: count and digest of entries."""
    digest = 0
    for entry in entries:
        digest ^= int.from_bytes(sha256(canonical(entry)).digest()[:16], "big")
    return {"count": len(entries), "digest": f"{digest:032x}"}


def batch_hashes(request: dict[str, Any]) -> list[bytes]:
    """Section 3: the hash that each batch of a request must be signed over."""
    previous, hashes = b64decode(request["stored"]["hash"]), []
    for batch in request["batches"]:
        first = batch["first_seq"]
        digest = sha256(f"handwise-batch-1\n{request['device']}\n{first}\n".encode() + previous)
        for place, entry in enumerate(batch["entries"]):
            digest.update(sha256(canonical({**entry, "device": request["device"], "seq": first + place})).digest())
        previous = digest.digest()
        hashes.append(previous)
    return hashes


def verify(public_key: bytes, signature: bytes, message: bytes) -> None:
    """Raise InvalidSignature unless the key signed the message."""
    Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)


@dataclass
class OtherClient:
    """A tablet of another make."""

    url: str
    key: Ed25519PrivateKey
    device: str
    epoch: str = ""
    nonce: str = ""
    cursor: int = 0
    stored: dict[str, Any] = field(default_factory=lambda: {"seq": 0, "hash": b64encode(ZEROS).decode()})
    pulled: list[dict[str, Any]] = field(default_factory=list)

    def enrol(self, code: str) -> None:
        """Section 7."""
        code = code.replace("-", "").replace(" ", "").upper()
        proof = self.key.sign(f"handwise-enrol-1\n{code}\n{self.device}".encode())
        public = self.key.public_key().public_bytes_raw()
        body = {"code": code, "device": self.device}
        body |= {"public_key": b64encode(public).decode(), "proof": b64encode(proof).decode()}
        status, answer = self._post("/v1/enrol", canonical(body), "application/json")
        assert status == 200, answer
        told = json.loads(answer)
        self.epoch, self.nonce = told["epoch"], told["nonce"]

    def sync(self, entries: list[dict[str, Any]]) -> dict[str, Any]:
        """Push entries as one batch, pull what is new, believe the answer (sections 3, 4, 8)."""
        request: dict[str, Any] = {
            "protocol": 1, "device": self.device, "epoch": self.epoch, "cursor": self.cursor, "stored": self.stored,
            "waiting": 0, "app_version": "other 1", "knowledge_version": "1.1", "batches": [],
        }  # fmt: skip
        if entries:
            request["batches"] = [{"first_seq": self.stored["seq"] + 1, "entries": entries}]
            (digest,) = batch_hashes(request)
            request["batches"][0]["signature"] = b64encode(self.key.sign(digest)).decode()
        body = canonical(request)
        signature = self.key.sign(signature_base(f"{self.url}/v1/sync", self.device, self.nonce, body))
        packed = b"\x01" + bytes.fromhex(self.device) + signature + squeeze(self.nonce.encode() + b"\n" + body)
        status, answer = self._post("/v1/sync", packed, "application/vnd.handwise")
        assert status == 200, answer
        assert answer[0] == 1
        told: dict[str, Any] = json.loads(expand(answer[1:]))
        self.epoch, self.nonce, self.cursor = told["epoch"], told["nonce"], told["cursor"]
        self.stored = told["acknowledged"]
        self.pulled += told["entries"]
        return told

    def compare(self, **asked: Any) -> dict[str, Any]:
        """Ask for ranges and entries, and bring back what the server lacks (section 16); plain this time."""
        request = {"protocol": 1, "device": self.device, "ranges": [], "wanted": [], "witnessed": []}
        body = canonical(request | asked)
        base = signature_base(f"{self.url}/v1/compare", self.device, self.nonce, body).decode()
        fields = dict(line.split(": ", 1) for line in base.splitlines())
        headers = {
            "content-digest": fields['"content-digest"'],
            "signature-input": "sig1=" + fields['"@signature-params"'],
            "signature": f"sig1=:{b64encode(self.key.sign(base.encode())).decode()}:",
        }
        status, answer = self._post("/v1/compare", body, "application/json", headers)
        assert status == 200, answer
        told: dict[str, Any] = json.loads(answer)
        self.epoch, self.nonce = told["epoch"], told["nonce"]
        return told

    def _post(
        self, path: str, body: bytes, content_type: str, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            connection.request("POST", path, body, {"content-type": content_type} | (headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()
