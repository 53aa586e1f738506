"""The words above the first bar: all four wherever they fit, never one over another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

widths = st.lists(st.floats(10, 150), min_size=4, max_size=4)


@given(widths, st.floats(100, 700))
def test_four_words_that_fit_stand_within_the_track_and_apart(wide: list[float], room: float) -> None:
    from mobile_app.widgets.ranked_bar import side_by_side

    starts = side_by_side(wide, room, 8)

    assert bool(starts) == (sum(wide) + 24 <= room)
    if starts:
        ends = [start + width for start, width in zip(starts, wide, strict=True)]
        assert starts[0] == 0
        assert abs(ends[3] - room) < 1e-6
        assert all(end + 8 <= start + 1e-6 for end, start in zip(ends, starts[1:], strict=False))


def test_where_there_is_room_the_middle_words_stand_over_their_zones() -> None:
    from mobile_app.widgets.ranked_bar import MIDDLES, side_by_side

    starts = side_by_side([40, 60, 30, 70], 400, 8)

    assert [starts[1] + 30, starts[2] + 15] == [MIDDLES[0] * 400, MIDDLES[1] * 400]


def test_words_are_broken_at_the_space_nearest_to_their_middle() -> None:
    from mobile_app.widgets.ranked_bar import in_two_lines

    assert in_two_lines("very likely") == "very\nlikely"
    assert in_two_lines("possible") == "possible"
    assert in_two_lines("가능성 매우 높음").count("\n") == 1
