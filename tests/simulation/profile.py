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
    "withdraw": 1.5,
    "review": 0.6,
    "a late message comes": 1.0,
    "line": 0.6,
    "clock": 0.5,
    "room": 0.5,
    "keep a copy of the server": 0.8,
    "put the server back": 1.2,
    "back up a tablet": 0.8,
    "restore a tablet": 1.0,
    "revoke a tablet": 1.0,
    "let a tablet in again": 1.0,
    "take the clinic's key": 0.6,
    "part or join two cases": 3.0,
    "the coordinator parts or joins": 0.6,
    "carry": 5.0,
}
"""How often each comes, where it comes at all."""
_ALWAYS = frozenset({"record", "sync", "begin_draft", "finish_draft"})
_BESIDE = {
    "a late message comes": "late",
    "keep a copy of the server": "put back",
    "put the server back": "put back",
    "back up a tablet": "restored tablet",
    "restore a tablet": "restored tablet",
    "revoke a tablet": "revoked",
    "let a tablet in again": "revoked",
    "take the clinic's key": "links",
    "part or join two cases": "links",
    "the coordinator parts or joins": "links",
    "carry": "carried",
}
_PROBABILITY = {
    "late": 0.4,
    "put back": 0.4,
    "restored tablet": 0.35,
    "revoked": 0.2,
    "links": 0.3,
    "carried": 0.35,
}
"""How many of the histories have which group of acts."""
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
    has_links: bool
    """The children's record numbers are few, so that cases of different tablets are of one child."""
    with_key: int
    """How many tablets have the clinic's key from the start."""


def draw_profile(chance: random.Random) -> Profile:
    """Return the profile of a seed."""

    def has(probability: float = 0.5) -> bool:
        return chance.random() < probability

    has_fault = {name: has(probability) for name, probability in _PROBABILITY.items()}
    if has_fault["revoked"] and has():
        # What a revoked tablet wrote must not come by another way either.
        has_fault["carried"] = True
    tablets = chance.choices((2, 3, 4, 5), (64, 28, 5, 3))[0]
    acts = {
        name: weight
        for name, weight in ACTS.items()
        if name in _ALWAYS or (has_fault[_BESIDE[name]] if name in _BESIDE else has())
    }
    if has_fault["put back"] and has_fault["restored tablet"]:
        # Where both come, what only others still have is brought back; that is rare enough.
        acts |= {"put the server back": 3.0, "restore a tablet": 3.0}
    fates: dict[Fate, float] = {fate: weight for fate, weight in _FATES.items() if fate is not Fate.LATE and has()}
    if has_fault["late"]:
        fates[Fate.LATE] = _FATES[Fate.LATE]
    lost = sum(fates.values())
    # With no weight of its own for each, a history with many faults would have nothing but faults.
    fates[Fate.PASSES] = max(lost * chance.choice((0.7, 2, 4)), 1)
    return Profile(
        tablets=tablets,
        steps=chance.choice((4, 6, 9)),
        acts=acts,
        fates=fates,
        crashing_tablets=has(0.4),
        crashing_server=has(0.4),
        loses_power=has(),
        is_outrun=has(0.4),
        old_server=has(0.15),
        has_links=has_fault["links"],
        with_key=chance.choice((0, 1, tablets, tablets)) if has_fault["links"] else 0,
    )
