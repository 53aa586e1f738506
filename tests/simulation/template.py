"""What every history begins with, made once: a server and five enrolled tablets that all have two cases."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from requests import PreparedRequest

from mobile_app.storage.database import Database
from mobile_app.storage.tables import DeviceRow
from shared.case.entry import EntryKind
from shared.crypto.keyring import DataKey
from shared.crypto.signing import SigningKey
from sync_server.repositories import users
from tests.databases import new_database
from tests.simulation.chance import seeded
from tests.simulation.disk import Disk, Files, PostgresqlDatabase
from tests.simulation.line import a_line
from tests.simulation.server import ADDRESS, Reply, SimulatedServer, without_threads
from tests.simulation.tablet import KEY, SimulatedTablet, cheap_memory

MOST_TABLETS = 5
_PREFIX = "handwise-template-"


@dataclass(frozen=True, slots=True)
class Template:
    """A folder with `tablet0` to `tablet4`, and the disk of their server."""

    folder: Path
    server: Disk

    def copy_server(self, into: Path) -> Disk:
        return self.server.copy_to(into) if isinstance(self.server, Files) else self.server.copy()

    def copy_tablet(self, number: int, into: Path) -> Files:
        return Files(self.folder / f"tablet{number}").copy_to(into)


def quick_folder() -> str | None:
    """Return a folder in memory if there is one: thousands of small files are made and thrown away."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2**28 else None


@cache
def the_template(kind: str) -> Template:
    """Return the template of this process for one kind of server database: `sqlite` or `postgresql`."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=quick_folder()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "server").mkdir()
    disk: Disk = Files(folder / "server")
    if kind == "postgresql":
        disk = PostgresqlDatabase(new_database(kind, folder))
    with seeded(0), without_threads(), cheap_memory():
        server = SimulatedServer(disk)
        with server.services.database.writing() as session:
            users.add(session, "coordinator", "no password opens this")
        with a_line(_Straight(server)):
            tablets = [_make_tablet(folder / f"tablet{number}", number, server) for number in range(MOST_TABLETS)]
            for tablet in tablets[:2]:
                tablet.store.record(tablet.store.new_case_id(), EntryKind.ASSESSMENT, {"fever_ge_38": True})
                assert not tablet.sync().failure
            for tablet in tablets:
                assert not tablet.sync().failure
                tablet.stop()
        server.stop()
    return Template(folder, disk)


def _make_tablet(folder: Path, number: int, server: SimulatedServer) -> SimulatedTablet:
    folder.mkdir()
    key = SigningKey.generate().private_bytes
    Database.create(
        folder / "handwise.db", DataKey(KEY), DeviceRow(device=f"{number + 1:016x}", signing_key=key)
    ).close()
    tablet = SimulatedTablet(f"tablet{number}", Files(folder))
    tablet.synchroniser.enrol(ADDRESS, server.code())
    return tablet


@dataclass(frozen=True, slots=True)
class _Straight:
    server: SimulatedServer

    def send(self, request: PreparedRequest, body: bytes) -> Reply:
        return self.server.answer(request, body)
