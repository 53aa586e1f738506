"""The charts: what stands in a page must obey its policy, show every label as it is, and be readable without colour."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from shared.sentence import sentence
from sync_server.api import charts
from sync_server.api.charts import Chart, Series, tokens
from tests.chart_samples import samples

HOSTILE = '<script>alert("x")</script>&\'$\\frac{1}{2}$ %s {0} ##1## #2# \x00\x1b'
SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 15 * 1024
MAY_STAND = {"svg", "title", "desc", "g", "path", "text", "use", "defs", "clipPath", "rect", "pattern"}


@pytest.fixture(scope="module")
def plain() -> list[Chart]:
    return samples()


@pytest.fixture(scope="module")
def hostile() -> list[Chart]:
    return samples(lambda words: words + HOSTILE)


def test_no_chart_holds_a_style_a_script_or_an_address(plain: list[Chart]) -> None:
    for chart in plain:
        for part in ElementTree.fromstring(chart.svg).iter():
            assert part.tag.removeprefix(SVG) in MAY_STAND
            for key, value in part.attrib.items():
                assert key != "style"
                assert not key.lower().startswith("on")
                assert "javascript" not in value.lower()
                assert "href" not in key or value.startswith("#")
                assert "//" not in value or value == "http://www.w3.org/2000/svg"


def test_what_is_written_on_a_chart_is_text_and_exactly_the_words_given(hostile: list[Chart]) -> None:
    for chart in hostile:
        tree = ElementTree.fromstring(chart.svg)
        written = [part.text or "" for part in tree.iter(f"{SVG}text")]
        assert any("<script>" in words and "\\frac" in words and "#2#" in words for words in written)
        assert "<script" not in chart.svg
        assert "\x00" not in chart.svg
        assert not re.search(r"(^|\s)#\d+#(\s|$)", " ".join(words for words in written if "script" not in words))


def test_every_chart_says_what_it_is_to_who_cannot_see_it(plain: list[Chart]) -> None:
    for chart in plain:
        tree = ElementTree.fromstring(chart.svg)
        named = {part.get("id"): part.text for part in tree if part.get("id")}
        assert tree.get("role") == "img"
        assert [named[one] for one in (tree.get("aria-labelledby") or "").split()] == [chart.title, chart.description]


def test_the_ids_of_two_charts_on_a_page_never_meet_and_every_reference_leads_somewhere(plain: list[Chart]) -> None:
    seen: set[str] = set()
    for chart in plain:
        ids = [part.get("id", "") for part in ElementTree.fromstring(chart.svg).iter() if part.get("id")]
        assert len(set(ids)) == len(ids)
        assert not seen & set(ids)
        seen |= set(ids)
        for wanted in re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)\"", chart.svg):
            assert "".join(wanted) in ids


def test_no_chart_is_heavier_than_fifteen_kilobytes(plain: list[Chart]) -> None:
    assert max(len(chart.svg.encode()) for chart in plain) <= MOST_BYTES


def test_the_same_numbers_make_the_same_chart(plain: list[Chart]) -> None:
    assert samples() == plain


def test_every_number_stands_in_the_table_too() -> None:
    chart = charts.stacked_bars(
        "n",
        "Title",
        "Description",
        places=["Clinic A", "Clinic B"],
        series=[Series("Same day", [3, None]), Series("Routine", [0, 2.5])],
        place_word="site",
        value_word="cases",
    )
    assert chart.table.head == ("site", "Same day", "Routine")
    assert chart.table.said == (("Clinic A", "3", "0"), ("Clinic B", "–", "2.5"))


def test_a_chart_over_nothing_is_an_empty_frame() -> None:
    chart = charts.bars("z", "T", "D", places=[], values=[], place_word="week", value_word="cases")
    assert chart.table.rows == ()
    ElementTree.fromstring(chart.svg)


def test_sentences_are_printed_and_numbers_are_said_in_print() -> None:
    assert charts.table((sentence("Week"), "n"), [(sentence("{a} of {b}", a=1, b=2), -3)]).said == (("1 of 2", "−3"),)
    said = [charts.number_words(number) for number in (0.0, 1234.5, 0.36, 2.0, -0.0004, 12.34, None, float("nan"))]
    assert said == ["0", "1234", "0.36", "2", "0", "12.3", "–", "–"]


def test_a_table_with_a_row_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="not as long"):
        charts.table(("a", "b"), [(1,)])


def test_words_from_right_to_left_are_kept_apart_and_axes_run_from_left_to_right(plain: list[Chart]) -> None:
    arabic = samples(lambda words: f"حالة {words}")
    for chart in arabic:
        tree = ElementTree.fromstring(chart.svg)
        assert tree.get("direction") == "ltr"
        for part in tree.iter(f"{SVG}text"):
            if "حالة" in (part.text or ""):
                assert (part.text or "")[0] == "\u2067"
                assert (part.text or "")[-1] == "\u2069"


def test_more_series_than_can_be_told_apart_are_refused() -> None:
    many = [Series(f"{n}", [1]) for n in range(len(tokens.FILLS) + 1)]
    with pytest.raises(ValueError, match="told apart"):
        charts.stacked_bars("m", "T", "D", places=["a"], series=many, place_word="p", value_word="v")


def test_each_fill_has_its_own_pattern_or_shade_and_an_outline_that_can_be_seen() -> None:
    hatches = [fill.hatch for fill in tokens.FILLS if fill.hatch]
    assert len(set(hatches)) == len(hatches)
    assert all(_contrast(fill.line, fill.face) >= 4 for fill in tokens.FILLS if fill.hatch)
    for fill in (*tokens.FILLS, tokens.SIGNAL_FILL):
        assert _contrast(fill.line, tokens.SURFACE) >= 3
    plain = sorted(_luminance(fill.face) for fill in tokens.FILLS if not fill.hatch)
    assert all((b + 0.05) / (a + 0.05) >= 3 for a, b in pairwise(plain))


def test_words_have_four_and_a_half_to_one_and_lines_three_to_one() -> None:
    for ground in (tokens.SURFACE, *tokens.ZONE_SHADES):
        for words in (tokens.INK, tokens.INK_2, tokens.INK_3, tokens.LIMIT):
            assert _contrast(words, ground) >= 4.5
        for line in (*tokens.LINE_COLOURS, tokens.AXIS, tokens.SIGNAL, tokens.BAND_LINE):
            assert _contrast(line, ground) >= 3


def test_lines_are_told_apart_by_mark_and_dash() -> None:
    assert len(set(tokens.MARKS)) == len(tokens.MARKS) == len(set(tokens.DASHES)) == len(tokens.LINE_COLOURS)


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("mean", "anchor"), [(0.1, "start"), (0.95, "end")])
def test_the_words_of_a_marked_place_stand_on_the_side_where_there_is_room(mean: float, anchor: str) -> None:
    chart = charts.step_curve(
        "a", "A title", "What it shows.", steps=[charts.Step(0, 0), charts.Step(mean, 1)], until=1, level_word="months",
        value_word="healed", marked=(mean, "mean 0.9 months"), width=500,
    )  # fmt: skip

    (words,) = (part for part in ElementTree.fromstring(chart.svg).iter() if part.text == "mean 0.9 months")

    assert words.get("text-anchor", "start") == anchor
