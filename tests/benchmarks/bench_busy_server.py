"""100 cases pushed while 20 tablets push: how long the slowest 1 of 100 wait, and the most that the server holds.

In each round all 20 send at the same moment, which is worse than any clinic; what they send was signed and packed
before, as a real tablet does with a processor of its own. The server is a process on SQLite with synchronous=FULL. Once
the tablets are of 20 clinics, so an answer brings nothing; once of one, and each answer brings up to 500 cases of the
others as well.

Then the same 20 push through one and through two server processes on one PostgreSQL, in turns. Its files are in memory
where the machine has such a folder, so this is what the processors do, and no disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
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
from tests.benchmarks.result import MEGABYTES, Reference, Result
from tests.benchmarks.signed_pushes import Push, a_joined_key, next_push, take_over
from tests.databases import drop_database, new_database
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
    yield from _through_two_processes()


def _through_two_processes() -> Iterator[Result]:
    with TemporaryDirectory(prefix="handwise-busy-") as name, ExitStack() as opened:
        folder = Path(name)
        database_address = new_database("postgresql", folder)
        opened.callback(drop_database, database_address)
        database = opened.enter_context(closing(Database(database_address)))
        servers = []
        for place in ("one", "two"):
            (folder / place).mkdir()
            servers.append(opened.enter_context(our_server(folder / place, database_address)))
        tablets = [a_joined_key(database, f"Clinic {number}") for number in range(TABLETS)]
        at_once = opened.enter_context(ThreadPoolExecutor(TABLETS))
        sessions = [opened.enter_context(requests.Session()) for _ in tablets]
        took: dict[int, list[float]] = {1: [], 2: []}
        worked: dict[int, list[float]] = {1: [], 2: []}
        for turn in range(2 * ROUNDS):
            many = 1 + turn % 2
            for number, tablet in enumerate(tablets):
                tablet.url = f"http://127.0.0.1:{servers[number % many].port}"
            before = sum(server.processor_seconds() for server in servers)
            took[many].append(max(_round(at_once, sessions, tablets)))
            worked[many].append(sum(server.processor_seconds() for server in servers) - before)
        what = f"{CASES} cases each of {TABLETS} tablets at once, two servers on one PostgreSQL"
        yield Result(f"{what}: the last answer", [min(took[2])], Reference("one server", [min(took[1])]))
        yield Result(f"{what}: their processor time", [min(worked[2])], Reference("one server", [min(worked[1])]))


def _slowest(what: str, tablets: list[Tablet]) -> Result:
    waited: list[float] = []
    with ThreadPoolExecutor(len(tablets)) as at_once:
        sessions = [requests.Session() for _ in tablets]
        for _ in range(ROUNDS):
            waited += _round(at_once, sessions, tablets)
        for session in sessions:
            session.close()
    return Result(f"{what}: 99 of 100", [sorted(waited)[-(-len(waited) * 99 // 100) - 1]], at_most=LONGEST_S)


def _round(at_once: ThreadPoolExecutor, sessions: list[requests.Session], tablets: list[Tablet]) -> list[float]:
    """Have all tablets push at the same moment; return how long each of them waited."""
    pushes = [next_push(tablet, CASES, is_packed=True) for tablet in tablets]
    together = Barrier(len(tablets))
    answered = list(at_once.map(_post, sessions, pushes, [together] * len(tablets)))
    for tablet, (_, body) in zip(tablets, answered, strict=True):
        take_over(tablet, _read(body))
    return [seconds for seconds, _ in answered]


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
