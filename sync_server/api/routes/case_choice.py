"""Which cases an address chooses: the filters of the list of cases, for whatever else goes over chosen cases."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from shared.sync.messages import REVIEW_STATES
from sync_server.api.dependencies import ServicesDep
from sync_server.repositories.cases import CaseFilter
from sync_server.services.digest import URGENCIES


def _choice(
    services: ServicesDep,
    urgency: Annotated[list[str], Query()] = [],  # noqa: B006 (FastAPI copies it)
    review: Annotated[list[str], Query()] = [],  # noqa: B006
    condition: Annotated[list[str], Query()] = [],  # noqa: B006
    differs: str = "",
) -> CaseFilter:
    known = services.case_list.words.wording.knowledge.conditions
    return CaseFilter(
        urgencies=tuple(value for value in URGENCIES if value in urgency),
        review_states=tuple(value for value in REVIEW_STATES if value in review),
        conditions=tuple(value for value in known if value in condition),
        only_disagreements=differs == "yes",
    )


CaseChoice = Annotated[CaseFilter, Depends(_choice)]
