"""A QR code as a piece of SVG for a page: no inline style, nothing loaded, black on white in any browser."""

from __future__ import annotations

from dataclasses import dataclass

import segno


@dataclass(frozen=True, slots=True)
class QrCode:
    """A drawing of `size` by `size` modules, its quiet zone included; `path` draws the dark ones from left to right."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    """Return the code of a text, readable with 15% of it hidden."""
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=4))
    drawn = []
    for number, row in enumerate(rows):
        drawn += [f"M{column} {number}h1v1h-1z" for column, is_dark in enumerate(row) if is_dark]
    return QrCode(len(rows), "".join(drawn))
