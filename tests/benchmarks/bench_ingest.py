"""Taking in what tablets push: the whole service beside the database alone, and what of it needs no database.

The service checks the request's signature, reads the message strictly, checks each batch's signature and each entry
against the policy, works out the rows of the coordinator's list, stores and commits; it is called without HTTP. Beside
it the `sqlite3` module puts the very same rows (entries, cases, batches) into a second file of the same schema by
`executemany`, with the same settings, synchronous=FULL among them, and one commit a request. They take turns.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sync_server.api.dependencies import Services
from sync_server.database import Database
from sync_server.main import build_services
from sync_server.repositories.schema import identify, migrate
from sync_server.settings import Settings
from tests.benchmarks.children import Children
from tests.benchmarks.programs import database_url
from tests.benchmarks.result import Reference, Result
from tests.benchmarks.signed_pushes import a_joined_key, next_push, take_over
from tests.server_world import Tablet

SIZES = {1: 60, 100: 20, 500: 6}
"""Cases in a request, and how many requests."""
LARGE = 100
HALF = 0.5
SMALLEST_SHARE = {1: 0.04, 100: 0.06, 500: 0.06}
"""Of the speed of the database alone. Half is out of reach: see README.md, "What a case is made of"."""
_TABLES = ("entry", "case_summary", "batch")


def results(_: Children) -> Iterator[Result]:
    """Yield the time of a case, by the size of the request."""
    with TemporaryDirectory(prefix="handwise-ingest-") as name, a_service(Path(name)) as services:
        folder = Path(name)
        tablet = a_joined_key(services.database, "Clinic A")
        for cases, requests in SIZES.items():
            beside = folder / f"beside{cases}.db"
            _copy(folder / "server.db", beside)
            with (
                closing(_as_the_server_opens_it(beside)) as raw,
                closing(sqlite3.connect(folder / "server.db")) as read,
            ):
                pairs = [_both(services, tablet, cases, raw, read) for _ in range(requests)]
            ours, theirs = ([seconds / cases for seconds in side] for side in zip(*pairs, strict=True))
            what = f"a case taken in, {cases} in a request"
            beside_it = Reference("sqlite3 executemany of its rows", theirs)
            yield Result(what, ours, beside_it, times_faster=HALF, never_below=SMALLEST_SHARE[cases])
        yield Result("a case read, hashed and checked, without any database", _without_database(services, tablet))


@contextmanager
def a_service(folder: Path) -> Iterator[Services]:
    """Give the server's services on a new SQLite file in a folder, or on the one that is there."""
    with closing(Database(database_url(folder))) as database:
        migrate(database)
        yield build_services(Settings(database_url=database_url(folder)), database, identify(database))


def take_in(services: Services, tablet: Tablet, cases: int) -> float:
    """Push, and return the seconds that the service took."""
    received = next_push(tablet, cases).as_received()
    start = perf_counter()
    answer = services.exchange.answer(received)
    seconds = perf_counter() - start
    take_over(tablet, answer.response)
    return seconds


def _without_database(services: Services, tablet: Tablet) -> list[float]:
    received = next_push(tablet, LARGE).as_received()
    seconds = []
    for _ in range(SIZES[LARGE]):
        start = perf_counter()
        services.exchange.intake.read(received.body)
        seconds.append((perf_counter() - start) / LARGE)
    return seconds


def _both(
    services: Services, tablet: Tablet, cases: int, raw: sqlite3.Connection, read: sqlite3.Connection
) -> tuple[float, float]:
    before = {table: _last_row(read, table) for table in _TABLES}
    ours = take_in(services, tablet, cases)
    rows = {
        table: read.execute(f"SELECT * FROM {table} WHERE rowid > ?", (last,)).fetchall()
        for table, last in before.items()
    }
    if len(rows["entry"]) != cases:
        raise RuntimeError(f"{len(rows['entry'])} of {cases} entries were stored")
    return ours, _insert(raw, rows)


def _insert(raw: sqlite3.Connection, rows: Mapping[str, Sequence[Sequence[object]]]) -> float:
    start = perf_counter()
    raw.execute("BEGIN IMMEDIATE")
    # A case before its entries, as the file demands.
    for table in sorted(rows):
        marks = ", ".join("?" * len(rows[table][0]))
        raw.executemany(f"INSERT INTO {table} VALUES ({marks})", rows[table])
    raw.execute("COMMIT")
    return perf_counter() - start


def _last_row(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}").fetchone()[0])


def _copy(original: Path, copy: Path) -> None:
    with closing(sqlite3.connect(original)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(original, copy)


def _as_the_server_opens_it(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection
