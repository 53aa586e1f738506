"""What is wrong with a screen, found without looking at a pixel: only at where things stand and how wide words are.

The window stands in one language and shape from the first state to the last: to turn it for every state costs three
times as much as to live through the story again.
"""

from __future__ import annotations

import gc
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from mobile_app.language import language_of
from tests.screens.fingers import is_shown

SHAPES = {
    "wide": (1280, 800, False),
    "wide-large": (1280, 800, True),
    "small": (1024, 600, False),
    "small-large": (1024, 600, True),
    "turned": (800, 1280, False),
    "turned-large": (800, 1280, True),
}
"""Width, height, large text."""
SMALLEST_TARGET_DP = 48
TOUCHING = 1.5
"""Things that share less than this, in pixels, only touch."""

_FOLDER = re.compile(r"(?<!\S)(?:/[^\s/]+){2,}")
"""Where a folder lies is no word, as long as the device makes it: it goes on in the next line."""

Problem = tuple[str, str]
Found = tuple[list[Problem], Problem]
"""A problem and the list that it belongs to."""
Box = tuple[float, float, float, float]
"""Left, bottom, right, top in the window."""


class Inspection:
    """Looks at states in one language and shape, and keeps what it finds."""

    def __init__(self, language: str, shape: str) -> None:
        self._language = language
        self._shape = shape
        self.cut: list[Problem] = []
        self.torn: list[Problem] = []
        self.small: list[Problem] = []
        self.outside: list[Problem] = []
        self.overlapping: list[Problem] = []
        self.turned_wrong: list[Problem] = []
        self.characters: defaultdict[str, set[str]] = defaultdict(set)
        """By font, what is drawn with it."""
        self.pictured: list[tuple[str, str]] = []
        """Each state with the name of its screen."""

    def look(self, window: Any, name: str) -> None:
        """Look at the screen in front."""
        self.pictured.append((name, str(window.app.flow.screen)))
        # Screens that are kept but not shown would be laid out again at every size.
        window.app._screens = {key: kept for key, kept in window.app._screens.items() if kept is window.app.screen}
        gc.collect()
        window.app.flow.manner.speak(self._language)
        # On a busy machine a walk takes longer than a tablet waits for a finger before it locks.
        window.app.flow.touched()
        width, height, is_large = SHAPES[self._shape]
        if window.shape != (width, height, is_large):
            window.resize(width, height, is_large=is_large)
        where = f"{name} {self._language} {self._shape}"
        is_rtl = language_of(self._language).is_rtl
        if self._problems(window.app.front, where, is_rtl=is_rtl):
            # What is still being laid out is no fault.
            window.settle(8)
            for kind, problem in self._problems(window.app.front, where, is_rtl=is_rtl):
                kind.append(problem)

    def found(self) -> dict[str, Any]:
        """Return everything, as JSON holds it."""
        names = ("cut", "torn", "small", "outside", "overlapping", "turned_wrong", "pictured")
        characters = {font: "".join(sorted(found)) for font, found in self.characters.items()}
        return {name: getattr(self, name) for name in names} | {"characters": characters}

    def _problems(self, stage: Any, where: str, *, is_rtl: bool) -> list[Found]:
        from mobile_app.widgets.keyboard import pressables
        from mobile_app.widgets.text import SetText

        widgets = list(stage.walk(restrict=True))
        texts = [widget for widget in widgets if isinstance(widget, SetText) and widget.text and is_shown(widget)]
        targets = list(pressables(stage))
        found: list[Found] = [problem for text in texts for problem in self._look_at(text, where)]
        for target in targets:
            if min(target.width, target.height) < SMALLEST_TARGET_DP - 0.5 and not _is_joined(target):
                size = f"{type(target).__name__} {target.width:.0f}x{target.height:.0f}"
                found.append((self.small, (where, size)))
        found += [(self.overlapping, (where, what)) for what in _overlaps(texts, targets)]
        for bar in widgets:
            if type(bar).__name__ in ("AppBar", "Footer") and is_shown(bar) and not _is_turned(bar, is_rtl):
                found.append((self.turned_wrong, (where, type(bar).__name__)))
        return found

    def _look_at(self, text: Any, where: str) -> Iterator[Found]:
        core = text._label
        self.characters[core.options["font_name"]].update(core.text)
        wide, high = text.texture_size
        if wide > text.width + 1 or high > text.height + 1:
            yield self.cut, (where, text.text)
        elif not _stands_within(text):
            yield self.outside, (where, text.text)
        room = text.text_size[0]
        if room and text.unbreakable_width() > room + 1 and not _FOLDER.search(text.text):
            yield self.torn, (where, text.text)


