"""The first page: what needs a decision, what is overdue and who was reminded, for each role what it may see."""

from __future__ import annotations

import re
from html import unescape

from sqlmodel import select

from shared.case.entry import EntryKind
from shared.case.reply import REPLY, REPLY_TO
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


def test_a_diagnosis_takes_a_small_letter_inside_a_sentence_in_every_language_that_has_one(desk: Desk) -> None:
    lead = DeskBrowser(desk.server, LEAD)
    for tongue, raised, inside in (
        ("en", r">(\w)[\w ]+ raised; no outcome yet", "the tool says i"),
        ("fr", r"Évoqué\s?: (\w)", "l’outil dit c"),
        ("es", r">(\w)[\w ]+: mencionado; aún sin", "la herramienta dice c"),
    ):
        lead.tongue = tongue
        page = unescape(lead.get("/review").text)
        first = re.findall(raised, page)
        assert first, tongue
        assert all(letter.isupper() if tongue != "fr" else letter.islower() for letter in first), tongue
        assert inside in page.replace("\u00a0", " "), tongue


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


def test_what_a_clinic_answered_waits_until_somebody_has_read_it_or_reviewed_the_case(desk: Desk) -> None:
    lead, coordinator = DeskBrowser(desk.server, LEAD), DeskBrowser(desk.server, COORDINATOR)
    view = lead.get("/review/api/today").json()["cases"]
    first, second, *_ = view["answers"]
    assert view["answered"] == len(view["answers"])
    assert first["said"] == ["The child was seen again", "The X-ray was repeated"]
    waiting = {one["row"]["reference"] for one in view["answers"]}
    assert {one["row"]["reference"] for one in [*view["decisions"], *view["more"]] if one["is_answer"]} <= waiting
    page = lead.get("/review").text
    assert page.index("Needs a decision") < page.index("Answers from clinics") < page.index("Follow-ups overdue")
    assert f'href="/review/cases/{first["row"]["reference"]}#answers-title"' in page
    assert 'id="answers-title"' in lead.get(f"/review/cases/{first['row']['reference']}").text
    own = [one for one in view["answers"] if one["row"]["site"] in ("Clinic A", "Clinic B")]
    assert coordinator.get("/review/api/today").json()["cases"]["answers"] == own
    # Looking at the case is not enough: somebody says that he has read it, or judges the case.
    assert lead.get("/review/api/today").json()["cases"]["answers"] == view["answers"]

    seen = {one["row"]["reference"]: _hidden(lead, one["row"]["reference"]) for one in (first, second)}
    lead.post(f"/review/cases/{first['row']['reference']}/answers-read", seen[first["row"]["reference"]])
    saved = {**seen[second["row"]["reference"]], "state": "confirmed", "diagnosis": "cellulitis"}
    assert lead.post(f"/review/cases/{second['row']['reference']}", saved).status_code == 303

    after = lead.get("/review/api/today").json()["cases"]
    assert after["answered"] == view["answered"] - 2
    assert [one for one in view["answers"] if one not in (first, second)] == after["answers"]
    assert f'aria-hidden="true">{after["deciding"]}</span>' in lead.get("/review").text


def test_the_answer_to_a_confirmed_case_waits_like_any_other(desk: Desk) -> None:
    lead = DeskBrowser(desk.server, LEAD)
    before = lead.get("/review/api/today").json()["cases"]
    row = next(
        one for one in lead.get("/review/api/cases?review=confirmed&site=1").json()["rows"] if one["site"] == "Clinic A"
    )
    case = next(one for one in desk.cases if one.case_id == row["reference"])
    number = max(one["number"] for one in lead.get(f"/review/api/cases/{case.case_id}").json()["reviews"])
    tablet = desk.tablets["Clinic A", 1]
    said = {REPLY: ("agreed",), REPLY_TO: number}
    tablet.push(tablet.entry(case.case_id, said, kind=EntryKind.REPLY, parents=case.sent[-1:]))

    after = lead.get("/review/api/today").json()["cases"]
    (new,) = [one for one in after["answers"] if one not in before["answers"]]
    assert (new["row"]["reference"], new["said"]) == (case.case_id, ["We agree with the diagnosis"])
    assert (after["answered"], after["deciding"]) == (before["answered"] + 1, before["deciding"] + 1)
    assert f'aria-hidden="true">{after["deciding"]}</span>' in lead.get("/review/cases").text


def _hidden(browser: DeskBrowser, reference: str) -> dict[str, str]:
    page = browser.get(f"/review/cases/{reference}").text
    return dict(re.findall(r'name="(seen|answers_seen)" value="(\d+)"', page))
