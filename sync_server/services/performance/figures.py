"""The figures of the page, worked out from what is held of each adjudicated case (`services/adjudicated_cases.py`).

What a diagnosis usually needs comes from the knowledge (`disposition.usual` of reasoning.yaml); today is an emergency
or the same day, as where the reasoning itself is measured (`shared/evaluation/urgency.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shared.evaluation.calibration import Bin
from shared.evaluation.scores import Share, log_score, share
from shared.evaluation.urgency import URGENT
from shared.knowledge.model import KnowledgeBase
from sync_server.services.adjudicated_cases import MILLION, Adjudicated, AdjudicatedCases, Column, Numbers, Words
from sync_server.services.performance.recalibration import Recalibration, Statements, recalibrate

EDGES = (0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)
"""Where the bins of the calibration begin and end; each holds its lower end, the last one both."""
LEAST_CHANCE = 0.005
"""What travels as 0 per cent counts as this in the log score: half a per cent, the most that is rounded to it."""
NEEDED = ("emergency", "same_day", "within_days", "routine")
TODAY = tuple(disposition.value for disposition in URGENT)


_FEW = 1 << 22
"""Cells up to which a table with one for each combination is quicker than sorting."""
_URGENCY, _PLACE, _VERSION = 1, 3, 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """So many cases with this diagnosis of which this was said. `by_rule`: a danger rule had fired."""

    diagnosis: str
    leader: str
    urgency: str
    by_rule: bool
    place: int
    knowledge_version: str
    antibiotics: str
    n: int


@dataclass(frozen=True, slots=True)
class Concluded:
    """What is held of some cases and of one conclusion of each. A number in `diagnosis` and `said` stands for words.

    Chances are per cent, `brier` is in millionths.
    """

    numbers: Numbers
    site: Column
    diagnosis: Column
    said: Column
    first: Column
    second: Column
    third: Column
    given: Column
    brier: Column
    diagnoses: Sequence[str]
    words: Sequence[Words]

    def outcomes(self) -> list[Outcome]:
        """Return what occurs of diagnoses and conclusions, and how often."""
        size = len(self.words)
        keys, cells = self.diagnosis.astype(np.int64) * size + self.said, len(self.diagnoses) * size
        if cells > _FEW:
            found, counts = np.unique(keys, return_counts=True)
        else:
            every = np.bincount(keys)
            found = np.flatnonzero(every)
            counts = every[found]
        outcomes = []
        for key, count in zip(found.tolist(), counts.tolist(), strict=True):
            diagnosis, said = divmod(key, size)
            leader, urgency, rules, place, version, antibiotics = self.words[said]
            by_rule = rules != "0"
            outcomes.append(
                Outcome(self.diagnoses[diagnosis], leader, urgency, by_rule, int(place), version, antibiotics, count)
            )
        return outcomes

    def versions(self) -> set[str]:
        """Return the versions of the knowledge that they were concluded under."""
        return {self.words[said][_VERSION] for said in np.unique(self.said)}

    def place(self) -> Column:
        """Return the place of each diagnosis among what was said; 0: it was not named."""
        return self._of_words(lambda words: int(words[_PLACE]), np.uint8)

    def called_so(self, diagnoses: Sequence[str], urgencies: Sequence[str], at_most: int) -> list[int]:
        """Return the newest cases with one of these diagnoses that were called one of these urgencies."""
        is_diagnosis = np.array([name in diagnoses for name in self.diagnoses], np.bool_)[self.diagnosis]
        is_called = self._of_words(lambda words: words[_URGENCY] in urgencies, np.bool_)
        found: list[int] = self.numbers[is_diagnosis & is_called][::-1][:at_most].tolist()
        return found

    def _of_words(self, value: Callable[[Words], int], kind: type[np.generic]) -> Column:
        # The first line stands for no score, and nobody here has that.
        return np.array([0, *map(value, self.words[1:])], kind)[self.said]


def concluded(held: AdjudicatedCases, wanted: Adjudicated, is_last: bool) -> tuple[int, Concluded]:
    """Return how many cases are wanted, and what is held of those that have a score. To be asked within `fresh`."""
    which = "last" if is_last else "first"
    numbers = held.of(wanted)
    total, numbers = len(numbers), numbers[held.lines[which].of[numbers] > 0]
    where, what, said = (held.lines[name] for name in ("where", "what", which))
    diagnoses = ["", *sorted({words[0] for words in what.words[1:]})]
    places = {name: place for place, name in enumerate(diagnoses)}
    return total, Concluded(
        numbers=numbers,
        site=np.array([0, *(int(words[0]) for words in where.words[1:])])[where.of[numbers]],
        diagnosis=np.array([0, *(places[words[0]] for words in what.words[1:])])[what.of[numbers]],
        said=said.of[numbers],
        **{name: held.numbers[f"{which}_{name}"][numbers] for name in ("first", "second", "third", "given", "brier")},
        diagnoses=diagnoses,
        words=tuple(said.words),
    )


def under(found: Concluded, version: str) -> Concluded:
    """Return those that were concluded under a version of the knowledge."""
    is_it = np.array([bool(words) and words[_VERSION] == version for words in found.words], np.bool_)[found.said]
    columns = ("numbers", "site", "diagnosis", "said", "first", "second", "third", "given", "brier")
    return replace(found, **{name: getattr(found, name)[is_it] for name in columns})


@dataclass(frozen=True, slots=True)
class Triage:
    """How soon against how soon it was needed. `table` has what was needed, then what the tool called."""

    table: Mapping[tuple[str, str], int]
    too_low: Share
    too_high: Share
    too_high_by_rule: int
    """Of those sent too high: a danger rule had fired."""


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
    antibiotics: Antibiotics


def figures(found: Concluded, knowledge: KnowledgeBase, treated: str) -> Figures | None:
    """Return the figures of some scores; None where there is none. `treated` is whose antibiotics are asked for."""
    n = len(found.numbers)
    if not n:
        return None
    outcomes, place = found.outcomes(), found.place()
    pairs: Counter[tuple[str, str]] = Counter()
    versions: dict[str, Counter[int]] = {}
    given: Counter[str] = Counter()
    for one in outcomes:
        pairs[one.diagnosis, one.leader] += one.n
        versions.setdefault(one.knowledge_version, Counter())[one.place] += one.n
        if one.diagnosis == treated:
            given[one.antibiotics] += one.n
    said = Statements.of(
        np.column_stack([found.first, found.second, found.third]), place[:, None] == np.array([1, 2, 3])
    )
    by_chance = np.bincount(found.given, minlength=101).tolist()
    at_site, right_at_site = np.bincount(found.site), np.bincount(found.site[place == 1], minlength=1)
    bins = bins_of(said.counts)
    return Figures(
        n=n,
        confusion=pairs,
        first=share(int((place == 1).sum()), n),
        first_three=share(int(((place > 0) & (place <= 3)).sum()), n),
        brier=int(found.brier.sum(dtype=np.int64)) / MILLION / n,
        log_score=sum(log_score(max(p / 100, LEAST_CHANCE)) * count for p, count in enumerate(by_chance)) / n,
        bins=bins,
        statements=sum(one.observed.n for one in bins),
        line=recalibrate(said),
        triage=_triage(outcomes, knowledge),
        by_site={
            int(site): share(int(right_at_site[site]) if site < len(right_at_site) else 0, int(at_site[site]))
            for site in np.flatnonzero(at_site)
        },
        by_version={version: share(some[1], some.total()) for version, some in sorted(versions.items())},
        antibiotics=Antibiotics(given["none"], given["before"], given["later"], given[""]),
    )


def bins_of(counts: NDArray[np.int64], edges: Sequence[float] = EDGES) -> tuple[Bin, ...]:
    """Return, for each span of chances, the mean of what was said and how often it was so. Empty spans are left out.

    Args:
        counts: how often each per cent from 0 to 100 was said and not so, and so.
    """
    bins = []
    for low, high in zip(edges, edges[1:], strict=False):
        inside = [
            (percent, *of) for percent, of in enumerate(counts.tolist())
            if low * 100 <= percent < high * 100 or percent == high * 100 == edges[-1] * 100
        ]  # fmt: skip
        so = sum(came for *_, came in inside)
        n = so + sum(missed for _, missed, _ in inside)
        if n:
            mean = sum(percent * (missed + came) for percent, missed, came in inside) / n / 100
            bins.append(Bin(low, high, mean, share(so, n)))
    return tuple(bins)


def needs_today(knowledge: KnowledgeBase) -> tuple[str, ...]:
    """Return the diagnoses that are usually seen the same day or at once."""
    return tuple(name for name, usual in knowledge.limits.usual_dispositions.items() if usual in TODAY)


def _triage(outcomes: Sequence[Outcome], knowledge: KnowledgeBase) -> Triage:
    usual = knowledge.limits.usual_dispositions
    table: Counter[tuple[str, str]] = Counter()
    by_rule = 0
    for one in outcomes:
        needed = str(usual.get(one.diagnosis, ""))
        if needed:
            table[needed, one.urgency] += one.n
        if one.by_rule and needed and needed not in TODAY and one.urgency in TODAY:
            by_rule += one.n
    today = sum(count for (needed, _), count in table.items() if needed in TODAY)
    low = sum(count for (needed, called), count in table.items() if needed in TODAY and called not in TODAY)
    high = sum(count for (needed, called), count in table.items() if needed not in TODAY and called in TODAY)
    return Triage(table, share(low, today), share(high, table.total() - today), by_rule)
