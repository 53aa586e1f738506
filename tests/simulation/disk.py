"""What a node has on its disk: files in a folder, or a database of a PostgreSQL.

A disk can be copied as it is in this moment, which is how a crash, a backup and a restore are made here.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Protocol

from sqlalchemy import make_url

from tests.databases import cluster, drop_database

_NUMBERS = count(1)


class Disk(Protocol):
    """Where a program keeps its data."""

    @property
    def url(self) -> str:
        """How SQLAlchemy finds the database."""

    def copy(self, *, only_forced: bool = False) -> Disk:
        """Return a new disk with what this one has now; `only_forced`: without what a power cut would take."""

    def drop(self) -> None:
        """Give its room back."""


@dataclass(frozen=True, slots=True)
class Files:
    """One SQLite file and its log of writes, in a folder of their own."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "handwise.db"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.file}"

    def copy(self, *, only_forced: bool = False) -> Files:
        return self.copy_to(self.folder.with_name(f"{self.folder.name.split('-')[0]}-{next(_NUMBERS)}"), only_forced)

    def copy_to(self, folder: Path, only_forced: bool = False) -> Files:
        """Copy into a new folder. The log of writes holds what was not forced since the last checkpoint."""
        folder.mkdir()
        for name in ("handwise.db",) if only_forced else ("handwise.db", "handwise.db-wal"):
            if (self.folder / name).exists():
                shutil.copyfile(self.folder / name, folder / name)
        return Files(folder)

    def drop(self) -> None:
        shutil.rmtree(self.folder)


@dataclass(frozen=True, slots=True)
class PostgresqlDatabase:
    """One database of the PostgreSQL of this test run. What it has committed is on the disk, so a crash needs no copy.

    It can be copied only while nobody has it open.
    """

    url: str

    def copy(self, *, only_forced: bool = False) -> PostgresqlDatabase:
        return PostgresqlDatabase(cluster().new_database(template=make_url(self.url).database or ""))

    def drop(self) -> None:
        drop_database(self.url)
