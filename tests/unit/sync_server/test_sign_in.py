"""Passwords: real Argon2id parameters, the same work for nobody, and refusals that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from shared.errors import InvalidInput
from sync_server.database import Database
from sync_server.repositories import sessions, users
from sync_server.repositories.schema import migrate
from sync_server.services.refusals import SignInOver, SignInRefused, TooManyTries
from sync_server.services.sign_in import SignInService, hash_of

EIGHTY_YEARS_S = 80 * 365 * 86400


class Counting(PasswordHasher):
    """The real hasher, which counts."""

    verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        self.verified += 1
        return super().verify(hash, password)


@pytest.fixture
def service(database_url: str) -> Iterator[SignInService]:
    database = Database(database_url)
    identity = migrate(database)
    yield SignInService(database, identity.secret, lambda: 1000, Counting(time_cost=1, memory_cost=64, parallelism=1))
    database.close()


def test_the_real_hasher_is_argon2id_with_64_mebibytes(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'server.db'}")
    hasher = SignInService(database, b"", lambda: 0).hasher
    database.close()

    parameters = extract_parameters(hasher.hash("x"))
    assert (parameters.type, parameters.memory_cost, parameters.time_cost) == (Type.ID, 64 * 1024, 3)


def test_a_user_that_does_not_exist_costs_the_same_work(service: SignInService) -> None:
    service.create_user("Huda", "correct horse battery staple")
    for name in ("Huda", "Nobody"):
        with pytest.raises(SignInRefused, match="User or password is wrong"):
            service.sign_in(name, "x")

    assert isinstance(service.hasher, Counting)
    assert service.hasher.verified == 2


def test_spaces_round_a_name_do_not_matter(service: SignInService) -> None:
    service.create_user(" Huda  Saleh ", "correct horse battery staple")

    assert service.next_step(service.sign_in("Huda Saleh", "correct horse battery staple"))[0].name == "Huda Saleh"


def test_a_second_create_changes_the_password(service: SignInService) -> None:
    assert service.create_user("Huda", "correct horse battery staple")
    assert not service.create_user("Huda", "battery staple correct horse")

    assert service.sign_in("Huda", "battery staple correct horse")
    with pytest.raises(SignInRefused):
        service.sign_in("Huda", "correct horse battery staple")


@pytest.mark.parametrize(
    ("name", "password", "field"),
    [
        ("", "correct horse battery staple", "name"),
        ("Hu\nda\x00", "correct horse battery staple", "name"),
        ("Huda", "fourteen chars", "password"),
        ("Huda", "x" * 257, "password"),
        ("Huda", "ababababababababab", "password"),
        ("Huda", "my name is huda 1234", "password"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_field(
    service: SignInService, name: str, password: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.create_user(name, password)

    assert refused.value.field == field
    assert "huda" not in str(refused.value).lower()


def test_the_delay_doubles_up_to_a_minute(service: SignInService) -> None:
    delay_after = service.attempts.of_name("Huda").delay_after

    assert [delay_after(failures) for failures in range(10)] == [0, 0, 0, 2, 4, 8, 16, 32, 60, 60]


def test_wrong_tries_under_a_clock_that_was_ahead_make_nobody_wait_for_years(service: SignInService) -> None:
    service.create_user("Huda", "correct horse battery staple")
    ahead = replace(service, now=lambda: service.now() + EIGHTY_YEARS_S)
    for _ in range(4):
        with suppress(SignInRefused, TooManyTries):
            ahead.sign_in("Huda", "another horse battery staple")

    with pytest.raises(TooManyTries) as caught:
        service.sign_in("Huda", "correct horse battery staple")

    assert caught.value.wait_s <= 60
    later = replace(service, now=lambda: service.now() + caught.value.wait_s)
    assert later.sign_in("Huda", "correct horse battery staple")


@pytest.mark.parametrize(("ahead_s", "is_open"), [(0, True), (59, True), (61, False), (EIGHTY_YEARS_S, False)])
def test_a_session_of_a_clock_that_was_ahead_ends_where_it_is_put_right(
    service: SignInService, ahead_s: int, is_open: bool
) -> None:
    """Else it would never be idle until the clock gets there again."""
    service.create_user("Huda", "correct horse battery staple")
    with service.database.writing() as session:
        account = users.find(session, "Huda")
        assert account is not None
        for token, is_whole in (("whole", True), ("half", False)):
            seen_at = service.now() + ahead_s
            sessions.add(session, hash_of(token), account.user.user_no, seen_at, is_whole=is_whole)

    assert (service.user_of("whole") is not None) is is_open
    if is_open:
        assert service.next_step("half")
    else:
        with pytest.raises(SignInOver):
            service.next_step("half")
