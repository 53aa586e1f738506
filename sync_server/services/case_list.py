"""The list of cases, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from shared.case.short_code import short_code
from sync_server.database import Database
from sync_server.repositories import cases, sites
from sync_server.repositories.cases import CaseFilter, StoredCase
from sync_server.services.digest import URGENCIES
from sync_server.services.links import linked_cases
from sync_server.services.wording import REVIEW_WORDS, URGENCY_WORDS, Wording, age_words, month_words

PAGE = 20


@dataclass(frozen=True, slots=True)
class CaseRowView:
    """A row of the list. `urgency` and `review` are codes, for shape and colour; the words stand beside them."""

    reference: str
    short_code: str
    site: str
    month: str
    place: str
    age: str
    tool_says: str
    verdict: str
    urgency: str
    urgency_word: str
    review: str
    review_word: str
    has_danger_sign: bool
    differs: bool
    is_linked: bool


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """A box of the filter with how many cases it would show."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class TabView:
    """A view that one link opens."""

    label: str
    count: int
    query: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class CaseListView:
    """One page of the list. `older` is where the next page begins, or None."""

    tabs: tuple[TabView, ...]
    urgencies: tuple[ChoiceView, ...]
    reviews: tuple[ChoiceView, ...]
    conditions: tuple[ChoiceView, ...]
    differs: ChoiceView
    rows: tuple[CaseRowView, ...]
    matching: int
    total: int
    sites: int
    older: int | None
    is_first_page: bool
    is_filtered: bool


@dataclass(frozen=True, slots=True)
class CaseRows:
    """Puts the rows of cases into words."""

    wording: Wording

    def views(self, session: Session, found: Sequence[StoredCase]) -> tuple[CaseRowView, ...]:
        """Return the rows of these cases, in their order."""
        references = cases.references(session, found)
        linked = linked_cases(session, found)
        site_names = sites.names(session)
        return tuple(
            self._row(case, references[case.case_no], site_names, is_linked=case.case_no in linked) for case in found
        )

    def _row(self, case: StoredCase, reference: str, site_names: dict[int, str], *, is_linked: bool) -> CaseRowView:
        digest = case.digest
        return CaseRowView(
            reference=reference,
            short_code=short_code(case.case_id),
            site=site_names[case.site_no],
            month=month_words(case.received_month),
            place=self.wording.place(digest.region, digest.side),
            age=age_words(digest.age_band),
            tool_says=self.wording.condition(digest.condition) if digest.condition else "",
            verdict=digest.verdict,
            urgency=digest.urgency,
            urgency_word=URGENCY_WORDS.get(digest.urgency, ""),
            review=case.review_state,
            review_word=REVIEW_WORDS[case.review_state],
            has_danger_sign=digest.danger_signs > 0,
            differs=digest.disagreements > 0,
            is_linked=is_linked,
        )


@dataclass(frozen=True, slots=True)
class CaseListService:
    """Reads the list."""

    database: Database
    words: CaseRows

    def view(self, wanted: CaseFilter, before: int | None) -> CaseListView:
        """Return the page of cases that arrived before the case number `before`, or the newest."""
        with self.database.reading() as session:
            found = cases.newest(session, wanted, before, PAGE + 1)
            rows = self.words.views(session, found[:PAGE])
            site_names = sites.names(session)
            total = cases.count(session)
            differing = cases.count(session, CaseFilter(only_disagreements=True))
            by_urgency = cases.counts_by(session, "urgency")
            by_review = cases.counts_by(session, "review_state")
            by_condition = cases.counts_by(session, "condition")
            matching = cases.count(session, wanted)
        everything = CaseFilter()
        return CaseListView(
            tabs=(
                TabView("All cases", total, "", wanted == everything),
                TabView(
                    "Not yet reviewed",
                    by_review.get("received", 0),
                    "?review=received",
                    wanted == CaseFilter(review_states=("received",)),
                ),
                TabView("Disagreements", differing, "?differs=yes", wanted == CaseFilter(only_disagreements=True)),
            ),
            urgencies=tuple(
                ChoiceView(code, URGENCY_WORDS[code], by_urgency.get(code, 0), code in wanted.urgencies)
                for code in URGENCIES
            ),
            reviews=tuple(
                ChoiceView(code, word, by_review.get(code, 0), code in wanted.review_states)
                for code, word in REVIEW_WORDS.items()
            ),
            conditions=tuple(
                ChoiceView(code, self.words.wording.condition(code), count, code in wanted.conditions)
                for code, count in sorted(by_condition.items(), key=lambda item: (-item[1], item[0]))
                if code
            ),
            differs=ChoiceView("yes", "Answers differ", differing, wanted.only_disagreements),
            rows=rows,
            matching=matching,
            total=total,
            sites=len(site_names),
            older=found[PAGE - 1].case_no if len(found) > PAGE else None,
            is_first_page=before is None,
            is_filtered=wanted != everything,
        )
