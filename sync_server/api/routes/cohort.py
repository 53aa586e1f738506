"""The cohort report: as a page, as CSV and as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from shared.sentence import sentence
from sync_server.api.browser import SeesReports, page
from sync_server.api.charts import Chart, Step, step_curve
from sync_server.api.dependencies import ServicesDep
from sync_server.api.description import SESSION, file_of, shows, shows_json
from sync_server.api.json_views import as_json
from sync_server.language import level
from sync_server.services.cohort.report import CohortChoice, CohortView
from sync_server.services.exports.csv_safe import MEDIA_TYPE

router = APIRouter(prefix="/review")

CODE = r"^[a-z0-9_]{0,64}$"
SITE = r"^[0-9]{0,9}$"
MONTH = r"^([0-9]{4}-(0[1-9]|1[0-2]))?$"


def _choice(
    diagnosis: Annotated[str, Query(pattern=CODE)] = "",
    state: Literal["", "confirmed"] = "",
    age: Annotated[str, Query(pattern=CODE)] = "",
    site: Annotated[str, Query(pattern=SITE)] = "",
    first: Annotated[str, Query(pattern=MONTH)] = "",
    last: Annotated[str, Query(pattern=MONTH)] = "",
) -> CohortChoice:
    return CohortChoice(diagnosis, state == "confirmed", age, int(site) if site else None, first, last)


ChoiceDep = Annotated[CohortChoice, Depends(_choice)]


@router.get("/cohort", **shows(400))
def cohort(request: Request, user: SeesReports, services: ServicesDep, chosen: ChoiceDep) -> Response:
    """Show what a case series prints of the cases with one diagnosis."""
    view = services.cohort.view(user, chosen)
    return page(
        "cohort.html",
        request,
        services,
        user,
        view=view,
        chart=_curve(view) if view.healing else None,
        query=request.url.query,
    )


_CSV = {**file_of("text/csv", 400, 403), "openapi_extra": {"security": [{SESSION: []}]}}


@router.get("/cohort.csv", **_CSV)
def cohort_as_csv(user: SeesReports, services: ServicesDep, chosen: ChoiceDep) -> Response:
    """Return the same table and sentences as CSV."""
    body = services.cohort.csv(user, chosen)
    headers = {"content-disposition": 'attachment; filename="cohort.csv"', "cache-control": "no-store"}
    return Response(body.encode(), headers=headers, media_type=MEDIA_TYPE)


@router.get("/api/cohort", **shows_json(400))
def cohort_as_json(user: SeesReports, services: ServicesDep, chosen: ChoiceDep) -> Response:
    """Return the report for a program."""
    return as_json(services.cohort.view(user, chosen))


def _curve(view: CohortView) -> Chart:
    """Return the share that is healed, over months, with its interval."""
    steps = [Step(0.0, 0.0)]
    for row in view.healing:
        low = None if row.high is None else 100 * (1 - row.high)
        high = None if row.low is None else 100 * (1 - row.low)
        steps.append(Step(round(row.at, 2), round(100 * (1 - row.left), 1), low, high, ended=row.censored))
    marked = None
    if view.mean_months is not None:
        marked = view.mean_months, sentence("mean {months} months", months=level(f"{view.mean_months:.1f}"))
    last = view.healing[-1].at
    return step_curve(
        "healing",
        sentence("Healed, of {count} of whom the course is known", count=view.healing[0].at_risk)
        if view.healing[0].at_risk < view.children
        else sentence("Healed, of {count}", count=view.children),
        sentence("How many per cent are healed, by months since the first visit, with the 95% interval."),
        steps=steps,
        until=max(last * 1.1, 0.1),
        level_word=sentence("months until it was gone"),
        value_word=sentence("healed, %"),
        highest=100,
        marked=marked,
        width=560,
        height=300,
    )
