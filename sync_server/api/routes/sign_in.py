"""Signing in and out: name and password, then what is next (`services/sign_in.py`), each a form of its own."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from shared.errors import InvalidInput
from shared.sentence import Sentence
from sync_server.api.browser import (
    NOT_THE_SAME,
    FormDep,
    client_address,
    drop_cookie,
    session_cookie,
    set_cookie,
    set_language,
    sign_in_page,
    text_of,
    to,
)
from sync_server.api.dependencies import Services, ServicesDep
from sync_server.api.description import shows, takes_form
from sync_server.api.errors import refusal_headers, status_of
from sync_server.api.qr_code import qr_code
from sync_server.api.templates import render
from sync_server.language import prefer
from sync_server.services.refusals import CodeWrong, SignInOver, SignInRefused, TooManyTries
from sync_server.services.sign_in import Step

router = APIRouter()


_TO = {"response_class": RedirectResponse, "status_code": 303}
_TEXT = {"type": "string"}
_STEPS = "/review/sign-in"


@router.get("/", **{**shows(is_open=True), **_TO})
def start() -> Response:
    """Lead to the review pages."""
    return to("/review")


@router.get("/review/sign-in", **shows(is_open=True))
def show(request: Request, services: ServicesDep, language: str = "") -> Response:
    """Show the sign-in form, from now on in a language that was chosen there."""
    prefer(language)
    response = sign_in_page(request, services)
    set_language(response, services, language)
    return response


@router.post("/review/sign-in", **takes_form({"name": _TEXT, "password": _TEXT}, {}, 429, is_open=True))
def sign_in(request: Request, form: FormDep, services: ServicesDep) -> Response:
    """Begin a session, with the second step before it."""
    address = client_address(request, services)
    try:
        token = services.sign_in.sign_in(text_of(form, "name"), text_of(form, "password"), address)
    except (SignInRefused, TooManyTries) as refused:
        return sign_in_page(request, services, refused.said, status_of(refused), refusal_headers(refused))
    response = _to_next_step(services, token)
    set_cookie(response, services, session_cookie(services), token)
    return response


@router.get("/review/sign-in/password", **shows(403, is_open=True))
def show_password(request: Request, services: ServicesDep) -> Response:
    """Ask for a password of one's own in the place of one that somebody else made."""
    return _step(request, services)


@router.post("/review/sign-in/password", **takes_form({"new": _TEXT, "again": _TEXT}, {}, 422, is_open=True))
def choose_password(request: Request, form: FormDep, services: ServicesDep) -> Response:
    """Keep one's own password."""
    try:
        if text_of(form, "new") != text_of(form, "again"):
            raise InvalidInput("password", "was not the same both times", NOT_THE_SAME)
        token = services.sign_in.choose_password(_token(request, services), text_of(form, "new"))
    except InvalidInput as refused:
        return _step(request, services, refused.sentence, 422)
    except SignInOver as refused:
        return sign_in_page(request, services, refused.said, status_of(refused))
    response = _to_next_step(services, token)
    set_cookie(response, services, session_cookie(services), token)
    return response


@router.get("/review/sign-in/set-up", **shows(403, is_open=True))
def show_set_up(request: Request, services: ServicesDep) -> Response:
    """Show the secret that an authenticator app takes over."""
    return _step(request, services)


@router.post("/review/sign-in/set-up", **takes_form({"code": _TEXT}, {}, 200, 429, is_open=True))
def set_up(request: Request, form: FormDep, services: ServicesDep) -> Response:
    """Take the secret over, begin the whole session, and show the recovery codes, once."""
    address = client_address(request, services)
    try:
        token, codes = services.sign_in.finish_set_up(_token(request, services), text_of(form, "code"), address)
    except (CodeWrong, TooManyTries) as refused:
        return _step(request, services, refused.said, status_of(refused), refusal_headers(refused))
    except SignInOver as refused:
        return sign_in_page(request, services, refused.said, status_of(refused))
    response = HTMLResponse(render("sign_in_recovery_codes.html", codes=codes))
    set_cookie(response, services, session_cookie(services), token)
    return response


@router.get("/review/sign-in/code", **shows(403, is_open=True))
def show_code(request: Request, services: ServicesDep) -> Response:
    """Ask for the code of now."""
    return _step(request, services)


@router.post("/review/sign-in/code", **takes_form({"code": _TEXT}, {}, 429, is_open=True))
def enter_code(request: Request, form: FormDep, services: ServicesDep) -> Response:
    """Begin the whole session."""
    address = client_address(request, services)
    try:
        token = services.sign_in.enter_code(_token(request, services), text_of(form, "code"), address)
    except (CodeWrong, TooManyTries) as refused:
        return _step(request, services, refused.said, status_of(refused), refusal_headers(refused))
    except SignInOver as refused:
        return sign_in_page(request, services, refused.said, status_of(refused))
    response = to("/review")
    set_cookie(response, services, session_cookie(services), token)
    return response


@router.post("/review/sign-out", **takes_form({}, {}))
def sign_out(request: Request, form: FormDep, services: ServicesDep) -> Response:
    """End the session, here and on the server."""
    services.sign_in.sign_out(_token(request, services))
    response = to("/review/sign-in")
    drop_cookie(response, services, session_cookie(services))
    return response


def _token(request: Request, services: Services) -> str:
    return request.cookies.get(session_cookie(services), "")


def _to_next_step(services: Services, token: str) -> Response:
    _, step = services.sign_in.next_step(token)
    return to(f"{_STEPS}/{step}")


def _step(
    request: Request,
    services: Services,
    error: Sentence | str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    # What is next, whatever was asked for.
    token = _token(request, services)
    try:
        user, step = services.sign_in.next_step(token)
        prefer(user.language)
        values: dict[str, object] = {}
        if step is Step.SET_UP:
            found = services.sign_in.set_up(token)
            values = {"picture": qr_code(found.uri), "secret": found.secret_text}
    except SignInOver as refused:
        return sign_in_page(request, services, refused.said, status_of(refused))
    form_token = services.sign_in.form_token(token)
    page = render(f"sign_in_{step.name.lower()}.html", user=user.name, form_token=form_token, error=error, **values)
    return HTMLResponse(page, status, headers=headers)
