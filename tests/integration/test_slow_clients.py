"""Clients that hold a connection and ask nothing, or ask it drop by drop, keep nobody out: the real server process."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import requests

from mobile_app.ports.sync import SyncFault
from sync_server.api import connections
from tests.databases import new_database
from tests.joined import JoinedTablet, a_joined_tablet
from tests.server_process import ServerProcess, a_server_process
from tests.server_world import RunningServer

BUSY = "The server can take nothing just now. Your cases are kept and will be sent later."
HEAD = b"POST /v1/sync HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
BEGUN = HEAD + b"content-length: 1000\r\n\r\n{"
"""A request that has come but for most of its body."""


@contextmanager
def lines(port: int, count: int, sent: bytes = b"") -> Iterator[list[socket.socket]]:
    """Hold so many connections, each of which has sent these bytes."""
    with ExitStack() as held:
        opened = []
        for _ in range(count):
            one = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            one.sendall(sent)
            opened.append(one)
        yield opened


def has_ended(line: socket.socket, within_s: float = 20) -> bool:
    """Tell whether the server hangs up in time."""
    line.settimeout(within_s)
    try:
        return line.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def save_one(tablet: JoinedTablet) -> None:
    tablet.record(tablet.store.new_case_id(), {"fever_ge_38": True})


@pytest.mark.parametrize("sent", [b"", HEAD], ids=["silent", "half a head"])
def test_hundreds_of_idle_connections_keep_no_tablet_out(tmp_path: Path, sent: bytes) -> None:
    with a_server_process(new_database("sqlite", tmp_path), tmp_path, "--connections=32") as server:
        tablet = a_joined_tablet(tmp_path / "tablet", server.url, server.code())
        with lines(server.port, 300, sent):
            save_one(tablet)
            time.sleep(connections.JUST_COME_S)
            began = time.monotonic()
            report = tablet.sync()

            assert (report.failure, report.pushed) == ("", 1)
            assert time.monotonic() - began < 10
            held = len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))
            assert held < 32 + 60, f"{held} open files"
        tablet.close()
        assert "Too many open files" not in server.log.read_text()


def test_where_all_connections_are_at_work_a_tablet_is_told_to_come_again_and_keeps_everything(tmp_path: Path) -> None:
    with a_server_process(new_database("sqlite", tmp_path), tmp_path, "--connections=8") as server:
        tablet = a_joined_tablet(tmp_path / "tablet", server.url, server.code())
        assert tablet.sync().failure == ""
        save_one(tablet)
        # The next one makes eight.
        with working_lines(server.port, 7):
            expect_words_of_uvicorn(server)
            report = tablet.sync()

            overview = tablet.store.sync_overview()
            assert (report.failure, report.pushed) == (BUSY, 0)
            assert (overview.waiting, overview.fault) == (1, SyncFault.OTHER)
        assert (tablet.sync().failure, tablet.store.sync_overview().waiting) == ("", 0)
        tablet.close()


@contextmanager
def working_lines(port: int, count: int) -> Iterator[None]:
    """Hold so many connections, on each of which the server waits for the rest of a body."""
    with ExitStack() as held:
        working = 0
        for _ in range(10 * count):
            (line,) = held.enter_context(lines(port, 1, BEGUN))
            # One that was before may not be gone yet, and then this one is one too many.
            working += not has_ended_or_answered(line)
            if working == count:
                break
        assert working == count
        yield


def has_ended_or_answered(line: socket.socket) -> bool:
    line.settimeout(0.2)
    try:
        line.recv(1)
    except TimeoutError:
        return False
    return True


def expect_words_of_uvicorn(server: ServerProcess) -> None:
    """See that this is an answer in plain text, and no message of the protocol."""
    answer = requests.get(f"{server.url}/health", timeout=10)
    assert (answer.status_code, answer.text) == (503, "Service Unavailable")
    assert answer.headers["content-type"].startswith("text/plain")
    # Until that connection is gone.
    time.sleep(0.2)


def test_a_server_that_is_told_to_stop_does_not_wait_for_a_body_that_never_comes(tmp_path: Path) -> None:
    with (
        a_server_process(new_database("sqlite", tmp_path), tmp_path) as server,
        lines(server.port, 3, BEGUN),
    ):
        assert requests.get(f"{server.url}/health", timeout=10).status_code == 200
        server.process.send_signal(signal.SIGTERM)

        server.process.wait(timeout=connections.STOP_S + 12)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same limits, a hundred times shorter."""
    for name in ("HEAD_S", "SILENCE_S", "BODY_S"):
        monkeypatch.setattr(connections, name, getattr(connections, name) / 100)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("sent", [b"", b"P", HEAD, BEGUN], ids=["nothing", "a letter", "half a head", "half a body"])
def test_what_does_not_come_is_not_waited_for(server: RunningServer, sent: bytes) -> None:
    with lines(server.port, 1, sent) as (line,):
        assert has_ended(line)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("first", "drop"), [(b"GET /health HTTP/1.1\r\nx: ", b"a"), (HEAD[:-2], b"\r\na: b")])
def test_a_head_that_drips_is_given_up_however_often_something_comes(
    server: RunningServer, first: bytes, drop: bytes
) -> None:
    assert drips_for(server.port, first, drop, every_s=0.02) < 5


@pytest.mark.usefixtures("impatient")
def test_a_body_that_drips_is_given_up_when_all_of_it_takes_too_long(server: RunningServer) -> None:
    began = time.monotonic()
    drips_for(server.port, HEAD + b"content-length: 900000\r\n\r\n", b" ", every_s=0.1)

    # What comes slowly is waited for: it may be a tablet on a bad line.
    assert 5 < time.monotonic() - began < 20


def drips_for(port: int, first: bytes, drop: bytes, *, every_s: float) -> float:
    """Return for how many seconds the server listens."""
    began = time.monotonic()
    with lines(port, 1, first) as (line,):
        line.settimeout(every_s)
        while time.monotonic() - began < 30:
            try:
                line.sendall(drop)
                if line.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
    return time.monotonic() - began


@pytest.mark.usefixtures("impatient")
def test_a_second_request_on_the_same_line_has_the_same_time(server: RunningServer) -> None:
    whole = b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n"
    with lines(server.port, 1, whole + whole + b"GET /hea") as (line,):
        answered = b""
        while piece := line.recv(4096):
            answered += piece

    assert answered.count(b"HTTP/1.1 200 OK") == 2


@pytest.mark.usefixtures("impatient")
def test_between_two_requests_a_line_is_kept_as_long_as_a_proxy_keeps_it(server: RunningServer) -> None:
    with lines(server.port, 1) as (line,):
        assert asked_health(line)
        # Longer than a head may take, and than a body may be silent.
        time.sleep(1)
        assert asked_health(line)


def asked_health(line: socket.socket) -> bool:
    """Ask, and tell whether all of the answer has come."""
    line.sendall(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
    answered = b""
    while not answered.endswith(b"}") and (piece := line.recv(4096)):
        answered += piece
    return answered.endswith(b'{"status":"ok"}')
