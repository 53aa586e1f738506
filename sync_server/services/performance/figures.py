"""The figures of the page, worked out from counts.

What a diagnosis usually needs comes from the knowledge (`disposition.usual` of reasoning.yaml); today is an emergency
or the same day, as where the reasoning itself is measured (`shared/evaluation/urgency.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from shared.evaluation.calibration import Bin
from shared.evaluation.scores import Share, log_score, share
from shared.evaluation.urgency import URGENT
from shared.knowledge.model import KnowledgeBase
from sync_server.repositories import scores
from sync_server.repositories.scores import Scored
from sync_server.services.performance.recalibration import Recalibration, Statements, recalibrate, statements_of

EDGES = (0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)
"""Where the bins of the calibration begin and end; each holds its lower end, the last one both."""
LEAST_CHANCE = 0.005
"""What travels as 0 per cent counts as this in the log score: half a per cent, the most that is rounded to it."""
NEEDED = ("emergency", "same_day", "within_days", "routine")
TODAY = tuple(disposition.value for disposition in URGENT)


@dataclass(frozen=True, slots=True)
class Triage:
    """How soon against how soon it was needed. `table` has what was needed, then what the tool called."""

    table: Mapping[tuple[str, str], int]
    too_low: Share
    too_high: Share
    too_high_by_rule: int
    """Of those sent too high: a danger rule had fired."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the scores of some cases come to. `confusion` has the final diagnosis, then the tool's first."""

    n: int
    confusion: Mapping[tuple[str, str], int]
    first: Share
    first_three: Share
    brier: float
    log_score: float
    bins: tuple[Bin, ...]
    statements: int
    line: Recalibration | None
    triage: Triage
    by_site: Mapping[int, Share]
    by_version: Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class Antibiotics:
    """Of the cases with one diagnosis, what the entries before it say of antibiotics."""

    none: int
    before: int
    later: int
    not_said: int

    @property
    def said(self) -> int:
        return self.none + self.before + self.later


def figures(session: Session, wanted: Scored, knowledge: KnowledgeBase) -> Figures | None:
    """Return the figures of the scores that are wanted; None where there is none."""
    rows = scores.outcomes(session, wanted)
    n = sum(row.n for row in rows)
    if not n:
        return None
    pairs: Counter[tuple[str, str]] = Counter()
    places: Counter[int] = Counter()
    sites: dict[int, Counter[int]] = {}
    versions: dict[str, Counter[int]] = {}
    for row in rows:
        pairs[row.diagnosis, row.leader] += row.n
        places[row.place] += row.n
        sites.setdefault(row.site_no, Counter())[row.place] += row.n
        versions.setdefault(row.knowledge_version, Counter())[row.place] += row.n
    said: Counter[Statements] = Counter()
    surprise = 0.0
    for row in scores.counts(session, wanted, "first", "second", "third", "place", "given"):
        said[statements_of((row.first, row.second, row.third), row.place)] += row.n
        surprise += log_score(max(row.given / 100, LEAST_CHANCE)) * row.n
    bins = bins_of(said)
    return Figures(
        n=n,
        confusion=pairs,
        first=_first(places),
        first_three=share(places[1] + places[2] + places[3], n),
        brier=float(sum(row.brier for row in rows)) / n,
        log_score=surprise / n,
        bins=bins,
        statements=sum(one.observed.n for one in bins),
        line=recalibrate(said),
        triage=_triage(rows, knowledge),
        by_site={site: _first(found) for site, found in sites.items()},
        by_version={version: _first(found) for version, found in sorted(versions.items())},
    )


def bins_of(said: Mapping[Statements, int], edges: Sequence[float] = EDGES) -> tuple[Bin, ...]:
    """Return, for each span of chances, the mean of what was said and how often it was so. Empty spans are left out."""
    by_chance: Counter[tuple[int, bool]] = Counter()
    for statements, count in said.items():
        for one in statements:
            by_chance[one] += count
    bins = []
    for low, high in zip(edges, edges[1:], strict=False):
        inside = {
            (percent, was_so): count
            for (percent, was_so), count in by_chance.items()
            if low * 100 <= percent < high * 100 or percent == high * 100 == edges[-1] * 100
        }
        n = sum(inside.values())
        if n:
            mean = sum(percent * count for (percent, _), count in inside.items()) / n / 100
            bins.append(Bin(low, high, mean, share(sum(c for (_, was_so), c in inside.items() if was_so), n)))
    return tuple(bins)


def antibiotics(session: Session, wanted: Scored, diagnosis: str) -> Antibiotics:
    """Return what is said of antibiotics in the cases with a diagnosis."""
    rows = scores.counts(session, wanted, "antibiotics", only=scores.of_diagnosis(diagnosis))
    found = Counter({row.antibiotics: row.n for row in rows})
    return Antibiotics(found["none"], found["before"], found["later"], found[""])


def needs_today(knowledge: KnowledgeBase) -> tuple[str, ...]:
    """Return the diagnoses that are usually seen the same day or at once."""
    return tuple(name for name, usual in knowledge.limits.usual_dispositions.items() if usual in TODAY)


def _triage(rows: Sequence[Row[Any]], knowledge: KnowledgeBase) -> Triage:
    usual = knowledge.limits.usual_dispositions
    table: Counter[tuple[str, str]] = Counter()
    by_rule = 0
    for row in rows:
        needed = str(usual.get(row.diagnosis, ""))
        if needed:
            table[needed, row.urgency] += row.n
        if needed and needed not in TODAY and row.urgency in TODAY:
            by_rule += row.by_rule
    today = sum(count for (needed, _), count in table.items() if needed in TODAY)
    low = sum(count for (needed, called), count in table.items() if needed in TODAY and called not in TODAY)
    high = sum(count for (needed, called), count in table.items() if needed not in TODAY and called in TODAY)
    return Triage(table, share(low, today), share(high, table.total() - today), by_rule)


def _first(places: Counter[int]) -> Share:
    return share(places[1], places.total())
