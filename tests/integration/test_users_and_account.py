"""Looking after users and one's own account: what an administrator changes holds at once; forms are only our own."""

from __future__ import annotations

import re

import pytest
import requests
from markupsafe import escape

from shared.crypto.totp import code_at
from sync_server.api.dependencies import Services
from sync_server.repositories import audit as log
from sync_server.repositories.users import Role, User
from sync_server.services.refusals import NoSuchUser, SignInRefused
from sync_server.services.users import NotChanged
from tests.form_browser import FormBrowser
from tests.freezing import rows_of
from tests.second_step import Phone
from tests.server_world import PASSWORD, RunningServer, signed_in

CHANGES = ("rights", "language", "disable", "enable", "password", "second-step", "sessions")
NEW = "staple battery horse correct"


@pytest.fixture
def sena(server: RunningServer) -> FormBrowser:
    """An administrator's browser."""
    server.code("Clinic A")
    server.code("Clinic B")
    server.services.sign_in.create_user("Sena", PASSWORD, Role.ADMINISTRATOR)
    browser = FormBrowser(server)
    assert browser.sign_in("Sena").status_code == 200
    return browser


@pytest.fixture
def omar(server: RunningServer, sena: FormBrowser) -> str:
    """The token of a coordinator of Clinic A; his number is 2."""
    return signed_in(server.services, "Omar", Role.COORDINATOR, ["Clinic A"])


def whose(services: Services, token: str) -> User:
    user = services.sign_in.user_of(token)
    assert user is not None
    return user


def change(browser: FormBrowser, tail: str, user_no: int = 2, **fields: object) -> requests.Response:
    token = browser.token(browser.get("/review/users").text)
    return browser.post(f"/review/users/{user_no}/{tail}", {"form_token": token, **fields})


def test_a_user_is_added_with_a_password_that_is_shown_once(server: RunningServer, sena: FormBrowser) -> None:
    token = sena.token(sena.get("/review/users").text)
    added = sena.post("/review/users", {"form_token": token, "name": "Mona", "role": "coordinator", "site": ["1", "2"]})

    given = re.search(r'class="key">([a-z2-7]{4}(?:-[a-z2-7]{4}){3})<', added.text)
    assert given
    assert given[1] not in sena.get("/review/users/2").text
    assert given[1].encode() not in server.stored_bytes()
    assert FormBrowser(server).sign_in("Mona", given[1]).url.endswith("/review/sign-in/password")
    listed = sena.get("/review/api/users").json()["users"]
    assert [(one["name"], one["role"], one["sites"], one["state"]) for one in listed] == [
        ("Mona", "coordinator", ["Clinic A", "Clinic B"], "invited"),
        ("Sena", "administrator", [], "active"),
    ]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "", "role": "administrator"}, "The name must have 1 to 60 characters."),
        ({"name": "x" * 61, "role": "administrator"}, "The name must have 1 to 60 characters."),
        ({"name": "Sena", "role": "administrator"}, "Somebody has this name already."),
        ({"name": "Mona", "role": "coordinator"}, "A coordinator needs at least one site."),
        ({"name": "Mona", "role": "king", "site": "x"}, "A coordinator needs at least one site."),
        ({"name": "Mona", "role": "coordinator", "site": "987654"}, "A coordinator needs at least one site."),
    ],
)
def test_what_cannot_be_added_is_said_in_one_sentence_and_what_was_filled_in_stays(
    server: RunningServer, sena: FormBrowser, fields: dict[str, object], says: str
) -> None:
    token = sena.token(sena.get("/review/users").text)
    answer = sena.post("/review/users", {"form_token": token, **fields})

    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{str(fields["name"])[:60]}"' in answer.text
    assert len(sena.get("/review/api/users").json()["users"]) == 1


@pytest.mark.parametrize("tail", CHANGES)
def test_every_change_ends_the_users_sessions_at_once(
    server: RunningServer, sena: FormBrowser, omar: str, tail: str
) -> None:
    assert server.services.sign_in.user_of(omar)

    assert change(sena, tail, role="district_lead").status_code == 200
    assert server.services.sign_in.user_of(omar) is None
    with server.services.database.reading() as session:
        last = list(log.every(session))
    assert ("user 1", "changed a user") in [(row.actor, row.action) for row in last[-4:]]
    assert not [row for row in last if "Omar" in row.actor + row.action + row.object]


