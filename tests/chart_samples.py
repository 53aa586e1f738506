"""One chart of every kind, with made-up numbers, for the tests and for looking at them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from sync_server.api import charts
from sync_server.api.charts import Chart, Expected, Line, Point, Series, Step, Zone

Label = Callable[[str], str]


def samples(label: Label = str) -> list[Chart]:
    """Return every kind of chart; all labels pass through `label`."""
    rng = Random(7)
    weeks = [label(f"{2026}-W{week:02}") for week in range(22, 48)]
    days = [label(f"{n}") for n in range(1, 11)]
    few = [0, 0, 1, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, None, 1, 1, 3]
    named = [label(words) for words in ("Emergency", "Same day", "Within days", "Routine")]
    sites = [label(words) for words in ("Hospital D, newborn ward", "Clinic A", "Clinic B", "Clinic C")]
    words = {"title": label("A title"), "description": label("What the chart shows, in a sentence.")}
    place, value = label("ISO week of arrival"), label("cases")
    return [
        charts.bars("a", **words, places=sites, values=[12, 7, 0, 3], place_word=place, value_word=value, signals={0}),
        charts.weekly_counts(
            "b",
            **words,
            weeks=weeks,
            counts=few,
            limits=[None] * 9 + [1.8] * 10 + [2.4] * 7,
            place_word=place,
            value_word=value,
            limit_word=label("limit C1"),
            signals={25},
        ),
        charts.stacked_bars(
            "c",
            **words,
            places=weeks,
            series=[Series(one, [rng.randrange(5) for _ in weeks]) for one in named],
            place_word=place,
            value_word=value,
        ),
        charts.grouped_bars(
            "d",
            **words,
            places=sites,
            series=[Series(one, [rng.randrange(9) for _ in sites]) for one in named[:3]],
            place_word=label("site"),
            value_word=value,
        ),
        charts.lines(
            "e",
            **words,
            series=[
                Line(label("Tablet 2"), [(0, 4), (1, 22), (3, 38)]),
                Line(label("Tablet 3"), [(0.5, 12), (2, 31), (5, 9), (8, 3)]),
            ],
            level_word=label("days from the first visit"),
            value_word=label("CRP, mg/L"),
            zones=[
                Zone(label("normal"), None, 6),
                Zone(label("raised"), 6, 20),
                Zone(label("think deep infection"), 20, None),
            ],
        ),
        charts.step_curve(
            "f",
            **words,
            steps=[
                Step(at, value, max(0, value - 4), min(16, value + 3), ended)
                for at, value, ended in ((0, 0, 0), (1, 5, 0), (1.4, 9, 1), (2, 12, 0), (3, 16, 0))
            ],
            until=3.4,
            highest=16,
            level_word=label("months until the calcification had healed"),
            value_word=label("healed"),
            marked=(1.6, label("mean 1.6 months")),
        ),
        charts.rows_of_points(
            "g",
            **words,
            points=[
                Point(one, v, max(0.0, v - 0.2), min(1.0, v + 0.2), int(v * 20), 20)
                for one, v in zip(sites, (0.7, 0.5, 0.3, 0.05), strict=True)
            ],
            place_word=label("site"),
            value_word=label("share"),
            highest=1.0,
        ),
        charts.calibration(
            "h",
            **words,
            groups=[
                Expected(p, min(1.0, p * 0.96), max(0.0, p - 0.15), min(1.0, p + 0.1), round(of * p), of)
                for p, of in ((0.05, 90), (0.15, 40), (0.3, 20), (0.5, 14), (0.7, 33), (0.85, 60), (0.95, 120))
            ],
            said_word=label("the tool said, %"),
            found_word=label("it was, %"),
            perfect_word=label("perfect"),
        ),
        charts.between_events(
            "i",
            **words,
            places=days,
            gaps=[52, 41, 63, 38, 56, 49, 7, 5, 4, 1],
            usual=50,
            limit=8,
            place_word=label("the last leaks, in order"),
            value_word=label("days between"),
            usual_word=label("usual 50 days"),
            limit_word=label("limit 8 days"),
            signals={6, 7, 8, 9},
        ),
    ]
