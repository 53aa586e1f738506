"""Alerts over a made-up district: raised once, shown to whom they concern, and closed with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from sqlalchemy import delete

from sync_server.repositories import alerts, audit, cases, sites, users
from sync_server.repositories.alerts import CLOSED, LOOKED_AT, NEW
from sync_server.repositories.users import User
from sync_server.services.alerts import service, views
from sync_server.services.alerts.noting import Noting
from sync_server.services.alerts.service import AlertNotChanged, FilledAlertForm
from sync_server.services.case_index import Standing
from sync_server.services.refusals import NoSuchAlert
from sync_server.services.review import FilledForm
from sync_server.tables.alert_row import AlertActRow, AlertRow
from tests.databases import KINDS
from tests.desk_kept import a_desk
from tests.desk_story import CALCINOSIS
from tests.desk_world import COORDINATOR, LEAD, TODAY, Desk, DeskTablet, set_today
from tests.server_world import conclusion, new_case, running_server, signed_in

COOKIE = "handwise_session"


@pytest.fixture(scope="module", params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Give the district, once for all tests that do not change what stands in it."""
    with a_desk(request.param, tmp_path_factory.mktemp("desk")) as desk:
        yield desk


def user_of(desk: Desk, name: str) -> User:
    with desk.server.services.database.reading() as session:
        account = users.find(session, name)
    assert account is not None
    return account.user


def the_leak(desk: Desk) -> service.AlertRowView:
    (row,) = [one for one in desk.server.services.alerts.view(user_of(desk, LEAD)).open if one.is_harm]
    return row


def browser(desk: Desk, name: str, **more: object) -> requests.Session:
    made = requests.Session()
    made.cookies.set(COOKIE, signed_in(desk.server.services, name, **more))  # type: ignore[arg-type]
    return made


def test_the_planted_leak_is_raised_with_what_was_seen_and_expected_and_no_other_ward_is_blamed(desk: Desk) -> None:
    view = desk.server.services.alerts.view(user_of(desk, LEAD))

    assert [str(row.title) for row in view.open if row.is_harm] == ["IV-calcium leaks, Hospital D"]
    row = the_leak(desk)
    assert (row.first_week, row.last_week) == ("2026-W43", "2026-W45")
    assert (row.seen, "between" in row.rules) == (6, True)
    assert row.expected < 1
    assert view.sites == 4
    assert len(view.open) <= 2


def test_an_alert_says_what_to_check_with_its_source(desk: Desk) -> None:
    found = desk.server.services.alerts.alert(the_leak(desk).alert_no, user_of(desk, LEAD))

    texts = {check.text: check for check in found.checks}
    assert texts["Dilute the calcium, give it slowly with an ECG running."].quality == "A"
    assert any("silent" in text and not check.source for text, check in texts.items())
    assert len(found.cases) == found.row.seen
    assert found.holds
    assert found.between is not None
    assert sum(gap.is_signal for gap in found.between.gaps) >= 4


def test_a_coordinator_of_other_sites_sees_neither_the_alert_nor_its_number_and_nothing_of_it_is_counted(
    desk: Desk,
) -> None:
    services, other = desk.server.services, user_of(desk, COORDINATOR)
    number = the_leak(desk).alert_no

    assert all(
        row.site != "Hospital D" for row in (*services.alerts.view(other).open, *services.alerts.view(other).closed)
    )
    with pytest.raises(NoSuchAlert):
        services.alerts.alert(number, other)
    with pytest.raises(NoSuchAlert):
        services.alerts.act(number, FilledAlertForm(LOOKED_AT), other)
    with services.database.reading() as session:
        mine = services.alerts.open_alerts(session, other.sites)
        assert services.alerts.count_open(session, other.sites) == len(mine)
        assert services.alerts.count_open(session, None) >= len(mine) + 1
        assert services.alerts.open_alerts(session, None)[0].is_harm


