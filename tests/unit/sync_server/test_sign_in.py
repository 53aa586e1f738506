"""Passwords: real Argon2id parameters, the same work for nobody, and refusals that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from shared.errors import InvalidInput
from sync_server.database import Database
from sync_server.repositories.schema import migrate
from sync_server.services.refusals import SignInRefused
from sync_server.services.sign_in import SignInService


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
