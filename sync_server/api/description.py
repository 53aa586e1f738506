"""What the OpenAPI document says of a route, to stand beside it: what it takes, and every status that it answers.

    @router.post("/sync", **takes("SyncRequest", gives="SyncResponse", refuses=(Malformed, NotSigned, ...)))

Status and code of a refusal come from the table that answers with them (`errors.py`), so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from shared.sync.packed_message import MEDIA_TYPE, PLAIN_MEDIA_TYPE
from sync_server.api.errors import PLAIN_ANSWERS, STATUS_AND_CODE
from sync_server.api.schemas import SCHEMAS, Schema, obj, ref, rows, text
from sync_server.services import refusals
from sync_server.services.refusals import Refusal

Answers = dict[int | str, dict[str, Any]]

SESSION = "session"
"""The cookie of a signed-in coordinator."""
_HTML = "text/html"
_FORM = "application/x-www-form-urlencoded"
_TOKEN = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_NOT_THE_FRAMEWORKS = {"HTTPValidationError", "ValidationError"}

_MORE_OF: dict[type[Refusal], Schema] = {
    refusals.NotSigned: {"nonce": text(64)},
    refusals.ChainRefused: {"nonce": text(64), "acknowledged": ref("Head"), "epoch": text(64)},
    refusals.IdentityRefused: {
        "nonce": text(64),
        "acknowledged": ref("Head"),
        "epoch": text(64),
        "quarantined": rows({"type": "integer", "minimum": 1}, text(300), at_most=500),
    },
}
_WITH_NONCE = (refusals.Malformed, refusals.OtherVersion)

_SIGNATURE = [
    {
        "name": name,
        "in": "header",
        "required": False,
        "description": f"{what} PROTOCOL.md, section 6. Not there when the body is packed.",
        "schema": {"type": "string"},
    }
    for name, what in (
        ("content-digest", "RFC 9530, sha-256 of the body."),
        ("signature-input", "RFC 9421, what is signed, by which device, with which nonce."),
        ("signature", "RFC 9421, Ed25519."),
    )
]


def takes(
    body: str, *, gives: str, refuses: Sequence[type[Refusal]], is_packable: bool = False, is_signed: bool = True
) -> dict[str, Any]:
    """Return what describes a route that takes a message of the protocol and answers with one."""
    request: Schema = {PLAIN_MEDIA_TYPE: {"schema": ref(body)}}
    answer: Schema = {PLAIN_MEDIA_TYPE: {"schema": ref(gives)}}
    if is_packable:
        request[MEDIA_TYPE] = {"schema": {}}
        answer[MEDIA_TYPE] = {"schema": {}}
    extra: Schema = {"requestBody": {"required": True, "content": request}}
    if is_signed:
        extra["parameters"] = _SIGNATURE
    return {
        "responses": {200: {"description": "Done.", "content": answer}, **_errors(refuses, plain=(413, 415, 500, 503))},
        "openapi_extra": extra,
    }


def answers_with(*, refuses: Sequence[type[Refusal]] = (), more: Answers | None = None) -> dict[str, Any]:
    """Return what describes a route without a body that is read by programs."""
    return {"responses": {**_errors(refuses, plain=(413, 500, 503)), **(more or {})}}


def shows(*statuses: int, is_open: bool = False) -> dict[str, Any]:
    """Return what describes a page: the statuses that it has beside 200. One that is not open may be the sign-in."""
    seen = statuses if is_open else (403, *statuses)
    found: dict[str, Any] = {"response_class": HTMLResponse, "responses": _pages(*seen)}
    return found if is_open else {**found, "openapi_extra": {"security": [{SESSION: []}]}}


def takes_form(
    fields: Schema, optional: Schema, *statuses: int, is_open: bool = False, is_lenient: bool = True
) -> dict[str, Any]:
    """Return what describes a form: its fields beside the token, and the statuses that it has beside 303."""
    form = obj({"form_token": _TOKEN, **fields}, optional)
    form["additionalProperties"] = is_lenient
    extra: Schema = {"requestBody": {"required": True, "content": {_FORM: {"schema": form}}}}
    return {
        "response_class": RedirectResponse,
        "status_code": 303,
        "responses": _pages(400, 403, *statuses),
        "openapi_extra": extra if is_open else {**extra, "security": [{SESSION: []}]},
    }


def takes_upload(field: str, *statuses: int) -> dict[str, Any]:
    """Return what describes a form with one file beside the token."""
    found = takes_form({}, {}, *statuses)
    form = obj({"form_token": _TOKEN, field: {"type": "string", "format": "binary"}}, {})
    found["openapi_extra"]["requestBody"]["content"] = {"multipart/form-data": {"schema": form}}
    return found


def shows_json(*statuses: int) -> dict[str, Any]:
    """Return what describes a view as JSON (`json_views.py`): the statuses beside 200 and the 403 of who is not let in.

    200 is an object whose members are the fields of the view.
    """
    gives = {"description": "The view.", "content": {PLAIN_MEDIA_TYPE: {"schema": {"type": "object"}}}}
    said = obj({"error": obj({"code": text(64), "message": {"type": "string", "maxLength": 300}})})
    refused = {"description": "A refusal.", "content": {PLAIN_MEDIA_TYPE: {"schema": said}}}
    return {
        "response_class": JSONResponse,
        "responses": {200: gives, **dict.fromkeys(sorted({403, *statuses, 413, 500, 503}), refused)},
        "openapi_extra": {"security": [{SESSION: []}]},
    }


def file_of(media_type: str, *statuses: int) -> dict[str, Any]:
    """Return what describes a file."""
    found = {"description": "The file.", "content": {media_type: {"schema": {}}}}
    return {"response_class": Response, "responses": {200: found, **_pages(*statuses)}}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of the app's routes."""
    document = get_openapi(
        title="Handwise server",
        version=app.version,
        description="What tablets and coordinators ask of the server. `shared/sync/PROTOCOL.md` says what it means, "
        "and decides where this document is less exact.",
        routes=app.routes,
    )
    for operations in document["paths"].values():
        for operation in operations.values():
            # The framework would answer 422; ours is 400 and stands there already.
            said = operation["responses"].get("422", {}).get("content", {}).get("application/json", {})
            if said.get("schema", {}).get("$ref", "").endswith("HTTPValidationError"):
                del operation["responses"]["422"]
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _NOT_THE_FRAMEWORKS & schemas.keys():
        del schemas[name]
    schemas |= SCHEMAS
    document["components"]["securitySchemes"] = {
        SESSION: {"type": "apiKey", "in": "cookie", "name": app.state.session_cookie}
    }
    return document