def test_a_foreign_alert_answers_exactly_as_one_that_does_not_exist(desk: Desk) -> None:
    http, url = browser(desk, "Foreigner", role=users.Role.COORDINATOR, sites=("Clinic A",)), desk.server.url
    number = the_leak(desk).alert_no

    answers = [
        http.get(f"{url}/review{api}/alerts/{one}", timeout=30) for api in ("", "/api") for one in (number, 99999)
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert answers[0].text == answers[1].text
    assert (
        answers[2].json() == answers[3].json() == {"error": {"code": "not_found", "message": "There is no such alert."}}
    )
    assert http.get(f"{url}/review/alerts/nonsense", timeout=30).status_code == 400
    assert http.get(f"{url}/review/alerts/{2**40}", timeout=30).status_code == 400


def test_the_pages_hold_the_alert_its_charts_and_their_tables_and_obey_the_policy(desk: Desk) -> None:
    http, url = browser(desk, "Reader"), desk.server.url
    number = the_leak(desk).alert_no

    listed, one = (http.get(f"{url}/review/alerts{tail}", timeout=30) for tail in ("", f"/{number}"))

    assert (listed.status_code, one.status_code) == (200, 200)
    assert "6 leaks in 3 weeks" in listed.text
    assert one.text.count("<svg xmlns") == 2
    assert one.text.count('<table class="numbers">') == 2
    assert " style=" not in one.text
    assert "<style" not in one.text
    assert len(one.content) <= 60_000
    assert http.get(f"{url}/review/files/alerts.css", timeout=30).headers["content-type"].startswith("text/css")


def test_the_json_says_what_the_page_says(desk: Desk) -> None:
    http, url = browser(desk, "Program"), desk.server.url
    number = the_leak(desk).alert_no

    listed = http.get(f"{url}/review/api/alerts", timeout=30).json()
    one = http.get(f"{url}/review/api/alerts/{number}", timeout=30).json()

    assert [row["headline"] for row in listed["open"] if row["is_harm"]] == ["6 leaks in 3 weeks; about 0.4 expected"]
    assert one["row"]["title"] == "IV-calcium leaks, Hospital D"
    assert sum(week["count"] for week in one["series"] if "2026-W43" <= week["week"] <= "2026-W45") == 6


def test_looking_is_in_the_log_by_number_and_without_a_name(desk: Desk) -> None:
    user, number = user_of(desk, LEAD), the_leak(desk).alert_no
    desk.server.services.alerts.alert(number, user)

    with desk.server.services.database.reading() as session:
        rows = [(row.actor, row.action, row.object) for row in audit.every(session)]
    assert (f"user {user.user_no}", "saw a report", f"alert {number}") in rows
    assert (f"user {user.user_no}", "saw a report", "alerts") in rows


@pytest.mark.parametrize(
    ("form", "advice"),
    [
        (FilledAlertForm("open"), "Choose one of the two buttons."),
        (FilledAlertForm(CLOSED), "Choose why the alert can be closed."),
        (FilledAlertForm(CLOSED, "because"), "Choose why the alert can be closed."),
        (FilledAlertForm(LOOKED_AT, note="x" * 301), "The note is longer than 300 characters. Shorten it."),
        (FilledAlertForm(LOOKED_AT, note="a\x00b"), "The note holds characters that cannot be shown. Type it again."),
        (
            FilledAlertForm(LOOKED_AT, note="Ask about MRN00471123"),
            "Leave out numbers of more than four digits: nothing about a child may stand here.",
        ),
    ],
)
def test_what_cannot_be_kept_is_refused_in_one_sentence_and_nothing_changes(
    desk: Desk, form: FilledAlertForm, advice: str
) -> None:
    services, number = desk.server.services, the_leak(desk).alert_no

    with pytest.raises(AlertNotChanged) as refused:
        services.alerts.act(number, form, user_of(desk, LEAD))

    assert refused.value.advice == advice
    assert the_leak(desk).state == NEW


def test_two_that_look_at_the_same_moment_note_it_once(desk: Desk) -> None:
    """As two server processes would: each with a memory of its own."""
    services = desk.server.services
    leak = the_leak(desk)
    with services.database.writing() as session:
        session.execute(delete(AlertActRow))
        session.execute(delete(AlertRow))
    both = [Noting(services.database, TODAY.isoformat, services.alerts.counts) for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: one.refresh(), both))

    with services.database.reading() as session:
        noted = [(one.site_no, one.condition, one.first_week) for one in alerts.listed(session, None)]
    assert len(set(noted)) == len(noted) >= 1
    again = the_leak(desk)
    assert (again.title, again.first_week, again.seen) == (leak.title, leak.first_week, leak.seen)


# What changes the district: a district of its own for each kind of database


