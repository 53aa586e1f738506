"""A tablet of a simulation: the real store and the real sync client on a real SQLCipher file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import event

from mobile_app.locked_ports import UserAccount
from mobile_app.ports.sync import SyncReport
from mobile_app.storage import database as database_module
from mobile_app.storage.case_store import EncryptedCaseStore
from mobile_app.storage.database import Database
from mobile_app.storage.restore import become_new_device
from mobile_app.sync_client.runner import OutboxSynchroniser
from shared.case.entry import DeviceId
from shared.crypto.keyring import DataKey
from tests.simulation.disk import Files
from tests.simulation.node import Node
from tests.tablet_world import TurnableClock, the_policy

KEY = bytes(range(32))
"""Every tablet of a simulation has it; what protects a key is not what is tested here."""
KNOWLEDGE_VERSION = "1.1"
_NO_LIMIT = 2**31 - 2


class SimulatedTablet(Node):
    """One tablet, open. `is_full`: its disk has no room for one more page."""

    kind = "tablet"
    disk: Files

    def __init__(self, name: str, disk: Files) -> None:
        super().__init__(name, disk)
        self.clock = TurnableClock()
        self.is_full = self._was_full = False
        self.is_cut_off = False
        self._engine: Any = None
        self.store: EncryptedCaseStore
        self.synchroniser: OutboxSynchroniser
        self.start()

    @classmethod
    def restored(cls, name: str, disk: Files) -> SimulatedTablet:
        """Return a new tablet on a copy of another's files, as a restored backup makes it."""
        become_new_device(disk.file, DataKey(KEY))
        return cls(name, disk)

    @property
    def device(self) -> DeviceId:
        return self.store.device

    def start(self) -> None:
        database = Database.open(self.disk.file, DataKey(KEY))
        engine = database._engine
        assert engine is not None
        with engine.connect() as connection:
            self.synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        self._engine = engine
        self.watch(engine)
        event.listen(engine, "begin", self._limit_size)
        self.store = EncryptedCaseStore(database, UserAccount("u1", "Ana Sample", "Nurse"), the_policy(), self.clock)
        self.synchroniser = OutboxSynchroniser(
            self.store.outbox, app_version="0.1.0", knowledge_version=KNOWLEDGE_VERSION
        )

    def stop(self) -> None:
        self.store.close()

    def sync(self) -> SyncReport:
        return self.synchroniser.sync()

    def rows(self, query: str) -> list[Any]:
        """Return what a query finds in the open file."""
        connection = self._engine.raw_connection()
        try:
            return list(connection.cursor().execute(query).fetchall())
        finally:
            connection.close()

    def _limit_size(self, connection: Any) -> None:
        if not self.is_full and not self._was_full:
            return
        self._was_full = True
        raw = connection.connection.dbapi_connection
        most = raw.execute("PRAGMA page_count").fetchone()[0] if self.is_full else _NO_LIMIT
        raw.execute(f"PRAGMA max_page_count = {most}").fetchone()


@contextmanager
def cheap_memory() -> Iterator[None]:
    """Open files without having the cipher lock and wipe its memory: a sixth of the time, and no part of any promise
    that a history could see broken. What is on the disk is encrypted as ever.
    """
    # Left out, not set to "off": what one connection of a process has switched on, no other can switch off.
    settings = tuple(one for one in database_module._SETTINGS if one[0] != "cipher_memory_security")
    with patch.object(database_module, "_SETTINGS", settings):
        yield