def _errors(refuses: Sequence[type[Refusal]], plain: Sequence[int]) -> Answers:
    by_status: dict[int, list[Schema]] = {}
    for kind in refuses:
        status, code = STATUS_AND_CODE[kind]
        more = _MORE_OF.get(kind, {})
        optional = {"nonce": text(64)} if kind in _WITH_NONCE else {}
        by_status.setdefault(status, []).append(_error(code, more, optional))
    for status in plain:
        by_status.setdefault(status, []).append(_error(PLAIN_ANSWERS[status][0], {}, {}))
    return {
        status: {
            "description": " or ".join(one["properties"]["error"]["properties"]["code"]["enum"][0] for one in found),
            "content": {PLAIN_MEDIA_TYPE: {"schema": found[0] if len(found) == 1 else {"anyOf": found}}},
        }
        for status, found in sorted(by_status.items())
    }


def _error(code: str, more: Schema, optional: Schema) -> Schema:
    said = {"code": {"type": "string", "enum": [code]}, "message": {"type": "string", "maxLength": 300}}
    return obj({"error": obj({**said, **more}, optional)})


def _pages(*statuses: int) -> Answers:
    page = {"content": {_HTML: {"schema": {"type": "string"}}}}
    found: Answers = {}
    for status in (*statuses, 413, 500, 503):
        found[status] = {"description": "A page that says so.", **page}
    return found
