"""Room kept back for a full disk: enough to unlock the tablet and to end the case in hand.

    usually      2 MiB stand beside the store
    full disk    they are given back: what was just refused goes through when it is tried again
    room again   they are taken anew at the next unlocking

Without it a full disk would keep the tablet locked, because a try of the PIN is counted on the disk first.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

RESERVE = "reserve"
_BYTES = 2 * 1024 * 1024
_LEFT_OVER = 16 * _BYTES
"""What must be free before the reserve is taken: it must not be what fills the disk."""


class Reserve:
    """The reserve in the folder of a store. Having none is no error: it is only then of no help."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / RESERVE

    def take(self) -> None:
        """Make sure that it is there, if there is room."""
        with suppress(OSError):
            if self._path.exists() or shutil.disk_usage(self._path.parent).free < _LEFT_OVER:
                return
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(handle, 0, _BYTES)
                else:
                    os.write(handle, bytes(_BYTES))
            except OSError:
                self._path.unlink()
            finally:
                os.close(handle)

    def give_back_if_full(self) -> None:
        """Free its room where hardly anything else is free."""
        with suppress(OSError):
            if shutil.disk_usage(self._path.parent).free < _BYTES:
                self.give_back()

    def give_back(self) -> bool:
        """Free its room; return whether there was any."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True
