"""What a case costs when many are stored: a push of 100 and a page of 500, beside the same in a small database.

The rows of the stored cases are put into the server's tables directly, in its schema, with the words and payloads that
the service itself has stored of 600 cases (what the site's digest says is not kept up for them). The two databases
take turns. `HANDWISE_BENCH=full` fills a million, otherwise it is 200,000.
"""

from __future__ import annotations

import os
import random
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
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
MANY = 1_000_000 if os.environ.get("HANDWISE_BENCH") == "full" else 200_000
ROUNDS, CASES, PAGE = 15, 100, 500
FLAT = 0.8
"""So many times as fast as with few stored it must be at least."""
SITE = "Clinic A"


def results(_: Children) -> Iterator[Result]:
    """Yield the push and the page."""
    with TemporaryDirectory(prefix="handwise-growth-") as name, ExitStack() as stack:
        few, many = (_Grown(Path(name) / str(count), count, stack) for count in (FEW, MANY))
        for what, measure in ((f"{CASES} cases taken in", _Grown.push), (f"a page of {PAGE} given out", _Grown.page)):
            pairs = [(measure(many), measure(few)) for _ in range(ROUNDS)]
            ours, theirs = (list(side) for side in zip(*pairs, strict=True))
            reference = Reference(f"with {FEW:,} stored", theirs)
            yield Result(f"{what}, {MANY:,} stored", ours, reference, times_faster=FLAT)


class _Grown:
    """A service whose database already holds so many cases."""

    def __init__(self, folder: Path, count: int, stack: ExitStack) -> None:
        folder.mkdir()
        with a_service(folder) as services:
            _store_examples(services)
        with closing(sqlite3.connect(folder / "server.db")) as connection:
            _fill(connection, count - CHILDREN)
        self._services: Services = stack.enter_context(a_service(folder))
        self._tablet: Tablet = a_joined_key(self._services.database, SITE)
        self._reader: Tablet = a_joined_key(self._services.database, SITE)
        self._chance = random.Random(count)  # noqa: S311
        self._count = count

    def push(self) -> float:
        """Return the seconds of taking in new cases."""
        return take_in(self._services, self._tablet, CASES)

    def page(self) -> float:
        """Return the seconds of giving out a page from a place that nobody has read lately."""
        self._reader.cursor = self._chance.randrange(self._count - PAGE)
        received = next_push(self._reader, 0).as_received()
        start = perf_counter()
        answer = self._services.exchange.answer(received)
        seconds = perf_counter() - start
        if len(answer.entries) != PAGE:
            raise RuntimeError(f"{len(answer.entries)} entries in a page")
        take_over(self._reader, answer.response)
        return seconds


def _store_examples(services: Services) -> None:
    tablet = a_joined_key(services.database, SITE)
    for _ in range(CHILDREN // CASES):
        take_in(services, tablet, CASES)


def _fill(connection: sqlite3.Connection, count: int) -> None:
    """Add cases of one entry each, as of one more tablet: the stored ones again, each under another id."""
    examples = connection.execute(
        "SELECT payload, case_summary.* FROM entry JOIN case_summary USING (case_no) ORDER BY case_no"
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
