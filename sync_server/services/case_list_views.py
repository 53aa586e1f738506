"""What the page of the case list shows."""

from __future__ import annotations

from dataclasses import dataclass

from shared.sentence import Sentence


@dataclass(frozen=True, slots=True)
class CaseRowView:
    """A row of the list. `urgency` and `review` are codes, for shape and colour; the words stand beside them."""

    reference: str
    short_code: str
    site: str
    week: Sentence
    place: str
    age: str
    tool_says: str
    verdict: str
    diagnosis: str
    urgency: str
    urgency_word: str
    review: str
    review_word: str
    has_danger_sign: bool
    differs: bool
    is_linked: bool
    late: Sentence | None
    late_what: str


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """A box of the filter with how many cases it would show beside the other boxes."""

    name: str
    value: str
    label: str
    count: int
    is_chosen: bool
    is_ours: bool = False
    """The label is a word of the page itself, to be translated."""


@dataclass(frozen=True, slots=True)
class FacetView:
    """A group of boxes: those that are always seen, and those that one click opens. Of a folded one, one click all."""

    name: str
    label: str
    choices: tuple[ChoiceView, ...]
    more: tuple[ChoiceView, ...]
    is_folded: bool = False
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class TabView:
    """A view that one link opens. `view_no` is None for those that everybody has."""

    label: str
    count: int
    query: str
    is_open: bool
    view_no: int | None


@dataclass(frozen=True, slots=True)
class OptionView:
    """One of a list to choose from."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class CaseListView:
    """One page of the list. `older` and `newer` are the queries of the pages beside it, empty where there is none.

    `query` is this view's own, without the page; `code` the case code that was looked for.
    """

    tabs: tuple[TabView, ...]
    own: TabView | None
    facets: tuple[FacetView, ...]
    from_weeks: tuple[OptionView, ...]
    to_weeks: tuple[OptionView, ...]
    sorts: tuple[OptionView, ...]
    rows: tuple[CaseRowView, ...]
    matching: int
    total: int
    sites: int
    query: str
    code: str
    newest: str
    newer: str
    older: str
    is_filtered: bool
    has_weeks: bool
    sorted_by: str
