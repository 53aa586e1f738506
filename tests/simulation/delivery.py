"""What becomes of a message on the line: chance decides, as the profile of the history allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from requests import PreparedRequest

from mobile_app.sync_client import enrolment
from tests.simulation import checks
from tests.simulation.line import Fate
from tests.simulation.node import Crash
from tests.simulation.server import ADDRESS, Reply

if TYPE_CHECKING:
    from tests.simulation.tablet import SimulatedTablet
    from tests.simulation.world import World


class Delivery:
    """The line between the tablets and the server."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._late: list[tuple[PreparedRequest, bytes]] = []
        self._taken: set[tuple[str, bytes]] = set()

    def send(self, request: PreparedRequest, body: bytes) -> Reply | None:
        """Do with a tablet's message what chance has for it."""
        chance, tablet = self._world.chance, self._world.speaking[-1]
        tablet.doing = f"asks {request.path_url}"
        tablet.effect("a message leaves")
        self._meanwhile(tablet)
        fate = self._fate(tablet)
        if not self._world.is_healing:
            self._world.reach(f"line: {fate}")
        if fate is not Fate.PASSES:
            self._world.tell(f"the message {fate}")
        if fate is Fate.LOST_UP:
            return None
        if fate is Fate.LATE:
            self._late.append((request, body))
            return None
        if fate is Fate.CUT_UP:
            body = body[: chance.randrange(len(body))]
        reply = self._deliver(request, body)
        if fate is Fate.TWICE:
            second = self._deliver(request, body)
            reply = chance.choice((reply, second))
        self._meanwhile(tablet)
        tablet.doing = f"is answered by {request.path_url}"
        tablet.effect("an answer is there")
        if reply is None or fate is Fate.LOST_DOWN:
            return None
        if fate is Fate.CUT_DOWN:
            return replace(reply, body=reply.body[: chance.randrange(len(reply.body))])
        return reply

    def let_one_come(self) -> None:
        """Let a message reach the server that its tablet has given up."""
        if self._late:
            request, body = self._late.pop(self._world.chance.randrange(len(self._late)))
            reply = self._deliver(request, body)
            self._world.reach("a late message arrives")
            self._world.tell(f"a late message comes: {reply.status if reply else 'no answer'}")

    def let_all_come(self) -> None:
        while self._late:
            self.let_one_come()

    def forget_what_was_taken(self) -> None:
        """The server was put back: with the nonces of that day, it may take once more what it has forgotten."""
        self._taken.clear()

    def _fate(self, tablet: SimulatedTablet) -> Fate:
        if self._world.is_healing:
            return Fate.PASSES
        if tablet.is_cut_off:
            self._world.reach("line: there is none")
            return Fate.LOST_UP
        fates: Sequence[Fate] = list(self._world.profile.fates)
        return self._world.chance.choices(fates, list(self._world.profile.fates.values()))[0]

    def _deliver(self, request: PreparedRequest, body: bytes) -> Reply | None:
        try:
            reply = self._world.server.answer(request, body)
        except Crash:
            self._world.server.come_back()
            return None
        self._world.reach(f"answer: {reply.status} to {request.path_url}")
        if reply.status == 200 and request.url != ADDRESS + enrolment.PATH:
            # Of a packed request the body holds the nonce, of a plain one the header.
            one = (str(request.headers.get("signature-input")), body)
            checks.expect(one not in self._taken, "the server took the same request a second time")
            self._taken.add(one)
        return reply

    def _meanwhile(self, tablet: SimulatedTablet) -> None:
        """Let somebody act while a message is under way."""
        world = self._world
        if world.is_healing or not world.profile.is_outrun or len(world.speaking) > 1 or world.chance.random() > 0.25:
            return
        world.reach("line: somebody acts meanwhile")
        if world.chance.random() < 0.5:
            world.people.record(tablet)
        else:
            world.sync(world.one())
