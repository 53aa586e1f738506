"""The made-up district of `desk_world.py`, made once for a test run on each kind of database, and copies of it.

    with a_desk("sqlite", folder) as desk:      a server of its own on a copy, in no time

What a test does to its copy, to its tablets and its cases no other test sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.desk_world import TODAY, Desk, a_district, set_today
from tests.kept import a_copy_of
from tests.server_world import RunningServer, running_server


@contextmanager
def a_desk(kind: str, folder: Path) -> Iterator[Desk]:
    """Give the district on a running server."""
    with a_copy_of(kind, a_district, folder) as (url, made), running_server(url) as server:
        set_today(server.services, TODAY)
        yield _on(server, made)


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
