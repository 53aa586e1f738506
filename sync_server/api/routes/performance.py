"""Does the tool do well? As a page and as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from shared.sentence import sentence
from sync_server.api.browser import SeesReports, page
from sync_server.api.charts import Chart, Expected, calibration
from sync_server.api.dependencies import ServicesDep
from sync_server.api.description import shows, shows_json
from sync_server.api.json_views import as_json
from sync_server.api.routes.cohort import MONTH, SITE
from sync_server.services.performance.views import PerformanceChoice, Report

router = APIRouter(prefix="/review")

VERSION = r"^([0-9]{1,4}(\.[0-9]{1,4}){0,3})?$"


def _choice(
    counted: Literal["first", "last"] = "first",
    site: Annotated[str, Query(pattern=SITE)] = "",
    knowledge: Annotated[str, Query(pattern=VERSION)] = "",
    first: Annotated[str, Query(pattern=MONTH)] = "",
    last: Annotated[str, Query(pattern=MONTH)] = "",
) -> PerformanceChoice:
    return PerformanceChoice(counted == "last", int(site) if site else None, knowledge, first, last)


ChoiceDep = Annotated[PerformanceChoice, Depends(_choice)]


@router.get("/performance", **shows(400))
def performance(request: Request, user: SeesReports, services: ServicesDep, chosen: ChoiceDep) -> Response:
    """Show what the tool concluded against what it was in the end."""
    view = services.performance.view(user, chosen)
    chart = _chart(view.report) if view.report else None
    return page("performance.html", request, services, user, view=view, report=view.report, chart=chart)


@router.get("/api/performance", **shows_json(400))
def performance_as_json(user: SeesReports, services: ServicesDep, chosen: ChoiceDep) -> Response:
    """Return the report for a program."""
    return as_json(services.performance.view(user, chosen))


def _chart(report: Report) -> Chart:
    """Return how often it was so, against the chance that the tool gave."""
    return calibration(
        "calibration",
        sentence("Does “70%” mean 70%?"),
        sentence("Each dot: diagnoses that the tool gave that chance; bar: 95% interval."),
        groups=[
            Expected(one.predicted, one.observed.share, *one.observed.interval, one.observed.k, one.observed.n)
            for one in report.bins
        ],
        said_word=sentence("the tool said, %"),
        found_word=sentence("it was, %"),
        perfect_word=sentence("perfect"),
        width=450,
        height=440,
    )
