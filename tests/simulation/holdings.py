"""Who holds what: the entries of a tablet and of the server, as their rows have them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mobile_app.storage.rows import entry_to_text
from shared.case.entry import CaseId, DeviceId, EntryId, entry_from_json

if TYPE_CHECKING:
    from tests.simulation.tablet import SimulatedTablet
    from tests.simulation.world import World

OWN_AND_FORMER = (
    "SELECT device, acknowledged_seq, last_seq FROM device"
    " UNION ALL SELECT device, acknowledged_seq, last_seq FROM former_device"
)
_SENT_FORMS = (
    "SELECT d.device, s.seq, s.body FROM sent_form s JOIN device d"
    " UNION ALL SELECT device, seq, body FROM former_sent_form"
)


@dataclass(frozen=True, slots=True)
class Held:
    """An entry as somebody holds it; `text` None: its content is erased."""

    case_id: CaseId
    text: str | None


def held_by(tablet: SimulatedTablet) -> dict[EntryId, Held]:
    return {
        EntryId(DeviceId(device), seq): Held(CaseId(case_id), body)
        for device, seq, case_id, body in tablet.rows("SELECT device, seq, case_id, body FROM entry ORDER BY rowid")
    }


def sent_by(tablet: SimulatedTablet) -> dict[EntryId, Held]:
    """Return what a tablet holds as others see it: of what was recorded here, the form that is sent."""
    held = held_by(tablet)
    for device, seq, body in tablet.rows(_SENT_FORMS):
        entry_id = EntryId(DeviceId(device), seq)
        held[entry_id] = Held(held[entry_id].case_id, body)
    return held


def stored_by_server(world: World) -> dict[EntryId, Held]:
    """Return what the server has of its tablets' own word, in the order of positions."""
    return _of_server(
        world,
        "SELECT d.device, e.seq, c.case_id, e.payload FROM entry e JOIN device d ON d.device_no = e.device_no"
        " JOIN case_summary c ON c.case_no = e.case_no ORDER BY e.position",
    )


def brought_to_server(world: World) -> dict[EntryId, Held]:
    """Return what the server has only because another tablet than its author still had it."""
    return _of_server(world, "SELECT device, seq, case_id, payload FROM witnessed WHERE NOT is_conflict")


def ids_on_server(world: World, query: str) -> list[EntryId]:
    return [EntryId(DeviceId(str(device)), int(seq)) for device, seq in world.server_rows(query)]


def set_apart_by_server(world: World) -> set[EntryId]:
    query = "SELECT d.device, q.seq FROM quarantine q JOIN device d ON d.device_no = q.device_no WHERE q.is_in_chain"
    return set(ids_on_server(world, query))


def withdrawn_among(held: dict[EntryId, Held]) -> set[CaseId]:
    return {one.case_id for one in held.values() if one.text and '"kind":"withdrawal"' in one.text}


def names(entries: Iterable[EntryId]) -> str:
    return ", ".join(f"{entry.device[-4:]}/{entry.seq}" for entry in sorted(entries)) or "nothing"


def _of_server(world: World, query: str) -> dict[EntryId, Held]:
    held: dict[EntryId, Held] = {}
    for device, seq, case_id, payload in world.server_rows(query):
        text = None
        if payload is not None:
            body = {**json.loads(payload), "device": device, "seq": seq, "case_id": case_id}
            text = entry_to_text(entry_from_json(body))
        held[EntryId(DeviceId(device), seq)] = Held(CaseId(case_id), text)
    return held
