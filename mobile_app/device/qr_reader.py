"""QR codes in pictures: by zxing-cpp, where it is installed.

It is the optional extra `camera` of the package. There is no wheel of it for Android, and no camera is driven here: a
desktop reads screenshots and photos that were taken with something else. Where it is missing, codes are pasted as text.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from shared.errors import HandOverRefused
from shared.sentence import phrase

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp"})
_LARGEST = 60_000_000
"""Pixels: more than any camera of a tablet makes."""


def read_codes(image: Any) -> list[str]:
    """Return the text of every QR code in a Pillow image, none where there is none or no reader is installed."""
    if find_spec("zxingcpp") is None:
        return []
    import zxingcpp

    return [
        code.text
        for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        if code.text
    ]


class PictureReader:
    """Reads codes from picture files. Nothing of a picture is kept."""

    @property
    def has_camera(self) -> bool:
        """Tell whether this device shows what a camera sees. None does yet."""
        return False

    @property
    def can_read_pictures(self) -> bool:
        return find_spec("zxingcpp") is not None

    def read(self, place: str) -> list[str]:
        try:
            path = Path(place).expanduser()
            files = sorted(path.iterdir()) if path.is_dir() else [path]
            pictures = [file for file in files if file.suffix.lower() in _PICTURES and file.is_file()]
            return [text for file in pictures for text in _codes_in(file)]
        except (OSError, ValueError, RuntimeError):
            # A name that no system takes, or a home folder of nobody.
            raise HandOverRefused(phrase("No picture can be read there. Check the name.")) from None


def _codes_in(file: Path) -> list[str]:
    try:
        with Image.open(file) as picture:
            if picture.width * picture.height > _LARGEST:
                return []
            return read_codes(picture.convert("L"))
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError):
        # Some other file with a picture's name.
        return []
