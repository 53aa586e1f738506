"""Planted bugs of what is carried, linked, revoked and brought back; one at a time, as in `planted_bugs.py`."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

from sqlmodel import Session

import sync_server.services.authentication as authentication
import sync_server.services.carry as carry
from mobile_app.storage import link_rows, parcels
from mobile_app.storage import links as storage_links
from mobile_app.storage.boundaries import take_boundary
from shared.case.entry import CaseId, Link
from shared.case.log import CaseLog
from shared.crypto import signing
from shared.sync import receipt
from sync_server.database import Database
from sync_server.repositories import links, witnessed
from sync_server.repositories.devices import Device

# On the server


def a_parcel_is_receipted_and_not_committed() -> AbstractContextManager[Any]:
    take_in = carry.CarryService._take_in

    @contextmanager
    def writing(self: Database, **_: Any) -> Iterator[Session]:
        with Session(self._writing, expire_on_commit=False) as session:
            yield session
            session.flush()

    def hopeful(self: Any, *given: Any) -> Any:
        with patch.object(Database, "writing", writing):
            return take_in(self, *given)

    return patch.object(carry.CarryService, "_take_in", hopeful)


def a_revoked_tablet_may_still_sync() -> AbstractContextManager[Any]:
    return _without_revocation(authentication)


def a_revoked_tablet_may_still_be_carried_for() -> AbstractContextManager[Any]:
    return _without_revocation(carry)


def what_others_bring_back_is_dropped() -> AbstractContextManager[Any]:
    return patch.object(witnessed, "add", lambda *_, **__: True)


def a_link_outlives_its_withdrawal() -> AbstractContextManager[Any]:
    return patch.object(links, "erase", lambda *_: None)


def _without_revocation(module: ModuleType) -> AbstractContextManager[Any]:
    devices: Any = module.devices

    def find(session: Session, device: str) -> Device | None:
        found = devices.find(session, device)
        return None if found is None else replace(found, is_revoked=False)

    return patch.object(module, "devices", SimpleNamespace(**{**vars(devices), "find": find}))


# On the tablet


def a_receipt_needs_no_signature() -> AbstractContextManager[Any]:
    trusting = SimpleNamespace(**{**vars(signing), "verify": lambda *_: True})
    return patch.object(receipt, "signing", trusting)


def an_old_receipt_moves_the_head_back() -> AbstractContextManager[Any]:
    def take_over(session: Session, chain: Any, said: Any) -> bool:
        state = chain.state(session)
        if said.epoch != state.epoch:
            return False
        take_boundary(session, chain, said.acknowledged, said.epoch)
        session.add(state)
        parcels._note_refusals(session, chain, said)
        return True

    return patch.object(parcels, "_take_over", take_over)


def an_unlink_is_forgotten_when_somebody_writes_on() -> AbstractContextManager[Any]:
    def of_heads(log: CaseLog) -> frozenset[CaseId]:
        return frozenset(name for entry in log if entry.id in log.heads for name in entry.apart or ())

    return patch.object(storage_links, "apart_of", of_heads)


def record_numbers_are_linked_as_they_are_typed() -> AbstractContextManager[Any]:
    def literal(key: bytes, number: str) -> Link | None:
        return Link(hmac.new(key, number.encode(), "sha256").hexdigest()[:32]) if number else None

    return patch.object(link_rows, "pseudonym", literal)


WITHOUT_NETWORK = (
    (a_parcel_is_receipted_and_not_committed, 40, "carry"),
    (a_revoked_tablet_may_still_sync, 55, "revoke a tablet"),
    (a_revoked_tablet_may_still_be_carried_for, 88, "revoke a tablet", "carry"),
    (a_link_outlives_its_withdrawal, 372, "part or join two cases", "withdraw"),
    (a_receipt_needs_no_signature, 53, "carry"),
)
"""Each with a seed whose history shows it, and the acts without which it cannot show."""
RARELY_SHOWN = (
    (what_others_bring_back_is_dropped, 0, "put the server back", "restore a tablet"),
    (an_old_receipt_moves_the_head_back, 0, "carry"),
    (an_unlink_is_forgotten_when_somebody_writes_on, 0, "part or join two cases"),
    (record_numbers_are_linked_as_they_are_typed, 0, "part or join two cases"),
)
"""No seed is known for them yet: `python -m tests.simulation 0 1000 --planted` looks for one."""
