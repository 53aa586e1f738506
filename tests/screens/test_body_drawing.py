"""A finger on the body map means the region that it looks like it means."""

from __future__ import annotations

import pytest

from mobile_app.widgets.body_drawing import FOOT_REGIONS, HAND_REGIONS, INSETS, figures

SIDED = {"right", "left"}


def test_front_and_back_have_every_region_on_both_sides() -> None:
    for name in ("front", "back"):
        found = {(path.region, path.side) for path in figures()[name].paths if path.kind == "region"}

        assert {side for _, side in found} == SIDED
        assert len({region for region, _ in found}) == len(found) / 2
        assert {region for region, _ in found} >= {
            "shoulder",
            "elbow",
            "forearm",
            "knee",
            *HAND_REGIONS,
            "ankle",
            "foot",
        }


def test_the_child_is_seen_from_the_front_so_its_left_is_on_the_right() -> None:
    def middle(name: str, side: str) -> float:
        path = next(p for p in figures()[name].paths if (p.region, p.side) == ("hand", side))
        points = [x for piece in path.pieces for x, _ in piece]
        return sum(points) / len(points)

    assert middle("front", "left") > middle("front", "right")
    assert middle("back", "left") < middle("back", "right")


@pytest.mark.parametrize("name", ["front", "back", *INSETS["hand"], *INSETS["foot"]])
def test_a_point_inside_a_region_is_that_region(name: str) -> None:
    figure = figures()[name]
    for path in figure.paths:
        if path.kind != "region":
            continue
        inside = next(point for point in _grid(path.pieces[0]) if path.contains(point))

        assert figure.region_at(inside, reach=0) is path


def test_a_tap_beside_a_thumb_means_the_nearest_region_and_far_away_means_none() -> None:
    figure = figures()["front"]
    thumb = next(path for path in figure.paths if (path.region, path.side) == ("thumb", "left"))
    right_edge = max(thumb.pieces[0])

    beside = figure.region_at((right_edge[0] + 8, right_edge[1]), reach=24)

    assert beside is not None
    assert beside.region in HAND_REGIONS
    assert figure.region_at((figure.right + 200, figure.top), reach=24) is None


def test_the_enlarged_drawings_have_the_regions_that_matter() -> None:
    for limb, regions in (("hand", HAND_REGIONS), ("foot", FOOT_REGIONS - {"heel"})):
        for name in INSETS[limb]:
            found = {path.region for path in figures()[name].paths if path.kind == "region"}

            assert regions - found <= {"ankle", "heel", "toe"}


def _grid(piece: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    horizontal, vertical = [x for x, _ in piece], [y for _, y in piece]
    steps = [step / 24 for step in range(1, 24)]
    return [
        (min(horizontal) + a * (max(horizontal) - min(horizontal)), min(vertical) + b * (max(vertical) - min(vertical)))
        for a in steps
        for b in steps
    ]
