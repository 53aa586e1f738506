"""Where a device's chain can be cut: the ends of its batches, and how a batch is made.

    sent forms 1 2 3 4 5 6 7 8 9 │ from one boundary on, cut by number and bytes: always the same cuts
    batches    └───┘ └─────┘     │ 8 and 9 are in none yet

Two tablets can hold one chain: an old one that went on working, and a new one that was restored from its backup. Each
makes batches of the same sent forms, but may cut them elsewhere, and the server keeps the cuts that come first. Or one
has withdrawn a case before it was sent, and the other has sent it as it was; whichever comes first, the server can say
which entries differ. So a head of the server that ends none of
our batches is compared with the batches that could be made up to it: if the hash fits, it is our chain and no other,
and those batches take the place of ours. Otherwise it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from mobile_app.storage import account
from mobile_app.storage.chain import Chain
from mobile_app.storage.rows import entry_from_text, entry_to_text
from mobile_app.storage.tables import FormerDeviceRow
from mobile_app.storage.withdrawal import without_content
from shared.case.entry import EntryKind
from shared.crypto.signing import SigningKey
from shared.errors import ChainMismatch
from shared.sync.batch import GENESIS, MAX_ENTRIES, Batch, WrittenEntries, batch_hash, entry_hash
from shared.sync.messages import ChainHead

# A batch stays small enough for one to get through a bad minute of a slow line.
_MAX_BATCH_BYTES = 64 * 1024
_AS_THEY_ARE: Mapping[int, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Cut:
    """A batch as it follows from sent forms."""

    first_seq: int
    last_seq: int
    hash: bytes


def signed_up_to(session: Session, chain: Chain) -> int:
    """Return the last number that is in a batch; 0 if none is."""
    batch = chain.batch
    return session.exec(select(func.max(col(batch.last_seq))).where(*chain.of_it(batch))).one() or 0


def make_batches(session: Session, chain: Chain) -> None:
    """Bind entries that are in no batch yet into batches, as many as one request takes, sign them and keep them."""
    batch = chain.batch
    last = session.exec(select(batch).where(*chain.of_it(batch)).order_by(col(batch.last_seq).desc()).limit(1)).first()
    after = ChainHead(last.last_seq, last.hash) if last is not None else ChainHead(0, GENESIS)
    _keep(session, chain, _cuts(session, chain, after, after.seq + MAX_ENTRIES))


def batches_up_to(session: Session, chain: Chain, last_seq: int) -> Iterator[tuple[ChainHead, Batch]]:
    """Give batches that end where the server's chain ends, each with the head before it, to have them compared.

    They are kept nowhere: where the server has these numbers it takes in nothing of them.
    """
    state, form = chain.state(session), chain.form
    key = SigningKey(state.signing_key)
    before = ChainHead(state.acknowledged_seq, state.acknowledged_hash)
    for cut in list(_cuts(session, chain, before, last_seq)):
        bodies = session.exec(
            select(form.body)
            .where(col(form.seq).between(cut.first_seq, cut.last_seq), *chain.of_it(form))
            .order_by(col(form.seq))
        )
        yield before, Batch(cut.first_seq, WrittenEntries(body.encode() for body in bodies), key.sign(cut.hash))
        before = ChainHead(cut.last_seq, cut.hash)


def expect_boundary(session: Session, chain: Chain, head: ChainHead, epoch: str, differing: Sequence[int] = ()) -> None:
    """Refuse a head that is none of ours, whatever the epoch: it would make us skip entries.

    Raises:
        ChainMismatch: it is not.
    """
    if _is_known(session, chain, head) or _is_beyond(session, chain, head):
        return
    if not _cuts_up_to(session, chain, head, differing)[0]:
        raise ChainMismatch(head.seq, head.hash, epoch)


def take_boundary(
    session: Session,
    chain: Chain,
    head: ChainHead,
    epoch: str,
    judged: Sequence[int] = (),
    differing: Sequence[int] = (),
) -> bool:
    """Note, in the caller's transaction, that the server holds the chain up to this head.

    `judged`: numbers of which it said just now whether it accepted them, as the caller has noted.
    `differing`: those under which it said that it holds something else. Return whether that is no more than what a
    withdrawal on one of two tablets makes of them: then each side has the same entry, with or without its content.

    Raises:
        ChainMismatch: it is none of ours; nothing was changed.
    """
    expect_boundary(session, chain, head, epoch, differing)
    account.prepare(session)
    state = chain.state(session)
    before = state.acknowledged_seq
    if state.epoch != epoch and not chain.is_former:
        account.believe_again(session)
    state.epoch = epoch
    is_explained = False
    if not _is_known(session, chain, head):
        if _is_beyond(session, chain, head):
            _note_that_it_went_on(session, chain, head)
            _settle(session, chain, before + 1, state.acknowledged_seq, judged)
            return False
        cuts, as_there = _cuts_up_to(session, chain, head, differing)
        if set(differing) <= as_there.keys():
            _empty(session, chain, as_there)
            is_explained = bool(differing)
        batch = chain.batch
        session.exec(delete(batch).where(col(batch.first_seq) >= cuts[0].first_seq, *chain.of_it(batch)))
        _keep(session, chain, cuts)
    state.acknowledged_seq, state.acknowledged_hash = head.seq, head.hash
    _settle(session, chain, min(before, head.seq) + 1, max(before, head.seq), judged)
    return is_explained


def _settle(session: Session, chain: Chain, first: int, last: int, judged: Sequence[int]) -> None:
    """Work out anew what is held of these numbers, of those that were judged, and of all between them."""
    first, last = min((first, *judged)), max((last, *judged))
    if first <= last:
        account.settle(session, chain, first, last)


def _is_known(session: Session, chain: Chain, head: ChainHead) -> bool:
    if head == ChainHead(0, GENESIS):
        return True
    batch = chain.batch
    known = select(batch).where(col(batch.last_seq) == head.seq, *chain.of_it(batch))
    found = session.exec(known).first()
    return found is not None and found.hash == head.hash


def _is_beyond(session: Session, chain: Chain, head: ChainHead) -> bool:
    """Tell whether the server has more of a former tablet than its backup: then it has all that we have of it."""
    return chain.is_former and head.seq > chain.state(session).last_seq


def _note_that_it_went_on(session: Session, chain: Chain, head: ChainHead) -> None:
    former = cast(FormerDeviceRow, chain.state(session))
    former.acknowledged_seq, former.has_gone_on = former.last_seq, True
    session.add(former)


def _cuts_up_to(
    session: Session, chain: Chain, head: ChainHead, differing: Sequence[int]
) -> tuple[Sequence[_Cut], Mapping[int, bytes]]:
    """Return the batches that can be made from one of our boundaries to this head, and which hashes there are not ours.

    No batches: it does not fit.
    """
    state, batch = chain.state(session), chain.batch
    if not state.acknowledged_seq < head.seq <= state.last_seq:
        return (), _AS_THEY_ARE
    # What the server had confirmed before is the same for both tablets.
    ends = select(batch).where(col(batch.last_seq).between(state.acknowledged_seq, head.seq - 1), *chain.of_it(batch))
    boundaries = [ChainHead(row.last_seq, row.hash) for row in session.exec(ends.order_by(col(batch.last_seq).desc()))]
    if state.acknowledged_seq == 0:
        boundaries.append(ChainHead(0, GENESIS))
    for others in (_AS_THEY_ARE, _as_they_were(session, chain, head.seq), _on_one_side(session, chain, differing)):
        for boundary in boundaries:
            cuts = tuple(_cuts(session, chain, boundary, head.seq, others))
            if cuts and (cuts[-1].last_seq, cuts[-1].hash) == (head.seq, head.hash):
                return cuts, others
    return (), _AS_THEY_ARE


def _as_they_were(session: Session, chain: Chain, last_seq: int) -> Mapping[int, bytes]:
    """Return the hashes that our forms had before withdrawals took the content out of them."""
    form = chain.form
    changed = select(form.seq, form.hash_before).where(
        col(form.hash_before).is_not(None), col(form.seq) <= last_seq, *chain.of_it(form)
    )
    return {seq: hash_before for seq, hash_before in session.exec(changed) if hash_before is not None}


def _on_one_side(session: Session, chain: Chain, differing: Sequence[int]) -> Mapping[int, bytes]:
    """Return the other hash of each of these forms: with its content where ours is empty, else without it."""
    form = chain.form
    rows = session.exec(select(form).where(col(form.seq).in_(differing), *chain.of_it(form)))
    return {row.seq: row.hash_before or entry_hash(without_content(entry_from_text(row.body))) for row in rows}


def _empty(session: Session, chain: Chain, as_there: Mapping[int, bytes]) -> None:
    """Take the content out of those of our forms that the server has without it: the other tablet withdrew the case.

    The withdrawal itself comes as any other entry does, and erases the rest.
    """
    form = chain.form
    of_these = select(form).where(
        col(form.seq).in_(as_there.keys()), col(form.hash_before).is_(None), *chain.of_it(form)
    )
    for row in session.exec(of_these):
        entry = entry_from_text(row.body)
        if entry.kind is not EntryKind.WITHDRAWAL:
            row.body, row.hash_before, row.hash = entry_to_text(without_content(entry)), row.hash, as_there[row.seq]
            session.add(row)
    session.flush()


def _cuts(
    session: Session, chain: Chain, after: ChainHead, up_to: int, others: Mapping[int, bytes] = _AS_THEY_ARE
) -> Iterator[_Cut]:
    form, previous = chain.form, after.hash
    first = after.seq + 1
    # One request takes so many entries, so a batch never reaches across that many.
    for start in range(first, up_to + 1, MAX_ENTRIES):
        rows = session.exec(
            select(form.seq, form.hash, func.length(form.body))
            .where(col(form.seq).between(start, min(start + MAX_ENTRIES - 1, up_to)), *chain.of_it(form))
            .order_by(col(form.seq))
        ).all()
        for first_seq, hashes in _portions([(seq, others.get(seq, ours), length) for seq, ours, length in rows]):
            previous = batch_hash(chain.device, first_seq, previous, hashes)
            yield _Cut(first_seq, first_seq + len(hashes) - 1, previous)


def _portions(forms: Iterable[tuple[int, bytes, int]]) -> Iterator[tuple[int, list[bytes]]]:
    """Cut sent forms into batches: (first seq, entry hashes)."""
    first_seq, size = 0, 0
    hashes: list[bytes] = []
    for seq, digest, length in forms:
        # `length` counts characters; all that leaves the tablet is codes and numbers, one byte each.
        if hashes and (len(hashes) == MAX_ENTRIES or size + length > _MAX_BATCH_BYTES):
            yield first_seq, hashes
            hashes, size = [], 0
        if not hashes:
            first_seq = seq
        hashes.append(digest)
        size += length
    if hashes:
        yield first_seq, hashes


def _keep(session: Session, chain: Chain, cuts: Iterable[_Cut]) -> None:
    key = SigningKey(chain.state(session).signing_key)
    for cut in list(cuts):
        session.add(
            chain.batch(
                first_seq=cut.first_seq,
                last_seq=cut.last_seq,
                hash=cut.hash,
                signature=key.sign(cut.hash),
                **chain.named(),
            )
        )
    session.flush()
