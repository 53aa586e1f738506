"""The versions of the book that are here, each read when it is first asked for.

    assets/knowledge/
      1.0/   released and frozen: assessments made under it are repeated under it
      1.1/   what the app came with
    a second folder, on a tablet
      1.2/   what came since, through the server; new assessments use the highest

A folder whose name is a version number is a version. Reading one takes a moment, so it happens once, also when two
threads ask at the same time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from shared.errors import InvalidInput
from shared.knowledge.loader import VERSION, load_knowledge
from shared.knowledge.model import KnowledgeBase


class Shelf:
    """All versions in some folders, and the one that new assessments use. Where two have one, the first counts."""

    def __init__(self, folder: Path, current: str, *more: Path) -> None:
        self._folders = (folder, *more)
        self._books: dict[str, KnowledgeBase] = {}
        self._reading = threading.Lock()
        self.current_version = current

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions that are there, the oldest first."""
        names = {path.name for path in self._places()}
        return tuple(sorted(names, key=lambda name: [int(part) for part in name.split(".")]))

    @property
    def current(self) -> KnowledgeBase:
        """The book that new assessments use."""
        return self.knowledge(self.current_version)

    def has(self, version: str) -> bool:
        return version in self.versions

    def folder_of(self, version: str) -> Path:
        """Return where a version lies that is here."""
        return next(path for path in self._places() if path.name == version)

    def knowledge(self, version: str) -> KnowledgeBase:
        """Return one version, checked.

        Raises:
            InvalidInput: there is no such version here; it names those that are.
            KnowledgeError: with every problem of its folder.
        """
        with self._reading:
            if version not in self._books:
                if not self.has(version):
                    # A version that came with a pulled entry could be any text, so it is not repeated.
                    named = f"{version} " if VERSION.fullmatch(version) else ""
                    there = ", ".join(self.versions) or "none"
                    raise InvalidInput("knowledge", f"{named}is not one of the versions here: {there}")
                self._books[version] = load_knowledge(self.folder_of(version))
            return self._books[version]

    def _places(self) -> Iterator[Path]:
        for folder in self._folders:
            # A folder that is not there, or cannot be read, has none.
            with suppress(OSError):
                yield from (path for path in folder.iterdir() if path.is_dir() and VERSION.fullmatch(path.name))
