"""A rejected case leaves every report, alert and export, to the last number, and comes back when it is taken back.

Each answer of the desk that counts cases is asked for three times: as things stand, with cases rejected, and with the
same cases withdrawn by their clinics. What is rejected must count exactly as what is not there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shared.case.entry import EntryKind
from sync_server.repositories import cases, reviews
from sync_server.repositories.users import User
from sync_server.services.exports.forms import FORMS
from sync_server.services.review import FilledForm
from tests.desk_story import CALCINOSIS, SITES
from tests.desk_world import Desk, MadeCase
from tests.integration.test_review_and_answer import DeskBrowser

SEES_COUNTS = (
    f"/review/api/cohort?diagnosis={CALCINOSIS}",
    f"/review/cohort.csv?diagnosis={CALCINOSIS}",
    "/review/api/performance",
    "/review/api/charts",
    "/review/charts/curve.csv",
    "/review/charts/sites.csv",
    "/review/charts/delays.csv",
    "/review/api/alerts",
    "/review/exports/counts.csv",
    "/review/exports/counts.json",
    "/review/exports/dhis2-weeks.json",
)
"""The other answers of the desk show single rows, or nothing of cases."""


def asked(browser: DeskBrowser) -> dict[str, str]:
    found = {}
    for path in SEES_COUNTS:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        # When something was made, or which of the numbers of rows it is, is no count.
        found[path] = re.sub(r"\d{4}-\d\d-\d\dT[\d:.+Z]+", "", answer.text)
    return found


def rows_to_come(browser: DeskBrowser) -> dict[str, int]:
    """Return how many cases each export of rows is about to hold."""
    token = re.search(r'name="form_token" value="(\w+)"', browser.get("/review/cases").text)
    assert token
    found = {}
    for form in FORMS:
        made = browser.http.post(
            f"{browser.server.url}/review/exports", data={"form_token": token[1], "form": form}, timeout=60
        )
        assert made.status_code == 200, form
        export = made.url.rsplit("/", 1)[1]
        found[form] = browser.get(f"/review/api/exports/{export}").json()["cases_to_come"]
    return found


def say(desk: Desk, user: User, chosen: Sequence[MadeCase], state: str, diagnosis: str) -> None:
    """Give each of these cases a state and a diagnosis."""
    services = desk.server.services
    for case in chosen:
        with services.database.reading() as session:
            found = cases.find(session, case.case_id)
            assert found is not None
            last = reviews.of_case(session, found.case_no, found.case_id)[-1].review.number
        services.review.save(case.case_id, FilledForm(state, diagnosis, (), "", str(last)), user)


def test_a_rejected_case_counts_nowhere_as_if_it_were_not_there(desk: Desk) -> None:
    browser = DeskBrowser(desk.server, "Second lead")
    with desk.server.services.database.reading() as session:
        stored = {one.case_id: cases.find(session, one.case_id) for one in desk.cases}
    confirmed = [
        one
        for one in desk.cases
        if (found := stored[one.case_id]) and found.review_state == "confirmed" and found.diagnosis == CALCINOSIS
    ]
    assert len(confirmed) >= 4
    lead = desk.server.services.sign_in.user_of(browser.http.cookies["handwise_session"])
    assert lead is not None
    desk.server.services.exports.counts.keep_org_units(
        lead, {number: f"OrgUnit000{number}" for number in range(1, len(SITES) + 1)}
    )
    before, rows_before = asked(browser), rows_to_come(browser)

    say(desk, lead, confirmed, "rejected", "")
    rejected, rows_rejected = asked(browser), rows_to_come(browser)

    assert {form: rows_before[form] - count for form, count in rows_rejected.items()} == dict.fromkeys(
        FORMS, len(confirmed)
    )
    assert [path for path in SEES_COUNTS if rejected[path] == before[path]] == []

    say(desk, lead, confirmed, "confirmed", CALCINOSIS)
    assert rows_to_come(browser) == rows_before
    say(desk, lead, confirmed, "rejected", "")
    assert asked(browser) == rejected
    for one in confirmed:
        tablet = desk.tablets[one.child.site, one.child.tablet]
        tablet.push(
            tablet.entry(
                one.case_id, {"withdrawal_reason": "consent"}, kind=EntryKind.WITHDRAWAL, parents=one.sent[-1:]
            )
        )
    withdrawn = asked(browser)
    assert {path: withdrawn[path] for path in SEES_COUNTS} == rejected
    assert rows_to_come(browser) == rows_rejected
