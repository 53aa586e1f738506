"""Backups of one tablet, as the screens ask for them (`Backups` in `mobile_app/ports/backups.py`).

write      an open store ──▶ a file that needs the recovery code
restore    file and code ──▶ a new store of a new device, with one user
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mobile_app.locked_ports import BackupMade, BackupPlace, BackupPlaces, Clock, FoundBackup, UserAccount
from mobile_app.storage.backup_file import SUFFIX, BackupHeader, check_seal, copy_database_out, read_header
from mobile_app.storage.vault import TabletVault
from shared.case.entry import DeviceId
from shared.crypto.aead import SealBroken
from shared.crypto.keyring import DataKey
from shared.crypto.recovery_code import RecoveryCode
from shared.crypto.recovery_key import unwrap_with_code
from shared.errors import BackupNotMade, BackupUnusable, StoreDamaged, WrongRecoveryCode

if TYPE_CHECKING:
    from mobile_app.ports.store import CaseStore


class TabletBackups:
    """Making and restoring backups of the tablet of a vault."""

    def __init__(self, vault: TabletVault, places: BackupPlaces, clock: Clock) -> None:
        self._vault = vault
        self._places = places
        self._clock = clock

    def places(self) -> Sequence[BackupPlace]:
        return self._places.places()

    def last(self, store: CaseStore) -> BackupMade | None:
        from mobile_app.storage.backup import last_backup

        return last_backup(self._vault.opened(store).database)

    def write(self, store: CaseStore, folder: str) -> BackupMade:
        from mobile_app.storage.backup import write_backup

        recovery = self._vault.recovery_wrap(store)
        if recovery is None:
            raise BackupNotMade("A backup needs a recovery code to open it. Make one first.")
        return write_backup(self._vault.opened(store).database, recovery, _place(folder), self._clock.now())

    def found(self) -> Sequence[FoundBackup]:
        found = [path for place in self.places() for path in _files_in(Path(place.folder))]
        # Names begin with the day and the minute.
        found.sort(key=lambda path: path.name, reverse=True)
        return tuple(FoundBackup(str(path), _shown(path.name), _shown(str(path.parent))) for path in found)

    def check(self, file: str) -> date:
        return read_header(_place(file)).made_on

    def check_code(self, file: str, code: RecoveryCode) -> None:
        path = _place(file)
        check_seal(path, _key_of(read_header(path), code))

    def holds_cases(self) -> bool:
        return self._vault.is_occupied()

    def restore(
        self, file: str, code: RecoveryCode, name: str, role: str, pin: str, *, put_aside: bool = False
    ) -> UserAccount:
        path = _place(file)
        header = read_header(path)
        key = _key_of(header, code)
        check_seal(path, key)

        def make(cases: Path) -> DeviceId:
            from mobile_app.storage.restore import become_new_device

            copy_database_out(path, header, cases)
            try:
                return become_new_device(cases, key)
            except StoreDamaged:
                raise BackupUnusable("This backup is damaged. It was left as it is; choose another one.") from None

        return self._vault.take_over(make, key, header.recovery, name=name, role=role, pin=pin, put_aside=put_aside)


def _key_of(header: BackupHeader, code: RecoveryCode) -> DataKey:
    try:
        return unwrap_with_code(header.recovery, code)
    except SealBroken:
        raise WrongRecoveryCode from None


def _files_in(folder: Path) -> Sequence[Path]:
    try:
        return [path for path in folder.iterdir() if path.suffix == SUFFIX and path.is_file()]
    except OSError:
        return ()


def _place(typed: str) -> Path:
    """Return the place that was typed, with ~ for the home folder; it is checked where it is used."""
    with suppress(RuntimeError):
        return Path(typed).expanduser()
    return Path(typed)


def _shown(name: str) -> str:
    """Return a name that can be drawn, also where a stick has it in another encoding."""
    return name.encode(errors="replace").decode()
