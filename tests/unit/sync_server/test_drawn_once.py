"""The same chart is drawn once; another number, name or language is another chart."""

from __future__ import annotations

import pytest

from shared.sentence import sentence
from sync_server.api.charts import Chart, Series, bars, stacked_bars
from sync_server.api.charts.drawn_once import MOST_KEPT, drawn_once
from sync_server.language import speaking


def chart(name: str = "a", values: tuple[float, ...] = (1, 2), site: str = "Clinic A") -> Chart:
    return bars(
        name, sentence("Cases a week, {site}", site=site), "What it shows.", places=["1", "2"], values=values,
        place_word="week", value_word=sentence("cases"), width=300, height=150,
    )  # fmt: skip


def test_the_same_chart_is_the_drawing_that_is_there() -> None:
    assert chart() is chart()


@pytest.mark.parametrize("other", [{"name": "b"}, {"values": (1, 3)}, {"values": (1, 2.0001)}, {"site": "Clinic B"}])
def test_whatever_differs_is_drawn_anew(other: dict[str, object]) -> None:
    made = chart(**other)  # type: ignore[arg-type]

    assert made != chart()
    assert made.svg != chart().svg


def test_each_language_has_its_own() -> None:
    english = chart()
    with speaking("fr"):
        french = chart()

    assert "Cases a week" in english.svg
    assert "Cases a week" not in french.svg
    assert chart() is english


def test_parts_are_told_apart_too() -> None:
    def curve(counts: tuple[int, ...]) -> Chart:
        return stacked_bars(
            "c", "A title", "What it shows.", places=["1", "2"], series=[Series("Emergency", counts)],
            place_word="week", value_word="cases",
        )  # fmt: skip

    assert curve((1, 2)) is curve((1, 2))
    assert curve((1, 2)).table != curve((2, 1)).table


def test_no_more_are_kept_than_fit() -> None:
    drawn = []

    @drawn_once
    def counted(number: int) -> Chart:
        drawn.append(number)
        return chart()

    for number in range(MOST_KEPT + 1):
        counted(number)
    # The one that was asked for first has gone, the last is there.
    counted(MOST_KEPT)
    counted(0)

    assert drawn == [*range(MOST_KEPT + 1), 0]
