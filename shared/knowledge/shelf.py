"""The versions of the book that are shipped, each read when it is first asked for.

    assets/knowledge/
      1.0/   released and frozen: assessments made under it are repeated under it
      1.1/   current: new assessments use it

A folder whose name is a version number is a version. Reading one takes a moment, so it happens once, also when two
threads ask at the same time.
"""

from __future__ import annotations

import threading
from pathlib import Path

from shared.errors import InvalidInput
from shared.knowledge.loader import VERSION, load_knowledge
from shared.knowledge.model import KnowledgeBase


class Shelf:
    """All versions in one folder, and the one that new assessments use."""

    def __init__(self, folder: Path, current: str) -> None:
        self._folder = folder
        self._books: dict[str, KnowledgeBase] = {}
        self._reading = threading.Lock()
        self.current_version = current

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions that are there, the oldest first."""
        try:
            names = [path.name for path in self._folder.iterdir() if path.is_dir() and VERSION.fullmatch(path.name)]
        except OSError:
            names = []
        return tuple(sorted(names, key=lambda name: [int(part) for part in name.split(".")]))

    @property
    def current(self) -> KnowledgeBase:
        """The book that new assessments use."""
        return self.knowledge(self.current_version)

    def has(self, version: str) -> bool:
        return version in self.versions

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
                self._books[version] = load_knowledge(self._folder / version)
            return self._books[version]
