"""What kind of history a seed is: how many tablets, how long, and which faults it has.

Each seed has only some of the faults (swarm testing): with all of them at once hardly anything would come through, and
most bugs need that much does.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.simulation.line import Fate

ACTS = {
    "record": 5.0,
    "sync": 6.0,
    "begin_draft": 1.0,
    "finish_draft": 1.5,
    "withdraw": 1.0,
    "review": 0.6,
    "a late message comes": 1.0,
    "line": 0.6,
    "clock": 0.5,
    "room": 0.5,
    "keep a copy of the server": 0.8,
    "put the server back": 1.5,
    "back up a tablet": 0.8,
    "restore a tablet": 0.7,
}
"""How often each comes, where it comes at all."""
_ALWAYS = frozenset({"record", "sync", "begin_draft", "finish_draft"})
_BESIDE = {
    "a late message comes": "late",
    "keep a copy of the server": "put back",
    "put the server back": "put back",
    "back up a tablet": "restored tablet",
    "restore a tablet": "restored tablet",
}
_FATES = {
    Fate.LOST_UP: 1.0,
    Fate.LOST_DOWN: 2.0,
    Fate.CUT_UP: 0.5,
    Fate.CUT_DOWN: 1.0,
    Fate.TWICE: 1.5,
    Fate.LATE: 1.5,
}


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of history. `fates` and `acts` are names with weights."""

    tablets: int
    steps: int
    acts: dict[str, float]
    fates: dict[Fate, float]
    crashing_tablets: bool
    crashing_server: bool
    loses_power: bool
    is_outrun: bool
    old_server: bool
    """The server's knowledge lacks one code: it sets entries with it apart."""


def draw_profile(chance: random.Random) -> Profile:
    """Return the profile of a seed."""

    def has(probability: float = 0.5) -> bool:
        return chance.random() < probability

    has_fault = {name: has() for name in ("late", "put back", "restored tablet")}
    if has_fault["put back"] and has_fault["restored tablet"]:
        # What was stored and is lost on the server, on a tablet that is lost as well, is lost.
        has_fault["restored tablet"] = False
    acts = {
        name: weight
        for name, weight in ACTS.items()
        if name in _ALWAYS or (has_fault[_BESIDE[name]] if name in _BESIDE else has())
    }
    fates = {fate: weight for fate, weight in _FATES.items() if fate is not Fate.LATE and has()}
    if has_fault["late"]:
        fates[Fate.LATE] = _FATES[Fate.LATE]
    lost = sum(fates.values())
    # With no weight of its own for each, a history with many faults would have nothing but faults.
    fates[Fate.PASSES] = max(lost * chance.choice((0.7, 2, 4)), 1)
    return Profile(
        tablets=chance.choices((2, 3, 4, 5), (64, 28, 5, 3))[0],
        steps=chance.choice((6, 9, 12)),
        acts=acts,
        fates=fates,
        crashing_tablets=has(0.4),
        crashing_server=has(0.4),
        loses_power=has(),
        is_outrun=has(0.4),
        old_server=has(0.15),
    )
