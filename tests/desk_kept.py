"""The made-up district of `desk_world.py`, made once for a test run on each kind of database, and copies of it.

    with a_desk("sqlite", folder) as desk:      a server of its own on a copy, which takes a twentieth of the making

What a test does to its copy, to its tablets and its cases no other test sees.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from tests.databases import a_copy, new_database
from tests.desk_world import TODAY, Desk, a_district, set_today
from tests.server_world import RunningServer, running_server


@contextmanager
def a_desk(kind: str, folder: Path) -> Iterator[Desk]:
    """Give the district on a running server."""
    url, made = _made(kind)
    with a_copy(url, folder) as copied, running_server(copied) as server:
        set_today(server.services, TODAY)
        yield _on(server, made)


@cache
def _made(kind: str) -> tuple[str, Desk]:
    folder = tempfile.mkdtemp(prefix="handwise-desk-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = new_database(kind, Path(folder))
    with running_server(url) as server:
        return url, a_district(server)


def _on(server: RunningServer, made: Desk) -> Desk:
    again = {id(case): replace(case, sent=[*case.sent]) for case in made.cases}
    return Desk(
        server,
        {name: replace(tablet, url=server.url) for name, tablet in made.tablets.items()},
        [again[id(case)] for case in made.cases],
        again[id(made.withdrawn)],
        again[id(made.rejected)],
        [again[id(case)] for case in made.differing],
        [again[id(case)] for case in made.linked],
    )
