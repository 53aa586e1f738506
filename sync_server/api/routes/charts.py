"""Charts of when and where cases came, and of how long things took: as a page, as CSV and as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from shared.sentence import counted, sentence
from sync_server.api.browser import SeesReports, page
from sync_server.api.charts import Chart, Point, Series, bars, rows_of_points, stacked_bars
from sync_server.api.dependencies import ServicesDep
from sync_server.api.description import SESSION, file_of, shows, shows_json
from sync_server.api.json_views import as_json
from sync_server.services.exports.csv_safe import MEDIA_TYPE
from sync_server.services.time_charts.delays import DelayView
from sync_server.services.time_charts.report import ChartChoice, SiteView, TimeChartsView, spread_words
from sync_server.services.week_words import axis_words, week_words

router = APIRouter(prefix="/review")

CODE = r"^[a-z0-9_]{0,64}$"
SITE = r"^[0-9]{0,9}$"
WEEK = r"^([0-9]{4}-W[0-9]{2})?$"
MOST_SMALL = 12
"""Sites with a small chart of their own; the table and the CSV have all."""


def _choice(
    site: Annotated[str, Query(pattern=SITE)] = "",
    first: Annotated[str, Query(pattern=WEEK)] = "",
    last: Annotated[str, Query(pattern=WEEK)] = "",
    diagnosis: Annotated[str, Query(pattern=CODE)] = "",
    by: Literal["urgency", "diagnosis"] = "urgency",
) -> ChartChoice:
    return ChartChoice(int(site) if site else None, first, last, diagnosis, by)


ChoiceDep = Annotated[ChartChoice, Depends(_choice)]


@router.get("/charts", **shows(400))
def charts(request: Request, user: SeesReports, services: ServicesDep, chosen: ChoiceDep) -> Response:
    """Show the epidemic curve, the sites and the delays."""
    view = services.time_charts.view(user, chosen)
    return page(
        "charts.html",
        request,
        services,
        user,
        view=view,
        curve=curve(view) if view.cases else None,
        by_site=places(view) if view.cases else None,
        small=[small(view, n) for n in range(min(len(view.sites), MOST_SMALL))] if view.cases else [],
        delays=[(delay, delay_chart(delay) if delay.known else None, spread_words(delay)) for delay in view.delays],
        query=request.url.query,
    )


_CSV = {**file_of("text/csv", 400, 403), "openapi_extra": {"security": [{SESSION: []}]}}


@router.get("/charts/{which}.csv", **_CSV)
def charts_as_csv(
    which: Literal["curve", "sites", "delays"], user: SeesReports, services: ServicesDep, chosen: ChoiceDep
) -> Response:
    """Return the numbers of one of the charts as CSV."""
    body = services.time_charts.csv(user, chosen, which)
    headers = {"content-disposition": f'attachment; filename="{which}.csv"', "cache-control": "no-store"}
    return Response(body.encode(), headers=headers, media_type=MEDIA_TYPE)


@router.get("/api/charts", **shows_json(400))
def charts_as_json(user: SeesReports, services: ServicesDep, chosen: ChoiceDep) -> Response:
    """Return the numbers of all charts for a program."""
    return as_json(services.time_charts.view(user, chosen))


def curve(view: TimeChartsView) -> Chart:
    """Return the epidemic curve: cases a week, in parts."""
    return stacked_bars(
        "curve",
        counted(view.cases, "{count} case by week", "{count} cases by week"),
        sentence("Cases by the week in which they reached the server, in parts that are told apart by their pattern."),
        places=[week_words(week) for week in view.weeks],
        ticks=axis_words(view.weeks),
        series=[Series(kind.label, kind.counts) for kind in view.kinds],
        place_word=sentence("week in which they reached the server"),
        value_word=sentence("cases"),
        width=860,
        height=330,
    )


def places(view: TimeChartsView) -> Chart:
    """Return the sites in the order of their cases a week, with intervals."""
    return rows_of_points(
        "places",
        sentence("Cases a week, by site"),
        sentence("Mean cases a week since the site's first case, with the 95% interval; the busiest site first."),
        points=[
            Point(s.site, round(s.a_week, 2), round(s.low, 2), round(s.high, 2), s.cases, None) for s in view.sites
        ],
        place_word=sentence("site"),
        value_word=sentence("cases a week, 95% interval; cases in all at the end of the row"),
        width=860,
    )


def small(view: TimeChartsView, number: int) -> Chart:
    """Return the weekly counts of one site, on the same scale as all others."""
    site: SiteView = view.sites[number]
    return bars(
        f"small-{number}",
        sentence("{site}: {cases}", site=site.site, cases=counted(site.cases, "{count} case", "{count} cases")),
        sentence("Cases a week at this site."),
        places=[week_words(week) for week in view.weeks],
        ticks=axis_words(view.weeks),
        values=site.counts,
        place_word=sentence("week"),
        value_word=sentence("cases"),
        highest=max(max(one.counts) for one in view.sites),
        has_numbers=False,
        width=300,
        height=150,
    )


def delay_chart(delay: DelayView) -> Chart:
    """Return the distribution of a delay."""
    return bars(
        f"delay-{delay.code}",
        delay.title,
        sentence("How many cases took how many {unit}.", unit=delay.unit),
        places=delay.bins,
        values=delay.counts,
        place_word=delay.unit,
        value_word=sentence("cases"),
        width=300,
        height=220,
    )
