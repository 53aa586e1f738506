"""Bars over named places: one series, several on top of each other or side by side, weekly counts with a limit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.sentence import sentence
from sync_server.api.charts import tokens
from sync_server.api.charts.canvas import Canvas, Key
from sync_server.api.charts.chart import Cell, Chart, Words, number_words, table
from sync_server.api.charts.drawn_once import drawn_once
from sync_server.language import in_words

_MOST_NUMBERS = 30
"""With more bars than this no number stands on them; the table has them."""


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of bar: a value for each place. None is drawn as nothing and stands as a dash in the table."""

    words: Words
    values: Sequence[float | None]


@drawn_once
def bars(
    name: str,
    title: Words,
    description: Words,
    *,
    places: Sequence[Words],
    values: Sequence[float | None],
    place_word: Words,
    value_word: Words,
    ticks: Sequence[Words] = (),
    signals: Collection[int] = (),
    highest: float | None = None,
    has_numbers: bool = True,
    width: int = 720,
    height: int = 260,
) -> Chart:
    """Return one bar for each place, with its number. `signals` are the places (from 0) that stand out.

    `highest` is the end of the upright axis where several charts share one. `ticks` stand below the level axis where
    the places have longer names.
    """
    scale = values if highest is None else (*values, highest)
    canvas = _canvas(name, title, description, width, height, ticks or places, place_word, value_word, (), scale)
    _draw(canvas, [values], [tokens.FILLS[2]], signals, is_stacked=True, has_numbers=has_numbers)
    return canvas.finish(table((place_word, value_word), list(zip(places, values, strict=True))))


@drawn_once
def weekly_counts(
    name: str,
    title: Words,
    description: Words,
    *,
    weeks: Sequence[Words],
    counts: Sequence[int | None],
    limits: Sequence[float | None],
    place_word: Words,
    value_word: Words,
    limit_word: Words,
    ticks: Sequence[Words] = (),
    signals: Collection[int] = (),
    width: int = 720,
    height: int = 260,
) -> Chart:
    """Return counts by week with the limit that each week had; None: nothing was known that week."""
    keys = [
        Key(in_words(value_word), tokens.FILLS[2]),
        Key(in_words(limit_word), colour=tokens.LIMIT, dash=(0, (5, 3))),
    ]
    keys += [Key(in_words(sentence("above the limit")), tokens.SIGNAL_FILL)] if signals else []
    canvas = _canvas(
        name, title, description, width, height, ticks or weeks, place_word, "", keys, (*counts, *limits), whole=True
    )
    _draw(canvas, [counts], [tokens.FILLS[2]], signals, is_stacked=True, has_numbers=True)
    for start, end, limit in _runs(limits):
        line = {"color": tokens.LIMIT, "linestyle": (0, (5, 3)), "linewidth": 2}
        canvas.axes.plot([start - 0.5, end + 0.5], [limit, limit], **line)  # type: ignore[arg-type]
    head = (place_word, value_word, limit_word, sentence("Above the limit"))
    rows = [
        (week, count, limit, sentence("yes") if number in signals else "")
        for number, (week, count, limit) in enumerate(zip(weeks, counts, limits, strict=True))
    ]
    return canvas.finish(table(head, rows))


@drawn_once
def stacked_bars(
    name: str,
    title: Words,
    description: Words,
    *,
    places: Sequence[Words],
    series: Sequence[Series],
    place_word: Words,
    value_word: Words,
    ticks: Sequence[Words] = (),
    width: int = 720,
    height: int = 300,
) -> Chart:
    """Return bars of several parts, told apart by pattern. At most seven parts."""
    totals = [sum(part.values[n] or 0 for part in series) for n in range(len(places))]
    canvas = _canvas(
        name, title, description, width, height, ticks or places, place_word, value_word, _keys(series), totals
    )
    _draw(canvas, [one.values for one in series], tokens.FILLS, (), is_stacked=True, has_numbers=False)
    return _finish(canvas, places, series, place_word)


