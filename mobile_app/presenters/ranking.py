"""The ranking as rows of bars: best estimate, 90 % band, word and band in per cent, and what speaks for and against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mobile_app.presenters.answers import AnswersInWords
from mobile_app.presenters.wording import VERDICTS, band_in_words, count_of, say, strength_against, strength_for
from shared.knowledge.model import KnowledgeBase
from shared.triage.assessment import Assessment, Contribution, RankedDifferential

ROWS = 5
CHIPS = 6
WIDE_BAND = 0.5
"""From this width on the open row says why the band is wide."""
RESIDUAL = "other_not_modelled"


@dataclass(frozen=True, slots=True)
class ChipView:
    """An answer for or against: `strength` is `+++` to `+` or `−−−` to `−`. A tap on it says more of `finding`."""

    strength: str
    text: str
    finding: str = ""


@dataclass(frozen=True, slots=True)
class RankedRowView:
    """One bar. Numbers are from 0 to 1 for drawing only; the words and the band in per cent are for reading.

    `word` is empty when the case does not fit what the knowledge knows. Only the open row has `for_` and `against`.
    """

    condition: str
    name: str
    plain: str
    estimate: float
    low: float
    high: float
    word: str
    band: str
    is_open: bool
    for_: tuple[ChipView, ...]
    against: tuple[ChipView, ...]
    note: str
    for_title: str
    against_title: str
    more: tuple[str, ...]
    """What the button says that shows the other chips; at 2 for two of them."""


def rows_of(
    assessment: Assessment,
    knowledge: KnowledgeBase,
    words: AnswersInWords,
    open_row: str,
    count: int = ROWS,
    *,
    with_residual: bool = True,
) -> tuple[RankedRowView, ...]:
    """Return the most probable conditions; "something else" is always the last row, if it is wanted."""
    named = [row for row in assessment.differential if row.condition != RESIDUAL]
    residual = [row for row in assessment.differential if row.condition == RESIDUAL and with_residual]
    return tuple(
        _row(row, assessment, knowledge, words, is_open=row.condition == open_row)
        for row in (*named[: count - len(residual)], *residual)
    )


def _row(
    row: RankedDifferential, assessment: Assessment, knowledge: KnowledgeBase, words: AnswersInWords, *, is_open: bool
) -> RankedRowView:
    condition = knowledge.conditions[row.condition]
    low, high = row.interval
    is_wide = high - low >= WIDE_BAND
    return RankedRowView(
        condition=row.condition,
        name=condition.label,
        plain=condition.plain_label,
        estimate=row.probability,
        low=low,
        high=high,
        word=say(VERDICTS[row.verdict.value]) if assessment.fits else "",
        band=band_in_words(low, high),
        is_open=is_open,
        for_=_chips(row.for_, words, strength_for) if is_open else (),
        against=_chips(row.against, words, strength_against) if is_open else (),
        note=say("Wide band: most figures behind it are estimates, or few cases.") if is_open and is_wide else "",
        for_title=say("For") if is_open else "",
        against_title=say("Against") if is_open else "",
        more=_more() if is_open else (),
    )


def _more() -> tuple[str, ...]:
    return tuple(count_of(count, "{count} more", "{count} more") for count in range(2 * CHIPS + 1))


def _chips(
    contributions: Sequence[Contribution], words: AnswersInWords, strength: Callable[[float], str]
) -> tuple[ChipView, ...]:
    strongest = sorted(contributions, key=lambda item: -abs(item.weight))[:CHIPS]
    return tuple(
        ChipView(strength(item.weight), words.state(item.finding, item.state), item.finding) for item in strongest
    )
