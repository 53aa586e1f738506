"""The swollen places as they were tapped, and as a case can keep them: regions, and one side for all of them.

    left hand, left wrist         hand and wrist, left
    both hands                    hand, both
    left hand, right foot         not the same on both sides: the clinician says what the case is about,
                                  one side alone, or all of it: hand and foot, both; which is where stays on the tablet

A wrong side is never recorded without being said: until that is decided, the case has no place at all.
"""

from __future__ import annotations

from collections.abc import Mapping

from mobile_app.presenters.answers import regions_of
from mobile_app.presenters.wording import REGIONS, listed, place_in_words
from shared.case.entry import AnswerValue

Place = tuple[str, str]

SIDES = ("right", "left")
NOT_GIVEN: Place = ("unspecified", "unknown")
"""The last line of the list, for a case that is entered from a letter which names no place."""
ALL_PLACES: tuple[Place, ...] = (
    *((region, side) for side in SIDES for region in REGIONS if region != NOT_GIVEN[0]),
    NOT_GIVEN,
)
"""In the order of the list: shoulder to toe, the child's right first."""


def toggled(places: tuple[Place, ...], place: Place) -> tuple[Place, ...]:
    """Return the places with one more, or one less. "Not given" stands alone: a place is known, or it is not."""
    changed = set(places) ^ {place}
    changed = changed & {NOT_GIVEN} if place == NOT_GIVEN else changed - {NOT_GIVEN}
    return tuple(one for one in ALL_PLACES if one in changed)


def of_side(places: tuple[Place, ...], side: str) -> tuple[Place, ...]:
    """Return the places of one side."""
    return tuple(place for place in places if place[1] == side)


def sides_differ(places: tuple[Place, ...]) -> bool:
    """Tell whether left and right are both chosen and are not the same regions."""
    right, left = ({region for region, _ in of_side(places, side)} for side in SIDES)
    return bool(right and left) and right != left


def answers_of(places: tuple[Place, ...], *, all_are_meant: bool) -> dict[str, AnswerValue | None]:
    """Return region and side as the case keeps them; neither where it is not decided what the case is about."""
    regions = tuple(sorted({region for region, _ in places}))
    sides = {side for _, side in places}
    if not sides or (sides_differ(places) and not all_are_meant):
        return {"region": None, "side": None}
    return {"region": regions, "side": "both" if len(sides) == 2 else sides.pop()}


def places_of(answers: Mapping[str, AnswerValue], kept: str) -> tuple[Place, ...]:
    """Return the places of a draft. `kept` says them one by one where region and side cannot."""
    if kept:
        chosen: set[object] = {tuple(one.rsplit("-", 1)) for one in kept.split(",")}
    else:
        side = answers.get("side")
        sides = SIDES if side == "both" else (side,)
        chosen = {(region, side) for region in regions_of(answers) for side in sides}
    return tuple(place for place in ALL_PLACES if place in chosen)


def spelled(places: tuple[Place, ...]) -> str:
    """Return what `places_of` reads; empty where region and side say it all."""
    return ",".join("-".join(place) for place in places) if sides_differ(places) else ""


def places_in_words(places: tuple[Place, ...]) -> str:
    """Return "left hand and right foot": each side by itself."""
    sides = [(side, tuple(region for region, _ in of_side(places, side))) for side in reversed(SIDES)]
    return listed([place_in_words(regions, side) for side, regions in sides if regions])
