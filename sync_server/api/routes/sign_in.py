"""Signing in and out."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sync_server.api.browser import FormDep, drop_cookie, session_cookie, set_cookie, sign_in_page, text_of, to
from sync_server.api.dependencies import ServicesDep
from sync_server.services.refusals import SignInRefused

router = APIRouter()


@router.get("/")
def start() -> Response:
    """Lead to the review pages."""
    return to("/review")


@router.get("/review/sign-in")
def show(request: Request, services: ServicesDep) -> Response:
    """Show the sign-in form."""
    return sign_in_page(request, services)


@router.post("/review/sign-in")
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


@router.post("/review/sign-out")
def sign_out(request: Request, form: FormDep, services: ServicesDep) -> Response:
    """End the session, here and on the server."""
    services.sign_in.sign_out(request.cookies.get(session_cookie(services), ""))
    response = to("/review/sign-in")
    drop_cookie(response, services, session_cookie(services))
    return response
