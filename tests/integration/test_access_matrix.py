"""Who may use which address: the kept table is that of the router, and the running server answers as the table says."""

from __future__ import annotations

import re

import pytest
import requests

from shared.case.entry import CaseId
from shared.case.short_code import short_code
from sync_server.main import create_app
from sync_server.repositories import cases, reviews
from sync_server.repositories.alerts import acts
from sync_server.repositories.users import Role
from sync_server.settings import Settings
from tests.access import ALLOWED, MATRIX, OPEN, OWN, REFUSED, STEP, TABLET, as_csv, matrix, matrix_of
from tests.access_world import OF_ROLE, Desk, make_desk, names_of_views
from tests.server_world import RunningServer

ROWS = matrix()
NOT_ALLOWED = ("Your account may not do this.", '"code":"not_allowed"')
NOT_SIGNED_IN = ('action="/review/sign-in"', '"code":"sign_in"')
OF_NO_SITE = {"user_no", "digest", "name", "which"}
"""Placeholders of addresses that are not for coordinators, or the same for everybody."""


@pytest.fixture
def desk(server: RunningServer) -> Desk:
    return make_desk(server)


def test_the_kept_table_has_a_row_for_every_route_and_says_what_the_router_says(database_url: str) -> None:
    app = create_app(Settings(database_url=database_url))
    app.state.services.close()

    # After a change: python -m tests.access > tests/access_matrix.csv, and read what it changed.
    assert MATRIX.read_text().splitlines() == as_csv(matrix_of(app)).splitlines()


def test_an_address_that_names_no_right_is_one_of_a_few() -> None:
    named = {row.path.split("/")[-1] if row.path.startswith("/v1") else row.path for row in ROWS if not row.right}

    assert {path for path in named if not path.startswith(("/review/account", "/review/sign-", "/review/files/"))} == {
        "/", "/health", "/metrics", "/openapi.json", "/review/api/account", "sync", "carry", "compare", "enrol",
        "{digest}",
    }  # fmt: skip


@pytest.mark.parametrize("role", [None, *Role])
def test_the_running_server_answers_every_address_as_the_table_says(desk: Desk, role: Role | None) -> None:
    name = OF_ROLE[role] if role else None

    differs = []
    for row in ROWS:
        answer = desk.ask(row, name, desk.own)
        if not fits(row.of(role), answer):
            differs.append(f"{row.method} {row.path}: {row.of(role)}, but {answer.status_code}")

    assert differs == []


def fits(word: str, answer: requests.Response) -> bool:
    """Tell whether an answer is what a word of the table promises."""
    is_refused = answer.status_code == 403 and any(said in answer.text for said in NOT_ALLOWED + NOT_SIGNED_IN)
    if word == REFUSED:
        return is_refused
    if word == TABLET:
        # Neither a cookie nor its lack matters: the signature is missing.
        return answer.status_code in (400, 401, 415)
    if word in (OPEN, STEP):
        return answer.status_code < 500 and not any(said in answer.text for said in NOT_ALLOWED)
    # What was left out of a form is refused for that; what asks for one's own password was given none.
    return word in (ALLOWED, OWN) and not is_refused and answer.status_code < 500


def test_what_is_of_another_site_or_user_is_answered_like_what_does_not_exist(desk: Desk) -> None:
    unlike = []
    for row in ROWS:
        placeholders = set(re.findall(r"{(\w+)}", row.path)) - OF_NO_SITE
        if not placeholders:
            continue
        assert placeholders <= desk.missing.keys(), f"say in access_world.py what {placeholders} are"
        foreign, missing = (
            desk.ask(row, "Omar", values, FORMS.get(row.path)) for values in (desk.foreign, desk.missing)
        )
        if (foreign.status_code, _said(foreign)) != (missing.status_code, _said(missing)):
            unlike.append(f"{row.method} {row.path}: {foreign.status_code}, not {missing.status_code}")
        if row.method == "GET":
            assert desk.ask(row, "Omar", desk.own).status_code == 200, row.path
            assert foreign.status_code == 404, row.path

    assert unlike == []
    with desk.server.services.database.reading() as session:
        found = cases.find(session, desk.foreign["case_id"])
        assert found is not None
        assert not reviews.of_case(session, found.case_no, found.case_id)
        assert not acts(session, int(desk.foreign["alert_no"]))
    assert names_of_views(desk) == {"View of A", "View of B"}


def _said(answer: requests.Response) -> str:
    # A redirect repeats what was asked for.
    return re.sub(r"[0-9a-f]{32}|\d+", "", answer.headers.get("location", "")) + answer.text


def test_no_page_of_a_coordinator_shows_anything_of_another_site(desk: Desk) -> None:
    foreign = CaseId(desk.foreign["case_id"])
    for row in ROWS:
        if row.method == "GET" and row.coordinator == ALLOWED:
            shown = desk.ask(row, "Omar", desk.own).text
            for word in ("Clinic B", foreign, short_code(foreign), "View of B"):
                assert word not in shown, f"{row.path} shows {word}"


def test_a_filter_by_another_site_is_answered_like_one_by_a_site_that_is_not_there(desk: Desk) -> None:
    paths = [path for path, methods in _document(desk).items() if _takes_site(methods)]
    assert len(paths) >= 5

    for path in paths:
        row = next(row for row in ROWS if (row.path, row.method) == (path, "GET"))
        for own, other in ((str(desk.site_nos["Clinic B"]), "987654"), ("Clinic B", "Clinic Z")):
            foreign, missing = (desk.ask(row, "Omar", desk.own, query={"site": value}) for value in (own, other))
            assert foreign.status_code == missing.status_code, path
            said = [_without_tokens(answer.text, own, other) for answer in (foreign, missing)]
            assert said[0] == said[1], path


def _without_tokens(page: str, *values: str) -> str:
    page = re.sub(r'name="form_token" value="[0-9a-f]{64}"', "", page)
    for value in values:
        page = re.sub(rf"\b{re.escape(value)}\b".replace(r"\ ", "(?: |[+]|%20)"), "", page)
    return page


def _document(desk: Desk) -> dict[str, dict[str, dict[str, list[dict[str, str]]]]]:
    found: dict[str, dict[str, dict[str, list[dict[str, str]]]]] = requests.get(
        f"{desk.server.url}/openapi.json", timeout=30
    ).json()["paths"]
    return found


def _takes_site(methods: dict[str, dict[str, list[dict[str, str]]]]) -> bool:
    return any(one["name"] == "site" for one in methods.get("get", {}).get("parameters", []))


def test_an_administrator_sees_no_case(desk: Desk) -> None:
    for row in ROWS:
        if row.method == "GET" and row.administrator in (ALLOWED, OWN):
            shown = desk.ask(row, "Sena", desk.own).text
            for case_id in (desk.own["case_id"], desk.foreign["case_id"]):
                assert case_id not in shown, row.path
                assert short_code(CaseId(case_id)) not in shown, row.path


FORMS: dict[str, dict[str, object]] = {
    "/review/cases/{case_id}": {"state": "confirmed", "seen": "0", "diagnosis": "cellulitis", "proven_by": "culture"},
    "/review/cases/{case_id}/answers-read": {"answers_seen": "1"},
    "/review/alerts/{alert_no}": {"act": "looked_at", "note": "The pump was changed."},
    "/review/cases/views/{view_no}": {"name": "Mine now", "query": "differs=yes"},
}
