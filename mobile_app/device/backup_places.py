"""Where a backup can be written and found on this device: its sticks and cards, and one folder of its own.

The folder is `Config.backups`: in the home folder on a desktop, on Android the app's shared one, from where a file can
be copied. Everything that is mounted where systems mount sticks, and that can be written to, is offered before it.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Sequence
from pathlib import Path

from mobile_app.device.shown_name import shown_name
from mobile_app.locked_ports import BackupPlace

_MOUNTED_UNDER = ("/media", "/run/media", "/mnt")


class DeviceBackupPlaces:
    """The places of this device (`BackupPlaces` in `mobile_app/locked_ports.py`)."""

    def __init__(
        self, own_folder: Path, mounted_under: Sequence[str] = _MOUNTED_UNDER, *, is_shared: bool = False
    ) -> None:
        """`is_shared`: the own folder lies where others can list it, as Android's shared storage does."""
        self._own_folder = own_folder
        self._is_shared = is_shared
        self._mounted_under = mounted_under

    def places(self) -> Sequence[BackupPlace]:
        """Return them, sticks first. A folder of our own that is not there yet is made when it is written to."""
        sticks = (BackupPlace(str(path), shown_name(path.name), True, others_see_names=True) for path in self._sticks())
        return (*sticks, BackupPlace(str(self._own_folder), self._own_folder.name, False, self._is_shared))

    def _sticks(self) -> Sequence[Path]:
        found: list[Path] = []
        for root in self._mounted_under:
            for folder in (Path(root), Path(root) / _user_name()):
                found += (path for path in _folders_in(folder) if os.path.ismount(path) and os.access(path, os.W_OK))
        return tuple(dict.fromkeys(found))


def _folders_in(folder: Path) -> Sequence[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError:
        return ()


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A system without names for its users, such as Android.
        return ""
