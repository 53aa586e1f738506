"""What leaves the screen as paper or as a code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class PaperTray(Protocol):
    """Where letters and sheets go as PDF: a plain folder that a printer can read. It is not encrypted."""

    @property
    def place(self) -> str:
        """The folder, as a person would say it."""
        ...

    @property
    def can_open(self) -> bool:
        """Tell whether there is a program here that opens a PDF and can print it."""
        ...

    def save(self, name: str, pdf: bytes) -> str:
        """Keep a PDF under this name, or one like it where there is one already; return the name.

        Raises:
            PaperRefused, StoreFull: nothing was kept.
        """
        ...

    def open(self, name: str) -> bool:
        """Open a PDF for reading and printing; return whether that could be begun."""
        ...

    def delete(self, name: str) -> None: ...


class CodePictures(Protocol):
    """Reading QR codes from what this device can see."""

    @property
    def has_camera(self) -> bool:
        """Tell whether codes can be held before a camera now."""
        ...

    @property
    def camera(self) -> str:
        """Which camera: a device, a film or the address of a stream; empty for the first of this device."""
        ...

    @property
    def can_read_pictures(self) -> bool: ...

    def read(self, place: str) -> Sequence[str]:
        """Return the texts of all codes in a picture, or in the pictures of a folder.

        Raises:
            HandOverRefused: there is nothing that can be read.
        """
        ...
