"""Putting the server together: settings in, application out."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

from fastapi import FastAPI

from shared.crypto.box import BoxKey
from shared.crypto.signing import SigningKey
from shared.knowledge.model import KnowledgeBase
from shared.knowledge.shelf import Shelf
from shared.privacy.policy import PrivacyPolicy, Vocabulary, load_policy
from shared.sync.message_fields import PROTOCOL_VERSION
from shared.triage.reassess import Reassessor
from sync_server.api import errors
from sync_server.api.browser import ask_to_sign_in, language_cookie, session_cookie
from sync_server.api.dependencies import Services
from sync_server.api.description import describe
from sync_server.api.middleware import Guard, RequestCounts, Tongue
from sync_server.api.routes import (
    account,
    alerts,
    audit,
    case,
    cases,
    charts,
    cohort,
    devices,
    exports,
    files,
    operations,
    performance,
    sign_in,
    sync,
    today,
    users,
)
from sync_server.api.routes import knowledge as knowledge_releases
from sync_server.api.turns import Turns
from sync_server.database import Database
from sync_server.repositories.schema import Identity, identify
from sync_server.services.acceptance import Acceptance
from sync_server.services.account import AccountService
from sync_server.services.adjudicated_cases import AdjudicatedCases
from sync_server.services.alerts.noting import Noting
from sync_server.services.alerts.service import AlertsService
from sync_server.services.assessed_again import AssessedAgain
from sync_server.services.audit_log import AuditLogService
from sync_server.services.authentication import Authentication
from sync_server.services.bring_back import BringingBack
from sync_server.services.carry import CarryService
from sync_server.services.case_bundle import CaseBundleService
from sync_server.services.case_filter import KnownValues
from sync_server.services.case_index import CaseCounts, CaseIndex, CaseStore
from sync_server.services.case_list import CaseListService
from sync_server.services.case_page import CasePageService
from sync_server.services.case_rows import CaseRows
from sync_server.services.cohort.report import CohortService
from sync_server.services.compare import CompareService
from sync_server.services.digest import DigestMaker
from sync_server.services.enrolment import EnrolmentService
from sync_server.services.exchange import ExchangeService
from sync_server.services.exports.count_service import CountService
from sync_server.services.exports.export import ExportService
from sync_server.services.exports.forms import Writer
from sync_server.services.exports.overview import Overview
from sync_server.services.figures import FiguresService
from sync_server.services.follow_up_checks import planned_checks
from sync_server.services.intake import Intake
from sync_server.services.knowledge_releases import KnowledgeService
from sync_server.services.links import LinkService
from sync_server.services.performance.report import PerformanceService
from sync_server.services.replies import ReplyService
from sync_server.services.review import ReviewService
from sync_server.services.saved_views import SavedViewService
from sync_server.services.sign_in import SignInService
from sync_server.services.tablets import TabletService
from sync_server.services.time_charts.report import TimeChartsService
from sync_server.services.today import TodayService
from sync_server.services.today_answers import Answers
from sync_server.services.today_decisions import Decisions, RankingChange
from sync_server.services.today_reminders import Reminders
from sync_server.services.users import UserService
from sync_server.services.waiting import WaitingService
from sync_server.services.wording import Wording
from sync_server.settings import Settings

KNOWLEDGE_VERSION = "1.1"

AT_ONCE_ON_SQLITE = 2
"""Exchanges: one writes, another is read and checked."""
AT_ONCE_ON_POSTGRESQL = 8
"""Beside these, some may wait for each other at their site's row."""


def create_app(settings: Settings) -> FastAPI:
    """Return the server on its database. A SQLite file is made if it is not there; an older schema is refused.

    Raises:
        DatabaseUnusable, KnowledgeError: it cannot start; nothing was changed.
    """
    database = Database(settings.database_url)
    try:
        services = build_services(settings, database, identify(database))
        services.exports.exports.after_a_start()
    except BaseException:
        database.close()
        raise
    # The document at /openapi.json is a route of our own, described in itself.
    app = FastAPI(
        version=str(PROTOCOL_VERSION), docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False
    )
    app.state.services = services
    app.state.session_cookie = session_cookie(services)
    app.add_middleware(Guard, counts=services.requests, is_https=settings.is_https)
    # The last one added is the outermost.
    app.add_middleware(Tongue, cookie=language_cookie(services))
    errors.install(app)
    app.add_exception_handler(errors.NotSignedIn, ask_to_sign_in)
    for routes in (
        alerts,
        charts,
        sync,
        operations,
        sign_in,
        users,
        account,
        audit,
        files,
        today,
        cases,
        case,
        cohort,
        performance,
        exports,
        devices,
        knowledge_releases,
    ):
        app.include_router(routes.router)
    # Made at the first request for it, and kept.
    app.openapi = cache(partial(describe, app))  # type: ignore[method-assign]
    return app


