"""The first page: what needs somebody today, and reminding a clinic of a check."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from shared.sentence import Sentence, sentence
from sync_server.api.browser import FormDep, ReviewsCases, SeesTablets, page, text_of, to
from sync_server.api.charts import Chart, bars
from sync_server.api.dependencies import ServicesDep
from sync_server.api.description import shows, shows_json, takes_form
from sync_server.api.json_views import as_json
from sync_server.services.review import ReviewNotSaved
from sync_server.services.today_views import TodayView, WeekView

router = APIRouter(prefix="/review")


@router.get("", **shows(400))
def today(
    request: Request,
    user: SeesTablets,
    services: ServicesDep,
    reminded: Annotated[str, Query(pattern="^[0-9A-HJKMNP-TV-Z]{0,4}$")] = "",
) -> Response:
    """Show what needs somebody today: cases to those who see cases, tablets to all."""
    return _page(request, user, services, services.today.view(user), reminded)


@router.get("/api/today", **shows_json())
def today_as_json(user: SeesTablets, services: ServicesDep) -> Response:
    """Give the same as JSON."""
    return as_json(services.today.view(user))


@router.post("/reminders", **takes_form({"case": {"type": "string"}}, {}, 404, 422))
def remind(request: Request, user: ReviewsCases, form: FormDep, services: ServicesDep) -> Response:
    """Remind a clinic of the check that is due, and show the first page again."""
    try:
        code = services.today.remind(text_of(form, "case"), user)
    except ReviewNotSaved:
        advice = sentence("Somebody reviewed this case a moment ago. Look at it, then remind the clinic again.")
        return _page(request, user, services, services.today.view(user), "", advice, 422)
    return to(f"/review?reminded={code}" if code else "/review")


def _page(
    request: Request,
    user: SeesTablets,
    services: ServicesDep,
    view: TodayView,
    reminded: str,
    advice: Sentence | None = None,
    status: int = 200,
) -> Response:
    chart = _chart(view.cases.week) if view.cases else None
    return page("today.html", request, services, user, status, view=view, chart=chart, reminded=reminded, advice=advice)


def _chart(week: WeekView) -> Chart:
    return bars(
        "new-cases",
        sentence("New cases a week"),
        sentence("Weeks {first} to {last}. The last one is not over.", first=week.weeks[0], last=week.weeks[-1]),
        places=week.weeks,
        values=week.counts,
        place_word=sentence("Week"),
        value_word=sentence("New cases"),
        has_numbers=False,
        width=304,
        height=170,
    )
