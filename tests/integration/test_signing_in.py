"""Two steps of signing in, over HTTP and with the services: what each opens, what is taken once, who has to wait."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
import requests

from shared.crypto.totp import STEP_S, code_at
from sync_server.database import Database
from sync_server.repositories import audit as log
from sync_server.repositories import sessions, users
from sync_server.repositories.attempts import failures as failed_so_far
from sync_server.repositories.users import Role
from sync_server.services.attempts import Attempts, Limit
from sync_server.services.backup import back_up, restore
from sync_server.services.refusals import CodeWrong, SignInOver, SignInRefused, TooManyTries
from sync_server.services.sign_in import IDLE_S, SignInService, Step
from tests.databases import new_database
from tests.form_browser import FormBrowser
from tests.second_step import Phone, finish
from tests.server_world import PASSWORD, RunningServer, running_server, signed_in


@pytest.fixture
def sign_in(server: RunningServer) -> SignInService:
    service = server.services.sign_in
    service.create_user("Huda", PASSWORD)
    return service


@pytest.fixture
def phone(server: RunningServer, sign_in: SignInService) -> Phone:
    """Huda's phone, with the second step set up half an hour ago."""
    at(sign_in, sign_in.now() - 1800)
    finish(server.services, sign_in.sign_in("Huda", PASSWORD))
    at(sign_in, sign_in.now() + 1800)
    return Phone.of(server.services, "Huda")


def at(service: SignInService, now: int) -> None:
    object.__setattr__(service, "now", lambda: now)


def rows(server: RunningServer) -> list[tuple[str, str, str]]:
    with server.services.database.reading() as session:
        return [(row.actor, row.action, row.object) for row in log.every(session)]


def test_a_password_alone_opens_nothing(server: RunningServer, sign_in: SignInService) -> None:
    half = sign_in.sign_in("Huda", PASSWORD)

    assert sign_in.user_of(half) is None
    for path in ("/review", "/review/cases", "/review/account", "/review/api/account"):
        answer = requests.get(server.url + path, cookies={"handwise_session": half}, timeout=9)
        assert answer.status_code == 403


def test_each_step_makes_a_new_token_and_ends_the_one_before(
    server: RunningServer, sign_in: SignInService, phone: Phone
) -> None:
    half = sign_in.sign_in("Huda", PASSWORD)
    whole = sign_in.enter_code(half, code_at(phone.key, sign_in.now()))

    assert whole != half
    assert sign_in.user_of(whole) is not None
    assert sign_in.user_of(half) is None
    with pytest.raises(SignInOver):
        sign_in.enter_code(half, phone.code())
    with pytest.raises(SignInOver):
        sign_in.next_step(whole)


def test_a_code_is_taken_once_also_when_two_send_it_at_once(sign_in: SignInService, phone: Phone) -> None:
    code, halves = code_at(phone.key, sign_in.now()), [sign_in.sign_in("Huda", PASSWORD) for _ in range(3)]

    def enter(half: str) -> bool:
        try:
            return bool(sign_in.enter_code(half, code))
        except CodeWrong:
            return False

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(enter, halves)) == [False, False, True]


def test_a_try_that_waits_for_one_that_succeeds_is_counted_anew(server: RunningServer, sign_in: SignInService) -> None:
    limit, attempts = Limit(b"somebody", free=4, longest_s=60, quiet_s=600), sign_in.attempts
    attempts.begin(limit)

    with ThreadPoolExecutor(1) as threads:
        with server.services.database.writing() as session:
            failed_so_far(session, limit.subject)
            waiting = threads.submit(attempts.begin, limit)
            # It waits for this transaction now, which takes away what it waits for.
            assert not wait([waiting], timeout=0.5).done
            attempts.succeeded(session, limit)
        assert waiting.result(timeout=30) == 0


def test_a_recovery_code_is_good_once_however_it_is_typed(sign_in: SignInService, phone: Phone) -> None:
    code = phone.code()
    assert sign_in.enter_code(sign_in.sign_in("Huda", PASSWORD), f" {code.upper().replace('-', ' ')} ")

    with pytest.raises(CodeWrong):
        sign_in.enter_code(sign_in.sign_in("Huda", PASSWORD), code)


def test_a_recovery_code_of_somebody_else_is_worth_nothing(
    server: RunningServer, sign_in: SignInService, phone: Phone
) -> None:
    signed_in(server.services, "Mona")
    with pytest.raises(CodeWrong):
        sign_in.enter_code(sign_in.sign_in("Mona", PASSWORD), phone.code())


