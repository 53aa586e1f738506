"""What this is: versions, what the knowledge holds and rests on, what Handwise is not, licences.

The sources can be looked through by typing: every word must stand in the citation or in what the source supports.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from mobile_app.config import app_version
from mobile_app.language.formats import day_month_and_year
from mobile_app.navigation import Way
from mobile_app.presenters.citations import SourceView, quality_of
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, LineView
from mobile_app.presenters.source_use import supported_by_source
from mobile_app.presenters.wording import count_of, say, translation_note
from shared.knowledge.model import KnowledgeBase, Source

PAGE = 20
"""How many sources are drawn at once; more come by the button."""
LABELS = 3
MAX_TYPED = 60


@dataclass(frozen=True, slots=True)
class AboutView:
    """Facts, statements and licences at the start; the sources at the end."""

    app_bar: AppBarView
    purpose: str
    facts: tuple[LineView, ...]
    statements: tuple[str, ...]
    licences_title: str
    licences: tuple[LineView, ...]
    sources_title: str
    sources_count: str
    search_label: str
    typed: str
    sources: tuple[SourceView, ...]
    empty: str
    more_button: str


class AboutPresenter:
    """What a finger can do on the about screen."""

    def __init__(self, desk: Desk, show: Callable[[AboutView], None], go: Callable[[Way], None]) -> None:
        self._desk = desk
        self._show = show
        self._go = go
        self._typed = ""
        self._shown = PAGE
        self._read: KnowledgeBase | None = None
        self._supports: dict[str, tuple[str, ...]] = {}
        self._text: dict[str, str] = {}

    def open(self) -> None:
        self._draw()

    def type(self, text: str) -> None:
        """Look for sources in which every typed word stands."""
        self._typed = text[:MAX_TYPED]
        self._shown = PAGE
        self._draw()

    def more(self) -> None:
        self._shown += PAGE
        self._draw()

    def back(self) -> None:
        self._typed = ""
        self._shown = PAGE
        self._go(Way.BACK)

    def lock(self) -> None:
        self._go(Way.LOCK)

    def _read_sources(self) -> None:
        """Work out what each source supports, once for each language."""
        knowledge = self._desk.knowledge
        if self._read is knowledge:
            return
        self._read = knowledge
        self._supports = supported_by_source(knowledge)
        self._text = {
            source.id: " ".join((source.citation, *self._supports[source.id])).casefold()
            for source in knowledge.sources.values()
        }

    def _draw(self) -> None:
        self._read_sources()
        knowledge = self._desk.knowledge
        words = self._typed.casefold().split()
        found = [one for one in knowledge.sources.values() if all(word in self._text[one.id] for word in words)]
        left = len(found) - self._shown
        self._show(
            AboutView(
                app_bar=self._desk.plain_app_bar(say("About Handwise"), say("What it is, and what it rests on")),
                purpose=say("Supports a clinician's judgement; does not make a diagnosis."),
                facts=self._facts(knowledge),
                statements=tuple(
                    statement
                    for statement in (
                        say("It has not been validated on patients."),
                        say("Most figures are graded estimates. Each says how sure it is."),
                        translation_note(),
                    )
                    if statement
                ),
                licences_title=say("Licences"),
                licences=(
                    LineView("Handwise", "MIT"),
                    LineView("Noto Sans, Noto Sans Arabic, Noto Sans KR", "SIL Open Font License 1.1"),
                ),
                sources_title=say("Sources"),
                sources_count=count_of(len(found), "{count} source", "{count} sources"),
                search_label=say("Search: author, year, or what it is about"),
                typed=self._typed,
                sources=tuple(self._source(source) for source in found[: self._shown]),
                empty=say("No source has all these words.") if not found else "",
                more_button=count_of(min(left, PAGE), "Show {count} more", "Show {count} more") if left > 0 else "",
            )
        )

    def _facts(self, knowledge: KnowledgeBase) -> tuple[LineView, ...]:
        since = knowledge.effective_from
        day = day_month_and_year(date.fromisoformat(since)) if since else ""
        version = say("{version} of {day}", version=knowledge.version, day=day) if day else knowledge.version
        return (
            LineView(say("Version"), app_version()),
            LineView(say("Knowledge"), version),
            LineView(say("Conditions"), str(len(knowledge.conditions))),
            LineView(say("Signs and answers"), str(len(knowledge.findings))),
            LineView(say("Measurements"), str(len(knowledge.measurements))),
            LineView(say("Urgency rules"), str(len(knowledge.rules))),
            LineView(say("Sources"), str(len(knowledge.sources))),
        )

    def _source(self, source: Source) -> SourceView:
        return SourceView(source.citation, quality_of(source), self._supported(source))

    def _supported(self, source: Source) -> str:
        labels = self._supports[source.id]
        if not labels:
            return say("For the way of reasoning")
        named = "; ".join(labels[:LABELS])
        rest = len(labels) - LABELS
        if rest <= 0:
            return say("For: {what}", what=named)
        return count_of(rest, "For: {what}; and {count} more", "For: {what}; and {count} more", what=named)
