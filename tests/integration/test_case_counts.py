"""What is held of all cases in memory is what the tables say, also of what another server process takes in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from threading import Event, Thread

import pytest
from sqlmodel import Session, select

from shared.case.entry import EntryKind
from sync_server.api.dependencies import Services
from sync_server.database import Database
from sync_server.main import build_services
from sync_server.repositories import case_columns, users
from sync_server.repositories.case_columns import CaseColumns
from sync_server.repositories.schema import identify
from sync_server.services.case_index import Placed, Standing, Wanted
from sync_server.services.review import FilledForm
from sync_server.tables.case_row import CaseRow
from tests.desk_browser import DeskBrowser
from tests.server_world import PASSWORD, RunningServer, Tablet, conclusion, new_case, running_server

BY = ("site", "month", "week", "what", "age", "urgency")
LEAK = "calcinosis_cutis_iatrogenic"
SAID = (("1_4_y", LEAK, "same_day"), ("5_9_y", "cellulitis", "routine"), ("1_4_y", "cellulitis", "emergency"))


@pytest.fixture
def server(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    # So few at a time that a handful of cases takes several reads.
    monkeypatch.setattr(case_columns, "_CHUNK", 3)
    with running_server(database_url) as running:
        yield running


@contextmanager
def another_process(server: RunningServer) -> Iterator[Services]:
    """Give services of their own on the same database, as a second server process has them."""
    database = Database(server.database_url)
    try:
        yield build_services(server.services.settings, database, identify(database))
    finally:
        database.close()


def standing_rows(services: Services) -> list[CaseRow]:
    with services.database.reading() as session:
        rows = session.exec(select(CaseRow).order_by(CaseRow.case_no)).all()  # type: ignore[arg-type]
    return [row for row in rows if not row.is_withdrawn and row.review_state != "rejected"]


def check(services: Services) -> int:
    """Compare what is held with what stands in the table; return how many cases stand."""
    counts, rows = services.alerts.counts, standing_rows(services)
    plain = Counter(
        (
            str(row.site_no),
            row.received_month,
            row.received_week,
            row.diagnosis or row.condition,
            row.age_band,
            row.urgency,
        )
        for row in rows
    )
    places: Counter[int] = Counter()
    placed = []
    for row in rows:
        places[row.site_no] += 1
        if (row.diagnosis or row.condition) == LEAK:
            assert row.case_no is not None
            placed.append(Placed(row.site_no, row.case_no, places[row.site_no], row.received_week))
    with services.database.reading() as session:
        assert dict(counts.by(session, Standing(), *BY)) == plain
        sums = counts.sums(session, Standing(), 1, *BY, unknown="?")
        assert sums == {path[:depth]: 0 for path in plain for depth in range(7)} | Counter(
            path[:depth] for path in plain.elements() for depth in range(7)
        )
        by_week = {
            (week, *path): count
            for week, some in counts.by_each(session, Standing(), "week", "site")
            for path, count in some
        }
        assert by_week == dict(counts.by(session, Standing(), "week", "site"))
        assert counts.placed(session, Standing(), LEAK) == placed
        assert [int(one) for one in counts.numbers(session, Standing())] == [row.case_no for row in rows]
        of_site = {row.site_no for row in rows[:1]}
        assert (
            counts.newest(session, Standing(frozenset(of_site), what=LEAK), 2)
            == [
                row.case_no
                for row in reversed(rows)
                if row.site_no in of_site and (row.diagnosis or row.condition) == LEAK
            ][:2]
        )
        listed = services.case_list.index.count(session, [Wanted()], None, date(2026, 11, 22))
    assert listed[0] >= len(rows)
    return len(rows)


def test_each_process_sees_at_once_what_the_other_took_in_reviewed_or_withdrew(server: RunningServer) -> None:
    own = server.services
    own.sign_in.create_user("Huda", PASSWORD)
    with own.database.reading() as session:
        account = users.find(session, "Huda")
    assert account is not None
    tablets = [Tablet(server.url).enrol(server.code(site)) for site in ("Clinic A", "Clinic B")]
    with another_process(server) as other:
        assert check(own) == check(other) == 0
        made = []
        for tablet in tablets:
            for age, condition, urgency in (*SAID, *SAID):
                entry = tablet.entry(
                    new_case(), {"age_group": age}, concluded=conclusion(condition, disposition=urgency)
                )
                tablet.push(entry)
                made.append((tablet, entry))
        assert check(own) == check(other) == 12
        # What was reviewed here, the other one counts as what it is said to be; what was rejected, nobody counts.
        other.review.save(made[1][1].case_id, FilledForm("confirmed", LEAK, (), "", "0"), account.user)
        assert check(own) == check(other) == 12
        own.review.save(made[2][1].case_id, FilledForm("rejected", "", (), "", "0"), account.user)
        assert check(own) == check(other) == 11
        tablet, entry = made[7]
        tablet.push(
            tablet.entry(entry.case_id, {"withdrawal_reason": "consent"}, kind=EntryKind.WITHDRAWAL, parents=[entry])
        )
        assert check(own) == check(other) == 10
    with another_process(server) as started_later:
        assert check(started_later) == 10


def test_sums_are_those_that_are_large_enough_and_what_is_not_known_has_one_name(server: RunningServer) -> None:
    tablet = Tablet(server.url).enrol(server.code())
    for age, condition, urgency in (*SAID, SAID[1]):
        tablet.push(tablet.entry(new_case(), {"age_group": age}, concluded=conclusion(condition, disposition=urgency)))
    tablet.push(tablet.entry(new_case()), tablet.entry(new_case(), {"age_group": "1_4_y"}))
    with server.services.database.reading() as session:
        counts = server.services.alerts.counts
        assert counts.sums(session, Standing(), 2, "what", "age", unknown="?") == {
            (): 6,
            ("cellulitis",): 3,
            ("cellulitis", "5_9_y"): 2,
            ("?",): 2,
        }
        # A name that is a word too: both are counted as one.
        assert counts.sums(session, Standing(), 4, "what", "age", unknown="cellulitis") == {(): 6, ("cellulitis",): 5}
        assert counts.sums(session, Standing(), 7, "what", unknown="?") == {}
        assert counts.sums(session, Standing(what="abscess"), 1, "what", unknown="?") == {}


def test_who_comes_while_all_cases_are_read_is_told_how_far_it_is_and_tablets_go_on(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = Tablet(server.url).enrol(server.code())
    tablet.push(*(tablet.entry(new_case()) for _ in range(6)))
    server.services.sign_in.create_user("Huda", PASSWORD)
    store, every = server.services.case_list.index.store, case_columns.every
    is_half_read, goes_on = Event(), Event()

    def slowly(session: Session) -> Iterator[CaseColumns]:
        for part in every(session):
            yield part
            is_half_read.set()
            goes_on.wait()

    monkeypatch.setattr(case_columns, "every", slowly)
    store.patience_s = 0.0
    reading = Thread(target=server.services.case_list.warm)
    reading.start()
    try:
        is_half_read.wait()
        browser = DeskBrowser(server, "Huda")
        page = browser.get("/review/cases")
        assert page.status_code == 503
        assert "is reading all cases: 50% so far" in page.text
        assert '<progress max="100" value="50"' in page.text
        assert "opens by itself" in page.text
        assert page.headers["refresh"] == page.headers["retry-after"] == "2"
        told = browser.get("/review/api/cases")
        assert (told.status_code, told.json()["error"]["code"]) == (503, "still_reading")
        sent = browser.post("/review/exports", {"form": "cases.csv"})
        assert "refresh" not in sent.headers
        assert "Nothing was saved" in sent.text
        tablet.push(tablet.entry(new_case()))
    finally:
        goes_on.set()
        reading.join()
    assert browser.get("/review/api/cases").json()["matching"] == 7
