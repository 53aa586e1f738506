"""Parcels and receipts as files (`CarriedPlaces` in `mobile_app/ports/parcels.py`).

They lie on the sticks and cards of this device, and in one folder of its own.

A name is made of the content's hash: it says neither who wrote the file nor when, and the same file is there once.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from mobile_app.device.durable_file import replace_file
from mobile_app.locked_ports import BackupPlace, BackupPlaces
from mobile_app.ports.parcels import CarriedFile
from shared.errors import ParcelRefused, StoreFull, StoreUnusable
from shared.sentence import phrase
from shared.sync import parcel, receipt
from shared.sync.envelope import MAX_ENVELOPES

SHOWN = 6
"""How many files are offered: the newest."""
_PARCEL, _RECEIPT = ".hwp", ".hwr"
_LARGEST = MAX_ENVELOPES * parcel.MAX_PARCEL_BYTES
_UNWRITTEN = phrase("The file cannot be written there. Choose another folder.")
_UNREAD = phrase("The file cannot be read. Check its name, or copy it again.")


class CarriedFiles:
    """The files of this device that are carried."""

    def __init__(self, places: BackupPlaces) -> None:
        self._places = places

    def places(self) -> Sequence[BackupPlace]:
        return self._places.places()

    def write(self, folder: str, data: bytes) -> str:
        kind, suffix = ("receipt", _RECEIPT) if data.startswith(receipt.KIND) else ("parcel", _PARCEL)
        name = f"handwise-{kind}-{sha256(data).hexdigest()[:8]}{suffix}"
        try:
            replace_file(Path(folder).expanduser() / name, data, if_unusable=_UNWRITTEN)
        except StoreFull:
            raise
        except (StoreUnusable, OSError, ValueError, RuntimeError):
            # Also a name that no system takes, or a home folder of nobody.
            raise ParcelRefused(_UNWRITTEN) from None
        return name

    def found(self) -> Sequence[CarriedFile]:
        files: list[tuple[float, CarriedFile]] = []
        for place in self.places():
            for path, written_at in _in(Path(place.folder)):
                files.append((written_at, CarriedFile(str(path), path.name, place.name)))
        newest = sorted(files, key=lambda file: (-file[0], file[1].file))
        return tuple(file for _, file in newest[:SHOWN])

    def read(self, file: str) -> bytes:
        try:
            path = Path(file).expanduser()
            if path.stat().st_size > _LARGEST:
                raise ParcelRefused(_UNREAD)
            return path.read_bytes()
        except (OSError, ValueError, RuntimeError):
            raise ParcelRefused(_UNREAD) from None


def _in(folder: Path) -> Sequence[tuple[Path, float]]:
    try:
        files = [path for path in folder.iterdir() if path.suffix in (_PARCEL, _RECEIPT) and path.is_file()]
        return [(path, path.stat().st_mtime) for path in files]
    except OSError:
        return ()
