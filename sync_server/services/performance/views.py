"""What the page shows, as plain values and whole sentences."""

from __future__ import annotations

from dataclasses import dataclass

from shared.evaluation.calibration import Bin
from shared.evaluation.scores import Share
from shared.sentence import Sentence
from sync_server.services.performance.recalibration import Recalibration


@dataclass(frozen=True, slots=True)
class PerformanceChoice:
    """What was asked for. An empty text, and None, leave that side open."""

    is_last: bool = False
    site: int | None = None
    knowledge: str = ""
    first_month: str = ""
    last_month: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A line of a choice."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """A large figure with what it is of."""

    label: Sentence
    value: str
    under: Sentence


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the confusion table. `kind` is `right`, `mixed` (often taken for each other) or nothing."""

    count: int
    kind: str


@dataclass(frozen=True, slots=True)
class ConfusionRow:
    """What the tool put first where this was the diagnosis."""

    label: str
    cells: tuple[Cell, ...]
    n: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """Final diagnosis by the tool's first. `heads` are (short, full) names; the last may be all others together."""

    heads: tuple[tuple[str, str], ...]
    rows: tuple[ConfusionRow, ...]


@dataclass(frozen=True, slots=True)
class TriageRow:
    """How soon the tool called children whose diagnosis needed `needed`; `called` in the same order as the rows."""

    needed: str
    called: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A case that was sent too low, and why."""

    reference: str
    short_code: str
    why: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Right first, of the cases of a site or of a version of the knowledge."""

    label: str
    right: Share


@dataclass(frozen=True, slots=True)
class Report:
    """The figures over at least one case."""

    n: int
    tiles: tuple[Tile, ...]
    first: Share
    first_three: Share
    brier: float
    log_score: float
    bins: tuple[Bin, ...]
    statements: int
    line: Recalibration | None
    line_words: tuple[Sentence, ...]
    confusion: Confusion
    triage: tuple[TriageRow, ...]
    triage_words: tuple[Sentence, ...]
    too_low: Share
    too_high: Share
    too_low_cases: tuple[Named, ...]
    by_site: tuple[Part, ...]
    by_version: tuple[Part, ...]
    antibiotics: tuple[Sentence, ...]
    warning: Sentence | None


@dataclass(frozen=True, slots=True)
class PerformanceView:
    """The page. `report` is None where nothing can be counted; `missing` says what is missing then.

    `adjudicated` cases have a diagnosis, `scored` of them a conclusion from before it.
    """

    chosen: PerformanceChoice
    sites: tuple[Option, ...]
    versions: tuple[Option, ...]
    adjudicated: int
    scored: int
    how: tuple[Sentence, ...]
    missing: Sentence | None
    report: Report | None