def test_wrong_codes_have_to_wait_and_a_new_password_step_does_not_help(sign_in: SignInService, phone: Phone) -> None:
    waits = []
    for _ in range(3):
        with pytest.raises(CodeWrong) as refused:
            sign_in.enter_code(sign_in.sign_in("Huda", PASSWORD), "000000")
        waits.append(refused.value.wait_s)
    assert waits == [0, 0, 2]

    half = sign_in.sign_in("Huda", PASSWORD)
    with pytest.raises(TooManyTries):
        sign_in.enter_code(half, code_at(phone.key, sign_in.now()))
    at(sign_in, sign_in.now() + 2)
    assert sign_in.enter_code(half, code_at(phone.key, sign_in.now()))


def test_a_sign_in_that_is_left_alone_is_over(sign_in: SignInService, phone: Phone) -> None:
    half = sign_in.sign_in("Huda", PASSWORD)
    at(sign_in, sign_in.now() + IDLE_S + 1)

    with pytest.raises(SignInOver):
        sign_in.enter_code(half, code_at(phone.key, sign_in.now()))


def test_the_key_is_the_same_until_it_is_taken_over_and_a_wrong_code_takes_nothing_over(
    server: RunningServer, sign_in: SignInService
) -> None:
    half = sign_in.sign_in("Huda", PASSWORD)
    shown = sign_in.set_up(half)
    with pytest.raises(CodeWrong):
        sign_in.finish_set_up(half, "000000")

    assert sign_in.set_up(half) == shown
    assert sign_in.next_step(half)[1] is Step.SET_UP
    assert f"secret={shown.secret_text.replace(' ', '')}" in shown.uri


def test_neither_key_nor_recovery_code_stands_in_the_database(server: RunningServer, phone: Phone) -> None:
    stored = server.stored_bytes()

    assert phone.key not in stored
    for code in phone.paper:
        assert code.encode() not in stored
        assert code.replace("-", "").encode() not in stored


