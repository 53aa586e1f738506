"""Requests and responses with synthetic cases in them, written and signed by the product's own code.

What is random in a real message (device, nonce, hashes, epoch, keys) is random here too, by a fixed seed.
"""

from __future__ import annotations

import random
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from shared.case.entry import DeviceId, Entry, EntryId, Link
from shared.crypto.signing import SigningKey
from shared.sync import packing
from shared.sync.batch import Batch, batch_hash, entry_hash
from shared.sync.holding import Holding
from shared.sync.messages import ChainHead, SyncRequest, SyncResponse, write_request, write_response
from tests.benchmarks.wire_cases import sent_cases

_LATER = 5_000
"""A tablet in its second year: so many entries lie behind it, and cursors are as long as they get."""


class Talk:
    """Messages of one tablet after another, each with a chain behind it."""

    def __init__(self, folder: Path, cases: int, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311
        self.entries: tuple[Entry, ...] = tuple(sent_cases(folder, cases, seed, self._device()))

    def request(self, entries: Sequence[Entry], per_batch: int = 55) -> SyncRequest:
        """Return the request of a tablet that pushes these as its next entries, `per_batch` to a signed batch."""
        device, key = self._device(), SigningKey(self._chance.randbytes(32))
        head = stored = ChainHead(self._chance.randint(1, _LATER), self._chance.randbytes(32))
        batches = []
        for start in range(0, len(entries), per_batch):
            some = tuple(
                replace(entry, id=EntryId(device, head.seq + 1 + place))
                for place, entry in enumerate(entries[start : start + per_batch])
            )
            digest = batch_hash(device, head.seq + 1, head.hash, map(entry_hash, some))
            batches.append(Batch(head.seq + 1, some, key.sign(digest)))
            head = ChainHead(batches[-1].last_seq, digest)
        return SyncRequest(
            device=device,
            epoch=self._chance.randbytes(16).hex(),
            cursor=self._chance.randint(1, 2 * _LATER),
            stored=stored,
            waiting=0,
            app_version="0.1.0",
            knowledge_version="1.1",
            batches=tuple(batches),
        )

    def response(self, entries: Sequence[Entry]) -> SyncResponse:
        """Return the answer that brings these entries of other tablets."""
        return SyncResponse(
            epoch=self._chance.randbytes(16).hex(),
            nonce=self.nonce(),
            acknowledged=ChainHead(self._chance.randint(1, _LATER), self._chance.randbytes(32)),
            quarantined=(),
            entries=tuple(
                replace(entry, id=EntryId(self._device(), self._chance.randint(1, _LATER))) for entry in entries
            ),
            reviews=(),
            cursor=self._chance.randint(1, 2 * _LATER),
            more=False,
            holds=Holding(self._chance.randint(1, _LATER), self._chance.randbytes(16)),
        )

    def linked(self, entry: Entry) -> Entry:
        """Return the entry with a link, as it has one where the tablet knows the record number."""
        return replace(entry, link=Link(self._chance.randbytes(16).hex()))

    def nonce(self) -> str:
        """Return a nonce as the server makes them."""
        return urlsafe_b64encode(self._chance.randbytes(16)).rstrip(b"=").decode()

    def marked_request(self, entries: Sequence[Entry]) -> bytes:
        """Return what the compressor sees of a request."""
        request = self.request(entries)
        text = self.nonce().encode() + b"\n" + write_request(request)
        return packing.mark(text, bytes.fromhex(request.device))[0]

    def marked_response(self, entries: Sequence[Entry]) -> bytes:
        """Return what the compressor sees of a response."""
        return packing.mark(write_response(self.response(entries)))[0]

    def _device(self) -> DeviceId:
        return DeviceId(self._chance.randbytes(8).hex())


def digest_of(messages: Sequence[bytes]) -> str:
    """Return one digest of many messages: two runs that measured the same bytes have the same."""
    return sha256(b"".join(sha256(message).digest() for message in messages)).hexdigest()
