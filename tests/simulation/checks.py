"""What must hold after every act, and what must hold when all is healed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mobile_app.storage.rows import answers_to_text, entry_from_text, entry_to_text
from mobile_app.storage.withdrawal import without_content
from shared.canonical import canonical_json
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind, entry_from_json, entry_to_json
from shared.case.fold import fold
from shared.case.log import CaseLog

if TYPE_CHECKING:
    from tests.simulation.tablet import SimulatedTablet
    from tests.simulation.world import World

_OWN_AND_FORMER = (
    "SELECT device, acknowledged_seq, last_seq FROM device"
    " UNION ALL SELECT device, acknowledged_seq, last_seq FROM former_device"
)
_SENT_FORMS = (
    "SELECT d.device, s.seq, s.body FROM sent_form s JOIN device d"
    " UNION ALL SELECT device, seq, body FROM former_sent_form"
)


class Broken(BaseException):
    """Something that was promised does not hold. Not an Exception, so that nothing that runs catches it."""


def expect(is_so: bool, complaint: str) -> None:
    if not is_so:
        raise Broken(complaint)


def fail(complaint: str) -> None:
    raise Broken(complaint)


@dataclass(frozen=True, slots=True)
class Held:
    """An entry as somebody holds it; `text` None: its content is erased."""

    case_id: CaseId
    text: str | None


# After every act


def after_an_act(world: World) -> None:
    for tablet in world.tablets:
        _check_tablet(world, tablet)
    _check_server(world)


def _check_tablet(world: World, tablet: SimulatedTablet) -> None:
    ledger = world.ledger
    held = _held_by(tablet)
    lost = ledger.saved_on.get(tablet.name, set()) - held.keys()
    expect(not lost, f"{tablet.name} has lost what it was told is saved: {_names(lost)}")
    _expect_written(world, tablet.name, held)
    withdrawn = _withdrawn_among(held)
    own = {device for device, *_ in tablet.rows(_OWN_AND_FORMER)}
    for entry_id, (case_id, text) in ((entry_id, (one.case_id, one.text or "")) for entry_id, one in held.items()):
        sent = ledger.written[entry_id]
        if case_id in withdrawn:
            entry = entry_from_text(text)
            expect(
                entry.kind is EntryKind.WITHDRAWAL or not (entry.answers or entry.conclusion),
                f"{tablet.name} holds the content of {entry_id}, whose case it knows to be withdrawn",
            )
        elif entry_id.device not in own:
            is_erased = case_id in ledger.withdrawn and text == entry_to_text(without_content(entry_from_text(sent)))
            expect(text == sent or is_erased, f"{tablet.name} holds another {entry_id} than was written")


def _check_server(world: World) -> None:
    stored = _ids(world, "SELECT d.device, e.seq FROM entry e JOIN device d ON d.device_no = e.device_no")
    apart = _ids(
        world, "SELECT d.device, q.seq FROM quarantine q JOIN device d ON d.device_no = q.device_no WHERE q.is_in_chain"
    )
    expect(not stored & apart, "the server holds an entry twice: stored and set apart")
    _expect_written(world, "the server", stored | apart)
    if not world.was_put_back:
        lost = world.ledger.acknowledged - stored - apart
        expect(not lost, f"the server has lost what it had acknowledged: {_names(lost)}")


# When all is healed


def when_healed(world: World) -> None:
    after_an_act(world)
    stored, apart = _held_by_server(world), _set_apart_by_server(world)
    gone = world.ledger.may_be_gone - stored.keys() - apart
    expected = world.ledger.written.keys() - gone - apart
    expect(stored.keys() == expected, f"the server lacks {_names(expected - stored.keys())}")
    withdrawn = _withdrawn_among(stored)
    expect(not (faults := world.server.faults()), f"the server's own verification: {faults[:1]}")
    views = _views(world, stored, expected, withdrawn, "the server")
    for tablet in world.tablets:
        held = _sent_by(tablet)
        own = {device for device, *_ in tablet.rows(_OWN_AND_FORMER)}
        theirs = {entry for entry in held if entry not in apart or entry.device not in own}
        for case_id, view in _views(
            world, {entry: held[entry] for entry in theirs}, expected, withdrawn, tablet.name
        ).items():
            expect(view == views[case_id], f"{tablet.name} sees case {case_id[:4]} otherwise than the server")
        _check_lists(tablet, withdrawn)
        _check_withdrawn(world, tablet, withdrawn)
        _check_outbox(world, tablet, apart)
        _check_reviews(world, tablet, withdrawn)


def _views(
    world: World, held: dict[EntryId, Held], expected: Iterable[EntryId], withdrawn: set[CaseId], who: str
) -> dict[CaseId, bytes]:
    """Return the folded view of every case that stands, after checking that it is made of all that belongs to it."""
    logs: dict[CaseId, list[Entry]] = {}
    for entry_id in expected:
        case_id = world.ledger.case_of[entry_id]
        if case_id in withdrawn:
            continue
        expect(entry_id in held, f"{who} lacks {entry_id} of case {case_id[:4]}")
        text = held[entry_id].text
        expect(text == world.ledger.written[entry_id], f"{who} holds another {entry_id} than was sent")
        logs.setdefault(case_id, []).append(entry_from_text(text or ""))
    surplus = {entry for entry, one in held.items() if one.case_id not in withdrawn} - set(expected)
    expect(not surplus, f"{who} holds {_names(surplus)}, which nobody else has")
    # Each in the order in which it was taken in: a view may not depend on that.
    return {case_id: _view(CaseLog.of(case_id, _as_held(log, held))) for case_id, log in logs.items()}


def _as_held(log: list[Entry], held: dict[EntryId, Held]) -> list[Entry]:
    order = {entry_id: place for place, entry_id in enumerate(held)}
    return sorted(log, key=lambda entry: order[entry.id])


def _view(log: CaseLog) -> bytes:
    state = fold(log)
    return canonical_json(
        {
            "entries": [entry_to_json(entry) for entry in log.in_causal_order()],
            "agreed": answers_to_text(state.agreed),
            "disagreements": [
                [one.code, [[write.entry.device, write.entry.seq] for write in one.writes]]
                for one in state.disagreements
            ],
            "heads": [[head.device, head.seq] for head in state.heads],
            "is_withdrawn": state.is_withdrawn,
        }
    )


def _check_lists(tablet: SimulatedTablet, withdrawn: set[CaseId]) -> None:
    rows = tablet.rows("SELECT case_id, answers, disagreements, is_withdrawn FROM case_index")
    cases = {case_id for (case_id,) in tablet.rows("SELECT DISTINCT case_id FROM entry")}
    expect({row[0] for row in rows} == cases, f"{tablet.name}: its list does not show every case that it has")
    for case_id, answers, disagreements, is_withdrawn in rows:
        state = fold(tablet.store.log(CaseId(case_id)))
        shown = (answers, disagreements, bool(is_withdrawn))
        is_so = shown == (answers_to_text(state.agreed), len(state.disagreements), state.is_withdrawn)
        expect(is_so, f"{tablet.name}: its list shows case {case_id[:4]} otherwise than its entries say")
        expect(
            state.is_withdrawn == (case_id in withdrawn), f"{tablet.name}: case {case_id[:4]} is not withdrawn there"
        )


def _check_withdrawn(world: World, tablet: SimulatedTablet, withdrawn: set[CaseId]) -> None:
    for case_id in sorted(withdrawn):
        left = tablet.rows(
            f"SELECT 1 FROM entry WHERE case_id = '{case_id}' AND (local IS NOT NULL"  # noqa: S608 (an id of our own)
            ' OR (author IS NOT NULL AND body NOT LIKE \'%"kind":"withdrawal"%\'))'
            f" UNION ALL SELECT 1 FROM draft WHERE case_id = '{case_id}'"
            f" UNION ALL SELECT 1 FROM review WHERE case_id = '{case_id}'"
            f" UNION ALL SELECT 1 FROM quarantine WHERE body LIKE '%{case_id}%' AND body NOT LIKE '%\"answers\":{{}}%'"
        )
        expect(not left, f"{tablet.name} still has something of case {case_id[:4]}, which was withdrawn")
    readable = world.server_rows(
        "SELECT r.message FROM review r JOIN case_summary c ON c.case_no = r.case_no"
        " WHERE c.is_withdrawn AND r.message <> ''"
    )
    expect(not readable, "the server still has what was written of a withdrawn case")


def _check_outbox(world: World, tablet: SimulatedTablet, apart: set[EntryId]) -> None:
    for device, acknowledged, last in tablet.rows(_OWN_AND_FORMER):
        expect(acknowledged == last, f"{tablet.name}: {last - acknowledged} entries of {device} still wait")
    expect(tablet.store.sync_overview().waiting == 0, f"{tablet.name} says that something waits")
    shown = {EntryId(tablet.device, seq) for (seq,) in tablet.rows("SELECT seq FROM refusal")}
    refused = {entry for entry in apart if entry.device == tablet.device}
    expect(shown == refused, f"{tablet.name} shows {_names(shown)} as refused, the server refused {_names(refused)}")


def _check_reviews(world: World, tablet: SimulatedTablet, withdrawn: set[CaseId]) -> None:
    given = {(number, case_id) for number, case_id in world.server_reviews() if case_id not in withdrawn}
    here = set(map(tuple, tablet.rows("SELECT number, case_id FROM review")))
    # What a coordinator wrote after the copy was made that the server was put back to, only the tablets still have.
    is_so = given <= here if world.was_put_back else given == here
    expect(is_so, f"{tablet.name} has not the reviews that the server has")


# Who holds what


def _held_by(tablet: SimulatedTablet) -> dict[EntryId, Held]:
    return {
        EntryId(DeviceId(device), seq): Held(CaseId(case_id), body)
        for device, seq, case_id, body in tablet.rows("SELECT device, seq, case_id, body FROM entry ORDER BY rowid")
    }


def _sent_by(tablet: SimulatedTablet) -> dict[EntryId, Held]:
    """Return what a tablet holds as others see it: of what was recorded here, the form that is sent."""
    held = _held_by(tablet)
    for device, seq, body in tablet.rows(_SENT_FORMS):
        entry_id = EntryId(DeviceId(device), seq)
        held[entry_id] = Held(held[entry_id].case_id, body)
    return held


def _held_by_server(world: World) -> dict[EntryId, Held]:
    rows = world.server_rows(
        "SELECT d.device, e.seq, c.case_id, e.payload FROM entry e JOIN device d ON d.device_no = e.device_no"
        " JOIN case_summary c ON c.case_no = e.case_no ORDER BY e.position"
    )
    held: dict[EntryId, Held] = {}
    for device, seq, case_id, payload in rows:
        assert isinstance(device, str)
        assert isinstance(seq, int)
        assert isinstance(case_id, str)
        text = None
        if isinstance(payload, bytes):
            text = entry_to_text(_entry_of(payload, device, seq, case_id))
        held[EntryId(DeviceId(device), seq)] = Held(CaseId(case_id), text)
    return held


def _entry_of(payload: bytes, device: str, seq: int, case_id: str) -> Entry:
    return entry_from_json({**json.loads(payload), "device": device, "seq": seq, "case_id": case_id})


def _set_apart_by_server(world: World) -> set[EntryId]:
    return _ids(
        world, "SELECT d.device, q.seq FROM quarantine q JOIN device d ON d.device_no = q.device_no WHERE q.is_in_chain"
    )


def _withdrawn_among(held: dict[EntryId, Held]) -> set[CaseId]:
    return {one.case_id for one in held.values() if one.text and '"kind":"withdrawal"' in one.text}


def _expect_written(world: World, who: str, held: Iterable[EntryId]) -> None:
    forged = set(held) - world.ledger.written.keys()
    expect(not forged, f"{who} holds {_names(forged)}, which nobody wrote")


def _ids(world: World, query: str) -> set[EntryId]:
    return {EntryId(DeviceId(str(device)), int(str(seq))) for device, seq in world.server_rows(query)}


def _names(entries: Iterable[EntryId]) -> str:
    return ", ".join(f"{entry.device[-4:]}/{entry.seq}" for entry in sorted(entries)) or "nothing"
