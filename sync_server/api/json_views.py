"""The JSON beside the pages: the same view that a page shows, as a program reads it.

    @router.get("/api/cases", **shows_json(400))
    def cases_as_json(...) -> Response:
        return as_json(services.case_list.view(...))

A view's fields keep their names; a Sentence becomes its English words. Errors under /review/api are answered by
`errors.py` as {"error": {"code", "message"}}. Who may read what is decided by the same dependencies as for the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AnySet
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from fastapi.responses import JSONResponse, Response

from shared.sentence import Sentence


def as_json(view: object, status: int = 200) -> Response:
    """Return a view, or several, as the answer to a program."""
    return JSONResponse(plain(view), status)


def plain(value: object) -> Any:
    """Return a view as what JSON has: objects, lists, texts, numbers, true, false and null.

    Raises:
        TypeError: there is something in it that has no form in JSON, such as bytes.
    """
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Sentence):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(one) for key, one in value.items()}
    if isinstance(value, AnySet):
        return sorted(map(plain, value))
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no form in JSON")
