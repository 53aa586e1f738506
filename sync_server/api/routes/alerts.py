"""Cluster alerts: the list, one alert, and what was done about it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from shared.sentence import Sentence, sentence
from sync_server.api.browser import FormDep, ReviewsCases, SeesReports, page, text_of, texts_of, to
from sync_server.api.charts import Chart, between_events, weekly_counts
from sync_server.api.dependencies import ServicesDep
from sync_server.api.description import shows, shows_json, takes_form
from sync_server.api.json_views import as_json
from sync_server.services.alerts.service import AlertNotChanged, FilledAlertForm
from sync_server.services.alerts.views import REASONS, AlertView, BetweenView
from sync_server.services.week_words import axis_words, week_words

router = APIRouter(prefix="/review")

AlertNo = Annotated[int, Path(ge=1, lt=2**31)]
_ACT = {"act": {"type": "string", "enum": ["looked_at", "closed"]}}
_PERHAPS = {
    "reason": {"type": "string"},
    "checked": {"type": "array", "items": {"type": "string"}},
    "note": {"type": "string"},
}


@router.get("/alerts", **shows())
def alerts(request: Request, user: SeesReports, services: ServicesDep) -> Response:
    """Show the clusters of the user's sites, open ones first."""
    return page("alerts.html", request, services, user, view=services.alerts.view(user))


@router.get("/api/alerts", **shows_json())
def alerts_as_json(user: SeesReports, services: ServicesDep) -> Response:
    """Return the list for a program."""
    return as_json(services.alerts.view(user))


@router.get("/alerts/{alert_no}", **shows(400, 404))
def alert(request: Request, alert_no: AlertNo, user: SeesReports, services: ServicesDep, saved: str = "") -> Response:
    """Show one cluster: what was seen and expected, what to check, what was done."""
    return _shown(request, services, user, alert_no, 200, None, "", is_saved=saved == "yes")


@router.get("/api/alerts/{alert_no}", **shows_json(400, 404))
def alert_as_json(alert_no: AlertNo, user: SeesReports, services: ServicesDep) -> Response:
    """Return one alert for a program."""
    return as_json(services.alerts.alert(alert_no, user))


@router.post("/alerts/{alert_no}", **takes_form(_ACT, _PERHAPS, 404, 422))
def act(request: Request, alert_no: AlertNo, user: ReviewsCases, form: FormDep, services: ServicesDep) -> Response:
    """Keep what was done about an alert, and show it again."""
    filled = FilledAlertForm(
        act=text_of(form, "act"),
        reason=text_of(form, "reason"),
        checked=texts_of(form, "checked"),
        note=text_of(form, "note"),
    )
    try:
        services.alerts.act(alert_no, filled, user)
    except AlertNotChanged as refused:
        return _shown(request, services, user, alert_no, 422, refused.filled, refused.said, is_saved=False)
    return to(f"/review/alerts/{alert_no}?saved=yes")


def _shown(
    request: Request,
    services: ServicesDep,
    user: SeesReports,
    alert_no: int,
    status: int,
    filled: FilledAlertForm | None,
    advice: Sentence | str,
    *,
    is_saved: bool,
) -> Response:
    view = services.alerts.alert(alert_no, user)
    return page(
        "alert.html",
        request,
        services,
        user,
        status,
        view=view,
        weekly=weekly_chart(view),
        between=between_chart(view.between) if view.between else None,
        filled=filled or FilledAlertForm(""),
        advice=advice,
        is_saved=is_saved,
        reasons=REASONS,
    )


def weekly_chart(view: AlertView) -> Chart:
    """Return the weekly counts with the limit C2."""
    what = sentence("leaks") if view.row.is_harm else sentence("cases")
    return weekly_counts(
        "weekly",
        sentence("Leaks a week, {site}", site=view.row.site)
        if view.row.is_harm
        else sentence("Cases a week, {site}", site=view.row.site),
        sentence("Counts by the week in which they reached the server, with the limit C2 of each week."),
        weeks=[week_words(week.week) for week in view.series],
        ticks=axis_words([week.week for week in view.series]),
        counts=[week.count for week in view.series],
        limits=[None if week.c2 is None else round(week.c2, 1) for week in view.series],
        place_word=sentence("week in which they reached the server"),
        value_word=what,
        limit_word=sentence("limit C2"),
        signals={n for n, week in enumerate(view.series) if week.is_signal},
        width=620,
        height=270,
    )


def between_chart(between: BetweenView) -> Chart:
    """Return the g-chart: cases between one leak and the next."""
    return between_events(
        "between",
        sentence("Cases between one leak and the next"),
        sentence("How many other cases came before each leak since the one before; fewer is worse."),
        places=[week_words(gap.week) for gap in between.gaps],
        ticks=axis_words([gap.week for gap in between.gaps]),
        gaps=[gap.gap for gap in between.gaps],
        usual=round(between.usual, 1),
        limit=between.limit,
        place_word=sentence("leaks in order, by their week"),
        value_word=sentence("other cases between"),
        usual_word=sentence("usual {count}", count=round(between.usual)),
        limit_word=sentence("limit {count}", count=between.limit if between.limit is not None else 0),
        signals={n for n, gap in enumerate(between.gaps) if gap.is_signal},
        width=620,
        height=250,
    )
