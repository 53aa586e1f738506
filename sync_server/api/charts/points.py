"""Points with their intervals: a place a row, or said against found (calibration); and days between events."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.sentence import sentence
from sync_server.api.charts import tokens
from sync_server.api.charts.canvas import Canvas, Key
from sync_server.api.charts.chart import Cell, Chart, Words, number_words, table
from sync_server.api.charts.drawn_once import drawn_once
from sync_server.language import in_words

_ROW = 34


@dataclass(frozen=True, slots=True)
class Point:
    """A value with its interval and the number of cases behind it. None: nothing to say here."""

    words: Words
    value: float | None
    low: float | None = None
    high: float | None = None
    count: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """Where the tool said `said`, it was so in `count` of `of`: `found`, `low` to `high`. Shares are 0 to 1."""

    said: float
    found: float
    low: float
    high: float
    count: int
    of: int


@drawn_once
def rows_of_points(
    name: str,
    title: Words,
    description: Words,
    *,
    points: Sequence[Point],
    place_word: Words,
    value_word: Words,
    highest: float | None = None,
    whole: bool = False,
    width: int = 720,
) -> Chart:
    """Return one row a point, the first on top, with its interval and "n of m" at the end of the row."""
    values = [v for p in points for v in (p.value, p.high) if v is not None]
    ends = [_end_words(point) for point in points]
    widest_end = max((len(words) for words in ends), default=0) * 8
    canvas = Canvas(
        name,
        title,
        description,
        width=width,
        height=_ROW * max(1, len(points)) + 66,
        left_words=[in_words(point.words) for point in points] or ("",),
        level=value_word,
    )
    canvas.number_ticks(highest if highest is not None else max(values, default=1.0), whole=whole, level=True)
    end = canvas.axes.get_xlim()[1]
    canvas.axes.set_xlim(0, end * canvas.inner_width / max(1, canvas.inner_width - widest_end - 12))
    canvas.grid("x")
    canvas.axes.set_ylim(len(points) - 0.5, -0.5)
    canvas.upright_ticks(range(len(points)), [point.words for point in points])
    canvas.axes.tick_params(axis="y", labelcolor=tokens.INK)
    right = canvas.axes.get_xlim()[1]
    for n, point in enumerate(points):
        if point.value is not None:
            _interval(canvas, point.low, point.high, n, level=True)
            _mark(canvas, point.value, n)
        if ends[n]:
            canvas.say_at(right, n, ends[n], tokens.INK_2, ha="right", va="center")
    head = (
        place_word,
        value_word,
        sentence("Interval from"),
        sentence("Interval to"),
        sentence("Cases"),
        sentence("Of"),
    )
    rows: list[list[Cell | Words]] = [[p.words, p.value, p.low, p.high, p.count, p.of] for p in points]
    return canvas.finish(table(*_without_empty(head, rows)))


@drawn_once
def calibration(
    name: str,
    title: Words,
    description: Words,
    *,
    groups: Sequence[Expected],
    said_word: Words,
    found_word: Words,
    perfect_word: Words,
    width: int = 460,
    height: int = 500,
) -> Chart:
    """Return what was found against what the tool said, both in per cent, with intervals and the line of agreement.

    A larger mark stands for more statements.
    """
    perfect = Key(in_words(perfect_word), colour=tokens.AXIS, dash=(0, (5, 4)))
    canvas = Canvas(
        name,
        title,
        description,
        width=width,
        height=height,
        left_words=("100",),
        upright=found_word,
        level=said_word,
        keys=(perfect,),
    )
    canvas.grid("both")
    canvas.number_ticks(100, whole=True)
    canvas.number_ticks(100, whole=True, level=True)
    canvas.axes.plot([0, 100], [0, 100], color=perfect.colour, linestyle=perfect.dash, linewidth=1.6, clip_on=False)
    most = max((group.of for group in groups), default=1)
    for group in groups:
        x = 100 * group.said
        _interval(canvas, 100 * group.low, 100 * group.high, x, level=False)
        _mark(canvas, x, 100 * group.found, 7 + 6 * (group.of / most) ** 0.5)
    head = (
        said_word,
        found_word,
        sentence("Interval from"),
        sentence("Interval to"),
        sentence("Cases"),
        sentence("Of"),
    )
    rows = [[*(round(100 * v, 1) for v in (g.said, g.found, g.low, g.high)), g.count, g.of] for g in groups]
    return canvas.finish(table(head, rows))


@drawn_once
def between_events(
    name: str,
    title: Words,
    description: Words,
    *,
    places: Sequence[Words],
    gaps: Sequence[float],
    usual: float | None,
    limit: float | None,
    place_word: Words,
    value_word: Words,
    usual_word: Words,
    limit_word: Words,
    ticks: Sequence[Words] = (),
    signals: Collection[int] = (),
    width: int = 720,
    height: int = 260,
) -> Chart:
    """Return the g-chart: how much lay between one event and the next, in order. Low is bad; `signals` are too low."""
    known = [value for value in (usual, limit) if value is not None]
    highest = max([*gaps, *known], default=1.0)
    canvas = Canvas(
        name,
        title,
        description,
        width=width,
        height=height,
        left_words=(number_words(round(highest)),),
        right_words=[
            in_words(words) for value, words in ((usual, usual_word), (limit, limit_word)) if value is not None
        ],
        places=ticks or places,
        upright=value_word,
        level=place_word,
    )
    canvas.grid()
    canvas.number_ticks(highest * 1.08, whole=True)
    canvas.place_ticks()
    # Their words stand beside the drawing, and apart where the lines lie close together.
    apart = max(0.0, 16 - ((usual or 0) - (limit or 0)) * canvas.inner_height / canvas.axes.get_ylim()[1]) / 2
    apart = apart * canvas.axes.get_ylim()[1] / canvas.inner_height if len(known) == 2 else 0.0
    for value, words, colour, dash, shift in (
        (usual, usual_word, tokens.INK_3, (0, (2, 2)), apart),
        (limit, limit_word, tokens.LIMIT, (0, (6, 3)), -apart),
    ):
        if value is not None:
            canvas.axes.axhline(value, color=colour, linestyle=dash, linewidth=1.8)
            canvas.say_beside(value + shift, words, colour)
    canvas.axes.plot(range(len(gaps)), gaps, color=tokens.PRIMARY, linewidth=tokens.LINE, clip_on=False)
    for n, gap in enumerate(gaps):
        # A signal is another shape, not only another colour.
        _mark(canvas, n, gap, 10 if n in signals else 9, *(("D", tokens.SIGNAL) if n in signals else ()))
    head = (place_word, value_word, sentence("Too close"))
    rows = [
        (place, gap, sentence("yes") if n in signals else "")
        for n, (place, gap) in enumerate(zip(places, gaps, strict=True))
    ]
    return canvas.finish(table(head, rows))


def _mark(canvas: Canvas, x: float, y: float, size: float = 9, shape: str = "o", colour: str = tokens.PRIMARY) -> None:
    edge = {"markeredgecolor": tokens.SURFACE, "markeredgewidth": 1.4, "clip_on": False, "zorder": 5}
    canvas.axes.plot([x], [y], linestyle="none", marker=shape, markersize=size, color=colour, **edge)  # type: ignore[arg-type]


def _interval(canvas: Canvas, low: float | None, high: float | None, at: float, *, level: bool) -> None:
    if low is None or high is None:
        return
    line = {"color": tokens.PRIMARY, "linewidth": 2, "clip_on": False}
    ends = {"linestyle": "none", "markersize": 10, "markeredgewidth": 2, "color": tokens.PRIMARY, "clip_on": False}
    if level:
        canvas.axes.plot([low, high], [at, at], **line)  # type: ignore[arg-type]
        canvas.axes.plot([low, high], [at, at], marker="|", **ends)  # type: ignore[arg-type]
    else:
        canvas.axes.plot([at, at], [low, high], **line)  # type: ignore[arg-type]
        canvas.axes.plot([at, at], [low, high], marker="_", **ends)  # type: ignore[arg-type]


def _end_words(point: Point) -> str:
    if point.count is None:
        return ""
    if point.of is None:
        return number_words(point.count)
    return in_words(sentence("{count} of {of}", count=point.count, of=point.of))


def _without_empty(
    head: Sequence[Words], rows: Sequence[Sequence[Cell | Words]]
) -> tuple[list[Words], list[list[Cell | Words]]]:
    """Leave columns out in which nothing stands at all."""
    kept = [n for n in range(len(head)) if n < 2 or any(row[n] is not None for row in rows)]
    return [head[n] for n in kept], [[row[n] for n in kept] for row in rows]
