"""What costs most where hundreds of tablets are made in one process, paid once: nothing that a test could see differs.

statements    a tablet's database compiles its statements when they are first used; all of one process share them
files         the same bytes of a file of the book say the same; only what a test changed in a copy is parsed anew
garbage       it is looked for seldom
"""

from __future__ import annotations

import gc
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine

from mobile_app.storage import database
from mobile_app.storage.cipher import load_cipher
from shared.knowledge import yaml_file

_YOUNG, _MIDDLE, _OLD = 20_000, 20, 10


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
def seldom_garbage() -> Iterator[None]:
    """Look for garbage more seldom than Python would: tablets leave little, and looking takes a tenth of the time."""
    thresholds = gc.get_threshold()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
