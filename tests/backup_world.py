"""Tablets that are backed up and restored: real files on both sides, and a stick that is a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mobile_app.device.backup_places import DeviceBackupPlaces
from mobile_app.storage.backups import TabletBackups
from mobile_app.storage.case_store import EncryptedCaseStore
from shared.crypto.recovery_code import RecoveryCode
from tests.tablet_world import PIN, TestTablet, a_conclusion, a_draft

NEW_PIN = "385201"


@dataclass(frozen=True, slots=True)
class Stick:
    """A folder where backups go, and the code that opens them."""

    folder: Path
    code: RecoveryCode

    def backups_of(self, tablet: TestTablet) -> TabletBackups:
        return TabletBackups(tablet.vault, DeviceBackupPlaces(self.folder, mounted_under=()), tablet.clock)

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.iterdir())

    def write(self, tablet: TestTablet, store: EncryptedCaseStore) -> Path:
        made = self.backups_of(tablet).write(store, str(self.folder))
        return Path(made.folder) / made.name

    def restore(self, file: Path, tablet: TestTablet, *, put_aside: bool = False) -> EncryptedCaseStore:
        """Restore onto a tablet and open it."""
        user = self.backups_of(tablet).restore(
            str(file), self.code, "Ben Sample", "Doctor", NEW_PIN, put_aside=put_aside
        )
        return tablet.vault.unlock(user.user_id, NEW_PIN)


def a_stick(tablet: TestTablet, store: EncryptedCaseStore, folder: Path) -> Stick:
    """Give the tablet a recovery code and a stick."""
    folder.mkdir()
    code = RecoveryCode.generate()
    tablet.vault.set_recovery_code(store, code)
    return Stick(folder, code)


def record_cases(store: EncryptedCaseStore, count: int, *, prefix: str = "d") -> None:
    for number in range(count):
        name = f"{prefix}{number}"
        store.save_draft(a_draft(10, draft_id=name, case_id=store.new_case_id()))
        store.record_draft(name, a_conclusion())


__all__ = ["NEW_PIN", "PIN", "Stick", "a_stick", "record_cases"]
