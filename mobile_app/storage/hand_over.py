"""A case handed from tablet to tablet: what is shown of it, and taking in what another tablet shows.

    given      the sent form of each entry, as a sync would bring it: never an answer as it was typed
    taken      as what is pulled (`intake.py`): new is stored, known stays, other content is set aside; a withdrawal is
               refused, for it would erase

The outbox holds only what this tablet wrote, so nothing that was taken here is ever sent by it. When the server brings
the same entries later they are here already, byte for byte; from another clinic's tablet they never come, and the case
stays as it was handed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, select

from mobile_app.locked_ports import Clock
from mobile_app.ports.hand_over import TakenOver
from mobile_app.ports.records import LocalDetails
from mobile_app.storage.case_index import read_log, update_index
from mobile_app.storage.database import Database
from mobile_app.storage.intake import take_in
from mobile_app.storage.rows import entry_from_text, entry_of, local_to_text
from mobile_app.storage.sending import sent_texts
from mobile_app.storage.tables import EntryRow
from mobile_app.storage.withdrawal import is_withdrawn
from shared.case.entry import CaseId, DeviceId, Entry, EntryKind
from shared.errors import HandOverRefused
from shared.privacy.policy import PrivacyPolicy
from shared.privacy.sent_form import NoSentForm, fault_of
from shared.sentence import phrase
from shared.sync.hand_over import ChildDetails, HandedOver


class EncryptedHandOver:
    """The cases of one open store, as they pass to and from another tablet."""

    def __init__(self, database: Database, device: DeviceId, policy: PrivacyPolicy, clock: Clock) -> None:
        self._database = database
        self._device = device
        self._policy = policy
        self._clock = clock

    def entries(self, case_id: CaseId) -> Sequence[Entry]:
        with self._database.reading() as session:
            if is_withdrawn(session, case_id):
                raise HandOverRefused(phrase("This case was withdrawn. It is not handed over."))
            return tuple(self._sent_form(session, entry) for entry in read_log(session, case_id).in_causal_order())

    def take(self, handed: HandedOver) -> TakenOver:
        faults = {fault_of(entry, self._policy) for entry in handed.entries} - {None}
        if NoSentForm.UNKNOWN_CODE in faults:
            raise HandOverRefused(phrase("This case comes from a tablet with newer knowledge. Update this one first."))
        if faults or any(entry.kind is EntryKind.WITHDRAWAL for entry in handed.entries):
            # No tablet hands a withdrawn case over. Taken in, a made-up withdrawal would erase what is here.
            raise HandOverRefused(phrase("This case is not in the form in which cases travel. Nothing was kept."))
        with self._database.writing() as session:
            taken = take_in(session, self._device, handed.entries, (), self._clock.now(), is_from_server=False)
            if not len(read_log(session, handed.case_id)):
                raise HandOverRefused(phrase("This case cannot be kept on this tablet. Nothing was kept."))
            self._keep_child(session, handed)
        return TakenOver(handed.case_id, taken.entries, len(handed.entries) - taken.entries, taken.reasons)

    def _sent_form(self, session: Session, entry: Entry) -> Entry:
        sent = sent_texts(session, (entry.id,)).get(entry.id)
        # What another tablet wrote came in its sent form and is kept so.
        return entry if sent is None else entry_from_text(sent)

    def _keep_child(self, session: Session, handed: HandedOver) -> None:
        """Keep who the child is beside the first entry of another tablet, where nothing is kept of it yet."""
        if handed.child.is_empty or is_withdrawn(session, handed.case_id):
            return
        rows = session.exec(select(EntryRow).where(EntryRow.case_id == handed.case_id)).all()
        here = {entry_of(row).id: row for row in rows}
        details = local_to_text(_local(handed.child))
        first = next((here[entry.id] for entry in handed.entries if entry.id.device != self._device), None)
        if first is None or first.local is not None:
            return
        first.local = details
        session.add(first)
        # The list and the search find the case by what was just written.
        update_index(session, [read_log(session, handed.case_id)], self._device, self._clock.now())


def _local(child: ChildDetails) -> LocalDetails:
    return LocalDetails(
        record_number=child.record_number,
        patient_name=child.name,
        birth_date=child.birth_date if _is_date(child.birth_date) else "",
        note=child.note,
    )


def _is_date(text: str) -> bool:
    """Tell whether it is a day as a tablet writes it, such as 2026-2-12: screens and letters count on it."""
    parts = text.split("-")
    try:
        date(*map(int, parts))
    except (TypeError, ValueError, OverflowError):
        return False
    return all(part.isascii() and part.isdigit() for part in parts)
