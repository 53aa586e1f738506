"""One case: its page, the same for programs, saving a review, reading a clinic's answers, cases of the same child."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from shared.sync.messages import REVIEW_STATES
from sync_server.api.browser import ExportsRows, FormDep, ReviewsCases, SeesCases, page, text_of, texts_of, to
from sync_server.api.case_charts import charts_of
from sync_server.api.dependencies import Services, ServicesDep
from sync_server.api.description import SESSION, file_of, shows, shows_json, takes_form
from sync_server.api.json_views import as_json
from sync_server.repositories.users import User
from sync_server.services.exports.forms import FHIR
from sync_server.services.review import FilledForm, ReviewNotSaved
from sync_server.services.rights import RIGHTS, Right

router = APIRouter(prefix="/review")

_REVIEW = {"state": {"type": "string", "enum": list(REVIEW_STATES)}, "seen": {"type": "string"}}
_PERHAPS = {
    "diagnosis": {"type": "string"},
    "proven_by": {"type": "array", "items": {"type": "string"}},
    "message": {"type": "string"},
    "answers_seen": {"type": "string"},
}
_WORD = {"word": {"type": "string", "enum": ["apart", "same"]}}
_LARGEST = 2**53
_FHIR = {**file_of(FHIR, 403, 404, 409), "openapi_extra": {"security": [{SESSION: []}]}}


@router.get("/cases/{case_id}", **shows(404))
def case(request: Request, case_id: str, user: SeesCases, services: ServicesDep, saved: str = "") -> Response:
    """Show one case."""
    return _page(request, services, user, case_id, saved=saved)


@router.get("/api/cases/{case_id}", **shows_json(404))
def case_as_json(case_id: str, user: SeesCases, services: ServicesDep) -> Response:
    """Return one case as its page shows it, without the charts."""
    return as_json(services.case_page.view(case_id, user))


@router.get("/cases/{case_id}/fhir.json", **_FHIR)
def case_as_fhir(case_id: str, user: ExportsRows, services: ServicesDep) -> Response:
    """Return one case as a FHIR R4 Bundle."""
    found = services.case_bundle.bundle(case_id, user)
    headers = {"content-disposition": f'attachment; filename="{found.file_name}"'}
    return Response(found.body, media_type=found.media_type, headers=headers)


@router.post("/cases/{case_id}", **takes_form(_REVIEW, _PERHAPS, 404, 422))
def save_review(request: Request, case_id: str, user: ReviewsCases, form: FormDep, services: ServicesDep) -> Response:
    """Save a review, and show the case again."""
    filled = FilledForm(
        state=text_of(form, "state"),
        diagnosis=text_of(form, "diagnosis"),
        proven_by=texts_of(form, "proven_by"),
        message=text_of(form, "message"),
        seen=text_of(form, "seen"),
        answers_seen=_position(form),
    )
    try:
        services.review.save(case_id, filled, user)
    except ReviewNotSaved as refused:
        return _page(request, services, user, case_id, refused=refused)
    return to(f"/review/cases/{case_id}?saved=yes")


@router.post("/cases/{case_id}/answers-read", **takes_form({"answers_seen": {"type": "string"}}, {}, 404))
def answers_read(case_id: str, user: ReviewsCases, form: FormDep, services: ServicesDep) -> Response:
    """Keep that what the clinic answered was read, and show the case again."""
    services.replies.mark_read(case_id, _position(form), user)
    return to(f"/review/cases/{case_id}?saved=read")


@router.post("/cases/{case_id}/same-child", **takes_form({"other": {"type": "string"}}, _WORD, 404))
def set_apart(case_id: str, user: ReviewsCases, form: FormDep, services: ServicesDep) -> Response:
    """Keep that another case is, or is not, of the same child, and show the case again."""
    services.links.set_apart(case_id, text_of(form, "other"), user, is_apart=text_of(form, "word") != "same")
    return to(f"/review/cases/{case_id}?saved=yes")


def _page(
    request: Request,
    services: Services,
    user: User,
    case_id: str,
    *,
    refused: ReviewNotSaved | None = None,
    saved: str = "",
) -> Response:
    view = services.case_page.view(case_id, user, refused)
    charts = charts_of(view.measurements)
    return page(
        "case.html",
        request,
        services,
        user,
        422 if refused else 200,
        view=view,
        charts=charts,
        saved=saved,
        may_export=Right.EXPORT_ROWS in RIGHTS[user.role],
    )


def _position(form: FormData) -> int:
    """Return up to where the page had shown answers. What is no such number has shown none."""
    text = text_of(form, "answers_seen")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 17 and int(text) < _LARGEST else 0
