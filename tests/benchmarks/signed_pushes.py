"""Tablets that are nothing but a key and a chain: what they push is signed before the time is taken.

A real tablet has a processor of its own for recording, signing and packing; here all of them would share the server's.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass

from shared.sync.batch import Batch, batch_hash, entry_hash
from shared.sync.messages import ChainHead, SyncResponse, write_request
from shared.sync.packed_message import MEDIA_TYPE, PackedRequest, write_packed_request
from sync_server.database import Database
from sync_server.repositories import devices, sites
from sync_server.repositories.schema import identify
from sync_server.services.request_signature import SignedRequest
from tests.benchmarks.sync_tablets import sent_entries
from tests.server_world import Tablet

PER_BATCH = 55
"""A batch is at most 64 KB, which is 53 of such cases or a few more."""


@dataclass(frozen=True, slots=True)
class Push:
    """One request as it goes over HTTP, plain or packed."""

    url: str
    headers: dict[str, str]
    body: bytes

    def as_received(self) -> SignedRequest:
        """Return what the server's service is given."""
        return SignedRequest("POST", self.url, _Lines(self.headers), self.body)


class _Lines:
    def __init__(self, lines: dict[str, str]) -> None:
        self._lines = lines

    def items(self) -> list[tuple[str, str]]:
        return list(self._lines.items())


def a_joined_key(database: Database, site: str, url: str = "http://127.0.0.1:1") -> Tablet:
    """Return a tablet that the database of a server knows, and that is up to date with it."""
    tablet = Tablet(url, nonce="first")
    with database.writing() as session:
        site_no = sites.find_or_add(session, site)
        devices.add(session, tablet.device, site_no, tablet.key.public_bytes, tablet.nonce)
        tablet.epoch = sites.epoch(session, site_no, identify(database).epoch)
        tablet.cursor = sites.last_position(session, site_no)
    return tablet


def next_push(tablet: Tablet, cases: int, *, is_packed: bool = False) -> Push:
    """Sign the tablet's next so many cases, as batches that follow what it believes to be stored."""
    head, batches = tablet.head, []
    for done in range(0, cases, PER_BATCH):
        some = tuple(sent_entries(tablet.device, head.seq + 1, min(PER_BATCH, cases - done)))
        digest = batch_hash(tablet.device, head.seq + 1, head.hash, map(entry_hash, some))
        batches.append(Batch(head.seq + 1, some, tablet.key.sign(digest)))
        head = ChainHead(batches[-1].last_seq, digest)
    body = write_request(tablet.request(*batches))
    headers = {name.lower(): str(value) for name, value in tablet.signed(body).headers.items()}
    if not is_packed:
        return Push(f"{tablet.url}/v1/sync", headers, body)
    signature = b64decode(headers["signature"].partition(":")[2].removesuffix(":"))
    packed = write_packed_request(PackedRequest(tablet.device, tablet.nonce, signature, body))
    return Push(f"{tablet.url}/v1/sync", {"content-type": MEDIA_TYPE}, packed)


def take_over(tablet: Tablet, answer: SyncResponse) -> None:
    """Let the tablet know what the server answered."""
    if answer.quarantined:
        raise RuntimeError(f"{len(answer.quarantined)} were refused: {answer.quarantined[0].reason}")
    tablet.head, tablet.cursor, tablet.nonce = answer.acknowledged, answer.cursor, answer.nonce
