"""Exports: files of rows for the review team, guarded counts for everybody else."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from shared.errors import InvalidInput
from shared.sentence import Sentence, sentence
from sync_server.api.browser import ExportsCounts, ExportsRows, FormDep, ManagesUsers, page, text_of, to
from sync_server.api.dependencies import Services, ServicesDep
from sync_server.api.description import shows, shows_json, takes_form
from sync_server.api.errors import answer
from sync_server.api.json_views import as_json
from sync_server.api.routes.cases import AskedDep
from sync_server.api.streaming import FileInPieces
from sync_server.repositories.users import User
from sync_server.services.case_filter import FilterMakesNoSense
from sync_server.services.case_index import Wanted
from sync_server.services.exports import csv_safe
from sync_server.services.exports.forms import FORMS, NOTICE
from sync_server.services.exports.refusals import ExportRefused, WouldIdentify
from sync_server.services.refusals import Malformed

router = APIRouter(prefix="/review")

GUARDED = (
    "Counts of cases by diagnosis (the reviewer's, else the tool's first), site, month and age band, of whole months. "
    "No count under 11 is shown, and so much beside it is hidden that it cannot be worked out. De-identified."
)
_ID = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
_JSON = "application/json"


def _file(media_types: tuple[str, ...], *statuses: int) -> dict[str, Any]:
    found = shows(*statuses)
    content = {one.partition(";")[0]: {"schema": {"type": "string"}} for one in media_types}
    found["responses"][200] = {"description": "The file.", "content": content}
    return {**found, "response_class": Response}


@router.get("/exports", **shows(400, 422))
def overview(
    request: Request, user: ExportsCounts, services: ServicesDep, asked: AskedDep, saved: str = ""
) -> Response:
    """Show what can be exported of the cases that the filters of the list choose."""
    try:
        wanted = services.case_list.wanted(asked.given, user)
    except FilterMakesNoSense as refused:
        return answer(request.url.path, 422, "filter", refused.advice)
    return _page(request, services, user, wanted, is_saved=saved == "yes")


@router.get("/api/exports", **shows_json(400, 422))
def overview_as_json(request: Request, user: ExportsCounts, services: ServicesDep, asked: AskedDep) -> Response:
    """The same for programs."""
    try:
        return as_json(services.exports.view(user, services.case_list.wanted(asked.given, user)))
    except FilterMakesNoSense as refused:
        return answer(request.url.path, 422, "filter", refused.advice)


@router.post("/exports", **takes_form({"form": {"type": "string", "enum": list(FORMS)}}, {}, 409, 422))
def ask(request: Request, user: ExportsRows, form: FormDep, services: ServicesDep, asked: AskedDep) -> Response:
    """Ask for a file of rows, and show how far it is."""
    chosen = FORMS.get(text_of(form, "form"))
    if chosen is None:
        raise Malformed(sentence("Choose one of the files on the page of exports."))
    try:
        wanted = services.case_list.wanted(asked.given, user)
    except FilterMakesNoSense as refused:
        return answer(request.url.path, 422, "filter", refused.advice)
    try:
        export_id = services.exports.exports.ask(user, chosen, wanted)
    except ExportRefused as refused:
        return _page(request, services, user, wanted, error=refused.said, status=409)
    return to(f"/review/exports/{export_id}")


@router.get("/exports/dictionary.csv", **_file((csv_safe.MEDIA_TYPE,)))
def dictionary(user: ExportsCounts, services: ServicesDep) -> Response:
    """Return what each column of the tables means. It holds nothing of any case."""
    return _download(services.exports.exports.dictionary(NOTICE), csv_safe.MEDIA_TYPE, "handwise-dictionary.csv")


@router.get("/exports/counts.csv", **_file((csv_safe.MEDIA_TYPE,), 409, 422))
def counts_csv(request: Request, user: ExportsCounts, services: ServicesDep) -> Response:
    """Return guarded counts as CSV."""
    _expect_whole(request)
    return _download(services.exports.counts.as_csv(user, GUARDED), csv_safe.MEDIA_TYPE, "handwise-counts.csv")


@router.get("/exports/counts.json", **_file((_JSON,), 409, 422))
def counts_json(request: Request, user: ExportsCounts, services: ServicesDep) -> Response:
    """Return guarded counts as JSON."""
    _expect_whole(request)
    return _download(services.exports.counts.as_json(user, GUARDED), _JSON, "handwise-counts.json")


@router.get("/exports/dhis2.json", **_file((_JSON,), 409, 422))
def dhis2(request: Request, user: ExportsCounts, services: ServicesDep) -> Response:
    """Return guarded counts by month as a DHIS2 data value set."""
    _expect_whole(request)
    return _download(services.exports.counts.for_dhis2(user), _JSON, "handwise-dhis2.json")


@router.get("/exports/dhis2-weeks.json", **_file((_JSON,), 409))
def dhis2_weeks(user: ExportsRows, services: ServicesDep) -> Response:
    """Return every count by week as a DHIS2 data value set, small ones too."""
    return FileInPieces(services.exports.counts.weeks_for_dhis2(user), _JSON, "handwise-dhis2-weeks.json")


@router.post("/org-units", **takes_form({}, {}, 422))
def keep_org_units(request: Request, user: ManagesUsers, form: FormDep, services: ServicesDep) -> Response:
    """Keep what sites are called in DHIS2: fields site_1, site_2 ..."""
    fields = {name.removeprefix("site_"): text_of(form, name).strip() for name in form if name.startswith("site_")}
    numbers = {
        int(site): unit for site, unit in fields.items() if site.isascii() and site.isdecimal() and len(site) < 9
    }
    try:
        services.exports.counts.keep_org_units(user, numbers)
    except InvalidInput as refused:
        return _page(request, services, user, Wanted(), error=refused.sentence, status=422)
    return to("/review/exports?saved=yes")


@router.get("/exports/{export_id}", **shows(400, 404))
def progress(
    request: Request,
    user: ExportsRows,
    services: ServicesDep,
    export_id: _ID,
    follow: Annotated[str, Query(max_length=3)] = "",
) -> Response:
    """Show how far an export is. `follow=yes` has the browser ask again by itself, until it is told to stop."""
    view = services.exports.export(user, export_id)
    found = page("export.html", request, services, user, view=view, follows=follow == "yes")
    if follow == "yes" and view.state in ("ready", "running"):
        found.headers["refresh"] = "3"
    return found


@router.get("/api/exports/{export_id}", **shows_json(400, 404))
def progress_as_json(user: ExportsRows, services: ServicesDep, export_id: _ID) -> Response:
    """The same for programs."""
    return as_json(services.exports.export(user, export_id))


@router.get("/exports/{export_id}/file", **_file(tuple(sorted({form.media_type for form in FORMS.values()})), 400, 404))
def file(user: ExportsRows, services: ServicesDep, export_id: _ID) -> Response:
    """Send the file of an export while it is written."""
    export = services.exports.exports.find(user, export_id)
    form = FORMS[export.form]
    return FileInPieces(services.exports.exports.pieces(user, export), form.media_type, form.file_name)


def _expect_whole(request: Request) -> None:
    if request.url.query:
        raise WouldIdentify


def _page(
    request: Request,
    services: Services,
    user: User,
    wanted: Wanted,
    *,
    is_saved: bool = False,
    error: Sentence | str = "",
    status: int = 200,
) -> Response:
    view, query = services.exports.view(user, wanted), urlencode(wanted.pairs())
    return page(
        "exports.html",
        request,
        services,
        user,
        status,
        view=view,
        query=query,
        error=error,
        is_saved=is_saved,
    )


def _download(body: bytes, media_type: str, file_name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{file_name}"', "content-type": media_type}
    return Response(body, headers=headers)
