"""By what cases are known to be of the same child: rows that are written with the entries, and follow from them.

case_link      the links that a case's entries carry, its own ones and those of other tablets
case_number    the record number that this tablet knows of a case, normalised: it finds the case without any key; and
               the link that it gives under the key of today, which the case's entries may not carry
setting        the clinic's key, where this tablet has one
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import Session, col, delete, select

from mobile_app.ports.records import LocalDetails
from mobile_app.storage.rows import local_from_text
from mobile_app.storage.tables import CaseLinkRow, CaseNumberRow, EntryRow, SettingRow
from shared.case.entry import CaseId, Link
from shared.case.linked import links_of
from shared.case.log import CaseLog
from shared.privacy.link import normalised, pseudonym

CHUNK = 500
_KEY = "clinic_key"
_NOTED = "record_numbers_noted"


def clinic_key(session: Session) -> bytes | None:
    """Return the clinic's key; None where this tablet has none."""
    row = session.get(SettingRow, _KEY)
    return None if row is None else bytes.fromhex(row.value.strip('"'))


def keep_clinic_key(session: Session, key: bytes) -> None:
    """Keep the key, and note what the known record numbers give under it."""
    session.merge(SettingRow(name=_KEY, value=f'"{key.hex()}"'))
    for row in session.exec(select(CaseNumberRow)):
        row.link = pseudonym(key, row.number)


def link_for(session: Session, case_id: CaseId, local: LocalDetails) -> Link | None:
    """Return the link of a new entry: from the record number that comes with it, or else from that of its case."""
    key = clinic_key(session)
    if key is None:
        return None
    known = session.get(CaseNumberRow, case_id)
    return pseudonym(key, local.record_number) or (pseudonym(key, known.number) if known is not None else None)


def note_links(session: Session, logs: Sequence[CaseLog]) -> None:
    """Write the rows of cases whose logs have just changed. A withdrawn case has none: its log says nothing."""
    for start in range(0, len(logs), CHUNK):
        some = logs[start : start + CHUNK]
        case_ids = [log.case_id for log in some]
        session.exec(delete(CaseLinkRow).where(col(CaseLinkRow.case_id).in_(case_ids)))
        rows = [{"link": link, "case_id": log.case_id} for log in some for link in sorted(links_of(log))]
        if rows:
            session.execute(insert(CaseLinkRow), rows)
        _note_numbers(session, col(EntryRow.case_id).in_(case_ids))


def note_old_numbers(session: Session) -> None:
    """Note, once, the record numbers that were written before this tablet had these rows."""
    _note_numbers(session)
    session.merge(SettingRow(name=_NOTED, value="true"))


def has_noted_old_numbers(session: Session) -> bool:
    return session.get(SettingRow, _NOTED) is not None


def cases_under(session: Session, links: Iterable[Link], number: str) -> list[CaseId]:
    """Return the cases that carry one of these links, or are known under this normalised number."""
    wanted = sorted(set(links))
    found = list(session.exec(select(CaseLinkRow.case_id).where(col(CaseLinkRow.link).in_(wanted)))) if wanted else []
    if wanted:
        found += session.exec(select(CaseNumberRow.case_id).where(col(CaseNumberRow.link).in_(wanted)))
    if number:
        found += session.exec(select(CaseNumberRow.case_id).where(CaseNumberRow.number == number))
    return [CaseId(case_id) for case_id in dict.fromkeys(found)]


def others_of(session: Session, case_ids: Sequence[CaseId]) -> dict[CaseId, list[CaseId]]:
    """Return for each of these the other cases under the same links or number; those that are alone are left out."""
    shown = col(CaseLinkRow.case_id).in_(case_ids)
    marks: dict[CaseId, set[str]] = {}
    for case_id, link in session.exec(select(CaseLinkRow.case_id, CaseLinkRow.link).where(shown)):
        marks.setdefault(CaseId(case_id), set()).add(link)
    numbers: dict[str, str] = {}
    known = select(CaseNumberRow).where(col(CaseNumberRow.case_id).in_(case_ids))
    for row in session.exec(known):
        numbers[row.case_id] = row.number
        marks.setdefault(CaseId(row.case_id), set()).update({row.link} if row.link else ())
    if not marks:
        return {}
    by_mark: dict[str, set[CaseId]] = {}
    wanted = set().union(*marks.values())
    of_links = select(CaseLinkRow.link, CaseLinkRow.case_id).where(col(CaseLinkRow.link).in_(wanted))
    of_numbers_links = select(CaseNumberRow.link, CaseNumberRow.case_id).where(col(CaseNumberRow.link).in_(wanted))
    of_numbers = select(CaseNumberRow.number, CaseNumberRow.case_id).where(
        col(CaseNumberRow.number).in_(set(numbers.values()))
    )
    for mark, case_id in (*session.exec(of_links), *session.exec(of_numbers_links), *session.exec(of_numbers)):
        by_mark.setdefault(str(mark), set()).add(CaseId(case_id))
    found = {
        case_id: sorted(set().union(*(by_mark.get(mark, set()) for mark in own)) - {case_id})
        for case_id, own in ((one, marks[one] | {numbers.get(one, "")}) for one in marks)
    }
    return {case_id: others for case_id, others in found.items() if others}


def marks_of(session: Session, case_id: CaseId) -> tuple[set[Link], str]:
    """Return by which links and which number a case is known; the number may give one more link."""
    links = {Link(link) for link in session.exec(select(CaseLinkRow.link).where(CaseLinkRow.case_id == case_id))}
    row = session.get(CaseNumberRow, case_id)
    number = "" if row is None else row.number
    return links | ({Link(row.link)} if row is not None and row.link else set()), number


def links_of_number(session: Session, number: str) -> set[Link]:
    key = clinic_key(session)
    link = pseudonym(key, number) if key is not None else None
    return set() if link is None else {link}


def _note_numbers(session: Session, *among: Any) -> None:
    rows = session.exec(
        select(EntryRow.case_id, EntryRow.local).where(col(EntryRow.local).is_not(None), *among).order_by(text("rowid"))
    )
    # In the order in which they were written here: a number that was put right later replaces the one before.
    numbers = [(case_id, normalised(local_from_text(local).record_number)) for case_id, local in rows]
    found = {case_id: number for case_id, number in numbers if number}
    key = clinic_key(session) if found else None
    for case_id, number in found.items():
        link = None if key is None else pseudonym(key, number)
        session.merge(CaseNumberRow(case_id=case_id, number=number, link=link))