def test_new_rights_are_those_of_the_next_sign_in(server: RunningServer, sena: FormBrowser, omar: str) -> None:
    change(sena, "rights", role="coordinator", site="2")
    assert whose(server.services, signed_in_again(server, "Omar")).sites == frozenset({2})
    change(sena, "rights", role="district_lead", site="2")
    assert whose(server.services, signed_in_again(server, "Omar")).sites is None
    change(sena, "rights", role="administrator")
    assert whose(server.services, signed_in_again(server, "Omar")).sites == frozenset()


def test_an_administrator_changes_the_language_in_which_another_user_reads_the_desk(
    server: RunningServer, sena: FormBrowser, omar: str
) -> None:
    assert change(sena, "language", language="ar").status_code == 200
    assert sena.get("/review/api/users").json()["users"][0]["language"] == "ar"
    assert '<option value="ar" lang="ar" dir="rtl" selected>' in sena.get("/review/users/2").text
    page = requests.get(
        f"{server.url}/review",
        cookies={"handwise_session": signed_in_again(server, "Omar"), "handwise_language": "fr"},
        timeout=30,
    )
    assert '<html lang="ar" dir="rtl">' in page.text

    refused = change(sena, "language", language="tlh")
    assert refused.status_code == 422
    assert "Choose a language from the list." in refused.text
    assert sena.get("/review/api/users").json()["users"][0]["language"] == "ar"
    change(sena, "language", language="")
    assert sena.get("/review/api/users").json()["users"][0]["language"] == ""


def signed_in_again(server: RunningServer, name: str) -> str:
    sign_in = server.services.sign_in
    return sign_in.enter_code(sign_in.sign_in(name, PASSWORD), Phone.of(server.services, name).code())


def test_who_is_disabled_cannot_sign_in_until_enabled_again(
    server: RunningServer, sena: FormBrowser, omar: str
) -> None:
    change(sena, "disable")
    with pytest.raises(SignInRefused, match="User or password is wrong"):
        server.services.sign_in.sign_in("Omar", PASSWORD)

    change(sena, "enable")
    assert signed_in_again(server, "Omar")


@pytest.mark.parametrize("tail", CHANGES)
def test_nobody_changes_his_own_rights_nor_a_user_who_is_not_there(
    server: RunningServer, sena: FormBrowser, tail: str
) -> None:
    own = change(sena, tail, user_no=1, role="district_lead")
    assert own.status_code == 422
    assert "Another administrator can change it" in own.text
    assert change(sena, tail, user_no=99, role="district_lead").status_code == 404
    (user,) = sena.get("/review/api/users").json()["users"]
    assert (user["role"], user["state"], user["open_sessions"]) == ("administrator", "active", 1)


def test_the_service_itself_refuses_the_same(server: RunningServer, sena: FormBrowser) -> None:
    by = whose(server.services, sena.http.cookies["handwise_session"])
    for act in (server.services.users.new_password, server.services.users.reset_second_factor):
        with pytest.raises(NotChanged):
            act(by.user_no, by)
        with pytest.raises(NoSuchUser):
            act(99, by)


