"""Browsers: cookies, forms that belong to their session, and requests that must come from our own pages."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from shared.sentence import Sentence, sentence
from sync_server.api.dependencies import Services, ServicesDep
from sync_server.api.errors import NotSignedIn, answer, is_api
from sync_server.api.navigation import places_of
from sync_server.api.templates import render
from sync_server.language import is_spoken, prefer
from sync_server.repositories.users import User
from sync_server.services.refusals import FormExpired, NotAllowed
from sync_server.services.rights import RIGHTS, Right

NOT_THE_SAME = sentence("The new password was not the same both times.")
_LANGUAGE_S = 365 * 24 * 60 * 60
_SIGN_IN_FIRST = "Sign in at /review/sign-in first."


def session_cookie(services: Services) -> str:
    """Return the cookie's name. The prefix makes browsers insist on TLS, so plain http on this machine has none."""
    return "__Host-handwise_session" if services.settings.is_https else "handwise_session"


def form_cookie(services: Services) -> str:
    """Return the name of the cookie that the sign-in form belongs to."""
    return "__Host-handwise_form" if services.settings.is_https else "handwise_form"


def language_cookie(services: Services) -> str:
    """Return the name of the cookie with the language that was chosen on the sign-in page."""
    return "__Host-handwise_language" if services.settings.is_https else "handwise_language"


def set_cookie(response: Response, services: Services, name: str, value: str, max_age_s: int | None = None) -> None:
    """Set a cookie, which goes with the browser's session unless it has an age."""
    response.set_cookie(
        name, value, max_age_s, path="/", httponly=True, secure=services.settings.is_https, samesite="strict"
    )


def set_language(response: Response, services: Services, code: str) -> None:
    """Keep the language of this browser; one that cannot be chosen changes nothing."""
    if is_spoken(code):
        set_cookie(response, services, language_cookie(services), code, _LANGUAGE_S)


def drop_cookie(response: Response, services: Services, name: str) -> None:
    response.delete_cookie(name, path="/", httponly=True, secure=services.settings.is_https, samesite="strict")


def _user(request: Request, services: ServicesDep) -> User:
    user = services.sign_in.user_of(request.cookies.get(session_cookie(services), ""))
    if user is None:
        raise NotSignedIn
    prefer(user.language)
    return user


UserDep = Annotated[User, Depends(_user)]
"""Whoever is signed in. Only for what each user does with his own account; all else names a right."""


class Needs:
    """A dependency: the signed-in user, if the role has the right. The authorisation matrix reads `right`."""

    def __init__(self, right: Right) -> None:
        self.right = right

    async def __call__(self, user: UserDep) -> User:
        if self.right not in RIGHTS[user.role]:
            raise NotAllowed
        return user


SeesCases = Annotated[User, Depends(Needs(Right.SEE_CASES))]
ReviewsCases = Annotated[User, Depends(Needs(Right.REVIEW_CASES))]
SeesReports = Annotated[User, Depends(Needs(Right.SEE_REPORTS))]
ExportsRows = Annotated[User, Depends(Needs(Right.EXPORT_ROWS))]
ExportsCounts = Annotated[User, Depends(Needs(Right.EXPORT_COUNTS))]
SeesTablets = Annotated[User, Depends(Needs(Right.SEE_TABLETS))]
ManagesTablets = Annotated[User, Depends(Needs(Right.MANAGE_TABLETS))]
ManagesUsers = Annotated[User, Depends(Needs(Right.MANAGE_USERS))]
PublishesKnowledge = Annotated[User, Depends(Needs(Right.PUBLISH_KNOWLEDGE))]
SeesAudit = Annotated[User, Depends(Needs(Right.SEE_AUDIT))]


async def _own_form(request: Request, services: ServicesDep) -> FormData:
    """Return the form of a request that one of our own pages made in this browser."""
    return await _checked_form(request, services, max_files=0)


async def _own_upload(request: Request, services: ServicesDep) -> AsyncIterator[FormData]:
    """Give the same with a file in it, and close the file."""
    form = await _checked_form(request, services, max_files=1)
    try:
        yield form
    finally:
        await form.close()


async def _checked_form(request: Request, services: Services, max_files: int) -> FormData:
    _refuse_foreign(request, services)
    form = await request.form(max_files=max_files, max_fields=50)
    name = form_cookie(services) if request.url.path == "/review/sign-in" else session_cookie(services)
    token = request.cookies.get(name, "")
    if not token or not services.sign_in.is_form_token(token, text_of(form, "form_token")):
        await form.close()
        raise FormExpired
    return form


FormDep = Annotated[FormData, Depends(_own_form)]
UploadDep = Annotated[FormData, Depends(_own_upload)]


def _refuse_foreign(request: Request, services: Services) -> None:
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise FormExpired
    # Our own referrer policy makes browsers say "null" here; then Sec-Fetch-Site and the form token have to do.
    origin = request.headers.get("origin", "null")
    if origin != "null":
        own = services.settings.public_url or f"http://{request.headers.get('host', '')}"
        if urlsplit(origin)[:2] != urlsplit(own)[:2]:
            raise FormExpired


def text_of(form: FormData, field: str) -> str:
    """Return a text field; a file in its place counts as nothing."""
    value = form.get(field, "")
    return value if isinstance(value, str) else ""


async def file_of(form: FormData, field: str) -> bytes:
    """Return the bytes of a file; a text in its place counts as an empty one."""
    value = form.get(field)
    return b"" if value is None or isinstance(value, str) else await value.read()


def texts_of(form: FormData, field: str) -> list[str]:
    return [value for value in form.getlist(field) if isinstance(value, str)]


def page(
    name: str,
    request: Request,
    services: Services,
    user: User,
    status: int = 200,
    *,
    session: str = "",
    **values: object,
) -> Response:
    """Return a page for a signed-in user. `session` is the token that this answer gives him, if it gives him one."""
    token = session or request.cookies.get(session_cookie(services), "")
    form_token = services.sign_in.form_token(token)
    waiting = services.waiting.of(user)
    found = render(name, user=user.name, places=places_of(user), waiting=waiting, form_token=form_token, **values)
    return HTMLResponse(found, status)


def client_address(request: Request, services: Services) -> str | None:
    """Return the address that a request comes from; None if it is that of a proxy, which speaks for everybody."""
    if services.settings.behind_proxy:
        # Each proxy appends whom it speaks for: only the last was said by our own.
        told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        return told or None
    if services.settings.public_url is not None or request.client is None:
        return None
    return request.client.host


def sign_in_page(
    request: Request,
    services: Services,
    error: Sentence | str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return the sign-in page, with a cookie that its form belongs to."""
    token = request.cookies.get(form_cookie(services)) or secrets.token_urlsafe(32)
    body = render("sign_in.html", form_token=services.sign_in.form_token(token), error=error)
    response = HTMLResponse(body, status, headers=headers)
    set_cookie(response, services, form_cookie(services), token)
    return response


async def ask_to_sign_in(request: Request, _: Exception) -> Response:
    """Answer who has no session: the sign-in page, in the place of what was asked for; a program is told."""
    services: Services = request.app.state.services
    if is_api(request.url.path):
        return answer(request.url.path, 403, "sign_in", _SIGN_IN_FIRST)
    return sign_in_page(request, services, status=403)


def to(path: str) -> Response:
    """Return a redirect after a form."""
    return RedirectResponse(path, 303)
