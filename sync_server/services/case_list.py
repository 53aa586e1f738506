"""The list of cases: what a filter finds, how many each box would show, and the tabs of a user."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qs, urlencode

from sqlmodel import Session

from shared.sentence import phrase
from sync_server.database import Database
from sync_server.language import in_words
from sync_server.repositories import cases, saved_views, sites
from sync_server.repositories.users import User
from sync_server.services.case_filter import FilterMakesNoSense, KnownValues, case_id_prefix
from sync_server.services.case_index import YES, CaseIndex, Found, Wanted
from sync_server.services.case_list_views import CaseListView, ChoiceView, FacetView, OptionView, TabView
from sync_server.services.case_rows import CaseRows
from sync_server.services.week_words import week_words
from sync_server.services.wording import age_words, review_words, urgency_words

PAGE = 20
_MOST_OF_A_CODE = 50
_SEEN_AT_ONCE = 5
_TITLES = {
    "urgency": phrase("Urgency"),
    "review": phrase("Review"),
    "condition": phrase("Tool’s diagnosis"),
    "diagnosis": phrase("Final diagnosis"),
    "age": phrase("Age"),
    "region": phrase("Place"),
    "site": phrase("Site"),
}
_MARKS = {
    "danger": phrase("Danger sign"),
    "differs": phrase("Answers differ"),
    "overdue": phrase("Check overdue"),
}
_IN_ORDER = ("urgency", "review", "age")
"""Their values stand in an order of their own; those of the others stand by their counts."""
_FOLDED = ("diagnosis", "age", "region", "site")
_SORT_WORDS = {
    "newest": phrase("Newest first"),
    "oldest": phrase("Oldest first"),
    "urgency": phrase("Most urgent first"),
    "late": phrase("Latest check first"),
}
_TABS = (
    (phrase("All cases"), Wanted()),
    (phrase("Not yet reviewed"), Wanted(review=("received",))),
    (phrase("Disagreements"), Wanted(differs=(YES,))),
    (phrase("Checks overdue"), Wanted(overdue=(YES,), sort="late")),
)


@dataclass(frozen=True, slots=True)
class CaseListService:
    """Reads the list."""

    database: Database
    words: CaseRows
    index: CaseIndex
    known: KnownValues
    today: Callable[[], str]

    def wanted(self, given: Mapping[str, Sequence[str]], user: User) -> Wanted:
        """Return the filter that an address names.

        Args:
            given: the values of each facet, of `from_week`, `to_week` and `sort`.

        Raises:
            FilterMakesNoSense: with what to do.
        """
        with self.database.reading() as session:
            seen = self._sites(session, user)
        return self.known.wanted(given, seen)

    def warm(self) -> None:
        """Read every case once, so that nobody waits for that after a start."""
        with self.database.reading() as session:
            self.index.count(session, (), None, date.fromisoformat(self.today()))

    def lenient(self, query: str, user: User) -> Wanted:
        """Return what a query asks for, without what in it makes no sense."""
        with self.database.reading() as session:
            seen = self._sites(session, user)
        try:
            return self.known.wanted(parse_qs(query[:2000]), seen, is_lenient=True)
        except FilterMakesNoSense:
            return Wanted()

    def own_query(self, query: str, user: User) -> str:
        """Return a query of the list's own that asks for what this one asks for."""
        return _query(self.lenient(query, user))

    def view(
        self, user: User, wanted: Wanted, after: int | None = None, before: int | None = None, code: str = ""
    ) -> CaseListView:
        """Return a page of what is wanted; of a case code, the cases that people call so, whatever else is wanted.

        Raises:
            FilterMakesNoSense: the code cannot be one.
        """
        today = date.fromisoformat(self.today())
        prefix = case_id_prefix(code) if code else ""
        with self.database.reading() as session:
            seen = self._sites(session, user)
            found = self.index.find(session, wanted, user.sites, today, limit=PAGE, after=after, before=before)
            if code:
                named = cases.with_prefix(session, prefix, user.sites, _MOST_OF_A_CODE)
                found = replace(
                    found, numbers=tuple(case.case_no for case in named), matching=len(named), newer=None, older=None
                )
            rows = self.words.of_numbers(session, found.numbers, today)
            own = saved_views.of_user(session, user.user_no)
            tabs = self._tabs(session, user, wanted, own, today, is_code=bool(code))
            weeks = self.index.weeks(session, Wanted(), user.sites, today).mondays
        return CaseListView(
            tabs=tabs,
            own=next((tab for tab in tabs if tab.view_no is not None and tab.is_open), None),
            facets=self._facets(wanted, found, seen),
            from_weeks=_week_options(weeks, wanted.from_week),
            to_weeks=_week_options(weeks, wanted.to_week),
            sorts=tuple(OptionView(sort, words, sort == wanted.sort) for sort, words in _SORT_WORDS.items()),
            rows=rows,
            matching=found.matching,
            total=found.total,
            sites=len(seen),
            query=_query(wanted),
            code=code.strip()[:8],
            newest="" if after is None and before is None else _query(wanted),
            newer=_query(wanted, ("before", found.newer)) if found.newer is not None else "",
            older=_query(wanted, ("after", found.older)) if found.older is not None else "",
            is_filtered=not wanted.is_open or bool(code),
            has_weeks=bool(wanted.from_week or wanted.to_week),
            sorted_by=_SORT_WORDS[wanted.sort],
        )

    def _sites(self, session: Session, user: User) -> dict[int, str]:
        names = sites.names(session)
        return {number: name for number, name in names.items() if user.sites is None or number in user.sites}

    def _tabs(
        self,
        session: Session,
        user: User,
        wanted: Wanted,
        own: Sequence[saved_views.SavedView],
        today: date,
        *,
        is_code: bool,
    ) -> tuple[TabView, ...]:
        named: list[tuple[str, Wanted, int | None]] = [(label, view, None) for label, view in _TABS]
        seen = self._sites(session, user)
        for view in own:
            named.append((view.name, self.known.wanted(parse_qs(view.query), seen, is_lenient=True), view.view_no))
        counts = self.index.count(session, [view for _, view, _ in named], user.sites, today)
        return tuple(
            TabView(label, count, _query(view), not is_code and view == wanted, view_no)
            for (label, view, view_no), count in zip(named, counts, strict=True)
        )

    def _facets(self, wanted: Wanted, found: Found, seen: Mapping[int, str]) -> tuple[FacetView, ...]:
        names = [name for name in _TITLES if name != "site" or len(seen) > 1]
        facets = [self._facet(name, wanted, found.counts[name], seen) for name in names]
        marks = tuple(
            ChoiceView(name, YES, label, found.counts[name].get(YES, 0), bool(getattr(wanted, name)), is_ours=True)
            for name, label in _MARKS.items()
        )
        folded = [facet for facet in facets if facet.is_folded]
        shown = [facet for facet in facets if not facet.is_folded]
        return (*shown, FacetView("", phrase("Marks"), marks, ()), *folded)

    def _facet(self, name: str, wanted: Wanted, counts: Mapping[str, int], seen: Mapping[int, str]) -> FacetView:
        chosen = getattr(wanted, name)
        values = [str(number) for number in seen] if name == "site" else list(self.known.of[name])
        is_whole = name in ("urgency", "review")
        shown = [value for value in values if is_whole or counts.get(value) or value in chosen]
        if name not in _IN_ORDER:
            shown.sort(key=lambda value: (value not in chosen, -counts.get(value, 0), value))
        boxes = tuple(
            ChoiceView(name, value, self._label(name, value, seen), counts.get(value, 0), value in chosen)
            for value in shown
        )
        is_short = name in _IN_ORDER or len(boxes) <= _SEEN_AT_ONCE + 1
        at_once = len(boxes) if is_short else max(_SEEN_AT_ONCE, len(chosen))
        return FacetView(name, _TITLES[name], boxes[:at_once], boxes[at_once:], name in _FOLDED, bool(chosen))

    def _label(self, name: str, value: str, seen: Mapping[int, str]) -> str:
        match name:
            case "urgency":
                return urgency_words(value)
            case "review":
                return review_words(value)
            case "age":
                return age_words(value)
            case "region":
                return self.words.wording.place(value, "")
            case "site":
                return seen[int(value)]
            case _:
                return self.words.wording.condition(value)


def _query(wanted: Wanted, *more: tuple[str, int | None]) -> str:
    return urlencode([*wanted.pairs(), *more])


def _week_options(mondays: Sequence[int], chosen: str) -> tuple[OptionView, ...]:
    weeks = [_iso_week(monday) for monday in reversed(mondays)]
    if chosen and chosen not in weeks:
        weeks.append(chosen)
    return tuple(OptionView(week, in_words(week_words(week)), week == chosen) for week in weeks)


def _iso_week(monday: int) -> str:
    year, week, _ = date.fromordinal(monday).isocalendar()
    return f"{year}-W{week:02}"