def test_the_second_step_is_the_same_on_a_restored_server(
    server: RunningServer, phone: Phone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("restored")
    back_up(server.services.database, folder / "backup")
    other = Database(new_database("sqlite", folder, is_migrated=False))
    restore(other, folder / "backup")
    other.close()

    with running_server(f"sqlite:///{folder / 'server.db'}") as restored:
        service = restored.services.sign_in
        assert service.secret != server.services.sign_in.secret
        # The hasher of the tests is quick; the one that made the hash was the same.
        assert service.enter_code(service.sign_in("Huda", PASSWORD), code_at(phone.key, service.now() + STEP_S))
        assert service.enter_code(service.sign_in("Huda", PASSWORD), phone.code())


def test_what_is_sealed_for_one_user_opens_for_no_other(server: RunningServer, phone: Phone) -> None:
    sign_in = server.services.sign_in
    signed_in(server.services, "Mona")
    with server.services.database.writing() as session:
        huda, mona = users.find(session, "Huda"), users.find(session, "Mona")
        assert huda is not None
        assert mona is not None
        assert huda.totp_secret is not None
        users.reseal(session, mona.user.user_no, huda.totp_secret)

    with pytest.raises(CodeWrong):
        sign_in.enter_code(sign_in.sign_in("Mona", PASSWORD), code_at(phone.key, sign_in.now() + STEP_S))


def test_an_address_that_fails_often_has_to_wait_with_any_name(server: RunningServer, sign_in: SignInService) -> None:
    for number in range(30):
        with pytest.raises(SignInRefused):
            sign_in.sign_in(f"name {number}", "x", "192.0.2.7")

    with pytest.raises(TooManyTries):
        sign_in.sign_in("Huda", PASSWORD, "192.0.2.7")
    assert sign_in.sign_in("Huda", PASSWORD, "198.51.100.1")
    assert sign_in.sign_in("Huda", PASSWORD, None)
    at(sign_in, sign_in.now() + 16 * 60)
    assert sign_in.sign_in("Huda", PASSWORD, "192.0.2.7")


def test_ipv6_addresses_of_one_network_are_one_client(sign_in: SignInService) -> None:
    of_address = sign_in.attempts.of_address

    assert of_address("2001:db8::1") == of_address("2001:db8::ffff:1")
    assert of_address("::ffff:192.0.2.7") == of_address("192.0.2.7")
    assert len({of_address(f"192.0.2.{number}") for number in range(100)}) > 90
    # However many there are, their rows stay few.
    assert len({of_address(f"10.{one}.{two}.3") for one in range(100) for two in range(100)}) <= 4096


@pytest.mark.parametrize(
    ("settings", "told", "address"),
    [
        ({}, "192.0.2.7", "127.0.0.1"),
        ({"public_url": "https://review.example"}, "192.0.2.7", None),
        ({"public_url": "https://review.example", "behind_proxy": True}, "evil, 192.0.2.7", "192.0.2.7"),
        ({"public_url": "https://review.example", "behind_proxy": True}, "", None),
    ],
)
def test_a_clients_address_is_believed_of_the_proxy_alone_and_only_if_told(
    database_url: str, monkeypatch: pytest.MonkeyPatch, settings: dict[str, object], told: str, address: str | None
) -> None:
    seen: list[str | None] = []
    with running_server(database_url, **settings) as server:
        of_address = Attempts.of_address

        def noting(self: Attempts, given: str | None) -> tuple[Limit, ...]:
            seen.append(given)
            return of_address(self, given)

        monkeypatch.setattr(Attempts, "of_address", noting)
        cookie = "__Host-handwise_form" if "public_url" in settings else "handwise_form"
        form_token = server.services.sign_in.form_token("x")
        requests.post(
            f"{server.url}/review/sign-in",
            data={"form_token": form_token, "name": "Nobody", "password": "x"},
            headers={"cookie": f"{cookie}=x", "x-forwarded-for": told},
            timeout=9,
        )
    assert seen == [address]


def test_signing_in_and_out_and_failing_stand_in_the_log_without_a_name(
    server: RunningServer, sign_in: SignInService, phone: Phone
) -> None:
    before = len(rows(server))
    for name in ("Huda", "Zuleika Haddad"):
        with pytest.raises(SignInRefused):
            sign_in.sign_in(name, "x")
    half = sign_in.sign_in("Huda", PASSWORD)
    with pytest.raises(CodeWrong):
        sign_in.enter_code(half, "000000")
    sign_in.sign_out(sign_in.enter_code(half, code_at(phone.key, sign_in.now())))

    assert rows(server)[before:] == [
        ("somebody", "sign-in failed", "password"),
        ("somebody", "sign-in failed", "password"),
        ("user 1", "sign-in failed", "code"),
        ("user 1", "signed in", "review pages"),
        ("user 1", "signed out", "review pages"),
    ]


def test_nobody_fills_the_log_with_failures(server: RunningServer, sign_in: SignInService) -> None:
    before = len(rows(server))
    for number in range(70):
        with pytest.raises(SignInRefused):
            sign_in.sign_in(f"name {number}", "x")

    assert len(rows(server)) == before + 60
    at(sign_in, sign_in.now() + 3601)
    with pytest.raises(SignInRefused):
        sign_in.sign_in("one more", "x")
    assert len(rows(server)) == before + 61


def test_one_time_password_own_password_and_second_step_in_a_browser(server: RunningServer) -> None:
    sena = server.services.sign_in.user_of(signed_in(server.services, "Sena", Role.ADMINISTRATOR))
    assert sena is not None
    _, given = server.services.users.add("Mona", Role.DISTRICT_LEAD, [], sena)
    browser = FormBrowser(server)

    page = browser.sign_in("Mona", given)
    assert page.url.endswith("/review/sign-in/password")
    for new, again, says in (
        ("too short", "too short", "must have 15 to 256 characters"),
        (PASSWORD, "another", "was not the same both times"),
        (given, given, "must be another one"),
    ):
        fields: dict[str, object] = {"form_token": browser.token(page.text), "new": new, "again": again}
        page = browser.post("/review/sign-in/password", fields)
        assert page.status_code == 422
        assert says in page.text
    page = browser.post(
        "/review/sign-in/password", {"form_token": browser.token(page.text), "new": PASSWORD, "again": PASSWORD}
    )
    assert page.url.endswith("/review/sign-in/set-up")
    drawn = re.search(r'<svg class="qr".*?</svg>', page.text, re.DOTALL)
    assert drawn
    assert "style" not in drawn[0]
    assert "<script" not in page.text
    assert "Today" in browser.second_step("Mona", page).text
    with pytest.raises(SignInRefused):
        server.services.sign_in.sign_in("Mona", given)


def test_a_one_time_password_runs_out(server: RunningServer) -> None:
    service = server.services.sign_in
    sena = service.user_of(signed_in(server.services, "Sena", Role.ADMINISTRATOR))
    assert sena is not None
    _, given = server.services.users.add("Mona", Role.DISTRICT_LEAD, [], sena)

    at(service, service.now() + 7 * 24 * 60 * 60)

    with pytest.raises(SignInRefused):
        service.sign_in("Mona", given)


def test_a_sign_in_of_somebody_who_is_disabled_meanwhile_is_over(
    server: RunningServer, sign_in: SignInService, phone: Phone
) -> None:
    half = sign_in.sign_in("Huda", PASSWORD)
    with server.services.database.writing() as session:
        # The row alone, so that it is the step itself that looks.
        session.connection().exec_driver_sql("UPDATE user_account SET is_disabled = TRUE")
        assert sessions.find(session, b"") is None

    with pytest.raises(SignInOver):
        sign_in.enter_code(half, code_at(phone.key, sign_in.now()))
    with pytest.raises(SignInRefused):
        sign_in.sign_in("Huda", PASSWORD)
