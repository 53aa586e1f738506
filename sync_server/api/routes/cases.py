"""The list of cases, and the views of it that a user has saved."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from sync_server.api.browser import FormDep, SeesCases, page, text_of, to
from sync_server.api.dependencies import ServicesDep
from sync_server.api.description import shows, shows_json, takes_form
from sync_server.api.errors import answer
from sync_server.api.json_views import as_json
from sync_server.services.case_filter import FilterMakesNoSense, check_page
from sync_server.services.case_list_views import CaseListView
from sync_server.services.saved_views import ViewNotSaved

router = APIRouter(prefix="/review")

Values = Annotated[list[str], Query(max_length=50)]
Key = Annotated[int | None, Query(ge=0, lt=2**62)]


class _Asked:
    """What the address asks for. A dependency of the page and of its JSON."""

    def __init__(
        self,
        site: Values = [],  # noqa: B006 (FastAPI copies these)
        age: Values = [],  # noqa: B006
        region: Values = [],  # noqa: B006
        condition: Values = [],  # noqa: B006
        diagnosis: Values = [],  # noqa: B006
        urgency: Values = [],  # noqa: B006
        review: Values = [],  # noqa: B006
        danger: Values = [],  # noqa: B006
        differs: Values = [],  # noqa: B006
        overdue: Values = [],  # noqa: B006
        from_week: str = "",
        to_week: str = "",
        sort: str = "",
        code: Annotated[str, Query(max_length=40)] = "",
        after: Key = None,
        before: Key = None,
    ) -> None:
        self.given = {
            "site": site, "age": age, "region": region, "condition": condition, "diagnosis": diagnosis,
            "urgency": urgency, "review": review, "danger": danger, "differs": differs, "overdue": overdue,
            "from_week": [from_week], "to_week": [to_week], "sort": [sort],
        }  # fmt: skip
        self.code, self.after, self.before = code, after, before

    def view(self, services: ServicesDep, user: SeesCases) -> CaseListView:
        """Return what it asks for.

        Raises:
            FilterMakesNoSense: with what to do.
        """
        check_page(self.after, self.before)
        wanted = services.case_list.wanted(self.given, user)
        return services.case_list.view(user, wanted, self.after, self.before, self.code)


AskedDep = Annotated[_Asked, Depends()]


@router.get("/cases", **shows(400, 422))
def case_list(request: Request, user: SeesCases, services: ServicesDep, asked: AskedDep) -> Response:
    """Show the cases that are asked for."""
    try:
        view = asked.view(services, user)
    except FilterMakesNoSense as refused:
        return answer(request.url.path, 422, "filter", refused.advice)
    return page("case_list.html", request, services, user, view=view, error="", typed="")


@router.get("/api/cases", **shows_json(400, 422))
def case_list_as_json(request: Request, user: SeesCases, services: ServicesDep, asked: AskedDep) -> Response:
    """Give the same as JSON."""
    try:
        return as_json(asked.view(services, user))
    except FilterMakesNoSense as refused:
        return answer(request.url.path, 422, "filter", refused.advice)


_NAMED = {"name": {"type": "string"}}
_CHANGE = {"name": {"type": "string"}, "word": {"type": "string", "enum": ["rename", "delete"]}}


@router.post("/cases/views", **takes_form({**_NAMED, "query": {"type": "string"}}, {}, 422))
def save_view(request: Request, user: SeesCases, form: FormDep, services: ServicesDep) -> Response:
    """Keep a view of the list under a name, and show it."""
    query, name = services.case_list.own_query(text_of(form, "query"), user), text_of(form, "name")
    try:
        services.saved_views.save(user, name, query)
    except ViewNotSaved as refused:
        return _again(request, services, user, query, name, refused)
    return to(f"/review/cases?{query}")


@router.post("/cases/views/{view_no}", **takes_form({}, {**_CHANGE, "query": {"type": "string"}}, 422))
def change_view(
    request: Request,
    view_no: Annotated[int, Path(ge=1, lt=2**31)],
    user: SeesCases,
    form: FormDep,
    services: ServicesDep,
) -> Response:
    """Give one of the user's views another name, or let it go."""
    query, name = services.case_list.own_query(text_of(form, "query"), user), text_of(form, "name")
    try:
        if text_of(form, "word") == "delete":
            services.saved_views.forget(user, view_no)
            query = ""
        else:
            services.saved_views.rename(user, view_no, name)
    except ViewNotSaved as refused:
        return _again(request, services, user, query, name, refused)
    return to(f"/review/cases?{query}")


def _again(
    request: Request, services: ServicesDep, user: SeesCases, query: str, typed: str, refused: ViewNotSaved
) -> Response:
    """Show the list again with what has to be mended."""
    view = services.case_list.view(user, services.case_list.lenient(query, user))
    return page("case_list.html", request, services, user, 422, view=view, error=refused.advice, typed=typed[:80])
