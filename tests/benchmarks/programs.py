"""Programs that a sync is measured with, each a process of its own: servers, and the line between them and a tablet.

Processor time and the peak of memory are those that Linux counts for the process (/proc), in steps of 10 ms.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")
_LONGEST_START_S = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers on a loopback port."""

    process: subprocess.Popen[str]
    port: int

    def processor_seconds(self) -> float:
        """Return the time that its threads have used, of the user and of the system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def peak_memory(self) -> float:
        """Return the most memory that it ever held, in MB of 10^6 bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 / 1e6 for line in status if line.startswith("VmHWM"))


@dataclass(frozen=True, slots=True)
class CountedLine:
    """A running `line_program.py`."""

    process: subprocess.Popen[str]
    port: int

    def order(self, word: str) -> dict[str, int]:
        """Give an order and return the counts."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        counts: dict[str, int] = json.loads(self.process.stdout.readline())
        return counts


@contextmanager
def a_line(server: Server) -> Iterator[CountedLine]:
    """Give a line to a server."""
    command = [sys.executable, "-m", "tests.benchmarks.line_program", str(server.port)]
    with _running(command, stdin=subprocess.PIPE) as process:
        yield CountedLine(process, int(_first_line(process)))


@contextmanager
def our_server(folder: Path, url: str = "") -> Iterator[Server]:
    """Give `handwise-server` on the SQLite file that `database_url` names, or on another database."""
    command = [sys.executable, "-m", "sync_server", "--port", "0", "--database-url", url or database_url(folder)]
    with (folder / "server.log").open("w") as log, _running(command, stderr=log) as process:
        # Handwise server on http://127.0.0.1:NUMBER - review pages: ...
        port = _first_line(process).partition(" - ")[0].rpartition(":")[2]
        yield Server(process, int(port))


def database_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'server.db'}"


@contextmanager
def a_server(command: Sequence[object], log: Path, environment: Mapping[str, str], port: int = 0) -> Iterator[Server]:
    """Give another's server: one that prints the port it took, or one that was told to take `port`."""
    with log.open("w") as file:
        words = [str(word) for word in command]
        with _running(words, stderr=file, environment=environment) as process:
            taken = port or int(_first_line(process))
            _wait_for(taken, process)
            yield Server(process, taken)


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def _running(
    command: Sequence[str], environment: Mapping[str, str] | None = None, **pipes: object
) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(  # type: ignore[call-overload]
        command, cwd=ROOT, env={**os.environ, **(environment or {})}, text=True, stdout=subprocess.PIPE, **pipes
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if not line:
        raise RuntimeError(f"{process.args!r} did not start")
    return line


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + _LONGEST_START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{process.args!r} did not start")
