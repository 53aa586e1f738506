"""What must hold after every act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mobile_app.storage.rows import entry_from_text, entry_to_text
from mobile_app.storage.withdrawal import without_content
from shared.case.entry import EntryId, EntryKind
from tests.simulation.holdings import OWN_AND_FORMER, held_by, ids_on_server, names, withdrawn_among

if TYPE_CHECKING:
    from tests.simulation.tablet import SimulatedTablet
    from tests.simulation.world import World

_STORED = "SELECT d.device, e.seq FROM entry e JOIN device d ON d.device_no = e.device_no"
_SET_APART = "SELECT d.device, q.seq FROM quarantine q JOIN device d ON d.device_no = q.device_no WHERE q.is_in_chain"


class Broken(BaseException):
    """Something that was promised does not hold. Not an Exception, so that nothing that runs catches it."""


def expect(is_so: bool, complaint: str) -> None:
    if not is_so:
        raise Broken(complaint)


def fail(complaint: str) -> None:
    raise Broken(complaint)


def after_an_act(world: World) -> None:
    for tablet in world.tablets:
        _check_tablet(world, tablet)
    _check_server(world)


def _check_tablet(world: World, tablet: SimulatedTablet) -> None:
    ledger = world.ledger
    held = held_by(tablet)
    lost = ledger.saved_on.get(tablet.name, set()) - held.keys()
    expect(not lost, f"{tablet.name} has lost what it was told is saved: {names(lost)}")
    expect_written(world, tablet.name, held)
    withdrawn = withdrawn_among(held)
    own = {device for device, *_ in tablet.rows(OWN_AND_FORMER)}
    for entry_id, one in held.items():
        sent, text = ledger.written[entry_id], one.text or ""
        if one.case_id in withdrawn:
            entry = entry_from_text(text)
            expect(
                entry.kind is EntryKind.WITHDRAWAL or not (entry.answers or entry.conclusion or entry.link),
                f"{tablet.name} holds the content of {entry_id}, whose case it knows to be withdrawn",
            )
        elif entry_id.device not in own and text != sent:
            is_erased = one.case_id in ledger.withdrawn and text == entry_to_text(
                without_content(entry_from_text(sent))
            )
            expect(is_erased, f"{tablet.name} holds another {entry_id} than was written")


def _check_server(world: World) -> None:
    listed = ids_on_server(world, _STORED)
    stored = set(listed)
    expect(len(listed) == len(stored), "the server has stored an entry twice")
    apart = set(ids_on_server(world, _SET_APART))
    expect(not stored & apart, "the server holds an entry twice: stored and set apart")
    expect_written(world, "the server", stored | apart)
    if not world.was_put_back:
        lost = world.ledger.acknowledged - stored - apart
        expect(not lost, f"the server has lost what it had acknowledged: {names(lost)}")
    revoked_stay_out(world)


def revoked_stay_out(world: World) -> None:
    """Nothing of a revoked tablet is taken, by whatever way it comes."""
    if world.ledger.revoked_at:
        heads = dict(world.server_rows("SELECT device, head_seq FROM device WHERE is_revoked"))
        for device, head in world.ledger.revoked_at.items():
            expect(heads.get(device) == head, f"the server took something of {device[-4:]}, which was revoked")


def expect_written(world: World, who: str, held: Iterable[EntryId]) -> None:
    forged = set(held) - world.ledger.written.keys()
    expect(not forged, f"{who} holds {names(forged)}, which nobody wrote")
