"""Exports over the made-up district: who gets which file, what stands in it, and what never leaves."""

from __future__ import annotations

import csv
import io
import json
import re
import socket
import time
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from pyarrow import parquet

from sync_server.repositories import audit
from sync_server.services.exports.forms import FORMS, NOTICE
from tests.databases import KINDS
from tests.desk_browser import DeskBrowser
from tests.desk_kept import a_desk
from tests.desk_world import ADMINISTRATOR, COORDINATOR, LEAD, TODAY, Desk
from tests.fhir_validator import faults

UIDS = {"site_1": "DiszpKrYNg8", "site_2": "g8upMTyEZGZ"}


@pytest.fixture(scope="module", params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with a_desk(request.param, tmp_path_factory.mktemp("desk")) as desk:
        object.__setattr__(desk.server.services.exports.counts, "today", TODAY.isoformat)
        yield desk


@pytest.fixture(scope="module")
def lead(desk: Desk) -> DeskBrowser:
    return DeskBrowser(desk.server, LEAD)


@pytest.fixture(scope="module")
def coordinator(desk: Desk) -> DeskBrowser:
    return DeskBrowser(desk.server, COORDINATOR)


@pytest.fixture(scope="module")
def administrator(desk: Desk) -> DeskBrowser:
    return DeskBrowser(desk.server, ADMINISTRATOR)


def export(browser: DeskBrowser, form: str, query: str = "") -> bytes:
    """Ask for a file as the page does, and download it."""
    asked = browser.post(f"/review/exports{query}", {"form": form})
    assert asked.status_code == 303, asked.text
    file = browser.get(f"{asked.headers['location']}/file")
    assert file.status_code == 200
    assert file.headers["content-type"].partition(";")[0] == FORMS[form].media_type.partition(";")[0]
    assert file.headers["content-disposition"] == f'attachment; filename="handwise-{form}"'
    return file.content


def rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


def ids(desk: Desk) -> set[str]:
    """Return the cases that have come in and may leave."""
    return {str(one.case_id) for one in desk.cases if one.sent} - {
        str(desk.withdrawn.case_id),
        str(desk.rejected.case_id),
    }


# Rows


def test_a_row_a_case_has_every_case_but_the_rejected_and_the_withdrawn(desk: Desk, lead: DeskBrowser) -> None:
    found = rows(export(lead, "cases.csv"))
    assert {row["case"] for row in found} == ids(desk)
    assert len(found) == len(ids(desk))
    assert "rejected" not in {row["review_state"] for row in found}


def test_a_coordinator_gets_the_rows_of_his_own_sites_only(coordinator: DeskBrowser) -> None:
    assert {row["site"] for row in rows(export(coordinator, "cases.csv"))} == {"Clinic A", "Clinic B"}
    assert {row["site"] for row in rows(export(coordinator, "entries.csv"))} == {"Clinic A", "Clinic B"}


def test_the_filters_of_the_list_choose_the_rows(lead: DeskBrowser) -> None:
    found = rows(export(lead, "cases.csv", "?review=confirmed"))
    assert found
    assert {row["review_state"] for row in found} == {"confirmed"}
    assert all(row["diagnosis"] for row in found)


def test_several_filters_choose_together_and_a_filter_that_makes_no_sense_is_refused(lead: DeskBrowser) -> None:
    found = rows(export(lead, "cases.csv", "?site=1&urgency=same_day&urgency=emergency&from_week=2026-W40"))
    assert found
    assert {row["site"] for row in found} == {"Clinic A"}
    assert {row["urgency"] for row in found} <= {"same_day", "emergency"}
    assert min(row["received_week"] for row in found) >= "2026-W40"
    shown = lead.get("/review/exports?site=1&urgency=same_day")
    assert "/review/cases?site=1&amp;urgency=same_day" in shown.text
    for query in ("?urgency=soon", "?from_week=2026-W60", "?site=99"):
        assert lead.get(f"/review/exports{query}").status_code == 422
        assert lead.post(f"/review/exports{query}", {"form": "cases.csv"}).status_code == 422


def test_a_row_an_entry_says_what_was_answered_and_what_it_builds_on(desk: Desk, lead: DeskBrowser) -> None:
    found = rows(export(lead, "entries.csv"))
    sent = {str(one.case_id): one.sent for one in desk.cases if str(one.case_id) in ids(desk)}
    per_case = Counter(row["case"] for row in found)
    assert per_case == {case: len(entries) for case, entries in sent.items()}
    assert {row["entry_kind"] for row in found} >= {"assessment", "follow_up", "outcome"}
    assert all(int(part) < int(row["entry"]) for row in found for part in row["builds_on"].split())


def test_answers_that_differ_leave_the_cell_empty_and_are_named(desk: Desk, lead: DeskBrowser) -> None:
    found = {row["case"]: row for row in rows(export(lead, "cases.csv"))}
    for one in desk.differing:
        row = found[str(one.case_id)]
        assert row["differing"]
        assert all(row[f"answer_{code}"] == "" for code in row["differing"].split())


def test_the_data_dictionary_says_what_every_column_of_both_tables_means(lead: DeskBrowser) -> None:
    said = rows(lead.get("/review/exports/dictionary.csv").content)
    for table in ("cases", "entries"):
        columns = export(lead, f"{table}.csv").decode().splitlines()[0].split(",")
        assert [row["column"] for row in said if row["table"] == table] == columns
    assert all(row["meaning"] for row in said)
    assert {row["unit"] for row in said if row["column"] == "answer_crp"} == {"mg/L"}


def test_parquet_holds_what_the_csv_holds_typed_by_dictionary_and_with_the_notice(lead: DeskBrowser) -> None:
    file = parquet.ParquetFile(io.BytesIO(export(lead, "entries.parquet")))
    table = file.read()
    plain = rows(export(lead, "entries.csv"))
    assert table.num_rows == len(plain)
    assert table.column_names == list(plain[0])
    assert table["case"].to_pylist() == [row["case"] for row in plain]
    assert str(table.schema.field("answer_lump_size").type) == "double"
    assert str(table.schema.field("entry").type) == "int32"
    sizes = [float(row["answer_lump_size"]) if row["answer_lump_size"] else None for row in plain]
    assert table["answer_lump_size"].to_pylist() == sizes
    about = table.schema.metadata
    assert about[b"handwise.notice"].decode() == NOTICE
    assert about[b"handwise.knowledge_version"] == b"1.1"
    assert table.schema.field("answer_lump_size").metadata[b"unit"] == b"mm"
    place = table.column_names.index("site")
    assert "RLE_DICTIONARY" in file.metadata.row_group(0).column(place).encodings


# FHIR


def bundle(browser: DeskBrowser) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(export(browser, "bundle.json"))
    return found


def of_kind(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["resource"] for one in found["entry"] if one["resource"]["resourceType"] == kind]


def test_the_bundle_is_what_hl7s_definitions_ask_for(desk: Desk, lead: DeskBrowser) -> None:
    found = bundle(lead)
    assert faults(found) == []
    assert len(of_kind(found, "Patient")) == len(ids(desk))
    assert len(of_kind(found, "Questionnaire")) == 1
    assert of_kind(found, "Observation")
    # Each answer is to a question that there is, and a choice is one of those that it offers.
    questions = {item["linkId"]: item for item in of_kind(found, "Questionnaire")[0]["item"]}
    for response in of_kind(found, "QuestionnaireResponse"):
        for item in response.get("item", []):
            offered = [one["valueCoding"]["code"] for one in questions[item["linkId"]].get("answerOption", [])]
            for given in item.get("answer", []):
                assert "valueCoding" not in given or given["valueCoding"]["code"] in offered, item["linkId"]


@pytest.mark.parametrize(
    ("kind", "element", "broken"),
    [
        ("Patient", "gender", "boy"),
        ("Patient", "birthDate", "in May"),
        ("Patient", "surname", "Saleh"),
        ("QuestionnaireResponse", "status", None),
        ("QuestionnaireResponse", "status", "finished"),
        ("QuestionnaireResponse", "item", [{"linkId": "crp", "answer": [{"valueQuantity": {"value": "high"}}]}]),
        ("Observation", "code", None),
        ("Observation", "status", "sure"),
        ("Observation", "subject", {"reference": "urn:uuid:00000000-0000-0000-0000-000000000000"}),
        ("Condition", "subject", None),
        ("Condition", "verificationStatus", "confirmed"),
        ("Questionnaire", "item", [{"linkId": "crp", "type": "number"}]),
        ("Questionnaire", "status", "ready"),
    ],
)
def test_the_validator_refuses_a_broken_bundle(
    lead: DeskBrowser, kind: str, element: str, broken: object, whole_bundle: dict[str, Any]
) -> None:
    copy = json.loads(json.dumps(whole_bundle))
    resource = of_kind(copy, kind)[0]
    if broken is None:
        del resource[element]
    else:
        resource[element] = broken
    assert faults(copy)


@pytest.fixture(scope="module")
def whole_bundle(lead: DeskBrowser) -> dict[str, Any]:
    found = bundle(lead)
    # As much of it as has one of each kind: the validator is asked many times.
    first = {}
    for one in found["entry"]:
        first.setdefault(one["resource"]["resourceType"], one)
    subject = first["Observation"]["resource"]["subject"]["reference"]
    keep = [one for one in found["entry"] if one["fullUrl"] == subject or subject in json.dumps(one)]
    small = {**found, "entry": [first["Questionnaire"], *keep]}
    assert faults(small) == []
    return small


def test_nothing_in_fhir_says_who_the_child_is_or_on_which_day_something_was(lead: DeskBrowser) -> None:
    found = bundle(lead)
    for patient in of_kind(found, "Patient"):
        assert patient.keys() <= {"resourceType", "id", "meta", "gender", "extension"}
    assert not re.search(r"\d{4}-\d\d-\d\d", json.dumps(found))


def test_the_tools_diagnosis_is_provisional_and_the_reviewers_is_confirmed(desk: Desk, lead: DeskBrowser) -> None:
    found = bundle(lead)
    status = Counter(one["verificationStatus"]["coding"][0]["code"] for one in of_kind(found, "Condition"))
    confirmed = rows(export(lead, "cases.csv", "?review=confirmed"))
    assert status["confirmed"] == len(confirmed)
    assert status["provisional"] == sum(bool(row["tool_first"]) for row in rows(export(lead, "cases.csv")))
    systems = {coding["system"] for one in of_kind(found, "Condition") for coding in one["code"].get("coding", [])}
    assert systems >= {"http://hl7.org/fhir/sid/icd-10", "http://id.who.int/icd/release/11/mms"}


@pytest.mark.parametrize("kind", ["Questionnaire", "Patient", "QuestionnaireResponse", "Observation", "Condition"])
def test_a_bulk_file_has_the_bundles_resources_of_one_kind_a_line_each(lead: DeskBrowser, kind: str) -> None:
    lines = [json.loads(line) for line in export(lead, f"{kind}.ndjson").splitlines()]
    assert {one["resourceType"] for one in lines} == {kind}
    assert [one["id"] for one in lines] == [one["id"] for one in of_kind(bundle(lead), kind)]
    assert faults(lines[0]) == []
    assert "urn:uuid:" not in json.dumps(lines)


# How far it is


def test_a_whole_file_is_told_from_a_part_by_rows_bytes_and_sum(lead: DeskBrowser) -> None:
    asked = lead.post("/review/exports", {"form": "cases.csv"}).headers["location"]
    ready = lead.get(asked.replace("/review/", "/review/api/")).json()
    assert (ready["state"], ready["cases_done"]) == ("ready", 0)
    body = lead.get(f"{asked}/file").content
    whole = lead.get(asked.replace("/review/", "/review/api/")).json()
    assert whole["state"] == "whole"
    assert whole["bytes_done"] == len(body)
    assert whole["sha256"] == sha256(body).hexdigest()
    assert whole["rows_done"] == len(rows(body)) == ready["cases_to_come"]
    page = lead.get(asked)
    assert whole["sha256"] in page.text
    assert "refresh" not in page.headers


def test_the_page_of_an_export_looks_again_by_itself_only_if_it_is_asked_to(lead: DeskBrowser) -> None:
    asked = lead.post("/review/exports", {"form": "cases.csv"}).headers["location"]
    assert "refresh" not in lead.get(asked).headers
    assert lead.get(f"{asked}?follow=yes").headers["refresh"] == "3"


def test_a_download_that_breaks_off_is_called_so(desk: Desk, lead: DeskBrowser) -> None:
    asked = lead.post("/review/exports", {"form": "QuestionnaireResponse.ndjson"}).headers["location"]
    with socket.create_connection(("127.0.0.1", desk.server.port)) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        head = f"GET {asked}/file HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: handwise_session={lead.token}\r\n\r\n"
        line.sendall(head.encode())
        assert line.recv(200).startswith(b"HTTP/1.1 200")
    state = ""
    for _ in range(400):
        state = lead.get(asked.replace("/review/", "/review/api/")).json()["state"]
        if state not in ("ready", "running"):
            break
        time.sleep(0.02)
    assert state == "broken_off"
    assert "Delete that file and download it again." in lead.get(asked).text


def test_an_export_is_its_users_own(lead: DeskBrowser, coordinator: DeskBrowser, administrator: DeskBrowser) -> None:
    asked = lead.post("/review/exports", {"form": "cases.csv"}).headers["location"]
    for path in (asked, f"{asked}/file"):
        assert coordinator.get(path).status_code == 404
        assert administrator.get(path).status_code == 403


def test_what_left_is_in_the_log_by_number_only(desk: Desk, lead: DeskBrowser) -> None:
    body = export(lead, "cases.csv")
    with desk.server.services.database.reading() as session:
        said = [row for row in audit.every(session) if row.action == "exported"]
    begun, ended = said[-2:]
    assert begun.object.startswith("cases.csv ")
    assert ended.object.endswith(f"whole cases {len(rows(body))} rows {len(rows(body))}")
    assert all(re.fullmatch("user [0-9]+", row.actor) for row in said)


# Counts


def test_an_administrator_gets_guarded_counts_and_no_row(administrator: DeskBrowser, lead: DeskBrowser) -> None:
    assert administrator.post("/review/exports", {"form": "cases.csv"}).status_code == 403
    assert administrator.get("/review/exports/dhis2-weeks.json").status_code == 403
    page = administrator.get("/review/exports")
    assert page.status_code == 200
    assert "Prepare the file" not in page.text
    assert "Prepare the file" in lead.get("/review/exports").text


def test_no_count_that_is_shown_is_small_and_only_whole_months_are_counted(administrator: DeskBrowser) -> None:
    found = administrator.get("/review/exports/counts.json").json()
    assert found["smallest_count"] == 11
    assert all(line["cases"] >= 11 for line in found["lines"])
    assert "2026-11" not in {line["month"] for line in found["lines"]}
    table = rows(administrator.get("/review/exports/counts.csv").content)
    assert [int(row["cases"]) for row in table] == [line["cases"] for line in found["lines"]]
    total = int(table[0]["cases"])
    assert total == sum(int(row["cases"]) for row in table[1:] if row["site"] == "all")


def test_counts_are_one_table_so_two_files_say_no_more_than_one(
    administrator: DeskBrowser, coordinator: DeskBrowser
) -> None:
    whole = {tuple(row.values())[:5] for row in rows(administrator.get("/review/exports/counts.csv").content)}
    own = coordinator.get("/review/exports/counts.csv")
    if own.status_code == 200:
        assert {tuple(row.values())[:5] for row in rows(own.content)} <= whole
    filtered = administrator.get("/review/exports/counts.csv?review=confirmed")
    assert filtered.status_code == 422
    assert "could identify a child" in filtered.text
    assert "confirmed" not in filtered.text


def test_dhis2_gets_guarded_months_and_the_review_team_its_own_weeks(
    administrator: DeskBrowser, lead: DeskBrowser
) -> None:
    assert administrator.post("/review/org-units", dict.fromkeys(UIDS, "")).status_code == 303
    assert administrator.get("/review/exports/dhis2.json").status_code == 409
    assert administrator.post("/review/org-units", {"site_1": "not one"}).status_code == 422
    assert lead.post("/review/org-units", UIDS).status_code == 403
    assert administrator.post("/review/org-units", UIDS).status_code == 303
    guarded = administrator.get("/review/exports/dhis2.json").json()
    assert all(int(one["value"]) >= 11 for one in guarded["dataValues"])
    weeks = lead.get("/review/exports/dhis2-weeks.json").json()
    assert {one["orgUnit"] for one in weeks["dataValues"]} == set(UIDS.values())
    assert all(re.fullmatch("20[0-9]{2}W[1-9][0-9]?", one["period"]) for one in weeks["dataValues"])
    of_sites = [row for row in rows(export(lead, "cases.csv")) if row["site"] in ("Clinic A", "Clinic B")]
    by_sum = [one for one in weeks["dataValues"] if one["dataElement"].count("_") >= 1]
    top = Counter()
    for one in by_sum:
        top[one["dataElement"]] += int(one["value"])
    assert top["HW_CELLULITIS"] == sum((row["diagnosis"] or row["tool_first"]) == "cellulitis" for row in of_sites)
    assert all(len(element) <= 50 for element in top)


# What makes no sense


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/review/exports/00", 400),
        (f"/review/exports/{'0' * 32}", 404),
        (f"/review/exports/{'0' * 32}/file", 404),
        (f"/review/api/exports/{'0' * 32}", 404),
    ],
)
def test_an_export_that_is_not_there_is_said_in_one_sentence(lead: DeskBrowser, path: str, status: int) -> None:
    assert lead.get(path).status_code == status


def test_a_filter_that_no_case_fits_is_refused_in_one_sentence(lead: DeskBrowser) -> None:
    refused = lead.post("/review/exports?review=rejected", {"form": "cases.csv"})
    assert refused.status_code == 409
    assert "so there is nothing to export" in refused.text


def test_a_file_that_there_is_not_is_refused(lead: DeskBrowser) -> None:
    assert lead.post("/review/exports", {"form": "names.csv"}).status_code == 400


def test_the_page_works_without_script_and_is_small(lead: DeskBrowser) -> None:
    page = lead.get("/review/exports")
    assert "<script" not in page.text
    assert len(page.content) < 60_000
