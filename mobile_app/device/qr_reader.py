"""QR codes in pictures, in files and from a camera alike: by zxing-cpp, on Android by ZXing's Java core.

zxing-cpp is part of the optional extra `camera`; there is no wheel of it for Android. Where both are missing, codes are
pasted as text.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from mobile_app.device.android import codes_in_grey, has_back_camera, is_android
from shared.errors import HandOverRefused
from shared.sentence import phrase

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp"})
_LARGEST = 60_000_000
"""Pixels: more than any camera of a tablet makes."""


def read_codes(image: Any) -> list[str]:
    """Return the texts of the QR codes in a grey picture, none where there is none or no reader is installed.

    `image` is a Pillow image, or rows of bytes as numpy has them. On Android the text of one code at most.
    """
    if is_android():
        grey = image if isinstance(image, Image.Image) else Image.fromarray(image)
        return codes_in_grey(grey.convert("L").tobytes(), *grey.size)
    if find_spec("zxingcpp") is None:
        return []
    import zxingcpp

    return [
        code.text
        for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        if code.text
    ]


class PictureReader:
    """Reads codes from picture files, and says whether a camera can. Nothing of a picture is kept."""

    def __init__(self, camera: str = "") -> None:
        """`camera`: `Config.camera`."""
        self._camera = camera

    @property
    def has_camera(self) -> bool:
        """Tell whether codes can be held before a camera; one may be plugged in at any time."""
        from mobile_app.device.camera import can_see

        return has_back_camera() if is_android() else self.can_read_pictures and can_see(self._camera)

    @property
    def camera(self) -> str:
        return self._camera

    @property
    def can_read_pictures(self) -> bool:
        return is_android() or find_spec("zxingcpp") is not None

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
