"""Counts for health and metrics."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from sync_server.database import Database, DatabaseAway
from sync_server.repositories import cases, devices, entries, sites


@dataclass(frozen=True, slots=True)
class Figures:
    """How much is stored."""

    sites: int
    devices: int
    cases: int
    entries: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class FiguresService:
    """Looks into the database."""

    database: Database

    def figures(self) -> Figures:
        with self.database.reading() as session:
            return Figures(
                sites=sites.count(session),
                devices=devices.count(session),
                cases=cases.count(session),
                entries=entries.count(session),
                quarantined=entries.count_set_apart(session),
            )

    def is_healthy(self) -> bool:
        """Tell whether the database can be read and written."""
        try:
            with self.database.writing() as session:
                sites.count(session)
        except (SQLAlchemyError, DatabaseAway):
            return False
        return True
