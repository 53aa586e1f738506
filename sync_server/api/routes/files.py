"""The files that the pages load: one style sheet, one icon and two fonts, all from here."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from sync_server.api.dependencies import ServicesDep
from sync_server.api.errors import plain_answer

router = APIRouter(prefix="/review/files")

_STATIC = Path(__file__).resolve().parents[1] / "static"
_FONTS = ("NotoSans-Regular.ttf", "NotoSans-SemiBold.ttf")
_KEPT = {"cache-control": "public, max-age=3600"}


@router.get("/review.css")
def style() -> Response:
    """Return the style sheet."""
    return FileResponse(_STATIC / "review.css", media_type="text/css", headers=_KEPT)


@router.get("/icon.svg")
def icon() -> Response:
    """Return the picture beside the page's title."""
    return FileResponse(_STATIC / "icon.svg", media_type="image/svg+xml", headers=_KEPT)


@router.get("/{name}")
def font(name: str, services: ServicesDep) -> Response:
    """Return one of the two fonts."""
    path = services.settings.assets / "fonts" / name
    if name not in _FONTS or not path.is_file():
        return plain_answer("/review/files", 404)
    return FileResponse(path, media_type="font/ttf", headers=_KEPT)
