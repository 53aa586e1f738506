"""What the routes get handed: the services, the exact body, the signed-in user."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from shared.errors import InvalidInput
from shared.sync.packed_message import is_packed, read_packed_request
from shared.sync.packing import TooLargeUnpacked, UnknownDictionary
from sync_server.api.errors import NotJson
from sync_server.api.middleware import RequestCounts
from sync_server.api.turns import Turns
from sync_server.database import Database
from sync_server.services.account import AccountService
from sync_server.services.alerts.service import AlertsService
from sync_server.services.audit_log import AuditLogService
from sync_server.services.carry import CarryService
from sync_server.services.case_bundle import CaseBundleService
from sync_server.services.case_list import CaseListService
from sync_server.services.case_page import CasePageService
from sync_server.services.cohort.report import CohortService
from sync_server.services.compare import CompareService
from sync_server.services.enrolment import EnrolmentService
from sync_server.services.exchange import ExchangeService
from sync_server.services.exports.overview import Overview
from sync_server.services.figures import FiguresService
from sync_server.services.knowledge_releases import KnowledgeService
from sync_server.services.links import LinkService
from sync_server.services.performance.report import PerformanceService
from sync_server.services.refusals import CannotUnpack, CutOff, TooLarge
from sync_server.services.replies import ReplyService
from sync_server.services.request_signature import SignedRequest
from sync_server.services.review import ReviewService
from sync_server.services.saved_views import SavedViewService
from sync_server.services.sign_in import SignInService
from sync_server.services.tablets import TabletService
from sync_server.services.time_charts.report import TimeChartsService
from sync_server.services.today import TodayService
from sync_server.services.users import UserService
from sync_server.services.waiting import WaitingService
from sync_server.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that the server does."""

    settings: Settings
    database: Database
    exchange: ExchangeService
    compare: CompareService
    carry: CarryService
    enrolment: EnrolmentService
    tablets: TabletService
    sign_in: SignInService
    users: UserService
    account: AccountService
    audit_log: AuditLogService
    case_list: CaseListService
    saved_views: SavedViewService
    case_page: CasePageService
    case_bundle: CaseBundleService
    cohort: CohortService
    performance: PerformanceService
    links: LinkService
    alerts: AlertsService
    time_charts: TimeChartsService
    replies: ReplyService
    review: ReviewService
    exports: Overview
    figures: FiguresService
    today: TodayService
    waiting: WaitingService
    knowledge: KnowledgeService
    requests: RequestCounts
    turns: Turns

    def close(self) -> None:
        self.database.close()


# A coroutine, as whatever takes no time: anything else is called in a thread of its own.
async def _services(request: Request) -> Services:
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


ServicesDep = Annotated[Services, Depends(_services)]


def _expect_plain_json(request: Request) -> None:
    content_type = request.headers.get("content-type", "").replace(" ", "").lower()
    if content_type not in ("application/json", "application/json;charset=utf-8"):
        raise NotJson


def _expect_no_coding(request: Request) -> None:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise NotJson


async def _json_body(request: Request) -> bytes:
    _expect_plain_json(request)
    _expect_no_coding(request)
    return await request.body()


JsonBodyDep = Annotated[bytes, Depends(_json_body)]


async def _exchange_body(request: Request) -> bytes:
    _expect_no_coding(request)
    if not is_packed(request.headers):
        _expect_plain_json(request)
    return await request.body()


@dataclass(frozen=True, slots=True)
class ReceivedExchange:
    """A request for an exchange as it came. If it `is_packed`, the answer is packed too."""

    sent: SignedRequest
    is_packed: bool
    services: Services

    def signed(self) -> SignedRequest:
        """Return the request as it was signed. Unpacking takes the processor for some milliseconds."""
        if not self.is_packed:
            return self.sent
        try:
            unpacked = read_packed_request(self.sent.body)
        except UnknownDictionary:
            raise CannotUnpack from None
        except TooLargeUnpacked:
            raise TooLarge from None
        except InvalidInput:
            raise CutOff from None
        headers = _Lines(unpacked.plain_headers().items())
        return SignedRequest(self.sent.method, self.sent.url, headers, unpacked.body)


def _public_address(request: Request, services: Services) -> str:
    """Return the address as the sender wrote it: behind a proxy that is the public one."""
    path = request.scope["raw_path"].decode("ascii", "replace") if "raw_path" in request.scope else request.url.path
    query = f"?{request.url.query}" if request.url.query else ""
    public_url = services.settings.public_url
    base = public_url.rstrip("/") if public_url else f"{request.url.scheme}://{request.headers.get('host', '')}"
    return f"{base}{path}{query}"


async def _signed(request: Request, body: JsonBodyDep, services: ServicesDep) -> SignedRequest:
    return SignedRequest(request.method, _public_address(request, services), request.headers, body)


SignedDep = Annotated[SignedRequest, Depends(_signed)]


async def _exchange(
    request: Request, body: Annotated[bytes, Depends(_exchange_body)], services: ServicesDep
) -> ReceivedExchange:
    sent = SignedRequest(request.method, _public_address(request, services), request.headers, body)
    return ReceivedExchange(sent, is_packed(request.headers), services)


ExchangeDep = Annotated[ReceivedExchange, Depends(_exchange)]


class _Lines:
    """Header fields that were not sent but follow from what was."""

    def __init__(self, lines: Iterable[tuple[str, str]]) -> None:
        self._lines = list(lines)

    def items(self) -> list[tuple[str, str]]:
        return self._lines
