"""Which batches of a chain go together: what one request takes, be it sent or sealed to be carried."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session, col, select

from mobile_app.storage.chain import Chain
from shared.sync.batch import MAX_ENTRIES, Batch, WrittenEntries, canonical_entries
from shared.sync.messages import MAX_BATCHES

# What JSON adds to an entry's own bytes at most, and to a batch: brackets, commas, the signature in base64.
_ENTRY_FRAME, _BATCH_FRAME = 2, 160


def batches_to_send(
    session: Session, chain: Chain, after_seq: int, max_bytes: int, ready: Mapping[bytes, Batch] | None = None
) -> tuple[Batch, ...]:
    """Return the batches after an acknowledged boundary that one request can carry; always at least one that waits.

    `ready`: batches that were read before, by their signature. A batch is fixed when it is signed, so it is the same.
    """
    chosen: list[Batch] = []
    size = entries_in_request = 0
    batch, form = chain.batch, chain.form
    after = select(batch).where(col(batch.first_seq) > after_seq, *chain.of_it(batch))
    waiting = after.order_by(col(batch.first_seq))
    for row in session.exec(waiting.limit(MAX_BATCHES)):
        batch_to_send = (ready or {}).get(row.signature)
        if batch_to_send is None:
            bodies = session.exec(
                select(form.body)
                .where(col(form.seq).between(row.first_seq, row.last_seq), *chain.of_it(form))
                .order_by(col(form.seq))
            )
            batch_to_send = Batch(row.first_seq, WrittenEntries(body.encode() for body in bodies), row.signature)
        texts = [*canonical_entries(batch_to_send.entries)]
        size += _BATCH_FRAME + sum(map(len, texts)) + _ENTRY_FRAME * len(texts)
        entries_in_request += len(texts)
        if chosen and (size > max_bytes or entries_in_request > MAX_ENTRIES):
            break
        chosen.append(batch_to_send)
    return tuple(chosen)
