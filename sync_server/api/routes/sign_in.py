"""Signing in and out."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from sync_server.api.browser import FormDep, drop_cookie, session_cookie, set_cookie, sign_in_page, text_of, to
from sync_server.api.dependencies import ServicesDep
from sync_server.api.description import shows, takes_form
from sync_server.services.refusals import SignInRefused

router = APIRouter()


_TO = {"response_class": RedirectResponse, "status_code": 303}


@router.get("/", **{**shows(is_open=True), **_TO})
def start() -> Response:
    """Lead to the review pages."""
    return to("/review")


@router.get("/review/sign-in", **shows(is_open=True))
def show(request: Request, services: ServicesDep) -> Response:
    """Show the sign-in form."""
    return sign_in_page(request, services)


@router.post(
    "/review/sign-in",
    **takes_form({"name": {"type": "string"}, "password": {"type": "string"}}, {}, is_open=True),
)
def sign_in(request: Request, form: FormDep, services: ServicesDep) -> Response:
    """Begin a session."""
    name = text_of(form, "name")
    try:
        token = services.sign_in.sign_in(name, text_of(form, "password"))
    except SignInRefused as refused:
        return sign_in_page(request, services, refused.message, 403)
    response = to("/review")
    set_cookie(response, services, session_cookie(services), token)
    return response


@router.post("/review/sign-out", **takes_form({}, {}))
def sign_out(request: Request, form: FormDep, services: ServicesDep) -> Response:
    """End the session, here and on the server."""
    services.sign_in.sign_out(request.cookies.get(session_cookie(services), ""))
    response = to("/review/sign-in")
    drop_cookie(response, services, session_cookie(services))
    return response
