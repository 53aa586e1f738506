"""One case as a FHIR bundle from its page: what the export says of it, for those and of those who may leave."""

from __future__ import annotations

import json

from sync_server.repositories import audit
from tests.desk_browser import DeskBrowser
from tests.desk_world import ADMINISTRATOR, COORDINATOR, LEAD, Desk, MadeCase
from tests.fhir_validator import faults


def test_the_bundle_of_a_case_says_what_the_export_says_of_it_and_is_noted_as_one(desk: Desk) -> None:
    lead = DeskBrowser(desk.server, LEAD)
    asked = lead.post("/review/exports", {"form": "bundle.json"}).headers["location"]
    everything = lead.get(f"{asked}/file").json()
    for case in (desk.differing[0], desk.linked[0], _confirmed(desk, lead)):
        assert f'href="/review/cases/{case.case_id}/fhir.json"' in lead.get(f"/review/cases/{case.case_id}").text

        answer = lead.get(f"/review/cases/{case.case_id}/fhir.json")
        found = answer.json()

        assert answer.headers["content-type"].partition(";")[0] == "application/fhir+json"
        assert answer.headers["content-disposition"].endswith('.fhir.json"')
        assert faults(found) == []
        there = {one["fullUrl"]: one for one in everything["entry"]}
        assert [there[one["fullUrl"]] for one in found["entry"]] == found["entry"]
        (patient,) = (one["fullUrl"] for one in found["entry"] if one["resource"]["resourceType"] == "Patient")
        of_case = [one for one in everything["entry"] if patient in json.dumps(one)]
        assert [one for one in found["entry"] if one["resource"]["resourceType"] != "Questionnaire"] == of_case
        assert {key: found[key] for key in found if key != "entry"} == {
            key: everything[key] for key in everything if key != "entry"
        }
    kinds = {one["resource"]["resourceType"] for one in found["entry"]}
    assert {"Questionnaire", "Patient", "QuestionnaireResponse", "Condition"} <= kinds
    with desk.server.services.database.reading() as session:
        noted = [row.object for row in audit.every(session) if row.action == "exported"][-3:]
    assert all(one.startswith("bundle.json site ") for one in noted)


def test_a_case_that_leaves_in_no_export_does_not_leave_by_itself(desk: Desk) -> None:
    lead, coordinator, administrator = (DeskBrowser(desk.server, one) for one in (LEAD, COORDINATOR, ADMINISTRATOR))
    own = f"/review/cases/{desk.differing[0].case_id}/fhir.json"
    foreign = next(one.case_id for one in desk.cases if one.child.site == "Hospital D" and one.sent)
    with desk.server.services.database.reading() as session:
        before = sum(row.action == "exported" for row in audit.every(session))

    rejected = lead.get(f"/review/cases/{desk.rejected.case_id}/fhir.json")
    assert rejected.status_code == 409
    assert "A rejected case is in no export." in rejected.text
    assert "fhir.json" not in lead.get(f"/review/cases/{desk.rejected.case_id}").text
    for path, browser, status in (
        (f"/review/cases/{desk.withdrawn.case_id}/fhir.json", lead, 404),
        (f"/review/cases/{foreign}/fhir.json", coordinator, 404),
        ("/review/cases/none/fhir.json", lead, 404),
        (own, administrator, 403),
    ):
        assert browser.get(path).status_code == status
    with desk.server.services.database.reading() as session:
        assert sum(row.action == "exported" for row in audit.every(session)) == before
    assert coordinator.get(own).status_code == 200


def _confirmed(desk: Desk, lead: DeskBrowser) -> MadeCase:
    row = lead.get("/review/api/cases?review=confirmed").json()["rows"][0]
    return next(one for one in desk.cases if one.case_id == row["reference"])
