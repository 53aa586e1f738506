"""Which cases are of one child, worked out plainly from all entries, pair by pair, and compared with what is shown.

On the server two cases are linked that carry an equal link. On a tablet also two that it knows under one record
number, and one whose number makes the other's link under the clinic's key. In both, not where somebody said `apart`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from mobile_app.storage.rows import entry_from_text
from shared.case.entry import CaseId, EntryId
from shared.case.linked import apart_of
from shared.case.log import CaseLog
from shared.privacy.link import normalised, pseudonym
from sync_server.services.links import SameChildView, read_links
from sync_server.services.one_case import case_of
from sync_server.services.refusals import NoSuchCase
from tests.simulation.checks import expect
from tests.simulation.holdings import Held

if TYPE_CHECKING:
    from tests.simulation.tablet import SimulatedTablet
    from tests.simulation.world import World

_LAST_REVIEWS = "SELECT case_id, apart FROM review ORDER BY number"


@dataclass(frozen=True, slots=True)
class _Marks:
    """By what a case is known, and which others are said to be another child's."""

    links: frozenset[str]
    number: str
    apart: frozenset[str]


def check(world: World, stored: dict[EntryId, Held], withdrawn: set[CaseId]) -> None:
    _check_server(world, stored, withdrawn)
    for tablet in world.tablets:
        _check_tablet(world, tablet, withdrawn)


def view_of(world: World, case_id: CaseId) -> SameChildView | None:
    """Return what a coordinator sees of other cases of the child."""
    services = world.server.services
    with services.database.reading() as session:
        try:
            case = case_of(session, case_id, None)
        except NoSuchCase:
            return None
        return read_links(session, services.links.wording, case)


def _check_server(world: World, stored: dict[EntryId, Held], withdrawn: set[CaseId]) -> None:
    reviewed = {
        str(case_id): frozenset((apart or "").split())
        for case_id, apart in world.server_rows(
            "SELECT c.case_id, r.apart FROM review r JOIN case_summary c ON c.case_no = r.case_no ORDER BY r.position"
        )
    }
    texts: dict[CaseId, list[str]] = {}
    for one in stored.values():
        if one.text is not None and one.case_id not in withdrawn:
            texts.setdefault(one.case_id, []).append(one.text)
    marks = {case_id: _marks(case_id, some, "", None, reviewed) for case_id, some in texts.items()}
    for case_id in marks:
        view = view_of(world, case_id)
        shown = {(one.case_id, one.is_apart) for one in view.cases} if view is not None else set()
        expect(shown == _others(case_id, marks), f"the server links case {case_id[:4]} otherwise than its entries say")
        if any(not is_apart for _, is_apart in shown):
            world.reach("two cases are linked on the server")


def _check_tablet(world: World, tablet: SimulatedTablet, withdrawn: set[CaseId]) -> None:
    key = tablet.store.links.clinic_key()
    reviewed = {case_id: frozenset(json.loads(apart)) for case_id, apart in tablet.rows(_LAST_REVIEWS)}
    texts: dict[CaseId, list[str]] = {}
    numbers: dict[CaseId, str] = {}
    for case_id, body, local in tablet.rows("SELECT case_id, body, local FROM entry ORDER BY rowid"):
        if case_id not in withdrawn:
            texts.setdefault(case_id, []).append(body)
            number = normalised(json.loads(local).get("record_number", "")) if local else ""
            numbers[case_id] = number or numbers.get(case_id, "")
    marks = {case_id: _marks(case_id, some, numbers[case_id], key, reviewed) for case_id, some in texts.items()}
    for case_id in marks:
        found = tablet.store.links.of(case_id)
        shown = {(one, False) for one in found.linked} | {
            (one, True) for one in (*found.apart, *found.apart_by_coordinator)
        }
        is_so = shown == _others(case_id, marks)
        expect(is_so, f"{tablet.name} links case {case_id[:4]} otherwise than its entries say")
        if found.linked:
            world.reach("two cases are linked on a tablet")


def _marks(
    case_id: CaseId, texts: list[str], number: str, key: bytes | None, reviewed: dict[str, frozenset[str]]
) -> _Marks:
    entries = [entry_from_text(text) for text in texts]
    links = {str(entry.link) for entry in entries if entry.link is not None}
    if key is not None and (link := pseudonym(key, number)) is not None:
        links.add(link)
    apart = apart_of(CaseLog.of(case_id, entries)) | reviewed.get(case_id, frozenset())
    return _Marks(frozenset(links), number, frozenset(apart))


def _others(case_id: CaseId, marks: dict[CaseId, _Marks]) -> set[tuple[CaseId, bool]]:
    """Return the cases of the same child, each with whether somebody said that it is another's after all."""
    found: set[tuple[CaseId, bool]] = set()
    for one, other in combinations(marks, 2):
        if case_id in (one, other):
            this, that = marks[one], marks[other]
            if this.links & that.links or (this.number and this.number == that.number):
                another = other if case_id == one else one
                found.add((another, other in this.apart or one in that.apart))
    return found