def test_an_alert_is_looked_at_closed_with_a_reason_opens_again_when_it_goes_on_and_no_longer_holds_once_the_cases_go(
    database_url: str, tmp_path: Path
) -> None:
    with running_server(database_url) as server:
        ward = DeskTablet(server.url).enrol(server.code("Ward 3"))
        _send(server.services, ward, leaks_at=(40, 41, 41, 42, 42))
        services = server.services
        token = signed_in(services)
        user = services.sign_in.user_of(token)
        assert user is not None
        http = requests.Session()
        http.cookies.set(COOKIE, token)

        (row,) = services.alerts.view(user).open
        path = f"{server.url}/review/alerts/{row.alert_no}"
        page = http.get(path, timeout=30).text
        form = {"form_token": re.search(r'name="form_token" value="([0-9a-f]+)"', page)[1]}  # type: ignore[index]
        note = "Drips of the night shift <script>alert(1)</script> =1+1"
        looked = http.post(path, {**form, "act": "looked_at", "note": note, "checked": ["0", "3"]}, timeout=30)
        refused = http.post(path, {**form, "act": "closed", "note": "Typed once"}, timeout=30)
        closed = http.post(path, {**form, "act": "closed", "reason": "cause_found"}, timeout=30)

        assert [answer.status_code for answer in (looked, refused, closed)] == [200, 422, 200]
        assert "Typed once" in refused.text
        assert "Choose why the alert can be closed." in refused.text
        assert "&lt;script&gt;alert(1)" in looked.text
        assert "<script" not in looked.text
        view = services.alerts.alert(row.alert_no, user)
        assert [(act.words, act.by) for act in view.acts] == [("Looked at", "Huda"), ("Closed", "Huda")]
        assert view.acts[0].checked == (view.checks[0].text, view.checks[3].text)
        assert services.alerts.view(user).open == ()

        _send(services, ward, leaks_at=(43, 43, 43), from_week=43)
        (again,) = services.alerts.view(user).open
        assert (again.alert_no, again.state, again.seen) == (row.alert_no, NEW, row.seen + 3)
        assert services.alerts.alert(row.alert_no, user).acts[-1].words.startswith("Went on")

        with services.database.reading() as session:
            site = sites.find(session, "Ward 3")
            assert site is not None
            numbers = services.alerts.counts.newest(session, Standing(frozenset({site}), what=CALCINOSIS), 99)
            found = cases.by_number(session, numbers).values()
        for case in found:
            services.review.save(case.case_id, FilledForm("rejected", "", (), "", "0"), user)
        gone = services.alerts.alert(row.alert_no, user)
        assert (gone.holds, gone.cases) == (False, ())
        assert "no cluster any more" in http.get(path, timeout=30).text
        with services.database.reading() as session:
            done = [one.object for one in audit.every(session) if one.action == "changed an alert"]
        assert done == [f"alert {row.alert_no}: looked_at", f"alert {row.alert_no}: closed"]


def test_a_server_without_a_case_says_that_there_is_nothing_to_watch(database_url: str) -> None:
    with running_server(database_url) as server:
        http = requests.Session()
        http.cookies.set(COOKIE, signed_in(server.services))

        page = http.get(f"{server.url}/review/alerts", timeout=30)

    assert "No case has come in yet, so there is nothing to watch." in page.text


def _send(services: object, ward: DeskTablet, leaks_at: tuple[int, ...], from_week: int = 0) -> None:
    """Let a ward send three cases a week, and leaks besides, up to the present week of each."""
    last = max(leaks_at)
    for week in range(from_week, last + 1):
        day = TODAY - timedelta(weeks=50 - week)
        set_today(services, day)  # type: ignore[arg-type]
        kinds = ["cellulitis", "abscess", "cellulitis"] + [CALCINOSIS] * leaks_at.count(week)
        ward.push(*[ward.entry(new_case(), {"erythema": True}, concluded=conclusion(kind)) for kind in kinds])


def test_a_cluster_of_another_diagnosis_has_its_own_words_and_no_chart_between_leaks(database_url: str) -> None:
    with running_server(database_url) as server:
        ward = DeskTablet(server.url).enrol(server.code("Ward 3"))
        for week in range(12):
            set_today(server.services, TODAY - timedelta(weeks=11 - week))
            kinds = ["abscess"] * 2 + ["cellulitis"] * (6 if week == 11 else week % 2)
            ward.push(*[ward.entry(new_case(), {"erythema": True}, concluded=conclusion(kind)) for kind in kinds])
        http = requests.Session()
        http.cookies.set(COOKIE, signed_in(server.services))

        (row,) = http.get(f"{server.url}/review/api/alerts", timeout=30).json()["open"]
        page = http.get(f"{server.url}/review/alerts/{row['alert_no']}", timeout=30).text

    assert (row["title"], row["headline"]) == ("Cellulitis, Ward 3", "6 cases in 1 week; about 0.4 expected")
    assert row["rules"] == ["C1", "C2"]
    assert page.count("<svg xmlns") == 1
    assert "Read the cases: what have the children in common?" in page


def test_every_state_and_act_has_words() -> None:
    assert set(views.STATE_WORDS) == {NEW, LOOKED_AT, CLOSED}
    assert set(service._ACT_WORDS) == {LOOKED_AT, CLOSED, alerts.WENT_ON}
