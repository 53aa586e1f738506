"""A condition that only published knowledge has: a coordinator may choose it, and everything behind takes it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from sqlmodel import select

from shared.knowledge.release import digest_of, release_of, write_release
from sync_server.main import load_digests
from sync_server.repositories.users import Role, User
from sync_server.services.verification import Verification
from sync_server.tables.case_row import CaseRow
from tests.desk_browser import DeskBrowser
from tests.desk_world import ADMINISTRATOR, COORDINATOR, LEAD, Desk, MadeCase
from tests.fhir_validator import faults
from tests.knowledge_releases import KEY, add_condition, higher_version

ADMIN = User(1, "Sena Okoye", "", Role.ADMINISTRATOR, frozenset())
NEW, LABEL, FRENCH = "lymphangitis", "Lymphangitis", "Lymphangite"
_OPTION = f'<option value="{NEW}"'


@pytest.fixture
def raw(tmp_path: Path) -> bytes:
    folder = higher_version(tmp_path)
    add_condition(folder, NEW, LABEL)
    return write_release(release_of(folder, {"fr": {LABEL: FRENCH}}), KEY)


@pytest.fixture
def case(desk: Desk) -> MadeCase:
    return desk.differing[0]


@pytest.fixture
def lead(desk: Desk) -> DeskBrowser:
    desk.server.services.knowledge.trust(KEY.public_bytes.hex())
    return DeskBrowser(desk.server, LEAD)


def publish(desk: Desk, raw: bytes) -> None:
    desk.server.services.knowledge.give(raw, ADMIN)
    desk.server.services.knowledge.publish(digest_of(raw), ADMIN)


def confirm(browser: DeskBrowser, case: MadeCase) -> int:
    """Fill in the form as the page gives it; return the status."""
    page = browser.get(f"/review/cases/{case.case_id}").text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    form = {"state": "confirmed", "diagnosis": NEW, "proven_by": "course", "message": "", "seen": seen[1]}
    return browser.post(f"/review/cases/{case.case_id}", form).status_code


def adjudicated(browser: DeskBrowser) -> int:
    """Return how many cases the tool is measured by."""
    found = re.search(r"(\d+) cases with a final diagnosis", browser.get("/review/performance").text)
    assert found is not None
    return int(found[1])


def test_it_can_be_chosen_once_it_is_published_and_not_before(
    desk: Desk, lead: DeskBrowser, case: MadeCase, raw: bytes
) -> None:
    assert _OPTION not in lead.get(f"/review/cases/{case.case_id}").text
    assert confirm(lead, case) == 422

    publish(desk, raw)

    lead.tongue = "fr"
    assert re.search(rf"{_OPTION}[^>]*>{FRENCH}<", lead.get(f"/review/cases/{case.case_id}").text)
    # Whose case it is does not follow from what can be chosen.
    other = next(one for one in desk.cases if one.child.site == "Hospital D" and one.sent)
    assert DeskBrowser(desk.server, COORDINATOR).get(f"/review/cases/{other.case_id}").status_code == 404
    assert confirm(lead, case) == 303


def test_list_reports_files_and_checks_take_it(desk: Desk, lead: DeskBrowser, case: MadeCase, raw: bytes) -> None:
    before = adjudicated(lead)
    publish(desk, raw)
    assert confirm(lead, case) == 303

    with desk.server.services.database.reading() as session:
        row = session.exec(select(CaseRow).where(CaseRow.case_id == case.case_id)).one()
    assert row.diagnosis == NEW
    found = lead.get(f"/review/api/cases?diagnosis={NEW}").json()
    assert [one["reference"] for one in found["rows"]] == [case.case_id]
    assert found["rows"][0]["diagnosis"] == LABEL
    assert lead.get(f"/review/api/cohort?diagnosis={NEW}").json()["children"] == 1
    assert lead.get(f"/review/api/charts?diagnosis={NEW}").json()["cases"] == 1
    for page in ("/review", "/review/alerts", "/review/performance", f"/review/cohort?diagnosis={NEW}"):
        assert lead.get(page).status_code == 200
    assert adjudicated(lead) == before + 1

    bundle = lead.get(f"/review/cases/{case.case_id}/fhir.json").json()
    assert faults(bundle) == []
    (confirmed,) = (
        one["resource"]["code"]
        for one in bundle["entry"]
        if one["resource"]["resourceType"] == "Condition" and "Confirmed" in json.dumps(one["resource"])
    )
    assert confirmed == {"text": LABEL}
    administrator = DeskBrowser(desk.server, ADMINISTRATOR)
    sites = re.findall(r'name="(site_\d+)"', administrator.get("/review/exports").text)
    units = {site: f"a{number:010}" for number, site in enumerate(sites)}
    assert administrator.post("/review/org-units", units).status_code == 303
    values = lead.get("/review/exports/dhis2-weeks.json").json()["dataValues"]
    assert [one["value"] for one in values if one["dataElement"] == "HW_LYMPHANGITIS"] == ["1"]
    told: list[str] = []
    Verification(desk.server.services.database, load_digests(desk.server.services.settings.assets), told.append).run()
    assert told == []


def test_the_clinics_tablets_are_told_the_code(desk: Desk, lead: DeskBrowser, case: MadeCase, raw: bytes) -> None:
    publish(desk, raw)
    assert confirm(lead, case) == 303

    told = desk.tablets[case.child.site, 1].exchange().reviews

    assert [one.diagnosis for one in told if one.case_id == case.case_id] == [NEW]
