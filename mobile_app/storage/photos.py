"""Photos of cases, in the encrypted file and nowhere else (`PhotoStore` in `mobile_app/ports/photos.py`).

They are no part of an entry, so nothing that is hashed, signed or sent can hold one. Deleting overwrites: the file is
opened with secure_delete, and the log of writes is emptied afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, delete, select

from mobile_app.locked_ports import Clock
from mobile_app.ports.photos import Photo
from mobile_app.storage.database import Database
from mobile_app.storage.picture import kept_picture
from mobile_app.storage.tables import PhotoRow
from mobile_app.storage.withdrawal import expect_not_withdrawn
from shared.case.entry import CaseId


class EncryptedPhotoStore:
    """The photos of an open file."""

    def __init__(self, database: Database, author: str, clock: Clock) -> None:
        self._database = database
        self._author = author
        self._clock = clock

    def add(self, case_id: CaseId, picture: bytes, visit_day: int | None) -> Photo:
        kept = kept_picture(picture)
        with self._database.writing() as session:
            expect_not_withdrawn(session, case_id)
            last = session.exec(select(func.max(PhotoRow.number)).where(PhotoRow.case_id == case_id)).one() or 0
            row = PhotoRow(
                photo_id=secrets.token_hex(8),
                case_id=case_id,
                number=last + 1,
                visit_day=visit_day,
                taken_at=self._clock.now().isoformat(),
                author=self._author,
                width=kept.width,
                height=kept.height,
                thumbnail=kept.thumbnail,
                image=kept.image,
            )
            session.add(row)
        return Photo(
            photo_id=row.photo_id,
            case_id=case_id,
            visit_day=visit_day,
            taken_at=datetime.fromisoformat(row.taken_at),
            author=row.author,
            width=row.width,
            height=row.height,
        )

    def of_case(self, case_id: CaseId) -> Sequence[Photo]:
        known: Any = select(  # type: ignore[call-overload]  # four columns are typed, six work
            PhotoRow.photo_id, PhotoRow.visit_day, PhotoRow.taken_at, PhotoRow.author, PhotoRow.width, PhotoRow.height
        )
        newest_first = known.where(PhotoRow.case_id == case_id).order_by(col(PhotoRow.number).desc())
        with self._database.reading() as session:
            return tuple(
                Photo(photo_id, case_id, day, datetime.fromisoformat(taken_at), author, width, height)
                for photo_id, day, taken_at, author, width, height in session.execute(newest_first)
            )

    def thumbnail(self, photo_id: str) -> bytes:
        with self._database.reading() as session:
            return session.exec(select(PhotoRow.thumbnail).where(PhotoRow.photo_id == photo_id)).first() or b""

    def image(self, photo_id: str) -> bytes:
        with self._database.reading() as session:
            return session.exec(select(PhotoRow.image).where(PhotoRow.photo_id == photo_id)).first() or b""

    def delete(self, photo_id: str) -> None:
        with self._database.writing() as session:
            session.exec(delete(PhotoRow).where(col(PhotoRow.photo_id) == photo_id))
        self._database.forget_deleted()
