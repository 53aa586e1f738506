"""An outbox that speaks to no server: what it would send next, and the answers that one could give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mobile_app.storage.case_store import EncryptedCaseStore
from shared.case.entry import AnswerValue, CaseId, DeviceId, Entry, EntryId, EntryKind
from shared.sync.batch import batch_hash, entry_hash
from shared.sync.messages import ChainHead, SyncRequest, SyncResponse
from tests.tablet_world import CASE

OTHER = DeviceId("b" * 16)


def record(store: EncryptedCaseStore, count: int = 1, **more: Any) -> list[Entry]:
    """Record so many cases of one entry each."""
    return [
        store.record(store.new_case_id(), EntryKind.ASSESSMENT, {"fever_ge_38": True}, **more) for _ in range(count)
    ]


def next_request(store: EncryptedCaseStore, max_bytes: int = 900 * 1024) -> SyncRequest:
    return store.outbox.next_request(max_bytes=max_bytes, app_version="0.1", knowledge_version="1.0")


def head_after(request: SyncRequest) -> ChainHead:
    """Return the boundary that a server reaches which stores the whole request, computed from the request alone."""
    head = request.stored
    for batch in request.batches:
        assert batch.first_seq == head.seq + 1
        digest = batch_hash(request.device, batch.first_seq, head.hash, map(entry_hash, batch.entries))
        head = ChainHead(batch.last_seq, digest)
    return head


def answer(request: SyncRequest, **changed: Any) -> SyncResponse:
    """Return the answer of a server that stores the whole request, or one that differs from it."""
    response = SyncResponse(
        epoch="epoch-1", nonce="nonce-2", acknowledged=head_after(request), quarantined=(), entries=(), reviews=(),
        cursor=request.cursor, more=False,
    )  # fmt: skip
    return replace(response, **changed)


def pulled(
    seq: int = 1,
    answers: Mapping[str, AnswerValue] | None = None,
    *,
    device: DeviceId = OTHER,
    case_id: CaseId = CASE,
    parents: tuple[EntryId, ...] = (),
) -> Entry:
    """Return an entry that another tablet wrote."""
    return Entry(EntryId(device, seq), case_id, EntryKind.ASSESSMENT, answers or {"warmth": True}, parents)
