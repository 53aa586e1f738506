"""The stored cases that the new version of the knowledge judges differently: was, is now, and the way into each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.navigation import Way
from mobile_app.ports.judgements import ChangedCase
from mobile_app.presenters.answers import where_in_words, who_in_words
from mobile_app.presenters.change_words import change_in_words
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, BadgeView
from mobile_app.presenters.knowledge_news import KnowledgeNews
from mobile_app.presenters.result import badge_of
from mobile_app.presenters.wording import count_of, in_words, say
from shared.case.short_code import short_code
from shared.errors import HandwiseError

PAGE = 20
"""So many rows are drawn at a time."""


@dataclass(frozen=True, slots=True)
class ChangedCaseView:
    """One case: what was said of it, what would be said now, and in which way that differs."""

    case_id: str
    name: str
    who: str
    was: BadgeView
    now: BadgeView
    sentence: str


@dataclass(frozen=True, slots=True)
class KnowledgeChangesView:
    """The list. `more_button` is empty when every case is shown."""

    app_bar: AppBarView
    title: str
    hint: str
    cases: tuple[ChangedCaseView, ...]
    more_button: str
    back_button: str
    seen_button: str
    error: str


class KnowledgeChangesPresenter:
    """What a finger can do on the list. `seen` notes that this user has seen it; the start screen then says no more."""

    def __init__(
        self, desk: Desk, news: KnowledgeNews, show: Callable[[KnowledgeChangesView], None], go: Callable[[Way], None]
    ) -> None:
        self._desk = desk
        self._news = news
        self._show = show
        self._go = go
        self._shown = PAGE

    def open(self) -> None:
        self._desk.put_away()
        self._draw()

    def more(self) -> None:
        self._shown += PAGE
        self._draw()

    def open_case(self, case_id: str) -> None:
        known = next((row for row in self._cases(self._shown) if row.case_id == case_id), None)
        if known is not None:
            self._desk.case_id = known.case_id
            self._desk.is_among_changes = True
            self._go(Way.CASE)

    def seen(self) -> None:
        try:
            self._news.mark_seen()
        except HandwiseError as error:
            self._draw(in_words(error))
        else:
            self.back()

    def back(self) -> None:
        self._shown = PAGE
        self._go(Way.BACK)

    def lock(self) -> None:
        self._go(Way.LOCK)

    def _cases(self, limit: int) -> list[ChangedCase]:
        return list(self._desk.store.changed_cases(self._news.version, limit))

    def _draw(self, error: str = "") -> None:
        counts = self._news.counts()
        # One more than is shown tells whether there are more.
        cases = self._cases(self._shown + 1)
        left = counts.cases - self._shown
        self._show(
            KnowledgeChangesView(
                app_bar=self._desk.plain_app_bar(
                    say("Knowledge {version}", version=self._news.version), say("New since these cases were assessed")
                ),
                title=judged_differently(self._news.version, counts.cases),
                hint=say("What was recorded stays as it is. Look at the child again where it matters."),
                cases=tuple(self._row(case) for case in cases[: self._shown]),
                more_button=count_of(left, "{count} more", "{count} more") if left > 0 else "",
                back_button=say("Home"),
                seen_button=say("I have seen these") if counts.new else "",
                error=error,
            )
        )

    def _row(self, case: ChangedCase) -> ChangedCaseView:
        was, now = case.change.disposition
        parts = (who_in_words(self._desk.knowledge, case.answers), where_in_words(case.answers))
        return ChangedCaseView(
            case_id=case.case_id,
            name=say("Case {code}", code=short_code(case.case_id)),
            who=" · ".join(part for part in parts if part),
            was=badge_of(was),
            now=badge_of(now),
            sentence=change_in_words(case.change, self._desk.words, self._desk.knowledge),
        )


def judged_differently(version: str, count: int) -> str:
    """Return "Knowledge 1.1 judges 3 stored cases differently"."""
    return count_of(
        count,
        "Knowledge {version} judges {count} stored case differently",
        "Knowledge {version} judges {count} stored cases differently",
        version=version,
    )
