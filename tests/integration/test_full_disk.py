"""A server that has no room or no right to write says so in one sentence, loses nothing, and goes on when it has.

SQLite: the files of the real server process may not grow any more. PostgreSQL: the
database is stopped, and begins again.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psycopg
import pytest
import requests
from sqlalchemy import make_url

from mobile_app.ports.sync import SyncFault
from sync_server.__main__ import main as handwise_server
from sync_server.database import Database
from sync_server.main import create_app
from sync_server.repositories import sites
from sync_server.settings import Settings
from tests.databases import KINDS, drop_database, new_database
from tests.joined import JoinedTablet, a_joined_tablet
from tests.server_process import ROOT, ServerProcess, a_server_process
from tests.server_world import PASSWORD, Tablet, new_case, signed_in

AWAY = "The server can store nothing just now. Nothing that was acknowledged is lost; try again later."
BUSY = "The server can take nothing just now. Your cases are kept and will be sent later."
_ROOM_BYTES = 64 * 1024
"""Enough for the file of the server's own words, and nothing for a database that is in use."""


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerProcess]:
    url = new_database(request.param, tmp_path)
    with ExitStack() as stack:
        stack.callback(drop_database, url)
        yield stack.enter_context(a_server_process(url, tmp_path))


@contextmanager
def no_room(server: ServerProcess) -> Iterator[None]:
    """Let nothing be stored until the block ends."""
    if server.database_url.startswith("sqlite"):
        files, pid = resource.RLIMIT_FSIZE, server.process.pid
        allowed = resource.prlimit(pid, files, (_ROOM_BYTES, resource.RLIM_INFINITY))
        yield
        resource.prlimit(pid, files, allowed)
    else:
        let_in(server.database_url, "false")
        yield
        let_in(server.database_url, "true")


def let_in(url: str, whether: str) -> None:
    """Have PostgreSQL take connections to this database or none; those that are open end."""
    parts = make_url(url)
    host, name = str(parts.query["host"]), str(parts.database)
    with psycopg.connect(host=host, user=parts.username, dbname="postgres", autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {whether}'.encode())
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))


def save(tablet: JoinedTablet, count: int) -> None:
    for _ in range(count):
        tablet.record(tablet.store.new_case_id(), {"fever_ge_38": True})


def entries_held(server: ServerProcess) -> int:
    with closing(create_app(Settings(database_url=server.database_url)).state.services) as services:
        return int(services.figures.figures().entries)


def test_what_is_pushed_waits_until_there_is_room_and_what_was_acknowledged_stays(
    server: ServerProcess, tmp_path: Path
) -> None:
    tablet = a_joined_tablet(tmp_path / "tablet", server.url, server.code())
    save(tablet, 40)
    assert tablet.sync().pushed == 40
    save(tablet, 100)

    with no_room(server):
        for _ in range(3):
            report, overview = tablet.sync(), tablet.store.sync_overview()
            assert (report.failure, report.pushed, report.wait_s) == (BUSY, 0, 60)
            assert (overview.fault, overview.waiting) == (SyncFault.OTHER, 100)

    assert entries_held(server) == 40
    report = tablet.sync()
    assert (report.failure, report.pushed) == ("", 100)
    assert (entries_held(server), tablet.store.sync_overview().waiting) == (140, 0)
    assert "event=crash" not in server.log.read_text()
    tablet.close()


def test_each_kind_of_request_is_answered_in_one_sentence_with_the_right_status(
    server: ServerProcess, tmp_path: Path
) -> None:
    case, writer = new_case(), Tablet(server.url).enrol(server.code().replace("-", ""))
    writer.push(*(writer.entry(new_case()) for _ in range(60)), writer.entry(case))
    code = server.code().replace("-", "")
    with closing(create_app(Settings(database_url=server.database_url)).state.services) as services:
        token = signed_in(services)
        form = {"form_token": services.sign_in.form_token(token), "seen": "0", "state": "needs_information",
                "diagnosis": "", "message": "Please look again."}  # fmt: skip
    desk = requests.Session()
    desk.cookies["handwise_session"] = token
    page = f"{server.url}/review/cases/{case}"

    with no_room(server):
        pushed = writer.post(writer.batch([writer.entry(new_case()) for _ in range(60)]))
        enrolled = Tablet(server.url).post_enrolment(code)
        for answer in (pushed, enrolled):
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "60"
            assert answer.json() == {"error": {"code": "database", "message": AWAY}}
        reviewed = desk.post(page, data=form, timeout=30, allow_redirects=False)
        shown = desk.get(page, timeout=30)
        for seen in (reviewed, shown):
            # Who looked at a case is written down, or it is not shown.
            assert seen.status_code == 503
            assert AWAY in seen.text
            assert "Traceback" not in seen.text
        listed = desk.get(f"{server.url}/review/cases", timeout=30)
        assert listed.status_code == (200 if server.database_url.startswith("sqlite") else 503)

    assert desk.post(page, data=form, timeout=30, allow_redirects=False).status_code == 303
    assert "Please look again." in desk.get(page, timeout=30).text
    assert Tablet(server.url).post_enrolment(code).status_code == 200
    assert handwise_server(["verify", "--database-url", server.database_url]) == 0


def test_the_command_line_says_the_same(tmp_path: Path) -> None:
    url = new_database("sqlite", tmp_path)
    script = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({_ROOM_BYTES}, {_ROOM_BYTES}))\n"
        "from sync_server.__main__ import main\n"
        f"sys.exit(main(['create-user', 'Huda Saleh', '--password-stdin', '--database-url', {url!r}]))"
    )
    with closing(Database(url)) as other, other.writing() as session:
        # The log of writes is longer than the room: nothing more goes into it.
        for number in range(200):
            sites.find_or_add(session, f"Clinic {number} {'x' * 150}")
        session.commit()
        said = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, input=PASSWORD, capture_output=True, text=True, check=False
        )

    assert (said.returncode, said.stderr) == (
        1,
        "handwise-server: The database cannot be used just now: it has no room, may not be written, or is stopped. "
        "Nothing was changed.\n",
    )
