"""One drawing area with its axes, legend and words. matplotlib draws; it is loaded when the first chart is asked for.

    +---------------------------------+  top: legend, and the word of the upright axis
    | words  |  drawing area          |  left: as wide as the widest word there
    +---------------------------------+  bottom: ticks and the word of the level axis

Sizes are CSS pixels. Words are kept apart and put in at the end (`inline_svg.py`): no label can be read as a formula, a
letter that the library's font lacks is no matter, and the width of a word is estimated, on the wide side.
"""

from __future__ import annotations

import io
import math
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sync_server.api.charts import tokens
from sync_server.api.charts.chart import Chart, Table, Words, number_words
from sync_server.api.charts.inline_svg import inline_svg
from sync_server.api.charts.tokens import Fill
from sync_server.language import in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LEGEND_ROW = 24
_SWATCH = 18
_DRAWING = threading.Lock()
"""The library's settings and font store are shared by all threads."""


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend: a filled box, or a line with a mark."""

    words: str
    fill: Fill | None = None
    colour: str = tokens.PRIMARY
    mark: str = ""
    dash: Any = "-"


class Canvas:
    """A chart in the making."""

    def __init__(
        self,
        name: str,
        title: Words,
        description: Words,
        *,
        width: int,
        height: int,
        left_words: Sequence[str] = ("0000",),
        right_words: Sequence[str] = (),
        places: Sequence[Words] = (),
        upright: Words = "",
        level: Words = "",
        keys: Sequence[Key] = (),
    ) -> None:
        """Lay the chart out.

        Args:
            name: letters, digits and dashes; must be its own on the page.
            left_words, right_words: the longest of what will stand beside the drawing area.
            places: the words below it, if it has named places; they wrap where that makes them fit.
        """
        self.name, self.title, self.description = name, in_words(title), in_words(description)
        self.width, self.height = width, height
        self._words: list[str] = []
        left = min(width * 0.4, max(map(text_width, left_words), default=20) + 14)
        rows = _legend_rows(keys, width)
        right = max(map(text_width, right_words), default=6) + 6
        if places:
            at_ends = max(text_width(line) for one in (places[0], places[-1]) for line in in_words(one).split("\n"))
            overhang = at_ends - (width - left) / len(places)
            right = max(right, min(overhang / 2, 48))
        self.left, self.inner_width = left, width - left - right
        self._places = _fitted([in_words(place) for place in places], self.inner_width)
        lines = max((len(place) for place in self._places), default=1)
        top = 12 + _LEGEND_ROW * len(rows) + (22 if in_words(upright) else 0)
        bottom = 28 + 17 * (lines - 1) + (20 if in_words(level) else 0)
        self.inner_height = max(40, height - top - bottom)
        self.figure: Figure = _figure(width, height)
        box = (left / width, bottom / height, self.inner_width / width, self.inner_height / height)
        self.axes: Axes = self.figure.add_axes(box)
        self._bare_axes()
        self._write_legend(rows)
        if in_words(upright):
            self._write(2, height - 20 - _LEGEND_ROW * len(rows), upright, tokens.INK_3, ha="left")
        if in_words(level):
            self._write(left + self.inner_width / 2, 6, level, tokens.INK_3, ha="center")

    def place(self, words: Words) -> str:
        """Keep words, and return what stands for them until the end."""
        self._words.append(in_words(words))
        return f"#{len(self._words) - 1}#"

    def place_ticks(self) -> None:
        """Name the places of the level axis, at 0, 1, 2 and so on.

        Where they do not fit even when wrapped, as weeks, some are left out so that no two touch; the last one stands.
        """
        count = len(self._places)
        self.axes.set_xlim(-0.5, max(count, 1) - 0.5)
        each = self.inner_width / max(1, count)
        widest = max((text_width(place[0]) for place in self._places), default=0) + 8
        every = max(1, math.ceil(widest / each - 1e-9))
        shown = [n for n in range(count) if (count - 1 - n) % every == 0]
        self.axes.set_xticks(shown, [self.place(self._places[n][0]) for n in shown])
        # Further lines, as the year of weeks, stand also where the first is left out; of two that touch the later one.
        begun = float("inf")
        for n in reversed(range(count)):
            half = max(map(text_width, self._places[n][1:]), default=0) / 2
            if not half or (n + 0.5) * each + half > begun + 1e-9:
                continue
            begun = (n + 0.5) * each - half - 8
            for number, line in enumerate(self._places[n][1:], start=1):
                # Each line by itself: the library centres several lines by the width of what it believes they are.
                self.axes.annotate(
                    self.place(line),
                    (n, 0),
                    (0, -18 - 17 * number),
                    xycoords=("data", "axes fraction"),
                    textcoords="offset points",
                    ha="center",
                    color=tokens.INK_3,
                    fontsize=tokens.TEXT,
                    annotation_clip=False,
                )

    def draw_bars(self, fill: Fill, boxes: Sequence[tuple[float, float, float, float]]) -> None:
        """Draw boxes of one kind as one path: left, bottom, width and height of each, in the axes' own numbers."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        if boxes:
            corners = [[(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)] for x, y, w, h in boxes]
            path = Path.make_compound_path(*(Path(points, closed=True) for points in corners))
            self.axes.add_patch(PathPatch(path, clip_on=False, **filled(fill)))

    def upright_ticks(self, at: Sequence[float], words: Sequence[Words]) -> None:
        self.axes.set_yticks(list(at), [self.place(one) for one in words])

    def number_ticks(
        self, highest: float, *, whole: bool, lowest: float = 0.0, level: bool = False, exact: bool = False
    ) -> None:
        """Set an axis of numbers with at most six round ticks, from `lowest` to `highest`.

        The upright axis goes on to the next round number, unless `exact`.
        """
        from matplotlib.ticker import MaxNLocator

        locator = MaxNLocator(nbins=5, integer=whole, min_n_ticks=2, steps=[1, 2, 2.5, 5, 10])
        found = locator.tick_values(lowest, max(highest, lowest + 1) if whole else highest)
        ticks = [float(tick) for tick in found if tick >= lowest - 1e-9]
        if level:
            self.axes.set_xlim(lowest, highest)
            ticks = [tick for tick in ticks if tick <= highest * (1 + 1e-9)]
            self.axes.set_xticks(ticks, [self.place(number_words(round(tick, 6))) for tick in ticks])
        else:
            ticks = [tick for tick in ticks if tick <= highest * (1 + 1e-9)] if exact else ticks
            self.axes.set_ylim(lowest, highest if exact else max(ticks[-1], highest))
            self.axes.set_yticks(ticks, [self.place(number_words(round(tick, 6))) for tick in ticks])

    def grid(self, axis: str = "y") -> None:
        self.axes.grid(visible=True, axis=axis, color=tokens.GRID, linewidth=1)  # type: ignore[arg-type]

    def say_at(self, x: float, y: float, words: Words, colour: str = tokens.INK, **more: Any) -> None:
        """Write into the drawing area, in the axes' own numbers, with a white edge so that lines do not cut it."""
        self.axes.text(x, y, f"#{self.place(words)}#", color=colour, fontsize=tokens.SMALL, clip_on=False, **more)

    def say_beside(self, y: float, words: Words, colour: str = tokens.INK_2) -> None:
        """Write at the right of the drawing area, level with a value of the upright axis."""
        right = self.axes.get_xlim()[1]
        away = 6 * (right - self.axes.get_xlim()[0]) / self.inner_width
        self.say_at(right + away, y, words, colour, ha="left", va="center")

    def finish(self, table: Table) -> Chart:
        """Return the chart with its table."""
        drawn = io.StringIO()
        with _DRAWING:
            self.figure.savefig(drawn, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
        svg = inline_svg(drawn.getvalue(), self.name, self.title, self.description, self._words)
        return Chart(self.name, self.title, self.description, svg, table)

    def _bare_axes(self) -> None:
        self.axes.patch.set_visible(False)
        for side in ("top", "right", "left"):
            self.axes.spines[side].set_visible(False)
        self.axes.spines["bottom"].set_color(tokens.AXIS)
        self.axes.spines["bottom"].set_linewidth(1)
        self.axes.set_axisbelow(True)
        self.axes.tick_params(length=0, labelsize=tokens.TEXT, labelcolor=tokens.INK_3, pad=8)

    def _write(self, x: float, y: float, words: Words, colour: str, **more: Any) -> None:
        self.figure.text(x / self.width, y / self.height, self.place(words), color=colour, fontsize=tokens.TEXT, **more)

    def _write_legend(self, rows: Sequence[Sequence[tuple[float, Key]]]) -> None:
        from matplotlib.lines import Line2D
        from matplotlib.patches import Rectangle

        for number, row in enumerate(rows):
            y = self.height - 6 - _LEGEND_ROW * (number + 1) + 6
            for x, key in row:
                if key.fill is not None:
                    corner, size = (x / self.width, y / self.height), (_SWATCH / self.width, 13 / self.height)
                    box = Rectangle(corner, *size, transform=self.figure.transFigure, **filled(key.fill))
                    self.figure.add_artist(box)
                else:
                    line = Line2D(
                        [x / self.width, (x + _SWATCH + 6) / self.width],
                        [(y + 6.5) / self.height] * 2,
                        color=key.colour,
                        linestyle=key.dash,
                        linewidth=tokens.LINE,
                        marker=key.mark or "",
                        markevery=[1] if key.mark else None,
                        markersize=7,
                        transform=self.figure.transFigure,
                    )
                    self.figure.add_artist(line)
                self._write(x + _SWATCH + (8 if key.fill else 14), y + 2, key.words, tokens.INK_2, ha="left")


def filled(fill: Fill) -> dict[str, Any]:
    """Return a fill in the drawing library's words."""
    return {"facecolor": fill.face, "edgecolor": fill.line, "hatch": fill.hatch or None, "linewidth": 1.2}


def text_width(words: str, size: float = tokens.TEXT) -> float:
    """Estimate how wide words are in pixels, rather too wide than too narrow."""
    shown = (letter for letter in words if unicodedata.category(letter) != "Cf")
    return sum(size if unicodedata.east_asian_width(letter) in "WF" else size * 0.6 for letter in shown)


def _fitted(words: Sequence[str], width: float) -> list[list[str]]:
    """Return each as lines: one if all fit beside each other, otherwise up to three if all fit so.

    Where one has lines already, all stand as they are.
    """
    if any("\n" in one for one in words):
        return [one.split("\n") for one in words]
    room = width / max(1, len(words)) - 8
    if any(text_width(one) > room for one in words):
        wrapped = [_wrapped(one, room) for one in words]
        if all(len(lines) <= 3 and max(map(text_width, lines), default=0) <= room for lines in wrapped):
            return wrapped
    return [[one] for one in words]


def _wrapped(words: str, room: float) -> list[str]:
    lines: list[str] = [""]
    for word in words.split():
        if lines[-1] and text_width(f"{lines[-1]} {word}") > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _legend_rows(keys: Sequence[Key], width: float) -> list[list[tuple[float, Key]]]:
    rows: list[list[tuple[float, Key]]] = []
    x = 0.0
    for key in keys:
        wide = _SWATCH + 28 + text_width(key.words)
        if not rows or x + wide > width:
            rows.append([])
            x = 2.0
        rows[-1].append((x, key))
        x += wide
    return rows


def _figure(width: int, height: int) -> Figure:
    with _DRAWING:
        _prepare()
        from matplotlib.figure import Figure

        figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        figure.patch.set_visible(False)
        return figure


@cache
def _prepare() -> None:
    import matplotlib

    matplotlib.rcParams["svg.fonttype"] = "none"
    matplotlib.rcParams["svg.hashsalt"] = "handwise"
    matplotlib.rcParams["hatch.linewidth"] = 1.6
    matplotlib.rcParams["text.parse_math"] = False
