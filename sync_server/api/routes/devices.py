"""Tablets: which there are, letting one join, and taking one's right away."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from shared.errors import InvalidInput
from shared.sentence import Sentence
from shared.sync.enrolment_link import make_enrolment_link
from sync_server.api.browser import FormDep, ManagesTablets, SeesTablets, page, text_of, to
from sync_server.api.dependencies import Services, ServicesDep
from sync_server.api.description import shows, shows_json, takes_form
from sync_server.api.json_views import as_json
from sync_server.api.qr_code import qr_code
from sync_server.services.enrolment import CODE_LIFE_S
from sync_server.services.refusals import NoSuchTablet

router = APIRouter(prefix="/review")

_NUMBER = re.compile("[1-9][0-9]{0,8}")
_WHICH = {"site": {"type": "string"}, "tablet": {"type": "string"}}
_DONE = ("revoked",)


def _shows_after(form: dict[str, Any]) -> dict[str, Any]:
    # A code is shown in the answer to the form and nowhere else, so there is no page to be sent to.
    found = {status: said for status, said in form["responses"].items() if status != 303}
    html = {"description": "The page.", "content": {"text/html": {"schema": {"type": "string"}}}}
    return {**form, "responses": {200: html, **found}, "status_code": 200, "response_class": HTMLResponse}


@router.get("/devices", **shows())
def tablets(request: Request, user: SeesTablets, services: ServicesDep, done: str = "") -> Response:
    """Show the tablets."""
    return _page(request, services, user, done=done if done in _DONE else "")


@router.get("/api/devices", **shows_json())
def tablets_as_json(user: SeesTablets, services: ServicesDep) -> Response:
    """The same for programs."""
    return as_json(services.tablets.view(user))


@router.post("/devices/codes", **_shows_after(takes_form({"site": {"type": "string"}}, {}, 422)))
def make_code(request: Request, user: ManagesTablets, form: FormDep, services: ServicesDep) -> Response:
    """Make a code with which one tablet joins a site, and show it this once."""
    site = (text_of(form, "new_site") or text_of(form, "site")).strip()
    try:
        code = services.tablets.make_code(site, user)
    except InvalidInput as refused:
        return _page(request, services, user, 422, error=refused.sentence)
    address = _address(request, services)
    link = make_enrolment_link(address, code)
    return page(
        "device_code.html",
        request,
        services,
        user,
        site=site,
        code=code,
        address=address,
        link=link,
        qr=qr_code(link),
        minutes=CODE_LIFE_S // 60,
    )


@router.post("/devices/revoke", **takes_form(_WHICH, {}, 404))
def revoke(user: ManagesTablets, form: FormDep, services: ServicesDep) -> Response:
    """Take a tablet's right to sync away, from its next request on."""
    site, tablet = text_of(form, "site"), text_of(form, "tablet")
    if not _NUMBER.fullmatch(site) or not _NUMBER.fullmatch(tablet):
        raise NoSuchTablet
    services.tablets.revoke(int(site), int(tablet), user)
    return to("/review/devices?done=revoked")


def _page(
    request: Request,
    services: Services,
    user: SeesTablets,
    status: int = 200,
    *,
    done: str = "",
    error: Sentence | str = "",
) -> Response:
    view = services.tablets.view(user)
    return page("devices.html", request, services, user, status, view=view, done=done, error=error)


def _address(request: Request, services: Services) -> str:
    public_url = services.settings.public_url
    return public_url.rstrip("/") if public_url else f"http://{request.headers.get('host', '')}"
