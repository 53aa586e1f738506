"""100 cases pushed while 20 tablets push: how long the slowest 1 of 100 wait, and the most that the server holds.

In each round all 20 send at the same moment, which is worse than any clinic; what they send was signed and packed
before, as a real tablet does with a processor of its own. The server is a process on SQLite with synchronous=FULL. Once
the tablets are of 20 clinics, so an answer brings nothing; once of one, and each answer brings up to 500 cases of the
others as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier
from time import perf_counter

import requests

from shared.sync.messages import SyncResponse, read_response
from shared.sync.packed_message import read_packed_response
from sync_server.database import Database
from tests.benchmarks.children import Children
from tests.benchmarks.programs import database_url, our_server
from tests.benchmarks.result import MEGABYTES, Result
from tests.benchmarks.signed_pushes import Push, a_joined_key, next_push, take_over
from tests.server_world import Tablet

TABLETS, CASES, ROUNDS = 20, 100, 5
LONGEST_S, MOST_MEMORY_MB = 0.5, 300


def results(_: Children) -> Iterator[Result]:
    """Yield the 99th centile for both clinics, and the peak of memory after all of it."""
    with TemporaryDirectory(prefix="handwise-busy-") as name:
        folder = Path(name)
        with our_server(folder) as server, closing(Database(database_url(folder))) as database:
            url = f"http://127.0.0.1:{server.port}"
            apart = [a_joined_key(database, f"Clinic {number}", url) for number in range(TABLETS)]
            yield _slowest(f"{CASES} cases pushed, {TABLETS} tablets of {TABLETS} clinics at once", apart)
            together = [a_joined_key(database, "Clinic A", url) for _ in range(TABLETS)]
            yield _slowest(f"{CASES} cases pushed, {TABLETS} tablets of one clinic at once", together)
            cases = 2 * TABLETS * CASES * ROUNDS
            what = f"server's peak memory, {cases:,} cases by {2 * TABLETS} tablets"
            yield Result(what, [server.peak_memory()], at_most=MOST_MEMORY_MB, unit=MEGABYTES)


def _slowest(what: str, tablets: list[Tablet]) -> Result:
    waited: list[float] = []
    with ThreadPoolExecutor(len(tablets)) as at_once:
        sessions = [requests.Session() for _ in tablets]
        for _ in range(ROUNDS):
            pushes = [next_push(tablet, CASES, is_packed=True) for tablet in tablets]
            together = Barrier(len(tablets))
            answered = list(at_once.map(_post, sessions, pushes, [together] * len(tablets)))
            for tablet, (seconds, body) in zip(tablets, answered, strict=True):
                take_over(tablet, _read(body))
                waited.append(seconds)
        for session in sessions:
            session.close()
    return Result(f"{what}: 99 of 100", [sorted(waited)[-(-len(waited) * 99 // 100) - 1]], at_most=LONGEST_S)


def _post(session: requests.Session, push: Push, together: Barrier) -> tuple[float, bytes]:
    together.wait()
    start = perf_counter()
    answer = session.post(push.url, data=push.body, headers=push.headers, timeout=120)
    seconds = perf_counter() - start
    if answer.status_code != 200:
        raise RuntimeError(f"answered {answer.status_code}: {answer.text[:200]}")
    return seconds, answer.content


def _read(body: bytes) -> SyncResponse:
    return read_response(read_packed_response(body))
