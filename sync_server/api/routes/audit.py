"""The audit log, and whether it is whole. Also as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from sync_server.api.browser import SeesAudit, page
from sync_server.api.dependencies import ServicesDep
from sync_server.api.description import shows, shows_json
from sync_server.api.json_views import as_json

router = APIRouter(prefix="/review")

Short = Annotated[str, Query(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Number = Annotated[int | None, Query(ge=1, lt=2**53)]


@router.get("/audit", **shows(400))
def show_audit(
    request: Request,
    user: SeesAudit,
    services: ServicesDep,
    actor: Short = "",
    action: Short = "",
    before: Number = None,
) -> Response:
    """Show the log, the newest rows first."""
    view = services.audit_log.view(user, actor, action, before)
    return page("audit.html", request, services, user, view=view, checked=None)


@router.get("/api/audit", **shows_json(400))
def audit_as_json(
    user: SeesAudit, services: ServicesDep, actor: Short = "", action: Short = "", before: Number = None
) -> Response:
    """Return a part of the log, the newest rows first."""
    return as_json(services.audit_log.view(user, actor, action, before))


@router.get("/audit/check", **shows())
def check_audit(request: Request, user: SeesAudit, services: ServicesDep) -> Response:
    """Check every row against the one before it, and show what was found."""
    checked = services.audit_log.check(user)
    return page("audit.html", request, services, user, view=services.audit_log.view(user), checked=checked)
