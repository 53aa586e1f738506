"""A QR code as rows of modules, for a screen or a page: error correction M, light border included."""

from __future__ import annotations

from collections.abc import Sequence

QUIET = 4
"""Light modules round the code, as the standard asks for."""

Modules = tuple[bytes, ...]
"""Rows from the top; a byte is 1 for a dark module."""


def modules_of(texts: Sequence[str]) -> tuple[Modules, ...]:
    """Return a code for each text, all of one size, so that the eye and the camera keep their place."""
    # Imported here: only two screens need it.
    import segno

    version = max(int(segno.make_qr(text, error="m", boost_error=False).version) for text in texts)
    codes = [segno.make_qr(text, error="m", boost_error=False, version=version) for text in texts]
    return tuple(tuple(bytes(row) for row in code.matrix_iter(border=QUIET)) for code in codes)