def _overlaps(texts: list[Any], targets: list[Any]) -> Iterator[str]:
    things = [(text, box) for text in texts if (box := _visible(text, _drawn_box(text)))]
    things += [(target, box) for target in targets if (box := _visible(target, _box(target)))]
    for (one, one_box), (other, other_box) in combinations(things, 2):
        if _overlap(one_box, other_box) and not _holds(one, other) and not _holds(other, one):
            yield f"{_called(one)} over {_called(other)}"


def _called(widget: Any) -> str:
    return getattr(widget, "text", "") or type(widget).__name__


def _box(widget: Any) -> Box:
    left, bottom = widget.to_window(widget.x, widget.y)
    return left, bottom, left + widget.width, bottom + widget.height


def _drawn_box(text: Any) -> Box:
    """Return where the words of a text stand, which may be less than its box."""
    from mobile_app.widgets.text import SetText

    left, bottom, right, top = _box(text)
    room = (right - left) - min(right - left, _widest_line(text))
    side = SetText.side(text)
    middle = (bottom + top) / 2
    half = text.texture_size[1] / 2
    start = {"left": 0.0, "center": room / 2, "right": room}[side]
    return left + start, middle - half, left + start + (right - left) - room, middle + half


def _widest_line(text: Any) -> float:
    return float(max((line.w for line in text._label._cached_lines), default=0))


def _visible(widget: Any, box: Box) -> Box | None:
    """Return the part of a box that its scrolling places let one see."""
    left, bottom, right, top = box
    holder = widget.parent
    while holder is not None and holder is not holder.parent:
        if type(holder).__name__ in ("Scroll", "SideScroll", "PlaceList"):
            low, high = _box(holder)[1::2]
            bottom, top = max(bottom, low), min(top, high)
        holder = holder.parent
    return (left, bottom, right, top) if right - left > TOUCHING and top - bottom > TOUCHING else None


def _overlap(one: Box, other: Box) -> bool:
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > TOUCHING
        and min(one[3], other[3]) - max(one[1], other[1]) > TOUCHING
    )


def _holds(holder: Any, widget: Any) -> bool:
    while widget is not None and widget is not widget.parent:
        if widget is holder:
            return True
        widget = widget.parent
    return False


def _is_turned(bar: Any, is_rtl: bool) -> bool:
    """Tell whether the first thing of a bar stands on the side where reading begins."""
    first, last = bar.children[-1], bar.children[0]
    return bool(first.x >= last.x) if is_rtl else bool(first.x <= last.x)


def _stands_within(widget: Any) -> bool:
    """Tell whether a text stands within the nearest thing with an edge that it stands in, or within the window."""
    from mobile_app.widgets.surface import Surface

    left, bottom, right, top = _box(widget)
    holder = widget.parent
    while holder is not None and holder is not holder.parent:
        if isinstance(holder, Surface) and holder.width > 0:
            edge_left, edge_bottom, edge_right, edge_top = _box(holder)
            is_wide_enough = edge_left - 1 <= left and right <= edge_right + 1
            is_scrolled = any(type(part).__name__ in ("Scroll", "SideScroll") for part in _between(widget, holder))
            return is_wide_enough and (is_scrolled or (edge_bottom - 1 <= bottom and top <= edge_top + 1))
        holder = holder.parent
    return left >= -1 and right <= widget.get_root_window().width + 1


def _between(widget: Any, holder: Any) -> Iterator[Any]:
    while widget is not holder:
        yield widget
        widget = widget.parent


def _is_joined(target: Any) -> bool:
    """A cell of a joined choice is as high as the choice less its outline; its neighbours are the same question."""
    return type(target).__name__ == "ChoiceCell" and target.height >= SMALLEST_TARGET_DP - 4 and target.width >= 30


def listed(problems: list[Problem]) -> str:
    """Return the problems, one a line, each once with the places where it is."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for where, what in problems:
        places[what].append(where)
    return "\n".join(f"{what!r}: {len(found)} times, first in {found[0]}" for what, found in places.items())
