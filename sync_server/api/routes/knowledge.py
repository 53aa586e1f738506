"""Knowledge releases: the page on which they are published, and the file that tablets fetch."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from shared.knowledge.release import NoRelease
from sync_server.api.browser import FormDep, PublishesKnowledge, UploadDep, file_of, page, text_of, to
from sync_server.api.dependencies import ServicesDep
from sync_server.api.description import answers_with, shows, shows_json, takes_form, takes_upload
from sync_server.api.json_views import as_json
from sync_server.services.refusals import Malformed, NoSuchRelease

router = APIRouter()

_HEX = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_FILE = {
    "description": "The file, from that byte on.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
_KEPT = {"cache-control": "public, max-age=31536000, immutable"}


@router.get("/v1/knowledge/{digest}", **answers_with(refuses=(Malformed, NoSuchRelease), more={200: _FILE}))
def fetch(
    digest: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    services: ServicesDep,
    start: Annotated[int, Query(ge=0, lt=2**20)] = 0,
) -> Response:
    """Give a published release from a byte on. It is signed, no secret, and never changes: a proxy may keep it."""
    return Response(services.knowledge.piece(digest, start), media_type="application/octet-stream", headers=_KEPT)


@router.get("/review/knowledge", **shows())
def knowledge(request: Request, user: PublishesKnowledge, services: ServicesDep, done: str = "") -> Response:
    """Show what tablets use, what waits, and what a release that waits would change."""
    return page("knowledge.html", request, services, user, view=services.knowledge.view(), done=done, error="")


@router.get("/review/api/knowledge", **shows_json())
def knowledge_as_json(user: PublishesKnowledge, services: ServicesDep) -> Response:
    """The same for programs."""
    return as_json(services.knowledge.view())


@router.post("/review/knowledge", **takes_upload("release", 422))
async def give(request: Request, user: PublishesKnowledge, form: UploadDep, services: ServicesDep) -> Response:
    """Take a signed file in. It waits until somebody publishes it."""
    raw = await file_of(form, "release")
    try:
        await run_in_threadpool(services.knowledge.give, raw, user)
    except NoRelease as refused:
        view = await run_in_threadpool(services.knowledge.view)
        return page("knowledge.html", request, services, user, 422, view=view, done="", error=refused.sentence)
    return to("/review/knowledge?done=given")


@router.post("/review/knowledge/decide", **takes_form({"digest": _HEX}, {"word": {"type": "string"}}, 404))
def decide(user: PublishesKnowledge, form: FormDep, services: ServicesDep) -> Response:
    """Publish a release that waits, or discard it."""
    if text_of(form, "word") == "publish":
        services.knowledge.publish(text_of(form, "digest"), user)
        return to("/review/knowledge?done=published")
    services.knowledge.discard(text_of(form, "digest"), user)
    return to("/review/knowledge?done=discarded")
