"""Which batches of a chain go together: what one request takes, be it sent or sealed to be carried."""

from __future__ import annotations

from sqlmodel import Session, col, select

from mobile_app.storage.chain import Chain
from shared.sync.batch import MAX_ENTRIES, Batch, WrittenEntries
from shared.sync.messages import MAX_BATCHES

# What JSON adds to an entry's own bytes at most, and to a batch: brackets, commas, the signature in base64.
_ENTRY_FRAME, _BATCH_FRAME = 2, 160


def batches_to_send(session: Session, chain: Chain, after_seq: int, max_bytes: int) -> tuple[Batch, ...]:
    """Return the batches after an acknowledged boundary that one request can carry; always at least one that waits."""
    chosen: list[Batch] = []
    size = entries_in_request = 0
    batch, form = chain.batch, chain.form
    after = select(batch).where(col(batch.first_seq) > after_seq, *chain.of_it(batch))
    waiting = after.order_by(col(batch.first_seq))
    for row in session.exec(waiting.limit(MAX_BATCHES)):
        count = row.last_seq - row.first_seq + 1
        bodies = session.exec(
            select(form.body)
            .where(col(form.seq).between(row.first_seq, row.last_seq), *chain.of_it(form))
            .order_by(col(form.seq))
        )
        texts = [body.encode() for body in bodies]
        size += _BATCH_FRAME + sum(map(len, texts)) + _ENTRY_FRAME * count
        entries_in_request += count
        if chosen and (size > max_bytes or entries_in_request > MAX_ENTRIES):
            break
        chosen.append(Batch(row.first_seq, WrittenEntries(texts), row.signature))
    return tuple(chosen)
