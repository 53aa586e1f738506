"""The first page: what needs a decision."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sync_server.api.browser import SeesTablets, page
from sync_server.api.dependencies import ServicesDep
from sync_server.api.description import shows

router = APIRouter(prefix="/review")


@router.get("", **shows())
def today(request: Request, user: SeesTablets, services: ServicesDep) -> Response:
    """Show what needs somebody today: cases to those who see cases, tablets to all."""
    return page("today.html", request, services, user, view=services.today.view(user))
