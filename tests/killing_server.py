"""The server is killed again and again while tablets push; whatever it had acknowledged is there when it comes back.

    launcher: a process with the server loaded ──forks──▶ server ──▲── tablets: record, sync, record, sync ...
    here: SIGKILL after a random time ──▶ the next one, on the same port and database

`python -m tests.killing_server [KILLS] [SEED]` is the long version (`make soak`).
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mobile_app.sync_client.runner import OutboxSynchroniser
from shared.case.entry import EntryId, EntryKind
from sync_server.__main__ import main as handwise_server
from sync_server.database import Database
from sync_server.main import create_app, load_digests
from sync_server.services.verification import Verification
from sync_server.settings import Settings
from tests.joined import JoinedTablet
from tests.tablet_world import a_tablet

ROOT = Path(__file__).resolve().parents[1]
LONGEST_LIFE_S = 0.6
TABLETS = 3
_START_S = 60
_BEFORE_THE_NEXT_TRY_S = 0.05
_SITE = "Clinic A"


class Lost(AssertionError):
    """Something that the server had acknowledged is not there."""


@dataclass
class KilledServer:
    """A server that can be killed and started again, on one port and one database."""

    url: str
    port: int
    launcher: subprocess.Popen[str]
    pid: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        assert self.launcher.stdin is not None
        assert self.launcher.stdout is not None
        self.launcher.stdin.write("start\n")
        self.launcher.stdin.flush()
        self.pid = int(self.launcher.stdout.readline())
        until = time.monotonic() + _START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert time.monotonic() < until, "The server does not start."
                time.sleep(0.01)
            else:
                return

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


@contextmanager
def a_server_to_kill(folder: Path) -> Iterator[KilledServer]:
    """Give a running server on an empty SQLite file in a folder."""
    url = f"sqlite:///{folder / 'server.db'}"
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    launcher = subprocess.Popen(
        [sys.executable, "-m", "tests.killing_server", "launch", url, str(port)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    server = KilledServer(url, port, launcher)
    try:
        server.start()
        yield server
    finally:
        # It ends its server, and itself, when nobody talks to it any more.
        launcher.communicate()


def launch(url: str, port: str) -> int:
    """Fork a server for each line that comes, until no more do. The launcher's part."""
    child = 0
    for _ in sys.stdin:
        _end(child)
        child = os.fork()
        if child == 0:
            # The lines in both directions are the launcher's.
            os.close(0)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os._exit(handwise_server(["--port", port, "--database-url", url]))
        print(child, flush=True)
    _end(child)
    return 0


def _end(child: int) -> None:
    if child:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@dataclass
class BusyTablet:
    """A tablet whose user saves and syncs without a pause, in a thread of its own."""

    tablet: JoinedTablet
    acknowledged: int = 0
    written: set[EntryId] = field(default_factory=set)
    trouble: str = ""

    def work(self, stop: threading.Event) -> None:
        store = self.tablet.store
        try:
            while not stop.is_set():
                case_id = store.new_case_id()
                for kind in (EntryKind.ASSESSMENT, EntryKind.FOLLOW_UP):
                    self.written.add(store.record(case_id, kind, {"fever_ge_38": True}).id)
                while self.sync() and not stop.wait(_BEFORE_THE_NEXT_TRY_S):
                    pass
        except BaseException as fault:
            self.trouble = repr(fault)

    def sync(self) -> str:
        """Sync once and note how far the server has the tablet's word; return why not, or nothing."""
        failure = self.tablet.sync().failure
        head = self.tablet.store.outbox.enrolment()
        assert head is not None
        self.acknowledged = max(self.acknowledged, head.acknowledged.seq)
        return failure


def kill_while_tablets_push(folder: Path, kills: int, seed: int, *, is_told: bool = False) -> int:
    """Kill the server so often; return how many entries came through.

    Raises:
        Lost: the server lacks what it had acknowledged, or after all the tablets and the server do not hold the same.
    """
    chance = random.Random(seed)
    with ExitStack() as stack:
        server = stack.enter_context(a_server_to_kill(folder))
        busy = [BusyTablet(_enrolled(stack, folder / f"tablet{number}", server)) for number in range(TABLETS)]
        stop = threading.Event()
        threads = [threading.Thread(target=one.work, args=(stop,)) for one in busy]
        for thread in threads:
            thread.start()
        try:
            for number in range(kills):
                time.sleep(chance.uniform(0, LONGEST_LIFE_S))
                server.kill()
                _expect_acknowledged(server.url, busy)
                server.start()
                if is_told and (number + 1) % 10 == 0:
                    print(f"{number + 1} of {kills} kills", flush=True)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        _expect_all_equal(server, busy)
        return sum(len(one.written) for one in busy)


def _enrolled(stack: ExitStack, folder: Path, server: KilledServer) -> JoinedTablet:
    with a_tablet(folder) as tablet:
        store = tablet.set_up()
    stack.callback(store.close)
    synchroniser = OutboxSynchroniser(store.outbox, app_version="0.1.0", knowledge_version="1.1")
    with closing(create_app(Settings(database_url=server.url)).state.services) as services:
        code = services.enrolment.make_code(_SITE)
    synchroniser.enrol(server.address, code)
    return JoinedTablet(store, synchroniser)


def _expect_acknowledged(url: str, busy: Sequence[BusyTablet]) -> None:
    # What was told before the database is read must be in it.
    told = {one.tablet.store.device: one.acknowledged for one in busy}
    held = _held_by(url)
    for device, acknowledged in told.items():
        missing = set(range(1, acknowledged + 1)) - {entry.seq for entry in held if entry.device == device}
        if missing:
            raise Lost(f"{len(missing)} entries of {device} were acknowledged and are not there")


def _expect_all_equal(server: KilledServer, busy: Sequence[BusyTablet]) -> None:
    troubles = [one.trouble for one in busy if one.trouble]
    if troubles:
        raise Lost(f"a tablet stopped: {troubles[0]}")
    for one in [*busy, *busy]:
        if failure := one.sync():
            raise Lost(f"a tablet cannot sync: {failure}")
    written = set().union(*(one.written for one in busy))
    if _held_by(server.url) != written:
        raise Lost("the server does not hold what the tablets have written")
    for one in busy:
        with one.tablet.store.database.reading() as session:
            rows = session.connection().exec_driver_sql("SELECT device, seq FROM entry")
            held = {EntryId(device, seq) for device, seq in rows}
        if held != written:
            raise Lost("a tablet does not hold what the tablets have written")
    faults: list[str] = []
    with closing(Database(server.url)) as database:
        Verification(database, load_digests(Settings().assets), faults.append).run()
    if faults:
        raise Lost(faults[0])


def _held_by(url: str) -> set[EntryId]:
    with closing(Database(url)) as database, database.reading() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT d.device, e.seq FROM entry e JOIN device d ON d.device_no = e.device_no"
        )
        return {EntryId(device, seq) for device, seq in rows}


def main(arguments: list[str]) -> int:
    """Be the launcher, or kill so often and say how it went."""
    if arguments[:1] == ["launch"]:
        return launch(*arguments[1:3])
    kills = int(arguments[0]) if arguments else 100
    seed = int(arguments[1]) if len(arguments) > 1 else random.SystemRandom().randrange(10**6)
    print(f"{kills} kills of the server, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="handwise-soak-") as folder:
        try:
            entries = kill_while_tablets_push(Path(folder), kills, seed, is_told=True)
        except Lost as lost:
            print(f"seed {seed}: {lost}")
            return 1
    print(f"Nothing was lost of {entries} entries.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
