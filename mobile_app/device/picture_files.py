"""The pictures among the files of the device, to choose from (`PictureFiles` in `mobile_app/ports/photos.py`).

A file is read into memory as a whole and only when it is chosen; nothing is copied, moved or written.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mobile_app.device.shown_name import shown_name
from mobile_app.ports.photos import PictureFile
from shared.errors import PictureRefused
from shared.sentence import phrase

ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp"})
MOST_ROWS = 500
MOST_BYTES = 40_000_000


class FolderPictures:
    """The folders from `home` on; `Pictures` comes first where there is one. An empty path is that first folder."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def listing(self, path: str) -> Sequence[PictureFile]:
        try:
            known = sorted(self._folder(path).iterdir(), key=lambda one: one.name.casefold())
            shown = [one for one in known if not one.name.startswith(".")]
            folders = [PictureFile(str(one), shown_name(one.name), is_folder=True) for one in shown if one.is_dir()]
            files = [
                PictureFile(str(one), shown_name(one.name), is_folder=False)
                for one in shown
                if one.suffix.lower() in ENDINGS and one.is_file()
            ]
        except OSError:
            return ()
        return (*folders, *files)[:MOST_ROWS]

    def above(self, path: str) -> str:
        folder = self._folder(path)
        return path if folder == folder.parent else str(folder.parent)

    def name_of(self, path: str) -> str:
        folder = self._folder(path)
        return shown_name(folder.name or str(folder))

    def read(self, path: str) -> bytes:
        try:
            with Path(path).open("rb") as file:
                # One byte more than is allowed tells what is too large without reading all of it.
                return file.read(MOST_BYTES + 1)
        except (OSError, ValueError):
            raise PictureRefused(phrase("This file cannot be read. Choose another one.")) from None

    def _folder(self, path: str) -> Path:
        if path:
            return Path(path)
        pictures = self._home / "Pictures"
        return pictures if pictures.is_dir() else self._home
