"""A picture as it may be kept: upright, small, and without anything but its pixels.

    bytes ─▶ header: a known kind, not too large? ─▶ decode ─▶ turn upright ─▶ 1,600 pixels ─▶ JPEG of 300 kB at most

Phones write place, time and the owner's name beside the pixels. The pixels alone are encoded anew, so none of it is
kept. The header is judged before anything is decoded: a file of a few kilobytes can unfold to gigabytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from shared.errors import PictureRefused
from shared.sentence import phrase

LONGEST_SIDE = 1600
THUMBNAIL_SIDE = 240
MOST_BYTES = 300_000
LARGEST_FILE = 40_000_000
MOST_PIXELS = 60_000_000
"""Some 60 megapixels: more than a phone's camera gives, and 180 MB when decoded."""
_TOO_MANY_PIXELS = phrase("This picture has too many pixels. Choose one of up to 60 megapixels.")
_KINDS = ("JPEG", "PNG", "WEBP")
_QUALITIES = (85, 78, 70, 60, 50, 40)


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A JPEG, its small copy, and its size in pixels."""

    image: bytes
    thumbnail: bytes
    width: int
    height: int


def kept_picture(data: bytes) -> KeptPicture:
    """Return what is kept of a file.

    Raises:
        PictureRefused: it is no picture, is too large, or is damaged.
    """
    if len(data) > LARGEST_FILE:
        raise PictureRefused(phrase("This picture is too large. Choose one of up to 40 MB."))
    try:
        picture = Image.open(io.BytesIO(data), formats=_KINDS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused(_TOO_MANY_PIXELS) from None
    except Exception:  # noqa: BLE001 (Pillow raises whatever a damaged header leads it to)
        raise PictureRefused(phrase("This file is not a picture that can be read. Choose a JPEG or PNG.")) from None
    with picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise PictureRefused(_TOO_MANY_PIXELS)
        try:
            # A JPEG can be decoded at a fraction of its size, which saves most of the memory.
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = _pixels_alone(ImageOps.exif_transpose(picture))
        except Exception:  # noqa: BLE001 (as above, from a damaged body)
            raise PictureRefused(phrase("This picture is damaged. Choose another one.")) from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    small = upright.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    image = _encoded(upright)
    return KeptPicture(image, _jpeg(small, 80), upright.width, upright.height)


def _pixels_alone(picture: Image.Image) -> Image.Image:
    """Return a picture of three colours that shares nothing with the file: what was transparent becomes white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        picture = Image.alpha_composite(ground, layer)
    plain = Image.new("RGB", picture.size)
    plain.paste(picture.convert("RGB"))
    return plain


def _encoded(picture: Image.Image) -> bytes:
    """Return the best JPEG that is small enough; where quality alone does not do it, the picture itself is shrunk."""
    while True:
        for quality in _QUALITIES:
            data = _jpeg(picture, quality)
            if len(data) <= MOST_BYTES:
                return data
        picture.thumbnail((picture.width * 3 // 4, picture.height * 3 // 4), Image.Resampling.LANCZOS)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=quality, optimize=True)
    return target.getvalue()
