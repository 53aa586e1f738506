"""Lines over a level axis of numbers: courses by tablet, measurements over zones, steps such as a curve of healing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.sentence import sentence
from sync_server.api.charts import tokens
from sync_server.api.charts.canvas import Canvas, Key, text_width
from sync_server.api.charts.chart import Cell, Chart, Table, Words, number_words, table
from sync_server.api.charts.drawn_once import drawn_once
from sync_server.language import in_words


@dataclass(frozen=True, slots=True)
class Line:
    """Points of one series, in the order of the level axis."""

    words: Words
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Zone:
    """A band of the upright axis with its word. None: open on that side."""

    words: Words
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Step:
    """From `at` on the curve has `value`; its interval, if it has one. `ended` were censored exactly there."""

    at: float
    value: float
    low: float | None = None
    high: float | None = None
    ended: int = 0


@drawn_once
def lines(
    name: str,
    title: Words,
    description: Words,
    *,
    series: Sequence[Line],
    level_word: Words,
    value_word: Words,
    zones: Sequence[Zone] = (),
    width: int = 720,
    height: int = 300,
) -> Chart:
    """Return a line with marks for each series, told apart by dash and mark, over zones if there are any.

    This is the chart of a measurement: the series are tablets, the zones those of the child's age.
    """
    if len(series) > len(tokens.MARKS):
        raise ValueError(f"at most {len(tokens.MARKS)} series can be told apart")
    keys = [
        Key(in_words(one.words), colour=colour, mark=mark, dash=dash)
        for one, colour, mark, dash in zip(series, tokens.LINE_COLOURS, tokens.MARKS, tokens.DASHES, strict=False)
    ]
    points = [point for one in series for point in one.points]
    bounds = [bound for zone in zones for bound in (zone.low, zone.high) if bound is not None]
    lowest, highest = _span([y for _, y in points] + bounds)
    canvas = Canvas(
        name,
        title,
        description,
        width=width,
        height=height,
        left_words=(number_words(round(highest, 1)), number_words(round(lowest, 1))),
        right_words=[in_words(zone.words) for zone in zones],
        upright=value_word,
        level=level_word,
        keys=keys if len(keys) > 1 else (),
    )
    canvas.grid()
    canvas.number_ticks(highest, whole=False, lowest=lowest)
    _level_numbers(canvas, [x for x, _ in points])
    _draw_zones(canvas, zones)
    for one, key in zip(series, keys, strict=True):
        xs, ys = [x for x, _ in one.points], [y for _, y in one.points]
        canvas.axes.plot(
            xs,
            ys,
            color=key.colour,
            linestyle=key.dash,
            linewidth=tokens.LINE,
            marker=key.mark,
            markersize=8,
            markeredgecolor=tokens.SURFACE,
            markeredgewidth=1.2,
            clip_on=False,
        )
    rows: list[list[Cell | Words]] = [[one.words, x, y] for one in series for x, y in one.points]
    return canvas.finish(table((sentence("Series"), level_word, value_word), rows))


@drawn_once
def step_curve(
    name: str,
    title: Words,
    description: Words,
    *,
    steps: Sequence[Step],
    until: float,
    level_word: Words,
    value_word: Words,
    highest: float | None = None,
    marked: tuple[float, Words] | None = None,
    width: int = 720,
    height: int = 300,
) -> Chart:
    """Return a curve that jumps, such as Kaplan-Meier's or the number healed, to `until` on the level axis.

    Args:
        steps: in order; the first stands at 0. Where they have intervals, the band is drawn.
        marked: a place of the level axis with its words, such as the mean.
        highest: the end of the upright axis; without it that of the values.
    """
    top = highest if highest is not None else max((step.high or step.value for step in steps), default=1.0)
    ticks = (number_words(round(top, 2)),)
    canvas = Canvas(
        name,
        title,
        description,
        width=width,
        height=height,
        left_words=ticks,
        upright=value_word,
        level=level_word,
    )
    canvas.grid()
    canvas.number_ticks(top, whole=top >= 4, exact=highest is not None)
    canvas.number_ticks(until, whole=False, level=True)
    at = [step.at for step in steps] + [until]
    if any(step.low is not None for step in steps):
        low = [step.value if step.low is None else step.low for step in steps]
        high = [step.value if step.high is None else step.high for step in steps]
        canvas.axes.fill_between(
            at,
            [*low, *low[-1:]],
            [*high, *high[-1:]],
            step="post",
            facecolor=tokens.BAND,
            edgecolor=tokens.BAND_LINE,
            linewidth=1,
            clip_on=False,
        )
    values = [step.value for step in steps]
    line = {"where": "post", "color": tokens.PRIMARY, "linewidth": 3, "clip_on": False}
    canvas.axes.step(at, [*values, *values[-1:]], **line)  # type: ignore[arg-type]
    ended = [(step.at, step.value) for step in steps if step.ended]
    if ended:
        canvas.axes.plot(
            [x for x, _ in ended],
            [y for _, y in ended],
            linestyle="none",
            marker="|",
            markersize=13,
            markeredgewidth=2,
            color=tokens.INK,
            clip_on=False,
        )
    if marked is not None:
        place, words = marked
        canvas.axes.axvline(place, color=tokens.LIMIT, linestyle=(0, (4, 3)), linewidth=1.6)
        right = canvas.axes.get_xlim()[1]
        # On the side of the line on which there is room.
        is_far = (right - place) / right * canvas.inner_width < text_width(in_words(words)) + 8
        x = place + right * (-0.012 if is_far else 0.012)
        canvas.say_at(x, top * 0.04, words, tokens.LIMIT, ha="right" if is_far else "left")
    return canvas.finish(_step_table(steps, level_word, value_word))


def _step_table(steps: Sequence[Step], level_word: Words, value_word: Words) -> Table:
    head: list[Words] = [level_word, value_word]
    has_interval = any(step.low is not None for step in steps)
    has_ended = any(step.ended for step in steps)
    head += [sentence("Interval from"), sentence("Interval to")] if has_interval else []
    head += [sentence("Observation ended")] if has_ended else []
    rows: list[list[Cell | Words]] = [
        [
            step.at,
            step.value,
            *([step.low, step.high] if has_interval else []),
            *([step.ended] if has_ended else []),
        ]
        for step in steps
    ]
    return table(head, rows)


def _span(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the upright axis: 0 is one of them unless all values lie far from it."""
    lowest, highest = min(values, default=0.0), max(values, default=1.0)
    if lowest >= 0 and lowest < 0.5 * highest:
        lowest = 0.0
    room = (highest - lowest) * 0.08 or abs(highest) * 0.1 or 1.0
    return (lowest if lowest == 0 else lowest - room), highest + room


def _level_numbers(canvas: Canvas, xs: Sequence[float]) -> None:
    lowest, highest = min(xs, default=0.0), max(xs, default=1.0)
    canvas.number_ticks(highest if highest > lowest else lowest + 1, whole=False, lowest=min(0.0, lowest), level=True)


def _draw_zones(canvas: Canvas, zones: Sequence[Zone]) -> None:
    bottom, top = canvas.axes.get_ylim()
    for number, zone in enumerate(zones):
        low = bottom if zone.low is None else max(zone.low, bottom)
        high = top if zone.high is None else min(zone.high, top)
        if high <= low:
            continue
        shade = tokens.ZONE_SHADES[number % 2]
        canvas.axes.axhspan(low, high, facecolor=shade, edgecolor="none", zorder=0.1)
        if low > bottom:
            canvas.axes.axhline(low, color=tokens.AXIS, linewidth=1, linestyle=(0, (1, 2)), zorder=0.2)
        canvas.say_beside((low + high) / 2, zone.words)
