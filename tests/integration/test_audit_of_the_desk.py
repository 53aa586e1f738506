"""What people see and do at the desk leaves a row in the log; its page shows it, and says whether it is whole.

Every address of the matrix is asked as whoever may use it asks it. What leaves no row stands below, with the reason.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.case.entry import CaseId
from shared.case.short_code import short_code
from sync_server.repositories import audit as log
from sync_server.repositories.users import Role
from sync_server.services import audit
from tests.access import ALLOWED, OPEN, OWN, STEP, TABLET, Access, matrix
from tests.access_world import OF_ROLE, Desk, make_desk
from tests.knowledge_releases import KEY, signed_release
from tests.second_step import Phone
from tests.server_world import PASSWORD, RunningServer, signed_in

ROWS = matrix()
LEAVES_NO_ROW = {
    "GET /review/account": "one's own name, role and sessions",
    "GET /review/api/account": "the same",
    "GET /review/account/second-step": "shows what was asked for a moment before, to who asked",
    "POST /review/account/second-step": "changes nothing until the first code is right, which leaves a row",
    "POST /review/cases/views": "one's own name for a filter",
    "POST /review/cases/views/{view_no}": "the same",
    "GET /review/exports/{export_id}": "how far one's own export has come",
    "GET /review/api/exports/{export_id}": "the same",
    "GET /review": "which cases wait and why; who opens one leaves a row",
    "GET /review/api/today": "the same",
    "GET /review/cases": "which cases there are; who opens one leaves a row",
    "GET /review/api/cases": "the same",
    "GET /review/exports": "what may be exported, and one's own exports; each file that leaves, leaves a row",
    "GET /review/api/exports": "the same",
    "POST /review/exports": "asks for a file; whoever fetches it leaves a row",
    "GET /review/knowledge": "which versions there are; what is done to them leaves rows",
    "GET /review/api/knowledge": "the same",
    "GET /review/exports/dictionary.csv": "what the columns mean, the same for everybody",
}
FORMS: dict[str, dict[str, object]] = {
    "/review/alerts/{alert_no}": {"act": "looked_at", "note": "The pump was changed."},
    "/review/cases/{case_id}": {"state": "confirmed", "seen": "0", "diagnosis": "cellulitis", "proven_by": "culture"},
    "/review/cases/{case_id}/answers-read": {"answers_seen": "1"},
    "/review/devices/codes": {"site": "Clinic A"},
    "/review/exports": {"form": "cases.csv"},
    "/review/org-units": {"site_1": "O6uvpzGd5pu"},
    "/review/users": {"name": "Somebody new", "role": "district_lead"},
    "/review/users/{user_no}/rights": {"role": "administrator"},
    "/review/account/password": {"old": PASSWORD, "new": PASSWORD + " staple", "again": PASSWORD + " staple"},
    "/review/account/recovery-codes": {"password": PASSWORD},
    "/review/account/sessions": {"session": "others"},
}


@pytest.fixture
def desk(server: RunningServer) -> Desk:
    return make_desk(server)


def count(desk: Desk) -> int:
    with desk.server.services.database.reading() as session:
        return (log.last(session) or (0, b""))[0]


def is_in_question(row: Access) -> bool:
    """Tell whether somebody who is signed in sees or does something there."""
    return row.district_lead not in (OPEN, STEP, TABLET) and f"{row.method} {row.path}" not in LEAVES_NO_ROW


def test_what_leaves_no_row_is_there_and_has_a_reason() -> None:
    assert set(LEAVES_NO_ROW) <= {f"{row.method} {row.path}" for row in ROWS}


def test_every_address_that_shows_or_changes_something_leaves_a_row(desk: Desk) -> None:
    silent = []
    for row in filter(is_in_question, ROWS):
        if row.path in PREPARED:
            continue
        role = next(role for role in Role if row.of(role) in (ALLOWED, OWN))
        before = count(desk)
        answer = desk.ask(row, OF_ROLE[role], desk.own, FORMS.get(row.path))
        if count(desk) == before:
            silent.append(f"{row.method} {row.path} as {role}: {answer.status_code}")

    assert not silent, "\n".join(silent)
    with desk.server.services.database.reading() as session:
        assert list(audit.faults(session)) == []


PREPARED = {
    "/review/account/second-step/code",
    "/review/cases/{case_id}/answers-read",
    "/review/cases/{case_id}/same-child",
    "/review/devices/revoke",
    "/review/exports/counts.csv",
    "/review/exports/counts.json",
    "/review/exports/dhis2-weeks.json",
    "/review/exports/dhis2.json",
    "/review/knowledge",
    "/review/knowledge/decide",
    "/review/reminders",
}
"""What needs more to be there before: the tests below, and those of exports, links, answers and the first page."""


def row_of(path: str, method: str = "POST") -> Access:
    return next(row for row in ROWS if (row.path, row.method) == (path, method))


def test_a_revoked_tablet_leaves_a_row(desk: Desk) -> None:
    before = count(desk)
    form = {"site": str(desk.site_nos["Clinic A"]), "tablet": "1"}

    assert desk.ask(row_of("/review/devices/revoke"), "Huda", {}, form).status_code == 303
    assert count(desk) > before


def test_knowledge_that_is_given_and_published_leaves_rows(desk: Desk, tmp_path: Path) -> None:
    desk.server.services.knowledge.trust(KEY.public_bytes.hex())
    raw = signed_release(tmp_path)
    before = count(desk)
    given = desk.ask(row_of("/review/knowledge"), "Sena", {}, files={"release": raw})
    assert given.status_code == 303
    after_giving = count(desk)
    (waiting,) = desk.server.services.knowledge.view().waiting
    form = {"digest": waiting.digest, "word": "publish"}
    assert desk.ask(row_of("/review/knowledge/decide"), "Sena", {}, form).status_code == 303

    assert before < after_giving < count(desk)


def test_a_new_second_step_leaves_a_row(desk: Desk) -> None:
    services = desk.server.services
    user = desk.people["Huda"]
    token = signed_in(services, "Huda")
    services.account.begin_second_factor(user, token, PASSWORD)
    code = Phone.of(services, "Huda").take_over(services.account.set_up(user, token).secret_text)
    before = count(desk)

    services.account.finish_second_factor(user, token, code)
    assert count(desk) == before + 1


def test_the_page_shows_the_newest_rows_first_and_goes_on_by_their_number(desk: Desk) -> None:
    services, sena = desk.server.services, desk.people["Sena"]
    with services.database.writing() as session:
        for number in range(250):
            audit.record(session, audit.user(sena.user_no), audit.VIEWED, f"case {number:032x}")

    first = services.audit_log.view(sena)
    second = services.audit_log.view(sena, before=first.older)

    numbers = [row.number for row in (*first.rows, *second.rows)]
    assert numbers == list(range(numbers[0], numbers[0] - 200, -1))
    assert numbers[0] == count(desk) - 2
    assert {row.name for row in first.rows} == {"Sena"}
    mine = services.audit_log.view(sena, action=audit.VIEWED)
    assert {row.action for row in mine.rows} == {audit.VIEWED}
    assert mine.older is not None
    assert services.audit_log.view(sena, actor="user 3", action=audit.VIEWED).rows == ()


@pytest.mark.parametrize("path", ["/review/audit", "/review/api/audit", "/review/audit/check"])
def test_the_log_names_no_case_by_its_short_code_and_no_child(desk: Desk, path: str) -> None:
    desk.ask(row_of("/review/cases/{case_id}", "GET"), "Omar", desk.own)

    shown = desk.ask(row_of(path, "GET"), "Sena", {})

    assert shown.status_code == 200
    assert "viewed" in shown.text
    assert short_code(CaseId(desk.own["case_id"])) not in shown.text


def test_the_page_says_up_to_which_row_the_chain_is_whole_and_where_it_is_not(desk: Desk) -> None:
    check = row_of("/review/audit/check", "GET")
    rows = count(desk)
    assert f"The chain is whole up to row {rows}." in desk.ask(check, "Sena", {}).text

    with desk.server.services.database.writing() as session:
        drop = "DROP TRIGGER audit_no_update" if desk.server.services.database.is_sqlite else (
            "DROP TRIGGER audit_unchanged ON audit"
        )  # fmt: skip
        session.connection().exec_driver_sql(drop)
        session.connection().exec_driver_sql("UPDATE audit SET actor = 'nobody' WHERE number = 2")

    page = desk.ask(check, "Sena", {}).text
    assert "The log is not what was written." in page
    assert "row 2 is not what was written" in page
