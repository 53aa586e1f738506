"""What the page of a case shows, worded and frozen."""

from __future__ import annotations

from dataclasses import dataclass

from shared.sentence import Sentence
from sync_server.services.assessed_again import Again
from sync_server.services.case_graph import CaseGraph
from sync_server.services.case_measurements import MeasurementView
from sync_server.services.links import SameChildView
from sync_server.services.provenance import Provenance


@dataclass(frozen=True, slots=True)
class ConclusionRow:
    """What the tablet concluded with one entry, and what follows from the same answers here."""

    entry: str
    tablet: str
    day: str
    first: str
    verdict: str
    band: str
    urgency: str
    urgency_word: str
    weighed_most: tuple[str, ...]
    danger_signs: tuple[str, ...]
    knowledge_version: str
    again: Again


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
class ClinicAnswerView:
    """What a clinic answered. `is_new` until somebody at the desk has marked it as read."""

    said: tuple[str, ...]
    tablet: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review that was written. `apart` names other children's cases, as far as this review said so."""

    number: int
    state: str
    state_word: str
    diagnosis: str
    proven_by: str
    message: str
    apart: tuple[str, ...]
    author: str
    day: str
    answers: tuple[ClinicAnswerView, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of the review form."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """The form as it is shown. `seen` is the last review that its writer saw; `field` is where the error stands."""

    states: tuple[Option, ...]
    diagnoses: tuple[Option, ...]
    proofs: tuple[Option, ...]
    message: str
    seen: int
    error: Sentence | None
    field: str


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
    """The whole page. `answers_seen` is how far its reader has seen what the clinic answered; 0 if nothing is new.

    `lost_answers` answer a review that this database does not have (any more).
    """

    reference: str
    short_code: str
    who: str
    site: str
    month: str
    review: str
    review_word: str
    diagnosis: str
    urgency: str
    urgency_word: str
    graph: CaseGraph
    graph_in_words: tuple[str, ...]
    conclusions: tuple[ConclusionRow, ...]
    differences: tuple[DifferenceView, ...]
    measurements: tuple[MeasurementView, ...]
    answers: tuple[AnswerGroup, ...]
    same_child: SameChildView | None
    provenance: tuple[Provenance, ...]
    brought_back: tuple[BroughtBackView, ...]
    reviews: tuple[ReviewView, ...]
    lost_answers: tuple[ClinicAnswerView, ...]
    answers_seen: int
    form: ReviewForm
