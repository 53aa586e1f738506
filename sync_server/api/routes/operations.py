"""What the people who run the server look at: health, metrics, and a description of every address."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from sync_server.api.dependencies import ServicesDep
from sync_server.api.description import Answers, answers_with
from sync_server.api.schemas import ref

router = APIRouter()


_HEALTH = {"application/json": {"schema": ref("Health")}}
_HEALTHY_OR_NOT: Answers = {
    200: {"description": "The database can be used.", "content": _HEALTH},
    503: {"description": "It cannot.", "content": _HEALTH},
}
_COUNTS: Answers = {200: {"description": "The counts.", "content": {"text/plain": {"schema": {"type": "string"}}}}}


@router.get("/health", **answers_with(more=_HEALTHY_OR_NOT))
def health(services: ServicesDep) -> Response:
    """Say whether the database can be used."""
    is_healthy = services.figures.is_healthy()
    return JSONResponse({"status": "ok" if is_healthy else "no database"}, 200 if is_healthy else 503)


@router.get("/metrics", response_class=PlainTextResponse, **answers_with(more=_COUNTS))
def metrics(services: ServicesDep) -> Response:
    """Return the counts in the text format of Prometheus."""
    figures = services.figures.figures()
    lines: list[str] = []
    for name, meaning, value in (
        ("sites", "Sites.", figures.sites),
        ("devices", "Enrolled tablets.", figures.devices),
        ("cases", "Cases that are not withdrawn.", figures.cases),
        ("entries", "Stored entries.", figures.entries),
        ("quarantined_entries", "Entries set apart.", figures.quarantined),
    ):
        lines += [f"# HELP handwise_{name} {meaning}", f"# TYPE handwise_{name} gauge", f"handwise_{name} {value}"]
    lines += ["# HELP handwise_requests_total Answered requests.", "# TYPE handwise_requests_total counter"]
    for status, count in sorted(services.requests.read().items()):
        lines.append(f'handwise_requests_total{{status="{status}"}} {count}')
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


@router.get("/openapi.json", **answers_with())
def description(request: Request) -> Response:
    """Describe every address: what it takes and what it answers, as an OpenAPI document."""
    return JSONResponse(request.app.openapi())
