"""What tablets ask for: the exchange and enrolment."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from shared.sync.messages import write_response
from sync_server.api.dependencies import JsonBodyDep, ServicesDep, SignedRequestDep
from sync_server.services.enrolment import read_enrolment

router = APIRouter(prefix="/v1")


@router.post("/sync")
def sync(request: SignedRequestDep, services: ServicesDep) -> Response:
    """Store what a tablet pushes, and answer with what is new."""
    response = services.exchange.answer(request)
    return Response(write_response(response), media_type="application/json")


@router.post("/enrol")
def enrol(body: JsonBodyDep, services: ServicesDep) -> Response:
    """Bind a tablet to the site of a one-time code."""
    return JSONResponse(asdict(services.enrolment.enrol(read_enrolment(body))))
