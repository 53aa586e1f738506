"""What must hold when all is healed: everybody has the same, all that could survive has survived, nothing came back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mobile_app.storage.rows import answers_to_text, entry_from_text
from shared.canonical import canonical_json
from shared.case.entry import CaseId, Entry, EntryId, entry_to_json
from shared.case.fold import fold
from shared.case.log import CaseLog
from tests.simulation import same_child
from tests.simulation.checks import after_an_act, expect
from tests.simulation.holdings import (
    OWN_AND_FORMER,
    Held,
    brought_to_server,
    held_by,
    names,
    sent_by,
    set_apart_by_server,
    stored_by_server,
    withdrawn_among,
)

if TYPE_CHECKING:
    from tests.simulation.tablet import SimulatedTablet
    from tests.simulation.world import World


def when_healed(world: World) -> None:
    after_an_act(world)
    stored, apart, brought = stored_by_server(world), set_apart_by_server(world), brought_to_server(world)
    withdrawn = withdrawn_among(stored | brought)
    _check_what_is_gone(world, world.ledger.written.keys() - stored.keys() - apart - brought.keys(), withdrawn)
    expected = set(stored)
    expect(not (faults := world.server.faults()), f"the server's own verification: {faults[:1]}")
    views = _views(world, stored, expected, withdrawn, "the server")
    if brought:
        world.reach("what only others had is on the server")
        for entry_id, one in brought.items():
            is_same = one.text is None or one.text == world.ledger.written[entry_id]
            expect(is_same, f"the server holds another {entry_id} than was written, as it was brought back")
    for tablet in world.tablets:
        held = sent_by(tablet)
        own = {device for device, *_ in tablet.rows(OWN_AND_FORMER)}
        theirs = {
            entry: one
            for entry, one in held.items()
            if entry not in brought and (entry not in apart or entry.device not in own)
        }
        for case_id, view in _views(world, theirs, expected, withdrawn, tablet.name).items():
            expect(view == views[case_id], f"{tablet.name} sees case {case_id[:4]} otherwise than the server")
        _check_lists(tablet, withdrawn)
        _check_withdrawn(world, tablet, withdrawn)
        _check_outbox(tablet, apart)
        _check_reviews(world, tablet, withdrawn)
    if world.profile.has_links:
        same_child.check(world, stored, withdrawn)


def _check_what_is_gone(world: World, gone: set[EntryId], withdrawn: set[CaseId]) -> None:
    """Only that may be gone which nobody has any more, or whose case is withdrawn."""
    surprising = gone - world.ledger.may_be_gone
    expect(not surprising, f"the server lacks {names(surprising)}")
    for tablet in world.tablets:
        still = {entry for entry in held_by(tablet).keys() & gone if world.ledger.case_of[entry] not in withdrawn}
        expect(not still, f"the server lacks {names(still)}, which {tablet.name} still has of a lost tablet")
    if gone:
        world.reach("something is lost with the only one who had it")


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
    expect(not surplus, f"{who} holds {names(surplus)}, which nobody else has")
    # Each in the order in which it was taken in: a view may not depend on that.
    order = {entry_id: place for place, entry_id in enumerate(held)}
    return {
        case_id: _view(CaseLog.of(case_id, sorted(log, key=lambda entry: order[entry.id])))
        for case_id, log in logs.items()
    }


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
    logs: dict[str, list[Entry]] = {}
    for case_id, body in tablet.rows("SELECT case_id, body FROM entry"):
        logs.setdefault(case_id, []).append(entry_from_text(body))
    expect({row[0] for row in rows} == logs.keys(), f"{tablet.name}: its list does not show every case that it has")
    for case_id, answers, disagreements, is_withdrawn in rows:
        state = fold(CaseLog.of(CaseId(case_id), logs[case_id]))
        shown = (answers, disagreements, bool(is_withdrawn))
        is_so = shown == (answers_to_text(state.agreed), len(state.disagreements), state.is_withdrawn)
        expect(is_so, f"{tablet.name}: its list shows case {case_id[:4]} otherwise than its entries say")
        is_so = state.is_withdrawn == (case_id in withdrawn)
        expect(is_so, f"{tablet.name}: case {case_id[:4]} is not withdrawn there")


def _check_withdrawn(world: World, tablet: SimulatedTablet, withdrawn: set[CaseId]) -> None:
    for case_id in sorted(withdrawn):
        left = tablet.rows(
            f"SELECT 1 FROM entry WHERE case_id = '{case_id}' AND (local IS NOT NULL"
            ' OR (author IS NOT NULL AND body NOT LIKE \'%"kind":"withdrawal"%\'))'
            f" UNION ALL SELECT 1 FROM draft WHERE case_id = '{case_id}'"
            f" UNION ALL SELECT 1 FROM review WHERE case_id = '{case_id}'"
            f" UNION ALL SELECT 1 FROM case_link WHERE case_id = '{case_id}'"
            f" UNION ALL SELECT 1 FROM case_number WHERE case_id = '{case_id}'"
            f" UNION ALL SELECT 1 FROM quarantine WHERE body LIKE '%{case_id}%' AND body NOT LIKE '%\"answers\":{{}}%'"
        )
        expect(not left, f"{tablet.name} still has something of case {case_id[:4]}, which was withdrawn")
    for left_over in (
        "SELECT 1 FROM review r JOIN case_summary c ON c.case_no = r.case_no WHERE c.is_withdrawn AND r.message <> ''",
        "SELECT 1 FROM case_link l JOIN case_summary c ON c.case_no = l.case_no WHERE c.is_withdrawn",
    ):
        expect(not world.server_rows(left_over), "the server still has what was said of a withdrawn case")


def _check_outbox(tablet: SimulatedTablet, apart: set[EntryId]) -> None:
    for device, acknowledged, last in tablet.rows(OWN_AND_FORMER):
        expect(acknowledged == last, f"{tablet.name}: {last - acknowledged} entries of {device} still wait")
    expect(tablet.store.sync_overview().waiting == 0, f"{tablet.name} says that something waits")
    shown = {EntryId(tablet.device, seq) for (seq,) in tablet.rows("SELECT seq FROM refusal")}
    refused = {entry for entry in apart if entry.device == tablet.device}
    expect(shown == refused, f"{tablet.name} shows {names(shown)} as refused, the server refused {names(refused)}")


def _check_reviews(world: World, tablet: SimulatedTablet, withdrawn: set[CaseId]) -> None:
    given = {(number, case_id) for number, case_id in world.people.reviews() if case_id not in withdrawn}
    here = set(map(tuple, tablet.rows("SELECT number, case_id FROM review")))
    # What a coordinator wrote after the copy was made that the server was put back to, only the tablets still have.
    is_so = given <= here if world.was_put_back else given == here
    expect(is_so, f"{tablet.name} has not the reviews that the server has")
