"""What costs most where hundreds of tablets are made in one process, paid once: nothing that a test could see differs.

statements    a tablet's database compiles its statements when they are first used; all of one process share them
files         the same bytes of a file of the book say the same; only what a test changed in a copy is parsed anew
books         a folder with the same bytes is the same book
children      the same answers under the same book are assessed once, for tests of what is done with an assessment
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine

from mobile_app.storage import database
from mobile_app.storage.cipher import load_cipher
from shared.knowledge import shelf, yaml_file
from shared.knowledge.model import KnowledgeBase
from shared.triage.assess import Assessor
from shared.triage.assessment import Assessment
from shared.triage.presentation import Presentation


@contextmanager
def statements_compiled_once() -> Iterator[None]:
    """Let every tablet that is opened until the block ends use the statements that the ones before it have compiled.

    On a tablet itself nothing outlives the lock: compiled statements hold the values that they were first used with.
    """
    make, driver = database.create_engine, load_cipher()
    first: Engine = make("sqlite://", module=driver)
    with first.connect():
        # A dialect finds out what its database can do when it first connects.
        pass

    def create_engine(*settings: Any, **named: Any) -> Engine:
        engine = make(*settings, **named)
        if named.get("module") is driver:
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        return engine

    with patch.object(database, "create_engine", create_engine):
        yield
    first.dispose()


@contextmanager
def files_parsed_once() -> Iterator[None]:
    """Let whoever reads a file of the book that was read before have a copy of what it says, of his own."""
    parse = yaml_file.yaml.load
    said: dict[bytes, bytes] = {}

    def load(raw: bytes, Loader: Any) -> Any:
        if raw not in said:
            # What is no YAML is said to be none each time.
            said[raw] = pickle.dumps(parse(raw, Loader=Loader))
        return pickle.loads(said[raw])

    with patch.object(yaml_file, "yaml", SimpleNamespace(**vars(yaml_file.yaml) | {"load": load})):
        yield


@contextmanager
def books_checked_once() -> Iterator[None]:
    """Let a shelf that reads a folder whose bytes were read and found sound before have the book of then."""
    load = shelf.load_knowledge
    known: dict[tuple[str, bytes], KnowledgeBase] = {}

    def load_knowledge(folder: Path) -> KnowledgeBase:
        key = folder.name, b"".join(path.name.encode() + path.read_bytes() for path in sorted(folder.rglob("*.yaml")))
        if key not in known:
            known[key] = load(folder)
        return known[key]

    with patch.object(shelf, "load_knowledge", load_knowledge):
        yield


@contextmanager
def children_assessed_once() -> Iterator[None]:
    """Let an assessor that is asked what one with the same book was asked before say the same again."""
    with (
        patch.object(Assessor, "assess", lambda assessor, child: _assessed(_Asked(assessor, child))),
        patch.object(Assessor, "questions_left", lambda assessor, child: _counted(_Asked(assessor, child))),
    ):
        yield


@dataclass(frozen=True)
class _Asked:
    assessor: Assessor = field(compare=False)
    child: Presentation = field(compare=False)
    key: tuple[int, str] = field(init=False)

    def __post_init__(self) -> None:
        # The book is held as long as its number stands here.
        object.__setattr__(self, "key", (id(self.assessor.knowledge), repr(self.child)))


_assess, _questions_left = Assessor.assess, Assessor.questions_left


@lru_cache(maxsize=4000)
def _assessed(asked: _Asked) -> Assessment:
    return _assess(asked.assessor, asked.child)


@lru_cache(maxsize=4000)
def _counted(asked: _Asked) -> tuple[int, int]:
    return _questions_left(asked.assessor, asked.child)
