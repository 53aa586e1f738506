"""Who may use which address, read off the router itself: the authorisation matrix.

    python -m tests.access > tests/access_matrix.csv      after a route was added or changed; then read what it changed

The table is kept beside this file, so that whoever changes who may do what sees it in the difference. Tests hold the
table to the router, and the running server to the table (`tests/integration/test_access_matrix.py`).
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from sync_server.api.browser import Needs, UserDep
from sync_server.api.dependencies import ExchangeDep, SignedDep
from sync_server.main import create_app
from sync_server.repositories.users import Role
from sync_server.services.rights import RIGHTS
from sync_server.settings import Settings

MATRIX = Path(__file__).with_name("access_matrix.csv")

ALLOWED = "allowed"
REFUSED = "refused"
OWN = "own account"
OPEN = "open"
"""Also without signing in."""
STEP = "signing in or out"
"""With a session that is not whole: another step of signing in; and with any session, out."""
TABLET = "signed by a tablet"
"""Whoever sits at a browser has no say in it."""


@dataclass(frozen=True, slots=True, order=True)
class Access:
    """An address and method, and what each role gets."""

    path: str
    method: str
    right: str
    coordinator: str
    district_lead: str
    administrator: str
    nobody: str

    def of(self, role: Role | None) -> str:
        """Return what somebody of this role gets; None: who has not signed in."""
        found: str = getattr(self, role.value if role else "nobody")
        return found


def matrix() -> tuple[Access, ...]:
    """Return the rows of the kept table."""
    return tuple(Access(**row) for row in csv.DictReader(MATRIX.read_text("utf-8").splitlines()))


def matrix_of(app: FastAPI) -> tuple[Access, ...]:
    """Return a row for every address and method of an app."""
    found = []
    for route in iter_route_contexts(app.routes):
        original = route.original_route
        assert isinstance(original, APIRoute), "a route that is not ours has no row"
        for method in sorted(route.methods or ()):
            assert route.path
            found.append(_row(route.path, method, original.dependant))
    return tuple(sorted(found))


def as_csv(rows: tuple[Access, ...]) -> str:
    """Return the rows as the table beside this file has them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(Access)])
    writer.writerows(astuple(row) for row in rows)
    return text.getvalue()


def _row(path: str, method: str, dependant: Dependant) -> Access:
    calls = list(_calls(dependant))
    rights = {call.right for call in calls if isinstance(call, Needs)}
    if rights:
        by_role = {role: ALLOWED if rights <= RIGHTS[role] else REFUSED for role in Role}
        said = " and ".join(sorted(rights))
        return Access(path, method, said, **{role.value: word for role, word in by_role.items()}, nobody=REFUSED)
    if _asked_by(UserDep) in calls:
        return Access(path, method, "", OWN, OWN, OWN, REFUSED)
    if _asked_by(SignedDep) in calls or _asked_by(ExchangeDep) in calls:
        return Access(path, method, "", TABLET, TABLET, TABLET, TABLET)
    word = STEP if path.startswith("/review/sign-in/") or path == "/review/sign-out" else OPEN
    return Access(path, method, "", word, word, word, word)


def _asked_by(alias: object) -> object:
    return get_args(alias)[1].dependency


def _calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for one in dependant.dependencies:
        yield from _calls(one)


def main() -> None:
    """Print the table of this version."""
    with TemporaryDirectory() as folder:
        app = create_app(Settings(database_url=f"sqlite:///{Path(folder) / 'server.db'}"))
        sys.stdout.write(as_csv(matrix_of(app)))
        app.state.services.close()


if __name__ == "__main__":
    main()
