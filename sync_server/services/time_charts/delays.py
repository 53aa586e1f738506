"""How long things took: bins of days or weeks, the middle and the middle half.

Days are those that the tablet sent: "onset_days" and "days_since_iv_calcium" are counted from the first visit, and the
last step stands for "so many or more" (`privacy.yaml`). When the desk gave a diagnosis is known by the day; when the
case came, by the week only: so that delay is in weeks, and the way from the visit to the server is not in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.sentence import Sentence, sentence
from sync_server.language import level

DAY_BINS = ((0, 1), (2, 3), (4, 7), (8, 14), (15, 29), (30, None))
CALCIUM_BINS = ((0, 3), (4, 7), (8, 14), (15, 28), (29, 60), (61, None))
WEEK_BINS = ((0, 0), (1, 1), (2, 2), (3, 4), (5, 8), (9, None))

Bins = Sequence[tuple[int, int | None]]


@dataclass(frozen=True, slots=True)
class DelayView:
    """A distribution. `known` of `of` cases have it; `middle` is the median, `low` to `high` the middle half."""

    code: str
    title: Sentence
    unit: Sentence
    bins: tuple[str, ...]
    counts: tuple[int, ...]
    known: int
    of: int
    low: float | None
    middle: float | None
    high: float | None
    longest: int


def delay_view(code: str, title: Sentence, unit: Sentence, values: Sequence[int], of: int, bins: Bins) -> DelayView:
    """Return the distribution of these values in these bins."""
    return DelayView(
        code=code,
        title=title,
        unit=unit,
        bins=tuple(_bin_words(low, high) for low, high in bins),
        counts=tuple(sum(low <= value and (high is None or value <= high) for value in values) for low, high in bins),
        known=len(values),
        of=of,
        low=quantile(values, 0.25),
        middle=quantile(values, 0.5),
        high=quantile(values, 0.75),
        longest=max(values, default=0),
    )


def quantile(values: Sequence[int], share: float) -> float | None:
    """Return a quantile by linear interpolation (type 7 of Hyndman and Fan 1996); None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    at = (len(ordered) - 1) * share
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def end_words(bins: Bins) -> Sentence:
    """Return what the last bin stands for."""
    return sentence("{count} or more", count=bins[-1][0])


def _bin_words(low: int, high: int | None) -> str:
    if high is None:
        return level(f"≥ {low}")
    return f"{low}" if low == high else level(f"{low}–{high}")
