"""A desk with many cases, put into the tables directly: cases, their entries, reviews and scores.

    600 cases taken in by the service ──▶ their payloads and list rows, again and again ──▶ 18 sites, six years of weeks

Nothing is signed and no chain verifies: pages read none of it. What differs from case to case is its site, its week,
what the desk says of it, and how far its checks are. Four of five diagnoses are those that the tool put first.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Table, select, text, update
from sqlmodel import Session

from shared.case.entry import DeviceId, Entry
from shared.sync.messages import Review
from sync_server.api.dependencies import Services
from sync_server.repositories import devices, entries, sites
from sync_server.repositories.statements import table_of
from sync_server.services.follow_up_checks import ENDED
from sync_server.services.performance.scoring import scores_of
from sync_server.tables.case_row import CaseRow
from sync_server.tables.case_score_row import CaseScoreRow
from sync_server.tables.device_row import DeviceRow
from sync_server.tables.entry_row import EntryRow
from sync_server.tables.review_row import ReviewRow
from sync_server.tables.site_row import SiteRow
from tests.benchmarks.bench_ingest import a_service, take_in
from tests.benchmarks.signed_pushes import a_joined_key
from tests.benchmarks.sync_tablets import CHILDREN

SITES, WEEKS = 18, 312
LAST = date(2026, 11, 20)
_AT_ONCE = 20_000
_STATES, _SHARES = ("received", "needs_information", "confirmed", "rejected"), (15, 10, 70, 5)
_CASE, _ENTRY, _REVIEW, _SCORE = (table_of(row) for row in (CaseRow, EntryRow, ReviewRow, CaseScoreRow))


@dataclass(frozen=True, slots=True)
class _Example:
    """A case as the service has stored it: its list row by column, its entry, and that entry's payload."""

    row: dict[str, Any]
    entry: Entry
    payload: bytes


def fill(services: Services, count: int, user_no: int, seed: int = 3) -> None:
    """Put so many cases into an empty desk, whose reviews are this user's."""
    with services.database.writing() as session:
        numbers = [sites.find_or_add(session, f"Clinic {number + 1}") for number in range(SITES)]
        of_site = {
            site: devices.add(session, DeviceId(secrets.token_hex(8)), site, bytes(32), "").device_no
            for site in numbers
        }
    maker = _Maker(_examples(), services, of_site, user_no, random.Random(seed))  # noqa: S311
    for first in range(0, count, _AT_ONCE):
        rows = maker.rows(first, min(_AT_ONCE, count - first), count)
        with services.database.writing() as session:
            for table, some in rows.items():
                _put(session, table, some)
    with services.database.writing() as session:
        for site, position in maker.positions.items():
            session.execute(
                update(table_of(SiteRow)).where(table_of(SiteRow).c.site_no == site).values(next_position=position)
            )
            session.execute(
                update(table_of(DeviceRow))
                .where(table_of(DeviceRow).c.device_no == of_site[site])
                .values(head_seq=maker.written[site], last_seen_on=LAST.isoformat(), knowledge_version="1.1")
            )
        if not services.database.is_sqlite:
            # Numbers that were given by hand are to be known to whoever gives the next one.
            session.execute(text("SELECT setval(pg_get_serial_sequence('case_summary', 'case_no'), :n)"), {"n": count})
        session.execute(text("ANALYZE"))


def week_of(day: date) -> str:
    """Return the ISO week of a day: 2026-W47."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


class _Maker:
    """Makes rows: positions are given out as the server does, a case's review after its entry."""

    def __init__(
        self,
        examples: Sequence[_Example],
        services: Services,
        devices: dict[int, int],
        user: int,
        chance: random.Random,
    ) -> None:
        self._examples, self._devices, self._user, self._chance = examples, devices, user, chance
        self._conditions = sorted(services.case_list.known.of["condition"])
        self._score_of = cache(self._scores)
        self.positions = dict.fromkeys(devices, 1)
        self.written = dict.fromkeys(devices, 0)

    def rows(self, first: int, count: int, of: int) -> dict[Table, list[tuple[Any, ...]]]:
        """Return the rows of the next cases, by table."""
        found: dict[Table, list[tuple[Any, ...]]] = {_CASE: [], _ENTRY: [], _REVIEW: [], _SCORE: []}
        chance = self._chance
        states = chance.choices(_STATES, _SHARES, k=count)
        picked = chance.choices(range(len(self._examples)), k=count)
        of_site = chance.choices(list(self._devices), k=count)
        columns = [column.name for column in _CASE.columns]
        for place in range(count):
            case_no, site, state = first + place + 1, of_site[place], states[place]
            example = self._examples[picked[place]]
            day = LAST - timedelta(weeks=WEEKS - 1 - (case_no - 1) * WEEKS // of)
            diagnosis = ""
            if state == "confirmed":
                is_as_said = chance.random() < 0.8
                diagnosis = example.row["condition"] if is_as_said else chance.choice(self._conditions)
            row = example.row | {
                "case_no": case_no, "site_no": site, "case_id": chance.randbytes(16).hex(),
                "is_withdrawn": chance.random() < 0.002, "received_month": day.isoformat()[:7],
                "received_week": week_of(day), "review_state": state, "diagnosis": diagnosis,
                "disagreements": int(chance.random() < 0.02), "seen_day": chance.choice((0, 0, 7, ENDED, ENDED)),
            }  # fmt: skip
            found[_CASE].append(tuple(row[name] for name in columns))
            self.written[site] += 1
            found[_ENTRY].append(
                (self._devices[site], self.written[site], site, self.positions[site], case_no, example.payload, None)
            )
            self.positions[site] += 1
            if state != "received":
                found[_REVIEW].append(
                    (
                        site,
                        self.positions[site],
                        case_no,
                        state,
                        diagnosis or None,
                        "",
                        "",
                        self._user,
                        day.isoformat(),
                        None,
                    )
                )
                self.positions[site] += 1
            if diagnosis:
                found[_SCORE] += [(case_no, *values) for values in self._score_of(picked[place], diagnosis)]
        return found

    def _scores(self, number: int, diagnosis: str) -> list[tuple[Any, ...]]:
        entry = self._examples[number].entry
        said = [Review(2, entry.case_id, "confirmed", diagnosis, (), "", ())]
        return [astuple(one) for one in scores_of([entry], {entry.id: 1}, said)]


def _examples() -> Sequence[_Example]:
    """Return what the service stores of cases that are pushed to it."""
    with TemporaryDirectory(prefix="handwise-examples-") as folder, a_service(Path(folder)) as services:
        tablet = a_joined_key(services.database, "Clinic A")
        for _ in range(CHILDREN // 100):
            take_in(services, tablet, 100)
        with services.database.reading() as session:
            rows = session.execute(select(_CASE)).mappings().all()
            read = entries.of_cases(session, {row["case_no"]: row["case_id"] for row in rows})
            payloads = dict(session.execute(select(_ENTRY.c.case_no, _ENTRY.c.payload)).all())
        return [_Example(dict(row), read[row["case_no"]][0], payloads[row["case_no"]]) for row in rows]


def _put(session: Session, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    cursor = session.connection().connection.cursor()
    try:
        if session.get_bind().dialect.name == "sqlite":
            cursor.executemany(
                f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(table.columns))})", rows
            )
        else:
            with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
    finally:
        cursor.close()
