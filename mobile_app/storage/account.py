"""What this tablet believes that the server holds, entry by entry and, for each device, in one number.

    held      one row an entry: its number and the first 16 bytes of its hash
    account   one row a device: count and digest of its held entries (`shared/sync/holding.py`)

    a boundary is acknowledged     own entries up to there are held, but those that the server set aside
    a page was pulled              its entries are held
    a case is withdrawn            only its withdrawals are
    another epoch                  what others wrote is still believed to be held: the comparison shows if it is not

Both are written in the transaction that changes the belief, at a cost that follows the change and not the number of
stored cases. What came by hand-over is not held until the server shows it. What was brought back to the server of a
lost tablet is held `apart`: the server keeps it, but does not count it before its author has signed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, delete, select

from mobile_app.storage.chain import Chain, all_chains
from mobile_app.storage.many import among, insert_many, rows_among
from mobile_app.storage.tables import AccountRow, AccountStateRow, CaseIndexRow, EntryRow, HeldRow
from shared.case.entry import DeviceId, EntryId
from shared.sync.compare import Range
from shared.sync.holding import DIGEST_BYTES, Holding

_INSERT = "INSERT INTO held (device, seq, hash, is_apart) VALUES (?, ?, ?, 0)"
_KNOWN = "SELECT seq FROM held WHERE device = ? AND seq IN (SELECT value FROM json_each(?))"


def hash_of_text(text: str) -> bytes:
    """Return the beginning of the hash of an entry in its sent form, as it is stored and sent."""
    return sha256(text.encode()).digest()[:DIGEST_BYTES]


def total(session: Session) -> Holding:
    """Return what the server is believed to hold, of all devices together."""
    result = Holding()
    for row in session.exec(select(AccountRow)):
        result = result.sum(Holding(row.count, row.digest))
    return result


def of_range(session: Session, which: Range) -> Holding:
    """Return what the server is believed to hold of a range."""
    return Holding.of(session.exec(select(HeldRow.hash).where(*_counted(which))))


def ids_in(session: Session, which: Range) -> tuple[EntryId, ...]:
    """Return the entries of a range that the server is believed to hold."""
    seqs = session.exec(select(HeldRow.seq).where(*_counted(which)).order_by(col(HeldRow.seq)))
    return tuple(EntryId(which.device, seq) for seq in seqs)


def last_of(session: Session) -> dict[DeviceId, int]:
    """Return the highest number that is held of each device."""
    rows = session.exec(select(HeldRow.device, func.max(HeldRow.seq)).group_by(HeldRow.device))
    return {DeviceId(device): last for device, last in rows}


def hold(session: Session, entries: Mapping[EntryId, bytes]) -> None:
    """Note that the server holds these entries, by the beginning of their hash."""
    by_device: dict[DeviceId, dict[int, bytes]] = {}
    for entry_id, digest in entries.items():
        by_device.setdefault(entry_id.device, {})[entry_id.seq] = digest[:DIGEST_BYTES]
    for device, hashes in by_device.items():
        # Nearly always there is nothing to let go of, and then nothing to delete.
        let_go(session, [EntryId(device, seq) for (seq,) in rows_among(session, _KNOWN, device, hashes)])
        insert_many(session, _INSERT, [(device, seq, one) for seq, one in hashes.items()])
        _change(session, device, Holding.of(hashes.values()))


def let_go(session: Session, entry_ids: Iterable[EntryId]) -> None:
    """Note that the server does not hold these entries, or not so that anybody can read them."""
    for device, seqs in _by_device(entry_ids).items():
        which = col(HeldRow.device) == device, among(HeldRow.seq, seqs)
        counted = session.exec(select(HeldRow.hash).where(*which, ~col(HeldRow.is_apart))).all()
        session.exec(delete(HeldRow).where(*which))
        _change(session, device, Holding().minus(counted))


def set_apart(session: Session, entry_ids: Iterable[EntryId]) -> None:
    """Note that the server keeps these entries apart, until their author has signed them."""
    for device, seqs in _by_device(entry_ids).items():
        found = session.exec(
            select(HeldRow).where(HeldRow.device == device, col(HeldRow.seq).in_(seqs), ~col(HeldRow.is_apart))
        ).all()
        for row in found:
            row.is_apart = True
            session.add(row)
        _change(session, device, Holding().minus([row.hash for row in found]))


def believe_again(session: Session) -> None:
    """Take what was kept apart for held: another database answers, and may know nothing of it."""
    for row in session.exec(select(HeldRow).where(col(HeldRow.is_apart))).all():
        row.is_apart = False
        session.add(row)
        _change(session, DeviceId(row.device), Holding.of([row.hash]))


def forget_others(session: Session) -> None:
    """Believe nothing of what other tablets wrote: this is another site, which never had it."""
    own = [chain.device for chain in all_chains(session)]
    session.exec(delete(HeldRow).where(col(HeldRow.device).not_in(own)))
    session.exec(delete(AccountRow).where(col(AccountRow.device).not_in(own)))


def settle(session: Session, chain: Chain, first: int, last: int) -> None:
    """Work out again what the server holds of numbers `first` to `last` that were recorded here."""
    session.flush()
    now = _recorded_here(session, chain, first, last)
    which = Range(chain.device, max(first, 1), max(last, 1))
    before = dict(session.exec(select(HeldRow.seq, HeldRow.hash).where(*_within(which))).all())
    let_go(session, [EntryId(chain.device, seq) for seq in before if now.get(seq) != before[seq]])
    hold(session, {EntryId(chain.device, seq): one for seq, one in now.items() if before.get(seq) != one})


def recount(session: Session) -> None:
    """Work all of it out again from the entries themselves; what others wrote, as far as it is held and still there."""
    session.flush()
    chains = {chain.device: chain for chain in all_chains(session)}
    for chain in chains.values():
        settle(session, chain, 1, chain.state(session).last_seq)
    for device in last_of(session):
        if device not in chains:
            _recount_other(session, device)
    for known in session.exec(select(AccountRow.device)).all():
        hashes = session.exec(select(HeldRow.hash).where(HeldRow.device == known, ~col(HeldRow.is_apart)))
        row = session.get_one(AccountRow, known)
        counted = Holding.of(hashes)
        row.count, row.digest = counted.count, counted.digest
        session.add(row)
    session.flush()


def prepare(session: Session) -> None:
    """Count once in a file that was written before there was an account: what others wrote came from the server."""
    if session.get(AccountStateRow, 1) is not None:
        return
    session.add(AccountStateRow())
    chains = {chain.device: chain for chain in all_chains(session)}
    others = select(EntryRow.device, EntryRow.seq, EntryRow.body, CaseIndexRow.is_withdrawn).join(
        CaseIndexRow, col(CaseIndexRow.case_id) == col(EntryRow.case_id)
    )
    hold(
        session,
        {
            EntryId(DeviceId(device), seq): hash_of_text(body)
            for device, seq, body, is_withdrawn in session.exec(others.where(col(EntryRow.device).not_in(chains)))
            if not is_withdrawn or _is_withdrawal(body)
        },
    )
    for chain in chains.values():
        settle(session, chain, 1, chain.state(session).acknowledged_seq)


def _recount_other(session: Session, device: DeviceId) -> None:
    """Let go of what is held of another tablet but is not here, or not as it was."""
    held = dict(session.exec(select(HeldRow.seq, HeldRow.hash).where(HeldRow.device == device)).all())
    here: dict[int, bytes] = {}
    for seq, body, is_withdrawn in session.exec(
        select(EntryRow.seq, EntryRow.body, CaseIndexRow.is_withdrawn)
        .join(CaseIndexRow, col(CaseIndexRow.case_id) == col(EntryRow.case_id))
        .where(EntryRow.device == device)
    ):
        if seq in held and (not is_withdrawn or _is_withdrawal(body)):
            here[seq] = hash_of_text(body)
    let_go(session, [EntryId(device, seq) for seq in held if seq not in here])
    hold(session, {EntryId(device, seq): one for seq, one in here.items() if held[seq] != one})


def _recorded_here(session: Session, chain: Chain, first: int, last: int) -> dict[int, bytes]:
    form, refusal = chain.form, chain.refusal
    last = min(last, chain.state(session).acknowledged_seq)
    refused = set(session.exec(select(refusal.seq).where(col(refusal.seq).between(first, last), *chain.of_it(refusal))))
    # Few cases are withdrawn, so these are looked for and not each entry's case.
    withdrawn = select(CaseIndexRow.case_id).where(col(CaseIndexRow.is_withdrawn))
    erased = session.exec(
        select(EntryRow.seq, EntryRow.body).where(
            EntryRow.device == chain.device,
            col(EntryRow.seq).between(first, last),
            col(EntryRow.case_id).in_(withdrawn),
        )
    )
    unread = refused | {seq for seq, body in erased if not _is_withdrawal(body)}
    rows = session.exec(select(form.seq, form.hash).where(col(form.seq).between(first, last), *chain.of_it(form)))
    return {seq: digest[:DIGEST_BYTES] for seq, digest in rows if seq not in unread}


def _is_withdrawal(body: str) -> bool:
    # Canonical JSON, in which no code of an answer is called so and has such a value.
    return '"kind":"withdrawal"' in body


def _counted(which: Range) -> Sequence[ColumnElement[bool]]:
    return (*_within(which), ~col(HeldRow.is_apart))


def _within(which: Range) -> Sequence[ColumnElement[bool]]:
    return col(HeldRow.device) == which.device, col(HeldRow.seq).between(which.first, which.last)


def _by_device(entry_ids: Iterable[EntryId]) -> dict[DeviceId, list[int]]:
    found: dict[DeviceId, list[int]] = {}
    for entry_id in entry_ids:
        found.setdefault(entry_id.device, []).append(entry_id.seq)
    return found


def _change(session: Session, device: DeviceId, change: Holding) -> None:
    if change == Holding():
        return
    row = session.get(AccountRow, device) or AccountRow(device=device)
    after = Holding(row.count, row.digest).sum(change)
    row.count, row.digest = after.count, after.digest
    session.add(row)
    session.flush()
