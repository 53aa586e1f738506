"""The first page: what needs a decision, what is overdue and who was reminded, for each role what it may see."""

from __future__ import annotations

import re

from sqlmodel import select

from sync_server.tables.case_row import CaseRow
from tests.desk_browser import DeskBrowser
from tests.desk_world import ADMINISTRATOR, COORDINATOR, LEAD, Desk


def test_each_role_finds_what_needs_it_and_nothing_that_it_may_not_see(desk: Desk) -> None:
    with desk.server.services.database.reading() as session:
        rows = {row.case_id: row for row in session.exec(select(CaseRow))}
    lead, coordinator, administrator = (DeskBrowser(desk.server, one) for one in (LEAD, COORDINATOR, ADMINISTRATOR))

    view = lead.get("/review/api/today").json()["cases"]
    deciding = [*view["decisions"], *view["more"]]
    shown = [rows[one["row"]["reference"]] for one in deciding]
    assert view["deciding"] == len(deciding) > 3
    assert all(row.review_state in ("received", "needs_information") for row in shown)
    ranks = [["emergency", "same_day", "within_days", "routine", ""].index(row.urgency) for row in shown]
    assert ranks == sorted(ranks)
    for one in desk.differing:
        assert rows[one.case_id] in shown
    reasons = " ".join(one["reason"] for one in deciding)
    assert "no outcome yet" in reasons
    assert "The clinic has answered" in reasons
    assert any(one["note"] in ("changes the ranking", "does not change the ranking") for one in deciding)
    page = lead.get("/review").text
    assert page.index("Needs a decision") < page.index("Follow-ups overdue") < page.index("This week")

    own = coordinator.get("/review/api/today").json()
    assert {one["row"]["site"] for one in own["cases"]["decisions"]} <= {"Clinic A", "Clinic B"}
    assert {one["name"].split(",")[0] for one in own["tablets"]} == {"Clinic A", "Clinic B"}
    assert lead.get("/review/api/today").json()["silent"] == 1

    others = administrator.get("/review")
    assert others.status_code == 200
    assert administrator.get("/review/api/today").json()["cases"] is None
    assert not re.search("/review/cases", others.text)
    assert "/review/users" in others.text


def test_a_clinic_is_reminded_once_of_a_check_and_its_tablet_is_told(desk: Desk) -> None:
    browser = DeskBrowser(desk.server, LEAD)
    first = next(one for one in browser.get("/review/api/today").json()["cases"]["overdue"] if one["reminded_on"] == "")
    with desk.server.services.database.reading() as session:
        before = session.exec(select(CaseRow).where(CaseRow.case_id == first["row"]["reference"])).one()
    tablet = desk.tablets[first["row"]["site"], 1]
    tablet.exchange()

    answer = browser.post("/review/reminders", {"case": first["row"]["reference"]})

    assert answer.headers["location"] == f"/review?reminded={first['row']['short_code']}"
    assert "The clinic is reminded of case" in browser.get(answer.headers["location"]).text
    (review,) = tablet.exchange().reviews
    assert review.case_id == before.case_id
    assert first["row"]["late_what"] in review.message
    assert (review.state, review.diagnosis or "") == (before.review_state, before.diagnosis)
    again = browser.get("/review/api/today").json()["cases"]["overdue"]
    assert next(one for one in again if one["row"] == first["row"])["reminded_on"] == "2026-11-21"


def test_nobody_is_reminded_of_a_case_of_a_foreign_site_or_by_who_sees_no_cases(desk: Desk) -> None:
    foreign = next(case for case in desk.cases if case.child.site == "Hospital D")

    assert DeskBrowser(desk.server, COORDINATOR).post("/review/reminders", {"case": foreign.case_id}).status_code == 404
    assert (
        DeskBrowser(desk.server, ADMINISTRATOR).post("/review/reminders", {"case": foreign.case_id}).status_code == 403
    )
    assert DeskBrowser(desk.server, LEAD).post("/review/reminders", {"case": "none"}).status_code == 404
    assert DeskBrowser(desk.server, LEAD).get("/review?reminded=%3Cb%3E").status_code == 400
