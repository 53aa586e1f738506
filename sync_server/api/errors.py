"""Every refusal with its status, in one table, and how an error is answered: JSON for tablets, a page for people."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from shared.sentence import Sentence, phrase
from sync_server.api.templates import render
from sync_server.database import DatabaseAway
from sync_server.services import refusals
from sync_server.services.exports import refusals as exports
from sync_server.services.refusals import ChainRefused, IdentityRefused, Refusal, StillReading, TooManyTries

STATUS_AND_CODE: Mapping[type[Refusal], tuple[int, str]] = {
    refusals.Malformed: (400, "malformed"),
    refusals.CutOff: (400, "malformed"),
    refusals.ReportRefused: (400, "report"),
    refusals.NotSigned: (401, "signature"),
    refusals.Revoked: (403, "revoked"),
    refusals.CodeRefused: (403, "code"),
    refusals.SignInRefused: (403, "sign_in"),
    refusals.CodeWrong: (403, "one_time_code"),
    refusals.SignInOver: (403, "sign_in"),
    refusals.FormExpired: (403, "form"),
    refusals.NotAllowed: (403, "not_allowed"),
    refusals.NoSuchRelease: (404, "not_found"),
    refusals.NoSuchUser: (404, "not_found"),
    refusals.NoSuchCase: (404, "not_found"),
    refusals.NoSuchTablet: (404, "not_found"),
    refusals.NoSuchAlert: (404, "not_found"),
    refusals.CaseIsRejected: (409, "rejected"),
    refusals.ChainRefused: (409, "chain"),
    refusals.DeviceTaken: (409, "device"),
    refusals.IdentityRefused: (409, "identity"),
    refusals.TooLarge: (413, "too_large"),
    refusals.CannotUnpack: (415, "packing"),
    exports.NoSuchExport: (404, "not_found"),
    exports.NothingToExport: (409, "nothing"),
    exports.TooManyForBundle: (409, "too_many"),
    exports.TooFewToCount: (409, "too_few"),
    exports.NoOrgUnits: (409, "no_org_units"),
    exports.WouldIdentify: (422, "would_identify"),
    refusals.OtherVersion: (426, "protocol"),
    refusals.TooManyTries: (429, "too_many"),
    refusals.StillReading: (503, "still_reading"),
}

PLAIN_ANSWERS = {
    400: ("malformed", phrase("The request is not one that this server understands.")),
    404: ("not_found", phrase("There is nothing at this address.")),
    405: ("method", phrase("This address does not take this kind of request.")),
    413: ("too_large", phrase("The request is larger than 1 MiB. Send less at once.")),
    415: ("content_type", phrase("The body must be application/json without a content coding.")),
    500: (
        "internal",
        phrase("Something went wrong on the server. Nothing that was acknowledged is lost; try again later."),
    ),
    503: (
        "database",
        phrase("The server can store nothing just now. Nothing that was acknowledged is lost; try again later."),
    ),
}


AWAY_S = 60
"""When whoever was told that the database is away may ask again."""
_log = logging.getLogger("handwise.server")


class NotSignedIn(Exception):
    """The page needs a signed-in user."""


class NotJson(Exception):
    """The body is not announced as plain JSON."""


def is_api(path: str) -> bool:
    """Tell whether programs with a user's session read what is at this address."""
    return path.startswith("/review/api/")


def status_of(refusal: Refusal) -> int:
    """Return the status that a refusal is answered with."""
    return STATUS_AND_CODE[type(refusal)][0]


def refusal_headers(refusal: Refusal) -> dict[str, str]:
    """Return what a refusal says in the header, too."""
    return {"retry-after": str(refusal.wait_s)} if isinstance(refusal, TooManyTries | StillReading) else {}


def plain_answer(path: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer for a status that needs no words of its own."""
    code, message = PLAIN_ANSWERS.get(status, PLAIN_ANSWERS[400])
    return answer(path, status, code, Sentence(message), headers=headers)


def answer(
    path: str,
    status: int,
    code: str,
    message: Sentence | str,
    *,
    more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    percent: int | None = None,
) -> Response:
    """Return an error as JSON, or as a page where a person reads it; `percent`: how far what he waits for has come."""
    headers = dict(headers or {})
    if is_read_by_people(path):
        page = render("error.html", message=message, percent=percent, comes_by_itself="refresh" in headers)
        return HTMLResponse(page, status, headers=headers)
    return JSONResponse({"error": {"code": code, "message": str(message), **(more or {})}}, status, headers=headers)


def install(app: FastAPI) -> None:
    """Have every error of the app answered here."""

    @app.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> Response:
        status, code = STATUS_AND_CODE[type(refusal)]
        more: dict[str, Any] = {}
        if refusal.nonce:
            more["nonce"] = refusal.nonce
        if isinstance(refusal, ChainRefused | IdentityRefused):
            head = {"seq": refusal.head.seq, "hash": b64encode(refusal.head.hash).decode()}
            more |= {"acknowledged": head, "epoch": refusal.epoch}
        if isinstance(refusal, IdentityRefused):
            more["quarantined"] = [[item.seq, item.reason] for item in refusal.quarantined]
        headers = refusal_headers(refusal)
        if isinstance(refusal, StillReading) and request.method == "GET":
            # The page that was asked for comes by itself.
            headers["refresh"] = headers["retry-after"]
        percent = refusal.percent if isinstance(refusal, StillReading) else None
        return answer(request.url.path, status, code, refusal.said, more=more, headers=headers, percent=percent)

    @app.exception_handler(NotJson)
    async def not_json(request: Request, _: NotJson) -> Response:
        return plain_answer(request.url.path, 415)

    @app.exception_handler(DatabaseAway)
    async def away(request: Request, _: DatabaseAway) -> Response:
        _log.error("event=database_away")
        return plain_answer(request.url.path, 503, {"retry-after": str(AWAY_S)})

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        headers = _allowed(request) if error.status_code == 405 else error.headers
        return plain_answer(request.url.path, error.status_code, headers)

    @app.exception_handler(RequestValidationError)
    async def bad_parameters(request: Request, _: RequestValidationError) -> Response:
        # The framework's own body would repeat the input.
        return plain_answer(request.url.path, 400)


def _allowed(request: Request) -> Mapping[str, str]:
    # The framework names the methods of one function, and an address may have several.
    path = request.url.path
    routes = [one for one in iter_route_contexts(request.app.routes) if compile_path(one.path or "")[0].match(path)]
    # An address that is spelt out is not one of those with a placeholder in that place.
    spelt_out = [one for one in routes if one.path == path]
    return {"allow": ", ".join(sorted(set().union(*(one.methods or set() for one in spelt_out or routes))))}


def is_read_by_people(path: str) -> bool:
    """Tell whether what is at this address is a page, or a refusal of one, and no program's."""
    return not (path.startswith("/v1") or is_api(path) or path in ("/health", "/metrics", "/openapi.json"))