@pytest.mark.parametrize(
    "path",
    [
        "/review/users", *(f"/review/users/2/{tail}" for tail in CHANGES), "/review/account/password",
        "/review/account/second-step", "/review/account/second-step/code", "/review/account/recovery-codes",
        "/review/account/sessions", "/review/sign-in/password", "/review/sign-in/set-up", "/review/sign-in/code",
    ],
)  # fmt: skip
def test_a_form_that_our_own_page_did_not_send_changes_nothing(
    server: RunningServer, sena: FormBrowser, omar: str, path: str
) -> None:
    own = sena.token(sena.get("/review/users").text)
    before = everything(server)
    filled = {"name": "Evil", "role": "administrator", "old": PASSWORD, "new": NEW, "again": NEW, "password": PASSWORD}

    for attack in (
        {"token": ""},
        {"token": "0" * 64},
        {"token": server.services.sign_in.form_token(omar)},
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        headers = {name: value for name, value in attack.items() if name != "token"}
        answer = sena.post(path, {"form_token": attack.get("token", own), "session": "others", **filled}, **headers)
        assert answer.status_code == 403
        assert "This form is no longer valid." in answer.text
    assert everything(server) == before
    assert server.services.sign_in.user_of(omar)
    assert server.services.sign_in.user_of(sena.http.cookies["handwise_session"])


def everything(server: RunningServer) -> object:
    with server.services.database.reading() as session:
        return rows_of(session.connection())


def account(browser: FormBrowser, tail: str, **fields: object) -> requests.Response:
    token = browser.token(browser.get("/review/account").text)
    return browser.post(f"/review/account/{tail}", {"form_token": token, **fields})


def test_ones_own_password_is_changed_and_other_sessions_end(server: RunningServer, sena: FormBrowser) -> None:
    other = signed_in_again(server, "Sena")
    before = sena.http.cookies["handwise_session"]
    for fields, status, says in (
        ({"old": "x", "new": NEW, "again": NEW}, 403, "The password is wrong."),
        ({"old": PASSWORD, "new": NEW, "again": PASSWORD}, 422, "was not the same both times"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, 422, "must have 15 to 256 characters"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, 422, "must be another one than before"),
    ):
        answer = account(sena, "password", **fields)
        assert answer.status_code == status
        assert says in answer.text

    assert "Changed." in account(sena, "password", old=PASSWORD, new=NEW, again=NEW).text
    assert sena.http.cookies["handwise_session"] != before
    for token in (before, other):
        assert server.services.sign_in.user_of(token) is None
    assert server.services.sign_in.sign_in("Sena", NEW)


def test_the_second_step_moves_to_another_phone_only_with_the_password_and_its_first_code(
    server: RunningServer, sena: FormBrowser
) -> None:
    phone = Phone.of(server.services, "Sena")
    old_key = phone.key
    assert "The password is wrong." in account(sena, "second-step", password="x").text
    page = account(sena, "second-step", password=PASSWORD)
    key = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page.text)
    assert key
    fields: dict[str, object] = {"form_token": sena.token(page.text), "code": "000000"}
    assert sena.post("/review/account/second-step/code", fields).status_code == 403

    done = sena.post("/review/account/second-step/code", {**fields, "code": phone.take_over(key[1])})
    codes = re.findall("<li><code>([a-z2-7-]+)</code>", done.text)

    assert len(set(codes)) == 10
    assert sena.get("/review/account").status_code == 200
    sign_in = server.services.sign_in
    half = sign_in.sign_in("Sena", PASSWORD)
    with pytest.raises(Exception, match="This code is not right"):
        sign_in.enter_code(half, code_at(old_key, sign_in.now() + 30))
    with pytest.raises(Exception, match="This code is not right"):
        sign_in.enter_code(half, phone.paper[0])
    assert sign_in.enter_code(half, codes[0])


def test_new_recovery_codes_make_the_old_ones_void(server: RunningServer, sena: FormBrowser) -> None:
    phone = Phone.of(server.services, "Sena")
    shown = account(sena, "recovery-codes", password=PASSWORD).text
    codes = re.findall("<li><code>([a-z2-7-]+)</code>", shown)

    assert len(codes) == 10
    sign_in = server.services.sign_in
    half = sign_in.sign_in("Sena", PASSWORD)
    with pytest.raises(Exception, match="This code is not right"):
        sign_in.enter_code(half, phone.paper[0])
    assert sign_in.enter_code(half, codes[0])
    assert sena.get("/review/api/account").json()["recovery_codes_left"] == 9


def test_ones_own_sessions_are_seen_and_ended(server: RunningServer, sena: FormBrowser, omar: str) -> None:
    others = [signed_in_again(server, "Sena") for _ in range(3)]
    shown = sena.get("/review/api/account").json()["sessions"]
    assert [one["is_this"] for one in shown].count(True) == 1
    assert len(shown) == 4

    # The id of somebody else's session ends nothing.
    theirs = server.services.account.view(whose(server.services, omar), omar).sessions[0].id
    account(sena, "sessions", session=theirs)
    assert server.services.sign_in.user_of(omar)
    account(sena, "sessions", session=next(one["id"] for one in shown if not one["is_this"]))
    assert sum(server.services.sign_in.user_of(token) is not None for token in others) == 2
    account(sena, "sessions", session="others")
    assert not any(server.services.sign_in.user_of(token) for token in others)
    assert sena.get("/review/account").status_code == 200


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 700*7 }}"])
def test_a_name_is_shown_as_it_is_and_runs_nowhere(server: RunningServer, sena: FormBrowser, name: str) -> None:
    by = whose(server.services, sena.http.cookies["handwise_session"])
    user_no, _ = server.services.users.add(name, Role.DISTRICT_LEAD, [], by)

    for path in ("users", f"users/{user_no}", "audit"):
        page = sena.get(f"/review/{path}").text
        assert escape(name) in page
        assert "<script" not in page
        assert "<img" not in page
        assert "4900" not in page


def test_a_name_that_turns_the_writing_round_is_refused(server: RunningServer, sena: FormBrowser) -> None:
    by = whose(server.services, sena.http.cookies["handwise_session"])
    with pytest.raises(NotChanged):
        server.services.users.add("\u202egnp.exe", Role.DISTRICT_LEAD, [], by)
