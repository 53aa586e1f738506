"""A small server with something of every kind at two sites, and requests to each of its addresses by whoever is asked.

Omar    coordinator of Clinic A     Huda    district lead
Mona    coordinator of Clinic B     Sena    administrator       Tariq    a lead to whom things are done
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

import requests
from sqlmodel import Session, select

from shared.case.entry import CaseId
from sync_server.repositories import sessions, users
from sync_server.repositories import sites as stored_sites
from sync_server.repositories.users import Role, User
from sync_server.services.sign_in import hash_of
from sync_server.tables.alert_row import AlertRow
from sync_server.tables.saved_view_row import SavedViewRow
from tests.access import Access, matrix
from tests.server_world import PASSWORD, RunningServer, Tablet, conclusion, new_case

SITES = {"A": "Clinic A", "B": "Clinic B"}
PEOPLE = {
    "Omar": (Role.COORDINATOR, ("Clinic A",)),
    "Mona": (Role.COORDINATOR, ("Clinic B",)),
    "Huda": (Role.DISTRICT_LEAD, ()),
    "Sena": (Role.ADMINISTRATOR, ()),
    "Tariq": (Role.DISTRICT_LEAD, ()),
}
OF_ROLE = {Role.COORDINATOR: "Omar", Role.DISTRICT_LEAD: "Huda", Role.ADMINISTRATOR: "Sena"}


@dataclass
class Desk:
    """What there is. `own` are values for the placeholders of addresses of Clinic A and Omar, `foreign` of B and Mona,
    `missing` of the same form and of nothing."""

    server: RunningServer
    site_nos: Mapping[str, int]
    people: Mapping[str, User]
    own: Mapping[str, str]
    foreign: Mapping[str, str]
    missing: Mapping[str, str]

    def session_of(self, name: str) -> str:
        """Return the token of a new session: that signing in makes one is for other tests."""
        token = secrets.token_urlsafe(32)
        services = self.server.services
        with services.database.writing() as session:
            now = services.sign_in.now()
            sessions.add(session, hash_of(token), self.people[name].user_no, now, is_whole=True)
        return token

    def ask(
        self,
        row: Access,
        name: str | None,
        values: Mapping[str, str],
        form: Mapping[str, object] | None = None,
        query: Mapping[str, str] | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> requests.Response:
        """Send a request to an address of the matrix, with a form that belongs to the session."""
        cookies, fields = {}, dict(form or {})
        if name is not None:
            token = self.session_of(name)
            cookies["handwise_session"] = token
            fields["form_token"] = self.server.services.sign_in.form_token(token)
        return requests.request(
            row.method,
            self.server.url + row.path.format(**values),
            params=query,
            data=fields if row.method == "POST" else None,
            files=files,
            cookies=cookies,
            timeout=30,
            allow_redirects=False,
        )


def make_desk(server: RunningServer) -> Desk:
    """Fill an empty server."""
    cases: dict[str, CaseId] = {}
    for letter, site in SITES.items():
        tablet = Tablet(server.url).enrol(server.code(site))
        cases[letter] = new_case()
        tablet.push(tablet.entry(cases[letter], {"fever_ge_38": False, "sex": "male"}, concluded=conclusion()))
    services, people = server.services, {}
    for name, (role, sites) in PEOPLE.items():
        services.sign_in.create_user(name, PASSWORD, role, sites)
    with services.database.writing() as session:
        for name in PEOPLE:
            account = users.find(session, name)
            assert account is not None
            people[name] = account.user
        site_nos = {name: number for number, name in stored_sites.names(session).items()}
        made = {letter: _made(session, letter, site_nos[site], people) for letter, site in SITES.items()}
        session.flush()
        values: dict[str, dict[str, str]] = {
            letter: {"case_id": cases[letter], "alert_no": str(alert.alert_no), "view_no": str(view.view_no)}
            for letter, (alert, view) in made.items()
        }
    # Of no site: whoever may use these may use them for all.
    others = {"user_no": str(people["Tariq"].user_no), "digest": "0" * 64, "name": "account.css", "which": "curve"}
    missing = {"case_id": "f" * 32, "alert_no": "987654", "view_no": "987654", "export_id": "f" * 32}
    desk = Desk(server, site_nos, people, values["A"] | others, values["B"] | others, missing | others)
    asking = next(row for row in matrix() if (row.path, row.method) == ("/review/exports", "POST"))
    for letter, name in (("A", "Omar"), ("B", "Mona")):
        asked = desk.ask(asking, name, {}, {"form": "cases.csv"})
        found = re.search("[0-9a-f]{32}", asked.headers["location"])
        assert found
        values[letter]["export_id"] = found[0]
    return replace(desk, own=values["A"] | others, foreign=values["B"] | others)


def _made(session: Session, letter: str, site_no: int, people: Mapping[str, User]) -> tuple[AlertRow, SavedViewRow]:
    user = people["Omar" if letter == "A" else "Mona"]
    alert = AlertRow(
        site_no=site_no, condition="calcinosis_cutis_iatrogenic", first_week="2026-W40", last_week="2026-W41",
        rules="C1", seen=4, expected=0.5, raised_on="2026-10-05",
    )  # fmt: skip
    view = SavedViewRow(user_no=user.user_no, name=f"View of {letter}", query="differs=yes")
    session.add_all((alert, view))
    return alert, view


def names_of_views(desk: Desk) -> set[str]:
    """Return the names of all saved views."""
    with desk.server.services.database.reading() as session:
        return set(session.exec(select(SavedViewRow.name)))
