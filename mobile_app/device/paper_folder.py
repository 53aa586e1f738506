"""Where letters and sheets are kept (`PaperTray` in `mobile_app/ports/paper.py`).

It is a plain folder, for a printer reads no encrypted file. What is written here is readable by whoever holds the
tablet. So nothing is written before the clinician says so, the name of a file says nothing of the child, and the
screen offers to delete it after printing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from mobile_app.device.durable_file import replace_file
from shared.errors import PaperRefused, StoreFull, StoreUnusable
from shared.sentence import phrase

_OPENERS = {"linux": "xdg-open", "darwin": "open"}
_UNUSABLE = phrase("The folder for papers cannot be written. Free some space or check the folder.")


class PaperFolder:
    """One folder. `place` is its path as a person would say it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def place(self) -> str:
        home = str(Path.home())
        path = str(self._folder)
        return f"~{path.removeprefix(home)}" if path.startswith(home + os.sep) else path

    @property
    def can_open(self) -> bool:
        """Tell whether this machine has a program that opens a PDF and can print it."""
        return sys.platform == "win32" or shutil.which(_OPENERS.get(sys.platform, "")) is not None

    def save(self, name: str, pdf: bytes) -> str:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            free = self._free_name(name)
            replace_file(self._folder / free, pdf, if_unusable=_UNUSABLE)
        except StoreFull:
            raise
        except (OSError, StoreUnusable):
            raise PaperRefused(_UNUSABLE) from None
        return free

    def open(self, name: str) -> bool:
        path = self._folder / name
        if not self.can_open or not path.is_file():
            return False
        if sys.platform == "win32":
            os.startfile(path)  # noqa: S606 (a file of ours)
            return True
        opener = shutil.which(_OPENERS[sys.platform])
        assert opener is not None
        subprocess.Popen([opener, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return True

    def delete(self, name: str) -> None:
        try:
            (self._folder / name).unlink(missing_ok=True)
        except OSError:
            raise PaperRefused(phrase("The paper could not be deleted. Delete it in its folder.")) from None

    def _free_name(self, name: str) -> str:
        """Return the name, with a number behind it where there is such a file: no paper replaces another."""
        stem, dot, suffix = name.rpartition(".")
        number = 1
        free = name
        while (self._folder / free).exists():
            number += 1
            free = f"{stem}-{number}{dot}{suffix}"
        return free
