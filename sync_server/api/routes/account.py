"""One's own account: password, second step, open sessions."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.errors import InvalidInput
from shared.sentence import Sentence
from sync_server.api.browser import (
    NOT_THE_SAME,
    FormDep,
    UserDep,
    client_address,
    page,
    session_cookie,
    set_cookie,
    set_language,
    text_of,
    to,
)
from sync_server.api.dependencies import Services, ServicesDep
from sync_server.api.description import shows, shows_json, takes_form
from sync_server.api.errors import refusal_headers, status_of
from sync_server.api.json_views import as_json
from sync_server.api.qr_code import qr_code
from sync_server.repositories.users import User
from sync_server.services.refusals import CodeWrong, Refusal, SignInOver, SignInRefused, TooManyTries

router = APIRouter(prefix="/review")

_TEXT = {"type": "string"}
_ACCOUNT = "/review/account"


@router.get("/account", **shows())
def show_account(request: Request, user: UserDep, services: ServicesDep, saved: str = "") -> Response:
    """Show one's own account."""
    return _account(request, user, services, is_saved=saved == "yes")


@router.get("/api/account", **shows_json())
def account_as_json(request: Request, user: UserDep, services: ServicesDep) -> Response:
    """Return one's own account."""
    return as_json(services.account.view(user, _token(request, services)))


@router.post("/account/password", **takes_form({"old": _TEXT, "new": _TEXT, "again": _TEXT}, {}, 422, 429))
def change_password(request: Request, user: UserDep, form: FormDep, services: ServicesDep) -> Response:
    """Change one's own password."""
    old, new = text_of(form, "old"), text_of(form, "new")
    try:
        if new != text_of(form, "again"):
            raise InvalidInput("password", "was not the same both times", NOT_THE_SAME)
        token = services.account.change_password(user, old, new, client_address(request, services))
    except InvalidInput as refused:
        return _account(request, user, services, 422, place="password", error=refused.sentence)
    except (SignInRefused, TooManyTries) as refused:
        return _refused(request, user, services, refused, "password")
    response = to(f"{_ACCOUNT}?saved=yes")
    set_cookie(response, services, session_cookie(services), token)
    return response


@router.post("/account/second-step", **takes_form({"password": _TEXT}, {}, 429))
def begin_second_step(request: Request, user: UserDep, form: FormDep, services: ServicesDep) -> Response:
    """Make a new secret for an authenticator app."""
    token, address = _token(request, services), client_address(request, services)
    try:
        services.account.begin_second_factor(user, token, text_of(form, "password"), address)
    except (SignInRefused, TooManyTries) as refused:
        return _refused(request, user, services, refused, "second-step")
    return to(f"{_ACCOUNT}/second-step")


@router.get("/account/second-step", **shows())
def show_second_step(request: Request, user: UserDep, services: ServicesDep) -> Response:
    """Show the secret that an authenticator app takes over."""
    return _set_up(request, user, services)


@router.post("/account/second-step/code", **takes_form({"code": _TEXT}, {}, 200, 429))
def finish_second_step(request: Request, user: UserDep, form: FormDep, services: ServicesDep) -> Response:
    """Take the new secret over, and show new recovery codes, once."""
    token, address = _token(request, services), client_address(request, services)
    try:
        following, codes = services.account.finish_second_factor(user, token, text_of(form, "code"), address)
    except (CodeWrong, TooManyTries) as refused:
        return _set_up(request, user, services, refused.said, status_of(refused), refusal_headers(refused))
    except SignInOver:
        return _account(request, user, services, 403)
    response = page("account_recovery_codes.html", request, services, user, session=following, codes=codes)
    set_cookie(response, services, session_cookie(services), following)
    return response


@router.post("/account/recovery-codes", **takes_form({"password": _TEXT}, {}, 200, 429))
def renew_recovery_codes(request: Request, user: UserDep, form: FormDep, services: ServicesDep) -> Response:
    """Make new recovery codes, and show them, once."""
    try:
        address = client_address(request, services)
        codes = services.account.renew_recovery_codes(user, text_of(form, "password"), address)
    except (SignInRefused, TooManyTries) as refused:
        return _refused(request, user, services, refused, "second-step")
    return page("account_recovery_codes.html", request, services, user, codes=codes)


@router.post("/account/language", **takes_form({"language": _TEXT}, {}))
def choose_language(user: UserDep, form: FormDep, services: ServicesDep) -> Response:
    """Choose the language of the desk. What cannot be chosen leaves it to the browser."""
    code = text_of(form, "language")
    services.account.choose_language(user, code)
    response = to(f"{_ACCOUNT}?saved=yes")
    set_language(response, services, code)
    return response


@router.post("/account/sessions", **takes_form({"session": _TEXT}, {}, 422))
def end_session(request: Request, user: UserDep, form: FormDep, services: ServicesDep) -> Response:
    """End one of one's own sessions, or all others."""
    named = text_of(form, "session")
    if not named:
        return _account(request, user, services, 422)
    services.account.end_sessions(user, _token(request, services), named)
    return to(f"{_ACCOUNT}?saved=yes")


def _token(request: Request, services: Services) -> str:
    return request.cookies.get(session_cookie(services), "")


def _refused(request: Request, user: User, services: Services, refused: Refusal, place: str) -> Response:
    said = refused.of_own_password if isinstance(refused, SignInRefused) else refused.said
    answer = _account(request, user, services, status_of(refused), place=place, error=said)
    answer.headers.update(refusal_headers(refused))
    return answer


def _account(
    request: Request,
    user: User,
    services: Services,
    status: int = 200,
    *,
    place: str = "",
    error: Sentence | str = "",
    is_saved: bool = False,
) -> Response:
    view = services.account.view(user, _token(request, services))
    return page(
        "account.html",
        request,
        services,
        user,
        status,
        view=view,
        place=place,
        error=error,
        is_saved=is_saved,
        language=user.language,
    )


def _set_up(
    request: Request,
    user: User,
    services: Services,
    error: Sentence | str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    try:
        found = services.account.set_up(user, _token(request, services))
    except SignInOver:
        return _account(request, user, services, status, place="second-step", error=error)
    picture = qr_code(found.uri)
    response = page(
        "account_second_step.html",
        request,
        services,
        user,
        status,
        picture=picture,
        secret=found.secret_text,
        error=error,
    )
    response.headers.update(headers or {})
    return response
