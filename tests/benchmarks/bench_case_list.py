"""The list over a million cases: any filters, the first page and pages deep in the list, on both databases.

Rows are put into the table directly, with values drawn as a district has them: 18 sites, six years of weeks. No
push made them. What is timed is the whole page as a browser gets it over HTTP, signed in: rights, filter, the count of
every box, rows, HTML. Reading every row once, after a start, is a line of its own.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.parse import urlencode

import requests
from sqlalchemy import insert

from shared.case.entry import CaseId
from sync_server.api.dependencies import Services
from sync_server.repositories import sites
from sync_server.repositories.statements import table_of
from sync_server.services.case_list import PAGE
from sync_server.tables.case_row import CaseRow
from tests.benchmarks.children import Children
from tests.benchmarks.result import Result
from tests.databases import KINDS, drop_database, new_database
from tests.desk_browser import DeskBrowser
from tests.server_world import PASSWORD, running_server

CASES = 1_000_000
PAGES = 60
SITES, WEEKS = 18, 312
AT_MOST = {"sqlite": 0.300, "postgresql": 0.150}
NAME = "Huda Saleh"
_AT_ONCE = 20_000
_LAST = date(2026, 11, 20)
_URGENCIES = ("emergency", "same_day", "within_days", "routine")
_STATES = ("received", "needs_information", "confirmed", "rejected")


def results(_: Children) -> Iterator[Result]:
    """Yield the first look, the first pages and the deep pages of each database."""
    for kind in KINDS:
        with TemporaryDirectory(prefix="handwise-list-") as folder:
            url = new_database(kind, Path(folder))
            with running_server(url) as server:
                fill(server.services, CASES)
                server.services.sign_in.create_user(NAME, PASSWORD)
                browser = DeskBrowser(server, NAME)
                chance = random.Random(7)  # noqa: S311
                begun = perf_counter()
                server.services.case_list.warm()
                yield Result(f"{kind}: {CASES:,} cases read after a start", [perf_counter() - begun])
                queries = [random_query(chance, server.services) for _ in range(PAGES)]
                first = [_timed(browser, query) for query in queries]
                yield Result(f"{kind}: first page, any filters", first, at_most=AT_MOST[kind])
                deep = [_timed(browser, f"{query}&after={key}") for query, key in _deep(chance, queries)]
                yield Result(f"{kind}: a page deep in the list", deep, at_most=AT_MOST[kind])
            drop_database(url)


def _timed(browser: DeskBrowser, query: str) -> float:
    begun = perf_counter()
    answer: requests.Response = browser.get(f"/review/cases?{query}")
    assert answer.status_code == 200, answer.status_code
    return perf_counter() - begun


def _deep(chance: random.Random, queries: list[str]) -> Iterator[tuple[str, int]]:
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
            first = _LAST - timedelta(weeks=chance.randint(1, WEEKS - 1))
            pairs.append(("from_week", _week(first)))
        elif name == "site":
            pairs.append(("site", str(chance.randint(1, SITES))))
        else:
            values = chance.sample(sorted(known[name]), min(len(known[name]), chance.randint(1, 3)))
            pairs += [(name, value) for value in values]
    return urlencode([*pairs, ("sort", chance.choice(("newest", "oldest", "urgency", "late")))])


def fill(services: Services, count: int, seed: int = 3) -> None:
    """Put cases into the table."""
    chance = random.Random(seed)  # noqa: S311
    known = services.case_list.known.of
    conditions, regions, ages = (sorted(known[name]) for name in ("condition", "region", "age"))
    shares = [1 / (place + 1) for place in range(len(conditions))]
    weeks = [_LAST - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    for first in range(0, count, _AT_ONCE):
        with services.database.writing() as session:
            if first == 0:
                for number in range(SITES):
                    sites.find_or_add(session, f"Clinic {number + 1}")
            concluded = chance.choices(conditions, shares, k=_AT_ONCE)
            rows = []
            for place in range(min(_AT_ONCE, count - first)):
                day = weeks[(first + place) * WEEKS // count]
                state = chance.choices(_STATES, (15, 10, 70, 5))[0]
                rows.append(
                    {
                        "site_no": chance.randint(1, SITES), "case_id": CaseId(chance.randbytes(16).hex()),
                        "is_withdrawn": chance.random() < 0.002, "received_month": day.isoformat()[:7],
                        "received_week": _week(day), "age_band": chance.choice(ages), "sex": "male",
                        "region": chance.choice(regions), "side": "left", "condition": concluded[place],
                        "verdict": "likely", "urgency": chance.choices(_URGENCIES, (5, 40, 35, 20))[0],
                        "danger_signs": int(chance.random() < 0.2), "disagreements": int(chance.random() < 0.02),
                        "review_state": state, "diagnosis": chance.choice(conditions) if state == "confirmed" else "",
                        "followed": concluded[place], "seen_day": chance.choice((0, 0, 7, 1_000_000)), "outcome": "",
                        "had_antibiotics": int(chance.random() < 0.1),
                    }
                )  # fmt: skip
            session.connection().execute(insert(table_of(CaseRow)), rows)


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
