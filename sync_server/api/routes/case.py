"""One case: its page, saving a review, and saying which cases are of the same child."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.sync.messages import REVIEW_STATES
from sync_server.api.browser import FormDep, ReviewsCases, SeesCases, page, text_of, texts_of, to
from sync_server.api.dependencies import ServicesDep
from sync_server.api.description import shows, takes_form
from sync_server.services.review import FilledForm, ReviewNotSaved

router = APIRouter(prefix="/review")

_REVIEW = {"state": {"type": "string", "enum": list(REVIEW_STATES)}, "seen": {"type": "string"}}
_PERHAPS = {
    "diagnosis": {"type": "string"},
    "proven_by": {"type": "array", "items": {"type": "string"}},
    "message": {"type": "string"},
}
_WORD = {"word": {"type": "string", "enum": ["apart", "same"]}}


@router.get("/cases/{case_id}", **shows(404))
def case(request: Request, case_id: str, user: SeesCases, services: ServicesDep, saved: str = "") -> Response:
    """Show one case."""
    view = services.case_page.view(case_id)
    linked = services.links.view(case_id)
    return page("case.html", request, services, user, view=view, same_child=linked, is_saved=saved == "yes")


@router.post("/cases/{case_id}", **takes_form(_REVIEW, _PERHAPS, 404, 422))
def save_review(request: Request, case_id: str, user: ReviewsCases, form: FormDep, services: ServicesDep) -> Response:
    """Save a review, and show the case again."""
    filled = FilledForm(
        state=text_of(form, "state"),
        diagnosis=text_of(form, "diagnosis"),
        proven_by=texts_of(form, "proven_by"),
        message=text_of(form, "message"),
        seen=text_of(form, "seen"),
    )
    try:
        services.review.save(case_id, filled, user)
    except ReviewNotSaved as refused:
        view = services.case_page.view(case_id, refused.draft, refused.advice)
        linked = services.links.view(case_id)
        return page("case.html", request, services, user, 422, view=view, same_child=linked, is_saved=False)
    return to(f"/review/cases/{case_id}?saved=yes")


@router.post("/cases/{case_id}/same-child", **takes_form({"other": {"type": "string"}}, _WORD, 404))
def set_apart(request: Request, case_id: str, user: ReviewsCases, form: FormDep, services: ServicesDep) -> Response:
    """Keep that another case is, or is not, of the same child, and show the case again."""
    services.links.set_apart(case_id, text_of(form, "other"), user, is_apart=text_of(form, "word") != "same")
    return to(f"/review/cases/{case_id}?saved=yes")
