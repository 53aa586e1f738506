"""What the page of a case shows, worded and frozen."""

from __future__ import annotations

from dataclasses import dataclass

from sync_server.services.case_graph import CaseGraph
from sync_server.services.provenance import Provenance


@dataclass(frozen=True, slots=True)
class ConclusionRow:
    """What the tablet concluded with one entry."""

    entry: str
    tablet: str
    day: str
    first: str
    verdict: str
    band: str
    urgency: str
    urgency_word: str
    reasons: str
    danger_signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DifferingValue:
    """One of two or more values that differ, and who gave it."""

    value: str
    source: str


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """A question that was answered in different ways."""

    question: str
    values: tuple[DifferingValue, ...]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """The answer to a question as the case stands; without a question where the answer speaks for itself."""

    question: str
    answer: str
    source: str
    differs: bool


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Answers under one heading."""

    heading: str
    rows: tuple[AnswerRow, ...]


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review that was written."""

    number: int
    state: str
    state_word: str
    diagnosis: str
    proven_by: str
    message: str
    author: str
    day: str


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of the review form."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """The form as it is shown. `seen` is the last review that its writer saw."""

    states: tuple[Option, ...]
    diagnoses: tuple[Option, ...]
    proofs: tuple[Option, ...]
    message: str
    seen: int
    error: str


@dataclass(frozen=True, slots=True)
class BroughtBackView:
    """An entry that a tablet has brought back, and that its author has not signed here yet, or signed otherwise."""

    entry: str
    author: str
    brought_by: str
    is_conflict: bool
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CasePageView:
    """The whole page."""

    reference: str
    short_code: str
    who: str
    site: str
    month: str
    review: str
    review_word: str
    urgency: str
    urgency_word: str
    graph: CaseGraph
    graph_in_words: tuple[str, ...]
    conclusions: tuple[ConclusionRow, ...]
    differences: tuple[DifferenceView, ...]
    answers: tuple[AnswerGroup, ...]
    provenance: tuple[Provenance, ...]
    brought_back: tuple[BroughtBackView, ...]
    reviews: tuple[ReviewView, ...]
    form: ReviewForm
