"""`handwise-server`: every command of --help works, and a bad command line is one sentence and exit 2."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import requests

from shared.case.entry import DeviceId
from shared.sync.enrolment_link import read_enrolment_link
from sync_server.__main__ import main
from sync_server.database import Database
from sync_server.repositories import devices, sites, users
from sync_server.repositories.users import Role
from sync_server.settings import Settings
from tests.databases import KINDS, drop_database, new_database


@pytest.fixture
def database(database_url: str) -> str:
    """Give the address of a database: a file that is not there yet, or tables of PostgreSQL."""
    return database_url


@pytest.mark.parametrize("kind", KINDS)
def test_migrate_makes_the_tables_and_does_it_once(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = new_database(kind, tmp_path / "data", is_migrated=False)

    assert main(["migrate", "--database-url", database]) == 0
    assert main(["--database-url", database, "migrate"]) == 0

    assert capsys.readouterr().out == "The database is up to date.\n" * 2
    drop_database(database)


def test_a_file_is_its_owners_only(tmp_path: Path) -> None:
    assert main(["migrate", "--database-url", f"sqlite:///{tmp_path / 'data' / 'server.db'}"]) == 0

    assert (tmp_path / "data" / "server.db").stat().st_mode & 0o077 == 0


def test_the_address_may_come_from_the_environment(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HANDWISE_DATABASE_URL", database)

    assert main(["enrol", "Clinic A"]) == 0
    assert main(["verify"]) == 0

    assert "1 sites" in capsys.readouterr().out


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://zuleika:haddad@127.0.0.1:9/nothing",
        "postgresql://zuleika:haddad@127.0.0.1:haddad/nothing",
        "postgresql://zuleika:haddad@/nothing?host=/haddad",
        "postgresql://zuleika:haddad@/nothing?haddad=1",
        "mysql://zuleika:haddad@127.0.0.1/nothing",
        "postgresql+asyncpg://zuleika:haddad@127.0.0.1/nothing",
    ],
)
@pytest.mark.parametrize("command", [["migrate"], ["serve"], ["verify"], ["backup", "file"]])
def test_an_address_with_a_password_that_leads_nowhere_is_one_sentence_without_it(
    url: str, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--database-url", url]) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "addad" not in said.err
    assert "uleika" not in said.err


def test_the_settings_print_no_password() -> None:
    assert "haddad" not in repr(Settings(database_url="postgresql://zuleika:haddad@localhost/handwise"))


def test_enrol_prints_a_code(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["enrol", "Clinic A", "--database-url", database]) == 0

    assert re.search(r": [0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\n$", capsys.readouterr().out)


def test_with_a_public_address_enrol_also_prints_what_its_qr_code_says(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--public-url", "https://handwise.example.org", "enrol", "Clinic A", "--database-url", database]) == 0

    first, second = capsys.readouterr().out.splitlines()
    link = read_enrolment_link(second.partition(": ")[2])
    assert link == ("https://handwise.example.org", first.rpartition(" ")[2])


def test_revoke_names_a_tablet_by_site_and_number(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["migrate", "--database-url", database])
    with closing(Database(database)) as opened, opened.writing() as session:
        devices.add(session, DeviceId("a" * 16), sites.find_or_add(session, "Clinic A"), bytes(32), "nonce")

    assert main(["revoke", "Clinic A", "2", "--database-url", database]) == 1
    assert main(["revoke", "Clinic B", "1", "--database-url", database]) == 1
    assert main(["revoke", "Clinic A", "1", "--database-url", database]) == 0

    said = capsys.readouterr()
    assert said.out.endswith("The tablet may no longer send. What it has sent stays.\n")
    assert said.err.count("there is no such tablet") == 2
    with closing(Database(database)) as opened, opened.reading() as session:
        revoked = devices.find(session, "a" * 16)
    assert revoked is not None
    assert revoked.is_revoked


def test_create_user_takes_the_password_from_standard_input(
    database: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for said in ("The user can sign in.", "The password was changed; all sessions of this user are closed."):
        monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery staple\n"))
        assert main(["create-user", "Huda", "--password-stdin", "--database-url", database]) == 0
        assert capsys.readouterr().out.strip() == said


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "zuleika"],
        ["--port", "70000"],
        ["zuleika"],
        ["--zuleika", "haddad"],
        ["create-user"],
        ["enrol"],
        ["--public-url", "zuleika"],
        ["--host", "0.0.0.0"],
    ],
)
def test_a_bad_command_line_is_one_sentence_and_exit_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = main(arguments)
    except SystemExit as exit_:
        status = int(str(exit_.code))

    said = capsys.readouterr()
    assert status == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("handwise-server: ")
    assert "uleika" not in said.err


@pytest.mark.parametrize(
    "url", ["zuleika", "sqlite://", "sqlite:////proc/zuleika/server.db", "nothing+here://zuleika", "sqlite:///{text}"]
)
def test_a_database_that_cannot_be_used_is_one_sentence_and_exit_1(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text").write_text("zuleika haddad\n" * 1000)

    assert main(["migrate", "--database-url", url.format(text=tmp_path / "text")]) == 1

    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "uleika" not in said
    assert (tmp_path / "text").read_text() == "zuleika haddad\n" * 1000


def test_serve_says_its_address_and_answers_there(database: str, tmp_path: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "sync_server", "--port", "0", "--database-url", database],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])},
        cwd=tmp_path,
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        address = re.search(r"Handwise server on (http://127\.0\.0\.1:\d+) - review pages: \1/review$", line.strip())
        assert address
        assert requests.get(f"{address[1]}/health", timeout=30).json() == {"status": "ok"}
    finally:
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=30)
    assert "Traceback" not in errors
    assert "event=request method=GET route=/health status=200" in errors


def test_create_user_gives_a_role_and_a_coordinators_sites(
    database: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["migrate", "--database-url", database])
    with closing(Database(database)) as opened, opened.writing() as session:
        numbers = [sites.find_or_add(session, name) for name in ("Clinic A", "Clinic B", "Ward 3")]

    def create(*arguments: str) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery staple\n"))
        return main(["create-user", *arguments, "--password-stdin", "--database-url", database])

    assert create("Huda") == 0
    assert create("Sena", "--role", "administrator") == 0
    assert create("Omar", "--role", "coordinator", "--site", "Clinic A", "--site", "Ward 3") == 0
    assert create("Mona", "--role", "coordinator") == 1
    assert create("Mona", "--role", "coordinator", "--site", "Zuleika") == 1
    assert create("Mona", "--site", "Clinic A") == 1
    assert create("Omar") == 0

    refused = capsys.readouterr().err
    assert refused.count("--site: goes with --role coordinator") == 2
    assert "uleika" not in refused
    with closing(Database(database)) as opened, opened.reading() as session:
        found = {one.user.name: (one.user.role, one.user.sites) for one in users.every(session)}
    assert found == {
        "Huda": (Role.DISTRICT_LEAD, None),
        "Omar": (Role.COORDINATOR, frozenset({numbers[0], numbers[2]})),
        "Sena": (Role.ADMINISTRATOR, frozenset()),
    }


def test_create_user_lets_a_user_who_lost_his_phone_set_up_another(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["migrate", "--database-url", database])
    with closing(Database(database)) as opened, opened.writing() as session:
        user_no = users.add(session, "Sena", "no password opens this")
        users.set_second_factor(session, user_no, b"sealed", 7, [bytes(32)])

    for more, kept in (([], b"sealed"), (["--new-second-step"], None)):
        monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery staple\n"))
        assert main(["create-user", "Sena", *more, "--password-stdin", "--database-url", database]) == 0
        with closing(Database(database)) as opened, opened.reading() as session:
            account = users.find(session, "Sena")
            assert account is not None
            assert account.totp_secret == kept
            assert users.recovery_codes_left(session, user_no) == (1 if kept else 0)
