"""The list of cases."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from shared.sync.messages import REVIEW_STATES
from sync_server.api.browser import SeesCases, page
from sync_server.api.dependencies import ServicesDep
from sync_server.api.description import shows
from sync_server.repositories.cases import CaseFilter
from sync_server.services.digest import URGENCIES

router = APIRouter(prefix="/review")


@router.get("/cases", **shows(400))
def case_list(
    request: Request,
    user: SeesCases,
    services: ServicesDep,
    urgency: Annotated[list[str], Query()] = [],  # noqa: B006 (FastAPI copies it)
    review: Annotated[list[str], Query()] = [],  # noqa: B006
    condition: Annotated[list[str], Query()] = [],  # noqa: B006
    differs: str = "",
    before: Annotated[int | None, Query(ge=1, lt=2**53)] = None,
) -> Response:
    """Show the cases, the newest first."""
    known = services.case_list.words.wording.knowledge.conditions
    wanted = CaseFilter(
        urgencies=tuple(value for value in URGENCIES if value in urgency),
        review_states=tuple(value for value in REVIEW_STATES if value in review),
        conditions=tuple(value for value in known if value in condition),
        only_disagreements=differs == "yes",
    )
    view = services.case_list.view(wanted, before)
    return page("case_list.html", request, services, user, view=view, wanted=wanted)