@drawn_once
def grouped_bars(
    name: str,
    title: Words,
    description: Words,
    *,
    places: Sequence[Words],
    series: Sequence[Series],
    place_word: Words,
    value_word: Words,
    width: int = 720,
    height: int = 300,
) -> Chart:
    """Return bars side by side, told apart by pattern. At most seven kinds."""
    values = [value for one in series for value in one.values]
    canvas = _canvas(name, title, description, width, height, places, place_word, value_word, _keys(series), values)
    _draw(canvas, [one.values for one in series], tokens.FILLS, (), is_stacked=False, has_numbers=True)
    return _finish(canvas, places, series, place_word)


def _keys(series: Sequence[Series]) -> list[Key]:
    if len(series) > len(tokens.FILLS):
        raise ValueError(f"at most {len(tokens.FILLS)} series can be told apart")
    return [Key(in_words(one.words), fill) for one, fill in zip(series, tokens.FILLS, strict=False)]


def _canvas(
    name: str,
    title: Words,
    description: Words,
    width: int,
    height: int,
    places: Sequence[Words],
    place_word: Words,
    value_word: Words,
    keys: Sequence[Key],
    values: Sequence[float | None],
    *,
    whole: bool = False,
) -> Canvas:
    known = [value for value in values if value is not None]
    highest = max(known, default=0.0)
    canvas = Canvas(
        name,
        title,
        description,
        width=width,
        height=height,
        left_words=(number_words(round(highest)),),
        places=places,
        upright=value_word,
        level=place_word,
        keys=keys,
    )
    canvas.grid()
    canvas.number_ticks(highest * 1.08, whole=whole or highest > 5 or all(float(value).is_integer() for value in known))
    return canvas


def _draw(
    canvas: Canvas,
    series: Sequence[Sequence[float | None]],
    fills: Sequence[tokens.Fill],
    signals: Collection[int],
    *,
    is_stacked: bool,
    has_numbers: bool,
) -> None:
    canvas.place_ticks()
    count, kinds = len(series[0]) if series else 0, 1 if is_stacked else len(series)
    bar = (0.66 if is_stacked else 0.82) / kinds
    lift = canvas.axes.get_ylim()[1] * 3 / canvas.inner_height
    below = [0.0] * count
    for kind, values in enumerate(series):
        boxes: dict[tokens.Fill, list[tuple[float, float, float, float]]] = {}
        for n, value in enumerate(values):
            x = n if is_stacked else n + (kind - (kinds - 1) / 2) * bar
            if value is None:
                canvas.say_at(x, lift, "–", tokens.INK_3, ha="center", va="bottom")
            if not value:
                continue
            fill = tokens.SIGNAL_FILL if n in signals else fills[kind]
            boxes.setdefault(fill, []).append((x - bar / 2, below[n], bar, value))
            below[n] += value if is_stacked else 0
            if has_numbers and count * kinds <= _MOST_NUMBERS:
                weight = "bold" if n in signals else "normal"
                top = below[n] if is_stacked else value
                canvas.say_at(x, top + lift, number_words(value), ha="center", va="bottom", weight=weight)
        for fill, some in boxes.items():
            canvas.draw_bars(fill, some)


def _finish(canvas: Canvas, places: Sequence[Words], series: Sequence[Series], place_word: Words) -> Chart:
    rows: list[list[Cell | Words]] = [[place, *(one.values[n] for one in series)] for n, place in enumerate(places)]
    return canvas.finish(table([place_word, *(one.words for one in series)], rows))


def _runs(limits: Sequence[float | None]) -> list[tuple[int, int, float]]:
    """Return the limits as level pieces: first and last place, height."""
    found: list[tuple[int, int, float]] = []
    for n, limit in enumerate(limits):
        if limit is None:
            continue
        if found and found[-1][1] == n - 1 and found[-1][2] == limit:
            found[-1] = (found[-1][0], n, limit)
        else:
            found.append((n, n, limit))
    return found
