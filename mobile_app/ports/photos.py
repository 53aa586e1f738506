"""Photos of cases, and the files that they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.case.entry import CaseId


@dataclass(frozen=True, slots=True)
class Photo:
    """What is known of a kept photo; its pixels are asked for one by one. `visit_day` None: nobody knows the day."""

    photo_id: str
    case_id: CaseId
    visit_day: int | None
    taken_at: datetime
    author: str
    width: int
    height: int


class PhotoStore(Protocol):
    """Photos of cases: kept in the encrypted file, never sent, never in a file of their own."""

    def add(self, case_id: CaseId, picture: bytes, visit_day: int | None) -> Photo:
        """Keep a picture (JPEG, PNG or WebP) without its metadata, made small, durably before returning.

        Raises:
            PictureRefused: it is none, is too large or is damaged; nothing was kept.
            InvalidInput: the case was withdrawn meanwhile; nothing was kept.
            StoreFull: nothing was kept.
        """
        ...

    def of_case(self, case_id: CaseId) -> Sequence[Photo]:
        """Return the case's photos, the newest first."""
        ...

    def thumbnail(self, photo_id: str) -> bytes:
        """Return a small JPEG; nothing where the photo is not here any more."""
        ...

    def image(self, photo_id: str) -> bytes:
        """Return the JPEG; nothing where the photo is not here any more."""
        ...

    def delete(self, photo_id: str) -> None:
        """Erase the photo from this tablet, the only place where it is."""
        ...


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A folder, or a file that may be a picture, on the device."""

    path: str
    name: str
    is_folder: bool


class PictureFiles(Protocol):
    """The pictures among the files of the device. A path is one that `listing` or `above` gave; empty at first."""

    def listing(self, path: str) -> Sequence[PictureFile]:
        """Return folders and pictures in a folder; nothing where it cannot be read."""
        ...

    def above(self, path: str) -> str:
        """Return the folder above; the same path where there is none."""
        ...

    def name_of(self, path: str) -> str: ...

    def read(self, path: str) -> bytes:
        """Return what is in a file.

        Raises:
            PictureRefused: it cannot be read.
        """
        ...
