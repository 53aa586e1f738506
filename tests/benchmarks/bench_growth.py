"""What a case costs when many are stored: a push of 100 and a page of 500, at several sizes of one database.

    10,000 ──fill──▶ 50,000 ──fill──▶ 200,000 ──fill──▶ ...          at each size beside a database that stays at 10,000

The two take turns, so a machine that is busy is busy for both. What fills are rows put into the server's tables
directly, in its schema, with the words and payloads that the service itself has stored of 600 cases (what the site's
digest says is not kept up for them). `HANDWISE_BENCH=full` goes on to a million: some five minutes, 3 GB of disk.
"""

from __future__ import annotations

import os
import random
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sync_server.api.dependencies import Services
from tests.benchmarks.bench_ingest import a_service, take_in
from tests.benchmarks.children import Children
from tests.benchmarks.result import Reference, Result
from tests.benchmarks.signed_pushes import a_joined_key, next_push, take_over
from tests.benchmarks.sync_tablets import CHILDREN
from tests.server_world import Tablet

FEW = 10_000
IS_FULL = os.environ.get("HANDWISE_BENCH") == "full"
SIZES = (50_000, 200_000, 500_000, 1_000_000) if IS_FULL else (50_000, 200_000)
ROUNDS, CASES, PAGE = 15, 100, 500
SERVED_BEFORE = 50
"""Pushes and pages before any is measured: case ids are random, so a push touches a hundred places of their index."""
FLAT = 0.8
"""So many times as fast as with few stored it must be at least."""
SITE = "Clinic A"
_AT_ONCE = 50_000


def results(_: Children) -> Iterator[Result]:
    """Yield the push and the page at each size."""
    with TemporaryDirectory(prefix="handwise-growth-") as name, ExitStack() as stack:
        few, many = (_Grown(Path(name) / which, stack) for which in ("few", "many"))
        few.grow_to(FEW)
        for size in SIZES:
            many.grow_to(size)
            yield _in_turns(f"{CASES} cases taken in, {size:,} stored", _Grown.push, many, few)
            yield _in_turns(f"a page of {PAGE} given out, {size:,} stored", _Grown.page, many, few)


def _in_turns(what: str, measure: Callable[[_Grown], float], many: _Grown, few: _Grown) -> Result:
    # What was just filled is in no cache yet, and a server that runs has served before.
    for _ in range(SERVED_BEFORE):
        measure(many), measure(few)
    pairs = [(measure(many), measure(few)) for _ in range(ROUNDS)]
    ours, theirs = (list(side) for side in zip(*pairs, strict=True))
    return Result(what, ours, Reference(f"with {FEW:,} stored", theirs), times_faster=FLAT)


class _Grown:
    """A service whose database grows."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        folder.mkdir()
        self._file = folder / "server.db"
        self._services: Services = stack.enter_context(a_service(folder))
        examples = a_joined_key(self._services.database, SITE)
        for _ in range(CHILDREN // CASES):
            take_in(self._services, examples, CASES)
        self._stored = CHILDREN
        self._tablet: Tablet = a_joined_key(self._services.database, SITE)
        self._reader: Tablet = a_joined_key(self._services.database, SITE)
        self._chance = random.Random(1)  # noqa: S311

    def grow_to(self, size: int) -> None:
        """Fill up to so many stored cases."""
        with closing(sqlite3.connect(self._file)) as connection:
            # It need not survive a power cut.
            connection.execute("PRAGMA synchronous = OFF")
            while self._stored < size:
                some = min(_AT_ONCE, size - self._stored)
                _fill(connection, some)
                self._stored += some
            # The tablet that pushes has synced before: else each answer would bring it a page where many are stored.
            (self._tablet.cursor,) = connection.execute("SELECT next_position - 1 FROM site").fetchone()

    def push(self) -> float:
        """Return the seconds of taking in new cases."""
        self._stored += CASES
        return take_in(self._services, self._tablet, CASES)

    def page(self) -> float:
        """Return the seconds of giving out a page from a place that nobody has read lately."""
        # What the reader has written itself it does not get; it has written nothing.
        self._reader.cursor = self._chance.randrange(self._stored - PAGE)
        received = next_push(self._reader, 0).as_received()
        start = perf_counter()
        answer = self._services.exchange.answer(received)
        seconds = perf_counter() - start
        if len(answer.entries) != PAGE:
            raise RuntimeError(f"{len(answer.entries)} entries in a page")
        take_over(self._reader, answer.response)
        return seconds


def _fill(connection: sqlite3.Connection, count: int) -> None:
    """Add cases of one entry each, as of one more tablet: the first ones again, each under another id."""
    examples = connection.execute(
        "SELECT payload, case_summary.* FROM entry JOIN case_summary USING (case_no) ORDER BY case_no LIMIT ?",
        (CHILDREN,),
    ).fetchall()
    connection.execute(
        "INSERT INTO device SELECT max(device_no) + 1, site_no, ?, max(tablet_no) + 1, public_key, is_revoked, ?,"
        " head_hash, next_nonce, challenges_used, waiting, app_version, knowledge_version, last_seen_on, ?,"
        " holds_digest FROM device",
        (secrets.token_hex(8), count, count),
    )
    (device_no, site_no), (last_case,), (position,) = (
        connection.execute(query).fetchone()
        for query in (
            "SELECT device_no, site_no FROM device ORDER BY device_no DESC LIMIT 1",
            "SELECT max(case_no) FROM case_summary",
            "SELECT next_position FROM site",
        )
    )
    words = len(examples[0]) - 1
    connection.executemany(
        f"INSERT INTO case_summary VALUES ({', '.join('?' * words)})",
        (_case(examples[number % len(examples)], last_case + number) for number in range(1, count + 1)),
    )
    connection.executemany(
        "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, NULL)",
        (
            (device_no, seq, site_no, position + seq - 1, last_case + seq, examples[seq % len(examples)][0])
            for seq in range(1, count + 1)
        ),
    )
    for column in ("next_position", "holds_count"):
        connection.execute(f"UPDATE site SET {column} = {column} + ?", (count,))
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _case(example: Sequence[object], case_no: int) -> Sequence[object]:
    # case_no, site_no, case_id, and the words of the list.
    _, _, site_no, _, *words = example
    return (case_no, site_no, secrets.token_hex(16), *words)
