"""A pull beside a running push: with a plain sequence it steps over entries for ever, with ours it never does.

    slow   takes a position ........................................ commits
    quick             takes the next one, commits
    reader                                         pulls                      pulls

On SQLite all writers wait for each other, so that this cannot come about; on PostgreSQL it is what happens.
"""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, func, select

from shared.case.entry import EntryId, EntryKind
from shared.sync.holding import Holding
from sync_server.repositories import entries, holdings, sites
from sync_server.services.refusals import NoSuchCase
from sync_server.services.review import FilledForm
from sync_server.tables.entry_row import EntryRow
from tests.databases import every_row
from tests.server_world import RunningServer, Tablet, new_case, running_server, signed_in

ROOT = Path(__file__).resolve().parents[2]
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@dataclass
class Two:
    """Two servers on one database, with one tablet that is slow to store, a quick one, and one that reads."""

    first: RunningServer
    second: RunningServer
    slow: Tablet
    quick: Tablet
    reader: Tablet


@pytest.fixture
def two(database_url: str) -> Iterator[Two]:
    with running_server(database_url) as first, running_server(database_url) as second:
        slow, quick, reader = (Tablet(first.url).enrol(first.code()) for _ in range(3))
        for tablet in (quick, reader):
            tablet.url = second.url
        yield Two(first, second, slow, quick, reader)


