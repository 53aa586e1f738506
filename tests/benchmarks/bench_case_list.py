"""The desk over many cases: the list with any filters, deep in the list, and the pages beside it, on both databases.

    HANDWISE_BENCH=full python -m tests.benchmarks case_list      a million cases instead of 200,000

What is in the tables `filled_desk.py` put there. What is timed is the whole page as a browser gets it over HTTP, signed
in: rights, filter, the count of every box, rows, HTML. Reading every row once, after a start, is a line of its own, and
so is the most memory that the process took for what the pages are made of, the server and the filling left out.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from tracemalloc import get_traced_memory, start, stop
from urllib.parse import urlencode

import requests

from sync_server.api.dependencies import Services
from sync_server.garbage import look_rarely
from sync_server.repositories import users
from sync_server.services.case_list import PAGE
from tests.benchmarks.children import Children
from tests.benchmarks.filled_desk import LAST, SITES, WEEKS, fill, week_of
from tests.benchmarks.result import MEGABYTES, Result
from tests.databases import KINDS, drop_database, new_database
from tests.desk_browser import DeskBrowser
from tests.server_world import PASSWORD, running_server

IS_FULL = os.environ.get("HANDWISE_BENCH") == "full"
CASES = 1_000_000 if IS_FULL else 200_000
PAGES, ROUNDS = 60, 5
AT_MOST = {"sqlite": 0.300, "postgresql": 0.150}
MOST_MEGABYTES = 200.0
"""What the index of all cases, and what reports count, may take: two such processes beside 300 MB each."""
OTHERS = (
    "/review", "/review/alerts", "/review/charts", "/review/performance", "/review/cohort", "/review/exports",
    "/metrics",
)  # fmt: skip
NAME = "Huda Saleh"


def results(_: Children) -> Iterator[Result]:
    """Yield the first look, the first pages, the deep pages and the other pages of each database."""
    for kind in KINDS:
        with TemporaryDirectory(prefix="handwise-list-") as folder:
            url = new_database(kind, Path(folder))
            with running_server(url) as server:
                server.services.sign_in.create_user(NAME, PASSWORD)
                with server.services.database.reading() as session:
                    account = users.find(session, NAME)
                assert account is not None
                fill(server.services, CASES, account.user.user_no)
            with running_server(url) as server:
                look_rarely()
                yield from _pages(kind, DeskBrowser(server, NAME), server.services)
            with running_server(url) as server:
                yield Result(
                    f"{kind}: memory of {CASES:,} cases, and to read them",
                    [_memory(server.services)],
                    at_most=MOST_MEGABYTES,
                    unit=MEGABYTES,
                )
            drop_database(url)


def _pages(kind: str, browser: DeskBrowser, services: Services) -> Iterator[Result]:
    chance = random.Random(7)  # noqa: S311
    begun = perf_counter()
    services.case_list.warm()
    yield Result(f"{kind}: {CASES:,} cases read after a start", [perf_counter() - begun])
    yield Result(f"{kind}: the first page (Today) after a start", [_timed(browser, "/review")])
    queries = [random_query(chance, services) for _ in range(PAGES)]
    first = [_timed(browser, f"/review/cases?{query}") for query in queries]
    yield Result(f"{kind}: list, {CASES:,} cases, any filters", first, at_most=AT_MOST[kind])
    deep = [_timed(browser, f"/review/cases?{query}&after={key}") for query, key in _deep(chance, queries)]
    yield Result(f"{kind}: list, a page deep in it", deep, at_most=AT_MOST[kind])
    begun = perf_counter()
    services.performance.warm()
    yield Result(f"{kind}: what reports count read after a start", [perf_counter() - begun])
    for path in OTHERS:
        yield Result(f"{kind}: {path}", [_timed(browser, path) for _ in range(ROUNDS)])


def _memory(services: Services) -> float:
    """Return the most that Python and numpy held at once while every case was read, for reports too, in MB."""
    start()
    try:
        services.case_list.warm()
        services.performance.warm()
        return get_traced_memory()[1] / 1e6
    finally:
        stop()


def _timed(browser: DeskBrowser, path: str) -> float:
    begun = perf_counter()
    answer: requests.Response = browser.get(path)
    assert answer.status_code == 200, answer.status_code
    return perf_counter() - begun


def _deep(chance: random.Random, queries: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield filters with a key somewhere in the list: of the newest first, it is counted from the end."""
    for query in queries:
        newest_first = "&".join(part for part in query.split("&") if not part.startswith("sort="))
        yield newest_first, (1 << 40) - 1 - chance.randint(PAGE, CASES - PAGE)


def random_query(chance: random.Random, services: Services) -> str:
    """Return none to four filters and one of the orders."""
    known = services.case_list.known.of
    pairs: list[tuple[str, str]] = []
    names = [*known, "site", "weeks"]
    for name in chance.sample(names, chance.randint(0, 4)):
        if name == "weeks":
            pairs.append(("from_week", week_of(LAST - timedelta(weeks=chance.randint(1, WEEKS - 1)))))
        elif name == "site":
            pairs.append(("site", str(chance.randint(1, SITES))))
        else:
            values = chance.sample(sorted(known[name]), min(len(known[name]), chance.randint(1, 3)))
            pairs += [(name, value) for value in values]
    return urlencode([*pairs, ("sort", chance.choice(("newest", "oldest", "urgency", "late")))])
