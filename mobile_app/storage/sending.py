"""Where what was recorded here is: waiting, sent, or not accepted; and in which form it is sent.

Recorded here is what this tablet wrote, and what a tablet wrote whose backup was restored here. What others wrote came
from the server, in the form in which it was sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, union
from sqlmodel import Session, col, select

from mobile_app.ports.backups import FormerTablet
from mobile_app.ports.records import SyncState
from mobile_app.storage.chain import all_chains
from mobile_app.storage.many import among
from mobile_app.storage.tables import CaseIndexRow, DeviceRow, EntryRow, FormerDeviceRow, FormerRefusalRow, RefusalRow
from shared.case.entry import CaseId, EntryId

_WAITS_FROM_FORMER = (
    select(EntryRow.case_id)
    .join(FormerDeviceRow, col(FormerDeviceRow.device) == col(EntryRow.device))
    .where(
        col(EntryRow.seq) > col(FormerDeviceRow.acknowledged_seq), col(EntryRow.seq) <= col(FormerDeviceRow.last_seq)
    )
)
REFUSED_CASES = union(select(col(RefusalRow.case_id)), select(col(FormerRefusalRow.case_id)))
"""The ids of all cases with an entry in the server's quarantine."""


def case_waits(session: Session) -> ColumnElement[bool]:
    """Return what picks the cases of the list of which the server lacks something."""
    device = session.get_one(DeviceRow, 1)
    is_own = col(CaseIndexRow.own_last_seq) > device.acknowledged_seq
    if session.exec(select(FormerDeviceRow.device).limit(1)).first() is None:
        # Nearly every tablet: then the index on `own_last_seq` is all that is read, and no row of thousands.
        return is_own
    return or_(is_own, col(CaseIndexRow.case_id).in_(_WAITS_FROM_FORMER))


def states_of(session: Session, rows: Sequence[CaseIndexRow]) -> dict[CaseId, SyncState]:
    """Return where each of these cases is."""
    shown = [row.case_id for row in rows]
    among = col(CaseIndexRow.case_id).in_(shown)
    waiting = set(session.exec(select(CaseIndexRow.case_id).where(among, case_waits(session))))
    refused = set(session.execute(select(CaseIndexRow.case_id).where(among, _is_refused())).scalars())
    is_enrolled = bool(session.get_one(DeviceRow, 1).server_url)
    return {CaseId(one): _state(one in refused, one in waiting, is_enrolled) for one in shown}


@dataclass(frozen=True, slots=True)
class EntryStates:
    """Where the entries of one case are."""

    acknowledged: dict[str, int]
    """Up to which number of each device whose entries were recorded here the server has them."""
    refused: frozenset[tuple[str, int]]
    is_enrolled: bool

    @classmethod
    def of_case(cls, session: Session, case_id: CaseId) -> EntryStates:
        acknowledged: dict[str, int] = {}
        refused: set[tuple[str, int]] = set()
        for chain in all_chains(session):
            acknowledged[chain.device] = chain.state(session).acknowledged_seq
            refusal = chain.refusal
            seqs = session.exec(select(refusal.seq).where(refusal.case_id == case_id, *chain.of_it(refusal)))
            refused |= {(chain.device, seq) for seq in seqs}
        return cls(acknowledged, frozenset(refused), bool(session.get_one(DeviceRow, 1).server_url))

    def of(self, entry_id: EntryId) -> SyncState:
        """Return where an entry is. What others wrote was sent by them."""
        waits = entry_id.seq > self.acknowledged.get(entry_id.device, entry_id.seq)
        return _state((entry_id.device, entry_id.seq) in self.refused, waits, self.is_enrolled)


def sent_texts(session: Session, entry_ids: Iterable[EntryId]) -> dict[EntryId, str]:
    """Return the sent form, as canonical JSON, of those entries that were recorded here."""
    found: dict[EntryId, str] = {}
    wanted = tuple(entry_ids)
    for chain in all_chains(session):
        form = chain.form
        seqs = [entry_id.seq for entry_id in wanted if entry_id.device == chain.device]
        if seqs:
            of_these = select(form.seq, form.body).where(among(form.seq, seqs), *chain.of_it(form))
            found |= {EntryId(chain.device, seq): body for seq, body in session.exec(of_these)}
    return found


def former_tablets(session: Session) -> Sequence[FormerTablet]:
    """Return the tablets whose backups were restored here, the oldest first."""
    has_fault = bool(session.get_one(DeviceRow, 1).last_fault)
    rows = session.exec(select(FormerDeviceRow).order_by(col(FormerDeviceRow.number))).all()
    return tuple(
        FormerTablet(
            waiting=(waiting := row.last_seq - row.acknowledged_seq),
            # Without a fault the last sync, or the next one, takes them.
            needs_code=waiting > 0 and (has_fault or not row.server_url),
            has_gone_on=row.has_gone_on,
        )
        for row in rows
    )


def reasons_against(session: Session, case_id: CaseId) -> tuple[str, ...]:
    """Return why the server did not accept entries of a case, each reason once, in English as it came."""
    found: list[str] = []
    for row in (FormerRefusalRow, RefusalRow):
        found += session.exec(select(row.reason).where(row.case_id == case_id).order_by(col(row.seq)))
    return tuple(dict.fromkeys(found))


def _is_refused() -> ColumnElement[bool]:
    return col(CaseIndexRow.case_id).in_(REFUSED_CASES)


def _state(is_refused: bool, waits: bool, is_enrolled: bool) -> SyncState:
    if is_refused:
        return SyncState.NOT_ACCEPTED
    if not waits:
        return SyncState.SENT
    return SyncState.WAITING if is_enrolled else SyncState.LOCAL
