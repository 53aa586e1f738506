"""Comparing the account with the server's, as the sync client does it (`Comparison` in `mobile_app/ports/outbox.py`).

A difference is looked into once. What stays of it afterwards is remembered as what it adds to count and digest; it
stays the same while both sides grow alike, and stays visible.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from mobile_app.locked_ports import Clock
from mobile_app.storage import account
from mobile_app.storage.chain import Chain
from mobile_app.storage.database import Database
from mobile_app.storage.intake import take_in
from mobile_app.storage.rows import entry_from_text
from mobile_app.storage.sending import case_waits, sent_texts
from mobile_app.storage.tables import AccountStateRow, CaseIndexRow, EntryRow
from shared.case.entry import DeviceId, Entry, EntryId
from shared.sync.compare import Range
from shared.sync.holding import Holding

# As in the outbox: a tap must not wait for a whole page.
_PORTION = 50
_LET_A_TAP_IN_S = 0.001


def has_new_difference(session: Session, holds: Holding | None) -> bool:
    """Tell whether the server holds something else than this tablet believes, other than is known already."""
    if holds is None or _withdrawal_waits(session):
        # A case that is withdrawn here is still readable there until the withdrawal arrives.
        return False
    state = session.get_one(AccountStateRow, 1)
    missing = _difference(session, holds)
    if missing == Holding():
        _remember(session, state, missing, 0)
    return missing != Holding(state.missing_count, state.missing_digest)


class EncryptedComparison:
    """The account of one open store, compared range by range."""

    def __init__(self, database: Database, own: Chain, clock: Clock) -> None:
        self._database = database
        self._own = own
        self._clock = clock

    def recount(self) -> None:
        with self._database.writing() as session:
            account.recount(session)

    def has_new_difference(self, holds: Holding) -> bool:
        with self._database.writing() as session:
            return has_new_difference(session, holds)

    def devices(self) -> dict[DeviceId, int]:
        with self._database.reading() as session:
            return account.last_of(session)

    def holdings(self, ranges: Sequence[Range]) -> Sequence[Holding]:
        with self._database.reading() as session:
            return tuple(account.of_range(session, one) for one in ranges)

    def held(self, which: Range) -> Sequence[EntryId]:
        with self._database.reading() as session:
            return account.ids_in(session, which)

    def still_held(self, entry_ids: Iterable[EntryId]) -> Sequence[EntryId]:
        with self._database.reading() as session:
            return tuple(one for one in entry_ids if account.ids_in(session, Range(one.device, one.seq, one.seq)))

    def entries(self, entry_ids: Sequence[EntryId]) -> Sequence[Entry]:
        with self._database.reading() as session:
            found = {one: entry_from_text(text) for one, text in sent_texts(session, entry_ids).items()}
            for one in entry_ids:
                row = None if one in found else session.get(EntryRow, (one.device, one.seq))
                if row is not None:
                    found[one] = entry_from_text(row.body)
            return tuple(found[one] for one in entry_ids if one in found)

    def take_in(self, entries: Sequence[Entry]) -> tuple[int, tuple[str, ...]]:
        new, reasons = 0, list[str]()
        for start in range(0, len(entries), _PORTION):
            with self._database.writing() as session:
                some = entries[start : start + _PORTION]
                taken = take_in(session, self._own.device, some, (), self._clock.now())
            new += taken.entries
            reasons += taken.reasons
            time.sleep(_LET_A_TAP_IN_S)
        return new, tuple(reasons)

    def brought(self, entry_ids: Sequence[EntryId]) -> None:
        with self._database.writing() as session:
            account.set_apart(session, entry_ids)

    def remember(self, holds: Holding, repaired: int, unrepaired: int) -> int:
        with self._database.writing() as session:
            state = session.get_one(AccountStateRow, 1)
            missing = _difference(session, holds)
            differing = max(unrepaired, abs(missing.count), 1) if missing != Holding() else 0
            _remember(session, state, missing, differing)
            if repaired:
                today = self._clock.now().date().isoformat()
                state.repaired = repaired + (state.repaired if state.repaired_on == today else 0)
                state.repaired_on = today
                session.add(state)
            return differing


def _difference(session: Session, holds: Holding) -> Holding:
    """Return what the server holds more than is believed; the count may be negative."""
    own = account.total(session)
    return Holding(holds.count - own.count, holds.sum(own).digest)


def _remember(session: Session, state: AccountStateRow, missing: Holding, differing: int) -> None:
    if (state.missing_count, state.missing_digest, state.differing) != (missing.count, missing.digest, differing):
        state.missing_count, state.missing_digest, state.differing = missing.count, missing.digest, differing
        session.add(state)


def _withdrawal_waits(session: Session) -> bool:
    waiting = select(CaseIndexRow.case_id).where(col(CaseIndexRow.is_withdrawn), case_waits(session))
    return session.exec(waiting.limit(1)).first() is not None
