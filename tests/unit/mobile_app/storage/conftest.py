"""A tablet, its user, and a stick to back up to, for every test of what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mobile_app.locked_ports import UserAccount
from mobile_app.ports.outbox import Enrolment
from mobile_app.storage.case_store import EncryptedCaseStore
from tests.backup_world import Stick, a_stick
from tests.tablet_world import PIN, TestTablet, a_tablet


@pytest.fixture
def tablet(tmp_path: Path) -> Iterator[TestTablet]:
    with a_tablet(tmp_path / "tablet") as tablet:
        yield tablet


@pytest.fixture
def user(tablet: TestTablet) -> UserAccount:
    return tablet.vault.create("Ana Sample", "Nurse", PIN)


@pytest.fixture
def store(tablet: TestTablet) -> Iterator[EncryptedCaseStore]:
    store = tablet.set_up()
    yield store
    store.close()


@pytest.fixture
def enrolled(store: EncryptedCaseStore) -> None:
    """Connect the tablet of `store`."""
    store.outbox.save_enrolment(Enrolment("https://server.example", "1", "Clinic A", "epoch-1", "nonce-1"))


@pytest.fixture
def stick(tablet: TestTablet, store: EncryptedCaseStore, tmp_path: Path) -> Stick:
    return a_stick(tablet, store, tmp_path / "stick")


@pytest.fixture
def other(tmp_path: Path) -> Iterator[TestTablet]:
    with a_tablet(tmp_path / "other") as other:
        yield other
