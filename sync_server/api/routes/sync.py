"""What tablets ask for: the exchange, handing in what was carried, and enrolment."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from shared.sync.carry import write_carry_response
from shared.sync.compare import write_compare_response
from shared.sync.messages import write_answer
from shared.sync.packed_message import MEDIA_TYPE, PLAIN_MEDIA_TYPE, write_packed_response
from sync_server.api.dependencies import ExchangeDep, JsonBodyDep, ReceivedExchange, ServicesDep, SignedDep
from sync_server.api.description import takes
from sync_server.services.enrolment import read_enrolment
from sync_server.services.refusals import (
    CannotUnpack,
    ChainRefused,
    CodeRefused,
    DeviceTaken,
    IdentityRefused,
    Malformed,
    NotSigned,
    OtherVersion,
    Revoked,
)

router = APIRouter(prefix="/v1")

_SIGNED = (Malformed, NotSigned, Revoked, OtherVersion)
_PACKED = (*_SIGNED, CannotUnpack)


@router.post(
    "/sync",
    **takes("SyncRequest", gives="SyncResponse", refuses=(*_PACKED, ChainRefused, IdentityRefused), is_packable=True),
)
async def sync(request: ExchangeDep, services: ServicesDep) -> Response:
    """Store what a tablet pushes, and answer with what is new, in the form in which it asked."""
    return await services.turns.take(_sync, request)


def _sync(request: ReceivedExchange) -> Response:
    exchange = request.services.exchange
    answer = exchange.answer(request.signed(), waiting=request.services.turns.waiting)
    if request.is_packed:
        return Response(exchange.packer.pack(answer.response, answer.entries), media_type=MEDIA_TYPE)
    return Response(write_answer(answer.response, answer.entries), media_type=PLAIN_MEDIA_TYPE)


@router.post("/carry", **takes("CarryRequest", gives="CarryResponse", refuses=_SIGNED))
def carry(request: SignedDep, services: ServicesDep) -> Response:
    """Take in what a tablet carried for others, and answer with a receipt or a reason for each parcel."""
    return Response(write_carry_response(services.carry.answer(request)), media_type=PLAIN_MEDIA_TYPE)


@router.post("/compare", **takes("CompareRequest", gives="CompareResponse", refuses=_PACKED, is_packable=True))
async def compare(request: ExchangeDep, services: ServicesDep) -> Response:
    """Say what is stored in ranges of entries, give what a tablet lacks, and keep what it brings back of others."""
    return await services.turns.take(_compare, request)


def _compare(request: ReceivedExchange) -> Response:
    body = write_compare_response(request.services.compare.answer(request.signed()))
    if request.is_packed:
        return Response(write_packed_response(body), media_type=MEDIA_TYPE)
    return Response(body, media_type=PLAIN_MEDIA_TYPE)


@router.post(
    "/enrol",
    **takes("EnrolmentRequest", gives="Enrolment", refuses=(Malformed, CodeRefused, DeviceTaken), is_signed=False),
)
def enrol(body: JsonBodyDep, services: ServicesDep) -> Response:
    """Bind a tablet to the site of a one-time code."""
    return JSONResponse(asdict(services.enrolment.enrol(read_enrolment(body))))
