"""Weeks in words, also over the end of a year, in the table of a chart and below its axis."""

from __future__ import annotations

import re

import pytest

from sync_server.api.charts import Chart, bars
from sync_server.language import in_words, speaking
from sync_server.services.alerts.weeks import from_to
from sync_server.services.week_words import axis_words, span_words, week_words


def test_a_week_is_said_with_its_year() -> None:
    assert str(week_words("2026-W07")) == "Week 7 of 2026"
    assert str(week_words("")) == "Week not known"


def test_several_weeks_are_said_once_and_with_both_years_where_there_are_two() -> None:
    assert str(span_words("2026-W43", "2026-W45")) == "Weeks 43 to 45 of 2026"
    assert str(span_words("2026-W43", "2026-W43")) == "Week 43 of 2026"
    assert str(span_words("2026-W52", "2027-W01")) == "Week 52 of 2026 to week 1 of 2027"


def test_each_language_says_them_with_numbers_and_without_the_w_of_machines() -> None:
    for code in ("fr", "es", "ar", "ko"):
        with speaking(code):
            for span in (("2026-W43", "2026-W43"), ("2026-W43", "2026-W45"), ("2026-W52", "2027-W01")):
                said = in_words(span_words(*span))
                assert said != str(span_words(*span))
                numbers = {str(int(week[6:])) for week in span} | {week[:4] for week in span}
                assert set(re.findall(r"\d+", said)) == numbers


def weekly(first: str, last: str, width: int) -> Chart:
    weeks = from_to(first, last)
    return bars(
        "a", "A title", "What it shows.", places=[week_words(one) for one in weeks], ticks=axis_words(weeks),
        values=[1] * len(weeks), place_word="week", value_word="cases", has_numbers=False, width=width, height=200,
    )  # fmt: skip


def words_below(chart: Chart) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]+)</text>", chart.svg)


@pytest.mark.parametrize("width", [300, 860])
def test_the_year_stands_below_the_axis_where_it_begins_however_few_weeks_are_named(width: int) -> None:
    chart = weekly("2026-W34", "2027-W20", width)

    below = words_below(chart)

    assert {"2026", "2027"} <= set(below)
    assert "20" in below
    assert chart.table.rows[0][0] == "Week 34 of 2026"
    assert chart.table.rows[-1][0] == "Week 20 of 2027"


def test_two_years_that_would_touch_are_one() -> None:
    assert [
        word for word in words_below(weekly("2026-W53", "2027-W30", 300)) if word.startswith("20") and len(word) == 4
    ] == ["2027"]
