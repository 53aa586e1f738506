"""The files that the pages load: style sheets, one script, one icon and two fonts, all from here."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response

from sync_server.api.dependencies import ServicesDep
from sync_server.api.description import file_of
from sync_server.api.errors import plain_answer
from sync_server.api.script import SCRIPT

router = APIRouter(prefix="/review/files")

_STATIC = Path(__file__).resolve().parents[1] / "static"
_FONTS = ("NotoSans-Regular.ttf", "NotoSans-SemiBold.ttf")
_STYLES = frozenset(path.name for path in _STATIC.glob("*.css"))
_KEPT = {"cache-control": "public, max-age=3600"}


@router.get("/review.css", **file_of("text/css"))
def style() -> Response:
    """Return the style sheet of all pages."""
    return _file(_STATIC / "review.css", "text/css")


@router.get("/icon.svg", **file_of("image/svg+xml"))
def icon() -> Response:
    """Return the picture beside the page's title."""
    return _file(_STATIC / "icon.svg", "image/svg+xml")


_FONT_OR_STYLE = file_of("font/ttf", 404)
_FONT_OR_STYLE["responses"][200]["content"]["text/css"] = {"schema": {}}


@router.get("/desk.js", **file_of("text/javascript"))
def script() -> Response:
    """Return the only script."""
    return _file(SCRIPT, "text/javascript")


@router.get("/{name}", **_FONT_OR_STYLE)
def file(name: str, services: ServicesDep) -> Response:
    """Return one of the two fonts, or the style sheet of single pages."""
    if name in _STYLES:
        return _file(_STATIC / name, "text/css")
    path = services.settings.assets / "fonts" / name
    if name not in _FONTS or not path.is_file():
        return plain_answer("/review/files", 404)
    return _file(path, "font/ttf")


def _file(path: Path, media_type: str) -> Response:
    # Read at once: the largest is half a megabyte, and nobody asks for a part of one.
    return Response(path.read_bytes(), media_type=media_type, headers=_KEPT)
