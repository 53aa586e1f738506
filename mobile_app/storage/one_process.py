"""One process at a time: who opens the store holds its folder until he closes it, or ends in whatever way.

The operating system keeps the hold (flock on the folder itself, no file is made), so a killed app leaves nothing behind
that would keep the next one out, and a full disk does not keep anybody out.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from shared.errors import StoreInUse

try:
    import fcntl
except ImportError:  # Windows, where no tablet runs
    fcntl = None  # type: ignore[assignment]


class FolderHold:
    """A hold on a folder. `let_go` may be called twice."""

    def __init__(self, folder: Path) -> None:
        """Take hold of it.

        Raises:
            StoreInUse: somebody else has it.
        """
        self._handle: int | None = None
        # A folder that cannot be opened is told by whoever opens a file in it.
        with suppress(OSError):
            self._handle = os.open(folder, os.O_RDONLY)
        if self._handle is None or fcntl is None:
            return
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.let_go()
            raise StoreInUse from None
        except OSError:
            # A file system without such holds: then nobody is kept out.
            self.let_go()

    def let_go(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)
