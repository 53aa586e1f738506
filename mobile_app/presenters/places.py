"""Where a file can be written, as tiles to choose from: sticks and cards, and a folder of this tablet."""

from __future__ import annotations

from collections.abc import Iterable

from mobile_app.locked_ports import BackupPlace
from mobile_app.presenters.steps import TileView
from mobile_app.presenters.wording import say, typed


def place_tiles(places: Iterable[BackupPlace], chosen: str) -> tuple[TileView, ...]:
    """Return a tile for each place; `chosen` is the folder of one of them, or empty."""
    return tuple(_tile(place, is_chosen=place.folder == chosen) for place in places)


def _tile(place: BackupPlace, *, is_chosen: bool) -> TileView:
    name = typed(place.name)
    if place.is_removable:
        return TileView(place.folder, name, say("Stick or card"), "send", is_chosen)
    # What a folder is called is no word of the nurse's language, but by it she finds the file.
    detail = say("In the folder “{name}”; copy it elsewhere", name=name)
    return TileView(place.folder, say("On this tablet"), detail, "document", is_chosen)
