"""`handwise-server` as a process of its own, with nothing in front of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class ServerProcess:
    """A running server. `log` is the file that its words go to."""

    port: int
    database_url: str
    process: subprocess.Popen[str]
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def code(self, site: str = "Clinic A") -> str:
        """Return an enrolment code, as the command line gives it."""
        command = [sys.executable, "-m", "sync_server", "enrol", site, "--database-url", self.database_url]
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        found = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", said)
        assert found
        return found[0]


@contextmanager
def a_server_process(
    database_url: str, folder: Path, *options: str, prepare: Callable[[], None] | None = None
) -> Iterator[ServerProcess]:
    """Serve on a free port until the block ends. `prepare` is called in the new process before it begins."""
    log = folder / "server.log"
    command = [sys.executable, "-m", "sync_server", "--port=0", "--database-url", database_url, *options]
    with log.open("a") as words:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=words, text=True, preexec_fn=prepare, env=os.environ
        )
    try:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+) ", process.stdout.readline())
        assert found, log.read_text()
        yield ServerProcess(int(found[1]), database_url, process, log)
    finally:
        process.kill()
        process.communicate()
