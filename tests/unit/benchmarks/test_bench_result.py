"""When a line of the benchmark table is met, and when it fails the run."""

from __future__ import annotations

import pytest

from tests.benchmarks.result import BYTES, Equality, Reference, Result
from tests.benchmarks.table import as_text, in_words

HUNDRED = [place / 1000 for place in range(1, 101)]
"""1 to 100 ms."""


def test_the_95th_centile_is_a_time_that_was_measured() -> None:
    assert Result("", HUNDRED).p95 == 0.095
    assert Result("", [0.5]).p95 == 0.5


@pytest.mark.parametrize(
    ("at_most", "is_met", "is_broken"), [(0.095, True, False), (0.094, False, False), (0.06, False, True)]
)
def test_a_time_is_missed_at_once_but_broken_only_beyond_the_noise(
    at_most: float, is_met: bool, is_broken: bool
) -> None:
    result = Result("", HUNDRED, at_most=at_most)

    assert (result.is_met, result.is_broken) == (is_met, is_broken)


def test_the_ratio_is_that_of_the_median_child_not_that_of_the_sums() -> None:
    result = Result("", [1.0, 1.0, 1.0], Reference("", [2.0, 3.0, 1000.0]))

    assert result.ratio == 3


@pytest.mark.parametrize(("never_below", "is_broken"), [(None, True), (40.0, False), (60.0, True)])
def test_a_ratio_that_is_known_to_fall_short_fails_the_run_only_when_it_falls_further(
    never_below: float | None, is_broken: bool
) -> None:
    result = Result("", [1.0], Reference("", [50.0]), times_faster=1000, never_below=never_below)

    assert result.is_met is False
    assert result.is_broken is is_broken


@pytest.mark.parametrize("difference", [2e-9, float("nan")])
def test_unequal_figures_break_the_run_however_fast_they_are(difference: float) -> None:
    result = Result("", [1.0], Reference("", [2000.0]), times_faster=1000, equality=Equality(difference, 1e-9))

    assert result.is_broken
    assert result.is_met is False


def test_where_nothing_is_wanted_nothing_is_said_to_be_met() -> None:
    result = Result("reading", [0.1])

    assert result.is_met is None
    assert not result.is_broken
    assert as_text([result]).splitlines()[-1] == "reading  100 ms"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(6.24e-5, "62 µs"), (2.71e-3, "2.7 ms"), (9.96e-3, "10 ms"), (1.23, "1.2 s"), (3e-8, "0.0 µs")],
)
def test_a_time_is_written_in_the_unit_that_it_is_best_read_in(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def test_a_bar_in_bytes_is_broken_as_soon_as_it_is_passed() -> None:
    assert not Result("", [450.0], at_most=450, unit=BYTES).is_broken
    assert Result("", [451.0], at_most=450, unit=BYTES).is_broken
    assert not Result("", [451.0], at_most=450).is_broken


def test_one_quoted_figure_stands_beside_each_of_ours() -> None:
    assert Result("", [100.0, 50.0, 200.0], Reference("quoted", [1000.0]), unit=BYTES).ratio == 10


def test_bytes_are_written_as_bytes() -> None:
    text = as_text([Result("a case", [1234.0], Reference("quoted", [2468.0]), at_most=1500, unit=BYTES)])

    assert "1,234 B" in text
    assert "2,468 B" in text
    assert "<= 1,500 B" in text


def test_beside_what_could_not_be_measured_nothing_is_compared_and_nothing_is_met() -> None:
    result = Result("a case", [1.0], Reference("Kinto: not installed"), times_faster=10)

    assert (result.ratio, result.is_met, result.is_broken) == (None, None, False)
    assert "Kinto: not installed" in as_text([result])
