"""A large export takes no more memory than a small one: it is read and written in parts."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import insert, text

from sync_server.repositories import users
from sync_server.repositories.exports import BROKEN_OFF, RUNNING, WHOLE
from sync_server.repositories.users import User
from sync_server.services.case_index import Wanted
from sync_server.services.exports.export import SILENT_S
from sync_server.services.exports.forms import FORMS
from sync_server.tables.case_row import CaseRow
from sync_server.tables.entry_row import EntryRow
from tests.server_world import PASSWORD, RunningServer, Tablet, conclusion, new_case, running_server

CASES = 3_000
MOST_BYTES = 5 * 2**20
_ANSWERS = {"age_group": "1_4_y", "sex": "male", "region": ("hand",), "side": "left", "fever_ge_38": False}


@pytest.fixture
def server(database_url: str) -> Iterator[RunningServer]:
    with running_server(database_url) as running:
        tablet = Tablet(running.url).enrol(running.code())
        tablet.push(tablet.entry(new_case(), _ANSWERS, concluded=conclusion()))
        running.services.sign_in.create_user("Huda", PASSWORD)
        with running.services.database.writing() as session:
            case = dict(session.connection().execute(text("SELECT * FROM case_summary")).mappings().one())
            entry = dict(session.connection().execute(text("SELECT * FROM entry")).mappings().one())
            numbers = range(2, CASES + 1)
            session.connection().execute(
                insert(CaseRow), [{**case, "case_no": number, "case_id": f"{number:032x}"} for number in numbers]
            )
            session.connection().execute(
                insert(EntryRow),
                [{**entry, "seq": number, "position": number, "case_no": number} for number in numbers],
            )
        yield running


def huda(server: RunningServer) -> User:
    with server.services.database.reading() as session:
        found = users.find(session, "Huda")
    assert found is not None
    user: User = getattr(found, "user", found)
    return user


def test_an_export_holds_some_hundred_cases_at_once_however_many_there_are(server: RunningServer) -> None:
    exports, user = server.services.exports.exports, huda(server)
    export = exports.find(user, exports.ask(user, FORMS["QuestionnaireResponse.ndjson"], Wanted()))
    pieces = exports.pieces(user, export)
    # What is loaded once, for the first part.
    size = len(next(pieces)) + len(next(pieces))
    tracemalloc.start()
    try:
        size += sum(map(len, pieces))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert exports.find(user, export.export_id).cases_done == CASES
    assert most < MOST_BYTES
    assert size > CASES * 200


def test_all_cases_at_once_would_take_more_than_that(server: RunningServer) -> None:
    exports, user = server.services.exports.exports, huda(server)
    source = exports.source(user, Wanted())
    tracemalloc.start()
    try:
        parts = list(source.parts())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(map(len, parts)) == CASES
    assert most > MOST_BYTES


def test_an_export_that_ran_when_the_server_was_killed_is_said_to_be_broken_off(server: RunningServer) -> None:
    exports, user = server.services.exports.exports, huda(server)
    export = exports.find(user, exports.ask(user, FORMS["QuestionnaireResponse.ndjson"], Wanted()))
    pieces = exports.pieces(user, export)
    next(pieces)
    assert exports.find(user, export.export_id).state == RUNNING
    # Nobody noted anything: the first server is as good as dead while a second one starts on its database.
    with running_server(server.database_url) as again:
        after = again.services.exports.exports
        if server.services.database.is_sqlite:
            assert after.find(user, export.export_id).state == BROKEN_OFF
        else:
            # It could run on in another process. What is silent does not.
            assert after.find(user, export.export_id).state == RUNNING
            later = replace(after, now=lambda: after.now() + SILENT_S + 1)
            assert later.find(user, export.export_id).state == BROKEN_OFF
            assert later.latest(user)[0].state == BROKEN_OFF
        whole = b"".join(after.pieces(user, after.find(user, export.export_id)))
        assert whole.count(b"\n") >= CASES
        assert after.find(user, export.export_id).state == WHOLE
