"""EARS beside the R package surveillance, on the same series."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest

from sync_server.services.alerts.ears import Limits, ears
from tests import surveillance_vectors

VECTORS = surveillance_vectors.kept()
SERIES: dict[str, dict[str, Any]] = VECTORS["series"]
C3_Z = NormalDist().inv_cdf(0.975)


def same(ours: float | None, theirs: float | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return ours == pytest.approx(theirs, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize(("least", "suffix"), [(0.5, ""), (0.0, "_without_least")])
def test_the_limits_of_c1_and_c2_are_those_of_the_r_package(name: str, least: float, suffix: str) -> None:
    found = ears(SERIES[name]["counts"], least=least)

    assert all(same(one.c1, limit) for one, limit in zip(found, SERIES[name]["C1" + suffix]["limits"], strict=True))
    assert all(same(one.c2, limit) for one, limit in zip(found, SERIES[name]["C2" + suffix]["limits"], strict=True))


@pytest.mark.parametrize("name", SERIES)
def test_every_part_of_c3_is_that_of_the_r_package(name: str) -> None:
    """The package's limit is count + s (z - the two shares before), never below 0: so it holds s and the shares."""
    found = ears(SERIES[name]["counts"])

    for n, limit in enumerate(SERIES[name]["C3"]["limits"]):
        shares = [one.share for one in found[max(0, n - 2) : n]]
        if limit is None:
            assert len(shares) < 2 or None in shares or found[n].c2 is None or found[n].count is None
        else:
            now = found[n]
            assert now.c2 is not None
            assert now.expected_lagged is not None
            assert now.count is not None
            spread = (now.c2 - now.expected_lagged) / NormalDist().inv_cdf(0.999)
            theirs = max(0.0, now.count + spread * (C3_Z - sum(share or 0 for share in shares)))
            assert theirs == pytest.approx(limit, rel=1e-10, abs=1e-10)
            assert now.c3 == pytest.approx(sum(share or 0 for share in (*shares, now.share)))


@pytest.mark.parametrize("name", SERIES)
def test_c3_signals_exactly_when_the_count_is_above_its_limit_or_the_weeks_before_were_enough(name: str) -> None:
    for now in ears(SERIES[name]["counts"]):
        if now.c3 is not None and now.c3_limit is not None and now.count is not None and now.share is not None:
            were_enough = now.c3 - now.share > C3_Z
            assert ("C3" in now.signals) == (were_enough or now.count > now.c3_limit)


def test_the_planted_outbreak_is_seen_in_its_first_three_weeks() -> None:
    found = ears(SERIES["outbreak"]["counts"])

    assert any(one.signals for one in found[29:32])


def test_a_row_of_zeros_lets_one_case_pass_and_two_signal() -> None:
    assert ears([0] * 12 + [1])[-1].signals == ()
    assert "C1" in ears([0] * 12 + [2])[-1].signals


def test_where_too_little_is_known_nothing_is_said() -> None:
    assert ears([]) == []
    assert ears([3] * 6 + [None]) == [Limits(3)] * 6 + [Limits(None)]
    assert ears([1, 1, 1, None, 1, 1, 1, 1, 9])[-1].c1 is None


def test_r_still_says_what_is_kept(tmp_path: Path) -> None:
    """Where R and the package are on the machine the numbers are made anew; elsewhere they are what R said once."""
    made = VECTORS
    if surveillance_vectors.can_make():
        surveillance_vectors.make(tmp_path / "ears.json")
        made = json.loads((tmp_path / "ears.json").read_text())

    assert VECTORS["made_by"] == "R 4.2.2, surveillance 1.20.3"
    assert made["series"].keys() == SERIES.keys()
    for name, kinds in made["series"].items():
        assert kinds["counts"] == SERIES[name]["counts"]
        for kind in kinds.keys() - {"counts"}:
            both = zip(kinds[kind]["limits"], SERIES[name][kind]["limits"], strict=True)
            assert all(same(new, old) for new, old in both)
