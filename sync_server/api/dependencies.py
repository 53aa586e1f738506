"""What the routes get handed: the services, the exact body, the signed-in user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from sync_server.api.errors import NotJson
from sync_server.api.middleware import RequestCounts
from sync_server.database import Database
from sync_server.services.case_list import CaseListService
from sync_server.services.case_page import CasePageService
from sync_server.services.enrolment import EnrolmentService
from sync_server.services.exchange import ExchangeService
from sync_server.services.figures import FiguresService
from sync_server.services.request_signature import SignedRequest
from sync_server.services.review import ReviewService
from sync_server.services.sign_in import SignInService
from sync_server.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that the server does."""

    settings: Settings
    database: Database
    exchange: ExchangeService
    enrolment: EnrolmentService
    sign_in: SignInService
    case_list: CaseListService
    case_page: CasePageService
    review: ReviewService
    figures: FiguresService
    requests: RequestCounts

    def close(self) -> None:
        self.database.close()


def _services(request: Request) -> Services:
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


ServicesDep = Annotated[Services, Depends(_services)]


async def _json_body(request: Request) -> bytes:
    content_type = request.headers.get("content-type", "").replace(" ", "").lower()
    if content_type not in ("application/json", "application/json;charset=utf-8"):
        raise NotJson
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise NotJson
    return await request.body()


JsonBodyDep = Annotated[bytes, Depends(_json_body)]


async def _signed_request(request: Request, body: JsonBodyDep, services: ServicesDep) -> SignedRequest:
    # The address as the sender wrote it: behind a proxy that is the public one.
    path = request.scope["raw_path"].decode("ascii", "replace") if "raw_path" in request.scope else request.url.path
    query = f"?{request.url.query}" if request.url.query else ""
    public_url = services.settings.public_url
    base = public_url.rstrip("/") if public_url else f"{request.url.scheme}://{request.headers.get('host', '')}"
    return SignedRequest(request.method, f"{base}{path}{query}", request.headers, body)


SignedRequestDep = Annotated[SignedRequest, Depends(_signed_request)]
