"""Users, for administrators: list, add, change, disable. Also as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from shared.sentence import Sentence
from sync_server.api.browser import FormDep, ManagesUsers, page, text_of, texts_of, to
from sync_server.api.dependencies import Services, ServicesDep
from sync_server.api.description import shows, shows_json, takes_form
from sync_server.api.json_views import as_json
from sync_server.repositories.users import Role, User
from sync_server.services.users import ROLE_MEANS, ROLE_WORDS, NotChanged

router = APIRouter(prefix="/review")

_ROLES = tuple((role, ROLE_WORDS[role], ROLE_MEANS[role]) for role in Role)
_RIGHTS = {"role": {"type": "string", "enum": [role.value for role in Role]}}
_PERHAPS = {"site": {"type": "array", "items": {"type": "string"}}}
_NEW = {"name": {"type": "string"}, **_RIGHTS}
UserNo = Annotated[int, Path(ge=1, lt=2**31)]


@router.get("/users", **shows())
def show_users(request: Request, user: ManagesUsers, services: ServicesDep) -> Response:
    """Show all users, and the form with which one is added."""
    return _list(request, user, services)


@router.get("/api/users", **shows_json())
def users_as_json(user: ManagesUsers, services: ServicesDep) -> Response:
    """Return all users."""
    return as_json(services.users.view(user))


@router.post(
    "/users",
    **takes_form(_NEW, {**_PERHAPS, "language": {"type": "string"}}, 200, 422),
)
def add_user(request: Request, user: ManagesUsers, form: FormDep, services: ServicesDep) -> Response:
    """Add a user, and show the one-time password, once."""
    try:
        role, language = _role(form), text_of(form, "language")
        user_no, password = services.users.add(text_of(form, "name"), role, _sites(form), user, language)
    except NotChanged as refused:
        return _list(request, user, services, 422, error=refused.advice, filled=form)
    return _one(request, user_no, user, services, password=password)


@router.get("/users/{user_no}", **shows(400, 404))
def show_user(
    request: Request, user_no: UserNo, user: ManagesUsers, services: ServicesDep, saved: str = ""
) -> Response:
    """Show one user, and what can be changed."""
    return _one(request, user_no, user, services, is_saved=saved == "yes")


@router.post("/users/{user_no}/rights", **takes_form(_RIGHTS, _PERHAPS, 404, 422))
def change_rights(
    request: Request, user_no: UserNo, user: ManagesUsers, form: FormDep, services: ServicesDep
) -> Response:
    """Change role and sites."""
    try:
        services.users.set_rights(user_no, _role(form), _sites(form), user)
    except NotChanged as refused:
        return _one(request, user_no, user, services, 422, error=refused.advice)
    return to(f"/review/users/{user_no}?saved=yes")


@router.post("/users/{user_no}/language", **takes_form({}, {"language": {"type": "string"}}, 404, 422))
def change_language(
    request: Request, user_no: UserNo, user: ManagesUsers, form: FormDep, services: ServicesDep
) -> Response:
    """Change the language in which a user reads the desk."""
    try:
        services.users.set_language(user_no, text_of(form, "language"), user)
    except NotChanged as refused:
        return _one(request, user_no, user, services, 422, error=refused.advice)
    return to(f"/review/users/{user_no}?saved=yes")


@router.post("/users/{user_no}/disable", **takes_form({}, {}, 404, 422))
def disable(request: Request, user_no: UserNo, user: ManagesUsers, form: FormDep, services: ServicesDep) -> Response:
    """Let a user sign in no longer."""
    return _switch(request, user_no, user, services, is_disabled=True)


@router.post("/users/{user_no}/enable", **takes_form({}, {}, 404, 422))
def enable(request: Request, user_no: UserNo, user: ManagesUsers, form: FormDep, services: ServicesDep) -> Response:
    """Let a user sign in again."""
    return _switch(request, user_no, user, services, is_disabled=False)


@router.post("/users/{user_no}/password", **takes_form({}, {}, 200, 404, 422))
def new_password(
    request: Request, user_no: UserNo, user: ManagesUsers, form: FormDep, services: ServicesDep
) -> Response:
    """Give a user a one-time password, and show it, once."""
    try:
        password = services.users.new_password(user_no, user)
    except NotChanged as refused:
        return _one(request, user_no, user, services, 422, error=refused.advice)
    return _one(request, user_no, user, services, password=password)


@router.post("/users/{user_no}/second-step", **takes_form({}, {}, 404, 422))
def reset_second_step(
    request: Request, user_no: UserNo, user: ManagesUsers, form: FormDep, services: ServicesDep
) -> Response:
    """Let a user set the second step up anew."""
    try:
        services.users.reset_second_factor(user_no, user)
    except NotChanged as refused:
        return _one(request, user_no, user, services, 422, error=refused.advice)
    return to(f"/review/users/{user_no}?saved=yes")


@router.post("/users/{user_no}/sessions", **takes_form({}, {}, 404, 422))
def end_sessions(
    request: Request, user_no: UserNo, user: ManagesUsers, form: FormDep, services: ServicesDep
) -> Response:
    """End all sessions of a user."""
    try:
        services.users.end_sessions(user_no, user)
    except NotChanged as refused:
        return _one(request, user_no, user, services, 422, error=refused.advice)
    return to(f"/review/users/{user_no}?saved=yes")


def _switch(request: Request, user_no: int, user: User, services: Services, *, is_disabled: bool) -> Response:
    try:
        services.users.set_disabled(user_no, is_disabled, user)
    except NotChanged as refused:
        return _one(request, user_no, user, services, 422, error=refused.advice)
    return to(f"/review/users/{user_no}?saved=yes")


def _list(
    request: Request,
    user: User,
    services: Services,
    status: int = 200,
    error: Sentence | str = "",
    filled: FormData | None = None,
) -> Response:
    form = filled or FormData()
    return page(
        "users.html",
        request,
        services,
        user,
        status,
        view=services.users.view(user),
        roles=_ROLES,
        error=error,
        filled_name=text_of(form, "name")[:60],
        filled_role=_role(form),
        filled_sites=_sites(form),
        filled_language=text_of(form, "language"),
    )


def _one(
    request: Request,
    user_no: int,
    user: User,
    services: Services,
    status: int = 200,
    *,
    error: Sentence | str = "",
    password: str = "",
    is_saved: bool = False,
) -> Response:
    shown, everybody = services.users.one(user_no, user)
    return page(
        "user.html",
        request,
        services,
        user,
        status,
        shown=shown,
        sites=everybody.sites,
        roles=_ROLES,
        error=error,
        password=password,
        is_saved=is_saved,
    )


def _role(form: FormData) -> Role:
    # What is not a role is the one that sees least: a coordinator, who needs a site.
    said = text_of(form, "role")
    return Role(said) if said in set(Role) else Role.COORDINATOR


def _sites(form: FormData) -> list[int]:
    return [int(one) for one in texts_of(form, "site") if one.isascii() and one.isdigit() and len(one) < 10]