@contextmanager
def held_after_its_position(tablet: Tablet, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Keep the tablet's push from committing until the block ends; the event says that it has its position."""
    has_position, may_go_on = threading.Event(), threading.Event()
    add = entries.add

    def add_then_wait(session: Session, device: object, new: object) -> None:
        add(session, device, new)  # type: ignore[arg-type]
        if device.device == tablet.device:  # type: ignore[attr-defined]
            session.flush()
            has_position.set()
            assert may_go_on.wait(60)

    monkeypatch.setattr(entries, "add", add_then_wait)
    try:
        yield has_position
    finally:
        may_go_on.set()


def interleave(two: Two, monkeypatch: pytest.MonkeyPatch) -> tuple[list[EntryId], list[EntryId]]:
    """Let the drawing above happen; return what was pushed, and what the reader has got in the end."""
    first, second = two.slow.entry(new_case()), two.quick.entry(new_case())
    got: list[EntryId] = []
    with ThreadPoolExecutor(2) as threads:
        with held_after_its_position(two.slow, monkeypatch) as has_position:
            slow = threads.submit(two.slow.push, first)
            assert has_position.wait(60)
            quick = threads.submit(two.quick.push, second)
            wait_until_done_or_waiting(quick, two.second)
            got += [entry.id for entry in two.reader.exchange().entries]
        slow.result(60)
        quick.result(60)
    got += [entry.id for entry in two.reader.exchange().entries]
    return [first.id, second.id], got


def wait_until_done_or_waiting(push: Future[Any], server: RunningServer) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while not push.done():
        with server.services.database.reading() as session:
            if session.execute(waiting).scalar():
                return
        time.sleep(0.01)


@on_postgresql
def test_with_positions_of_a_plain_sequence_a_pull_steps_over_an_entry_for_ever(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same server, tablets and interleaving, and the positions that anybody would take first."""

    def take_positions(session: Session, site_no: int, amount: int) -> int:
        taken = [session.execute(text("SELECT nextval('naive')")).scalar_one() for _ in range(amount)]
        return int(taken[0]) if taken else 0

    def last_position(session: Session, site_no: int) -> int:
        return session.exec(select(func.max(col(EntryRow.position)))).one() or 0

    with two.first.services.database.writing() as session:
        session.execute(text("CREATE SEQUENCE naive"))
    monkeypatch.setattr(sites, "take_positions", take_positions)
    monkeypatch.setattr(sites, "last_position", last_position)
    monkeypatch.setattr(sites, "lock", lambda session, site_no: None)
    # What a site holds is noted in its row, which would make the second push wait all the same.
    monkeypatch.setattr(holdings, "add", lambda session, site_no, device_no, hashes: None)
    monkeypatch.setattr(holdings, "of_site", lambda session, site_no: (last_position(session, site_no), Holding()))

    (held, quick), got = interleave(two, monkeypatch)

    assert got == [quick]
    assert held not in got
    assert two.reader.exchange().entries == ()
    assert two.reader.cursor == 2


@on_postgresql
def test_with_positions_under_the_sites_lock_a_pull_beside_a_push_steps_over_nothing(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed, got = interleave(two, monkeypatch)

    assert got == pushed
    assert two.reader.cursor == 2


@on_postgresql
def test_sites_do_not_wait_for_each_other(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = Tablet(two.second.url).enrol(two.second.code("Clinic B"))
    with ThreadPoolExecutor(1) as threads:
        with held_after_its_position(two.slow, monkeypatch) as has_position:
            slow = threads.submit(two.slow.push, two.slow.entry(new_case()))
            assert has_position.wait(60)

            assert elsewhere.push(elsewhere.entry(new_case())).acknowledged.seq == 1
            assert not slow.done()
        slow.result(60)


@on_postgresql
def test_the_same_push_twice_at_once_is_stored_once(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tablet that gave up waiting sends again while its first request is still being stored."""
    batch = two.slow.batch([two.slow.entry(new_case())])
    again = replace(two.slow, url=two.second.url, nonce="")
    with ThreadPoolExecutor(2) as threads:
        with held_after_its_position(two.slow, monkeypatch) as has_position:
            first = threads.submit(two.slow.exchange, batch)
            assert has_position.wait(60)
            assert again.post().status_code == 401
            second = threads.submit(again.exchange, batch)
            wait_until_done_or_waiting(second, two.second)
        answers = first.result(60), second.result(60)

    assert answers[0].acknowledged == answers[1].acknowledged
    assert answers[0].acknowledged.seq == 1
    assert two.first.services.figures.figures().entries == 1
    assert answers[1].quarantined == ()


@on_postgresql
def test_a_review_that_waited_for_a_withdrawal_is_not_written(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words of a coordinator who saved a moment too late would else outlive the erasure."""
    case = new_case()
    first = two.slow.entry(case, {"erythema": True})
    two.slow.push(first)
    review = two.second.services.review
    user = two.second.services.sign_in.user_of(signed_in(two.second.services, "Huda Saleh"))
    assert user is not None
    form = FilledForm("needs_information", "", [], "How was the birth?", "0")
    with ThreadPoolExecutor(2) as threads:
        with held_after_its_position(two.slow, monkeypatch) as has_position:
            reason = {"withdrawal_reason": "consent"}
            withdrawal = two.slow.entry(case, reason, kind=EntryKind.WITHDRAWAL, parents=[first])
            withdrawing = threads.submit(two.slow.push, withdrawal)
            assert has_position.wait(60)
            saving = threads.submit(review.save, case, form, user)
            wait_until_done_or_waiting(saving, two.second)
        withdrawing.result(60)
        with pytest.raises(NoSuchCase):
            saving.result(60)

    assert b"birth" not in every_row(two.first.database_url)


@contextmanager
def a_server_process(database_url: str) -> Iterator[str]:
    command = [sys.executable, "-m", "sync_server", "--port", "0", "--database-url", database_url]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
        assert address
        yield address[0]
    finally:
        server.terminate()
        server.communicate()


def test_a_reader_beside_four_writers_on_two_server_processes_gets_every_entry_once(server: RunningServer) -> None:
    writers = [Tablet(server.url).enrol(server.code()) for _ in range(4)]
    reader = Tablet(server.url).enrol(server.code())
    with ExitStack() as stack:
        urls = [stack.enter_context(a_server_process(server.database_url)) for _ in range(2)]
        threads = stack.enter_context(ThreadPoolExecutor(4))

        def write(number: int) -> set[EntryId]:
            written = set()
            for turn in range(12):
                # The next push of a tablet may reach the other process.
                writers[number].url = urls[(number + turn) % 2]
                new = [writers[number].entry(new_case()) for _ in range(1 + turn % 3)]
                writers[number].push(*new)
                written |= {entry.id for entry in new}
            return written

        pushes = [threads.submit(write, number) for number in range(4)]
        got: list[EntryId] = []
        turn = 0
        while True:
            is_last = all(push.done() for push in pushes)
            turn += 1
            reader.url = urls[turn % 2]
            got += [entry.id for entry in reader.exchange().entries]
            if is_last:
                break
        written = set().union(*(push.result(60) for push in pushes))

    assert len(got) == len(set(got))
    assert set(got) == written
