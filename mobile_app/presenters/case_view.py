"""What the case screen shows, as frozen values in words; `case.py` makes them."""

from __future__ import annotations

from dataclasses import dataclass

from mobile_app.presenters.frame import AppBarView, BadgeView, ChoiceView
from mobile_app.presenters.same_child import SameChildView
from mobile_app.presenters.size_chart import SizeChartView
from mobile_app.presenters.timeline import TimelineRowView


@dataclass(frozen=True, slots=True)
class DifferingAnswerView:
    """One of two or more answers; `number` is what to say to `choose`."""

    number: int
    value: str
    who: str
    button: str


@dataclass(frozen=True, slots=True)
class DisagreementView:
    """Two answers differ. None is highlighted; they stand in the order of their tablets; both stay on record."""

    code: str
    title: str
    question: str
    ask: str
    answers: tuple[DifferingAnswerView, ...]
    neither: str
    note: str


@dataclass(frozen=True, slots=True)
class CaseAnswerView:
    """An answer as it stands. `code` is what to say to `correct`."""

    code: str
    label: str
    value: str
    button: str


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A judgement or message of the coordinator. `read_button` is empty where it was marked as read.

    `meaning` says what it means for the clinic; `replies` is what the clinic's tablets answered, each with who did.
    `answer_button` is empty but on the newest. One that `is_first` stands above all else at the side of the case.
    """

    number: int
    title: str
    badge: BadgeView
    diagnosis: str
    meaning: str
    quote: str
    replies: tuple[str, ...]
    answer_button: str
    read_button: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class NewKnowledgeView:
    """What the current knowledge would say where an older one assessed the case and this one judges differently."""

    title: str
    was: BadgeView
    now: BadgeView
    sentence: str


@dataclass(frozen=True, slots=True)
class ThumbnailView:
    """A photo in the strip. `image` is a small JPEG; `photo` is what to say to `open_photo`."""

    photo: str
    label: str
    image: bytes


@dataclass(frozen=True, slots=True)
class ActionView:
    """Something that can be done with the case besides the next visit. `action` is what to say to `act`."""

    action: str
    label: str
    icon: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """The case screen. Of a withdrawn case only `notice` is left, and the way back.

    `parts` are what a compact tablet shows one at a time: `visits`, `size`, `photos`, `answers`.
    """

    app_bar: AppBarView
    notice: str
    refused_title: str
    refused: str
    parts: tuple[ChoiceView, ...]
    timeline_title: str
    timeline_note: str
    timeline: tuple[TimelineRowView, ...]
    size: SizeChartView | None
    size_empty_title: str
    size_empty_line: str
    photos_title: str
    photos_note: str
    photos: tuple[ThumbnailView, ...]
    photo_button: str
    disagreements: tuple[DisagreementView, ...]
    reviews: tuple[ReviewView, ...]
    new_knowledge: NewKnowledgeView | None
    same_child: SameChildView | None
    answers_title: str
    answers: tuple[CaseAnswerView, ...]
    next_title: str
    next_text: str
    next_expect: str
    reconsider_title: str
    reconsider: tuple[str, ...]
    local: tuple[str, ...]
    actions_title: str
    actions: tuple[ActionView, ...]
    back_button: str
    outcome_button: str
    follow_up_button: str
    error: str
