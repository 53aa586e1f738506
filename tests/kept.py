"""Databases that are filled once for a test run on each kind, and copies of them, which are made in no time.

with a_copy_of("sqlite", fill_server, folder) as (url, what_it_returned):
    ...                                           what is done to the copy no other test sees
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from tests.databases import a_copy, new_database
from tests.server_world import RunningServer, running_server

T = TypeVar("T")


@contextmanager
def a_copy_of(kind: str, fill: Callable[[RunningServer], T], folder: Path) -> Iterator[tuple[str, T]]:
    """Give the address of a copy of the database that `fill` has filled, and what that returned (not to be changed)."""
    url, returned = _filled(kind, fill)
    with a_copy(url, folder) as copied:
        yield copied, returned


@cache
def _filled(kind: str, fill: Callable[[RunningServer], Any]) -> tuple[str, Any]:
    folder = tempfile.mkdtemp(prefix="handwise-kept-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = new_database(kind, Path(folder))
    with running_server(url) as server:
        return url, fill(server)
