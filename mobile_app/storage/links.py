"""The same child, seen by several tablets: which cases of this one are linked, and the clinic's key (`CaseLinks`).

    linked      an equal link, or the same record number here, unless one of the two says that it is another child
    apart       would be linked, and was said to be another child: by an entry of one of the two, or by the coordinator

A clinic's key is 32 random bytes in the encrypted file. It leaves on the screen only, for another tablet's camera.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlmodel import Session, col, select

from mobile_app.ports.links import LinkedCases
from mobile_app.storage import link_rows
from mobile_app.storage.case_index import read_log
from mobile_app.storage.database import Database
from mobile_app.storage.rows import review_of
from mobile_app.storage.tables import CaseIndexRow, EntryRow, ReviewRow
from shared.case.entry import MAX_APART, CaseId
from shared.case.linked import apart_of
from shared.errors import InvalidInput
from shared.privacy.link import CLINIC_KEY_BYTES, normalised
from shared.sentence import sentence


class EncryptedLinks:
    """The links of one open store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._knows_old_numbers = False

    def clinic_key(self) -> bytes | None:
        with self._database.reading() as session:
            return link_rows.clinic_key(session)

    def make_key(self) -> bytes:
        key = secrets.token_bytes(CLINIC_KEY_BYTES)
        self.take_key(key)
        return key

    def take_key(self, key: bytes) -> None:
        if len(key) != CLINIC_KEY_BYTES:
            raise InvalidInput("clinic_key", f"must be {CLINIC_KEY_BYTES} bytes")
        with self._database.writing() as session:
            link_rows.keep_clinic_key(session, key)

    def of(self, case_id: CaseId) -> LinkedCases:
        self._note_old_numbers()
        with self._database.reading() as session:
            links, number = link_rows.marks_of(session, case_id)
            found = link_rows.cases_under(session, links, number)
            others = _standing(session, [one for one in found if one != case_id])
            apart = {one: _word(session, case_id, one) for one in others}
            return LinkedCases(
                linked=tuple(one for one in others if apart[one] is None),
                apart=tuple(one for one in others if apart[one] == "entry"),
                apart_by_coordinator=tuple(one for one in others if apart[one] == "review"),
            )

    def known_under(self, record_number: str, besides: CaseId) -> CaseId | None:
        number = normalised(record_number)
        if not number:
            return None
        self._note_old_numbers()
        with self._database.reading() as session:
            links = link_rows.links_of_number(session, number)
            found = [one for one in link_rows.cases_under(session, links, number) if one != besides]
            return next(iter(_standing(session, found)), None)

    def _note_old_numbers(self) -> None:
        if self._knows_old_numbers:
            return
        with self._database.reading() as session:
            self._knows_old_numbers = link_rows.has_noted_old_numbers(session)
        if not self._knows_old_numbers:
            with self._database.writing() as session:
                link_rows.note_old_numbers(session)
            self._knows_old_numbers = True


def same_child_counts(session: Session, case_ids: Sequence[CaseId]) -> dict[CaseId, int]:
    """Return how many cases are one child's with each of these, itself among them; those that are alone are left out.

    For lists: a few questions for all rows together. Logs are read only where somebody said that cases are apart.
    """
    others = link_rows.others_of(session, case_ids)
    if not others:
        return {}
    involved = sorted(set(others).union(*others.values()))
    standing = set(_standing(session, involved))
    doubted = _doubted(session, involved)
    counts: dict[CaseId, int] = {}
    for case_id, found in others.items():
        linked = [
            one
            for one in found
            if one in standing and not ({case_id, one} & doubted and _word(session, case_id, one) is not None)
        ]
        if linked:
            counts[case_id] = len(linked) + 1
    return counts


def _doubted(session: Session, case_ids: Sequence[CaseId]) -> set[CaseId]:
    """Return those of which an entry or a review may say that they are another child's."""
    entries = select(EntryRow.case_id).where(
        col(EntryRow.case_id).in_(case_ids), col(EntryRow.body).contains('"apart"')
    )
    reviews = select(ReviewRow.case_id).where(col(ReviewRow.case_id).in_(case_ids), ReviewRow.apart != "[]")
    return {CaseId(one) for one in (*session.exec(entries), *session.exec(reviews))}


def said_apart(session: Session, case_id: CaseId, other: CaseId, *, is_apart: bool) -> tuple[CaseId, ...] | None:
    """Return what a new correction of `case_id` says about other children; None if that is what it says already.

    Raises:
        InvalidInput: it names as many as an entry can hold.
    """
    said = apart_of(read_log(session, case_id))
    now = said | {other} if is_apart else said - {other}
    if now == said:
        return None
    if len(now) > MAX_APART:
        raise InvalidInput(
            "apart",
            f"must be at most {MAX_APART}",
            sentence("So many cases have this record number that it names nobody. Correct the number first."),
        )
    return tuple(sorted(now))


def _standing(session: Session, case_ids: list[CaseId]) -> list[CaseId]:
    """Return those that are not withdrawn, the last touched first."""
    rows = session.exec(
        select(CaseIndexRow.case_id)
        .where(col(CaseIndexRow.case_id).in_(case_ids), col(CaseIndexRow.is_withdrawn).is_(False))
        .order_by(col(CaseIndexRow.touched).desc())
    )
    return [CaseId(case_id) for case_id in rows]


def _word(session: Session, one: CaseId, other: CaseId) -> str | None:
    """Return who says that two cases are of two children: an `entry`, a `review`, or nobody."""
    if other in apart_of(read_log(session, one)) or one in apart_of(read_log(session, other)):
        return "entry"
    return "review" if other in _reviewed(session, one) or one in _reviewed(session, other) else None


def _reviewed(session: Session, case_id: CaseId) -> tuple[CaseId, ...]:
    last = select(ReviewRow).where(ReviewRow.case_id == case_id).order_by(col(ReviewRow.number).desc())
    row = session.exec(last).first()
    return () if row is None else review_of(row).apart