def build_services(settings: Settings, database: Database, identity: Identity) -> Services:
    knowledge, policy = _load_knowledge(settings.assets)
    releases = KnowledgeService(database, knowledge, _today)
    wording = Wording(knowledge, releases.book)
    checks = planned_checks(knowledge)
    digests = DigestMaker(checks)
    assessed = AssessedAgain(_load_reassessor(settings.assets))
    rows, store = CaseRows(wording, checks, assessed.verdict), CaseStore(checks)
    index, counts, adjudicated = CaseIndex(store), CaseCounts(store), AdjudicatedCases()
    alerts = AlertsService(database, wording, _today, Noting(database, _today, counts), counts)
    review = ReviewService(database, wording.conditions, _today)
    intake = Intake(Acceptance(policy, releases.policies), digests, _today)
    authentication = Authentication(database, identity.secret)
    sign_in = SignInService(database, identity.secret, _now)
    box_key, sign_key = BoxKey(identity.box_key), SigningKey(identity.sign_key)
    case_list = CaseListService(database, rows, index, KnownValues(wording), _today)
    enrolment = EnrolmentService(database, identity.epoch, _now, box_key.public_bytes, sign_key.public_bytes)
    decisions = Decisions(index, rows, RankingChange(knowledge))
    writer = Writer.of(knowledge, policy)
    return Services(
        settings=settings,
        database=database,
        exchange=ExchangeService(database, authentication, intake, identity.epoch, _today, releases.offer),
        carry=CarryService(database, authentication, intake, identity.epoch, box_key, sign_key),
        compare=CompareService(database, authentication, BringingBack(intake), identity.epoch),
        enrolment=enrolment,
        tablets=TabletService(database, enrolment, knowledge.version, _today),
        sign_in=sign_in,
        users=UserService(database, sign_in),
        account=AccountService(database, sign_in),
        audit_log=AuditLogService(database),
        case_list=case_list,
        saved_views=SavedViewService(database),
        case_page=CasePageService(database, wording, assessed),
        case_bundle=CaseBundleService(database, writer),
        performance=PerformanceService(database, wording, adjudicated),
        cohort=CohortService(database, wording, knowledge.version, adjudicated),
        alerts=alerts,
        time_charts=TimeChartsService(database, wording, _today, counts),
        links=LinkService(database, wording, _today),
        replies=ReplyService(database),
        review=review,
        exports=Overview(
            ExportService(database, writer, case_list, _now),
            CountService(database, _today, counts),
        ),
        figures=FiguresService(database),
        knowledge=releases,
        today=TodayService(
            database,
            rows,
            index,
            decisions,
            Answers(rows),
            Reminders(database, rows, review),
            alerts,
            _today,
        ),
        waiting=WaitingService(database, decisions, _today),
        requests=RequestCounts(),
        turns=Turns(AT_ONCE_ON_SQLITE if database.is_sqlite else AT_ONCE_ON_POSTGRESQL),
    )


def load_digests(assets: Path) -> DigestMaker:
    """Return what works the list rows out."""
    knowledge = _load_knowledge(assets)[0]
    return DigestMaker(planned_checks(knowledge))


@cache
def _load_knowledge(assets: Path) -> tuple[KnowledgeBase, PrivacyPolicy]:
    folder = assets / "knowledge" / KNOWLEDGE_VERSION
    knowledge = _load_reassessor(assets).knowledge(KNOWLEDGE_VERSION)
    return knowledge, load_policy(folder / "privacy.yaml", Vocabulary.of(knowledge))


@cache
def _load_reassessor(assets: Path) -> Reassessor:
    # Every version that a stored entry may have been concluded under; each is read when the first of them is shown.
    return Reassessor(Shelf(assets / "knowledge", KNOWLEDGE_VERSION))


def _now() -> int:
    return int(time.time())


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
