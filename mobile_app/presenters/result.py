"""What fits so far: how urgent, the ranking with its bands, for and against, what to do and ask next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.navigation import Way
from mobile_app.presenters.danger_lines import unanswered
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.details import DetailsView, WithDetails
from mobile_app.presenters.frame import AppBarView, BadgeView, Meaning
from mobile_app.presenters.ranking import ChipView, RankedRowView, rows_of
from mobile_app.presenters.reasons import result_details, weight_details
from mobile_app.presenters.what_if import more_urgent_signs, strongest_state
from mobile_app.presenters.wording import DISPOSITIONS, capitalised, count_of, phrase, say
from shared.knowledge.model import KnowledgeBase
from shared.triage.assessment import Considered, Disposition, FiredRule, NextTest

__all__ = [
    "ChangeView",
    "ChipView",
    "ConsideredView",
    "NextQuestionView",
    "NextTestView",
    "RankedRowView",
    "ResultPresenter",
    "ResultView",
    "RuleView",
    "badge_of",
    "footer_of",
    "rule_view",
]

ZONE_WORDS = (phrase("unlikely"), phrase("possible"), phrase("likely"), phrase("very likely"))
"""Above the first bar: below 10, 10 to 49, 50 to 84, from 85 per cent."""
DOES_NOT_FIT = phrase("These answers do not fit what Handwise knows. Think of something else, and ask a specialist.")

_BY_DISPOSITION = {
    Disposition.EMERGENCY: phrase("Refer the child now"),
    Disposition.SAME_DAY: phrase("Needs somebody who can treat it today"),
    Disposition.WITHIN_DAYS: phrase("See the child again"),
    Disposition.ROUTINE: phrase("No sign so far that it cannot wait; look again as planned"),
}


@dataclass(frozen=True, slots=True)
class RuleView:
    """A danger rule or prompt as one sentence of what to do, and the answers that raised it."""

    title: str
    text: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NextTestView:
    """The test to do next. `button` is empty where no result can be entered."""

    heading: str
    title: str
    why: str
    availability: str
    is_available: bool
    button: str


@dataclass(frozen=True, slots=True)
class NextQuestionView:
    """The question that would tell most now."""

    heading: str
    question: str
    button: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What would change this: an answer still open and where it would lead. `is_danger` marks a danger sign."""

    trigger: str
    effect: str
    is_danger: bool


@dataclass(frozen=True, slots=True)
class ConsideredView:
    """A condition that is not ranked and that one should think of: its name, what speaks for it, and who says so."""

    heading: str
    name: str
    clues: str
    sources: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """The result. `does_not_fit` is a sentence for the grey banner above the ranking, or empty."""

    app_bar: AppBarView
    disposition: BadgeView
    banner: RuleView
    other_rules: tuple[RuleView, ...]
    does_not_fit: str
    ranking_title: str
    legend_estimate: str
    legend_band: str
    zone_words: tuple[str, ...]
    rows: tuple[RankedRowView, ...]
    considered: tuple[ConsideredView, ...]
    next_test: NextTestView | None
    next_question: NextQuestionView | None
    changes_title: str
    changes: tuple[ChangeView, ...]
    not_assessed: str
    footer: str
    back_button: str
    sources_button: str
    letter_button: str
    emergency_button: str
    plan_button: str
    details: DetailsView | None
    error: str


class ResultPresenter(WithDetails):
    """What a finger can do on the result. Only one row is open."""

    def __init__(self, desk: Desk, show: Callable[[ResultView], None], go: Callable[[Way], None]) -> None:
        self._desk = desk
        self._show = show
        self._go = go
        self._open_row = ""
        self._drawn_for = ("", "")

    def open(self) -> None:
        visit = self._desk.visit
        leader = visit.assessment.differential[0].condition
        # Drawn again after a sync, the row that was opened stays open.
        if self._drawn_for != (visit.draft.draft_id, leader):
            self._drawn_for = (visit.draft.draft_id, leader)
            self._open_row = leader
            self._made_by = None
        self._draw()

    def toggle_row(self, condition: str) -> None:
        self._open_row = "" if self._open_row == condition else condition
        self._draw()

    def show_reason(self, condition: str, finding: str) -> None:
        """Lay over the screen what one answer weighs for a condition, and who says so."""

        def make() -> DetailsView:
            return weight_details(self._desk, condition, finding) or result_details(self._desk, condition)

        self._lay_over(make)

    def show_sources(self) -> None:
        """Lay over the screen what the result rests on."""
        self._lay_over(lambda: result_details(self._desk, self._open_row))

    def enter_test(self) -> None:
        test = self._next_test()
        item = self._desk.item_of_test(test.test) if test else None
        if item and self._desk.ask(item, self._go):
            self._draw()

    def answer_next(self) -> None:
        item = self._next_item()
        if item and self._desk.ask(item, self._go):
            self._draw()

    def emergency(self) -> None:
        if self._desk.visit.is_emergency:
            self._go(Way.EMERGENCY)

    def plan(self) -> None:
        self._go(Way.PLAN)

    def back(self) -> None:
        if self._has_closed_details():
            return
        trail = self._desk.visit.position.trail
        if not trail:
            self._go(Way.BACK)
        elif self._desk.ask(trail[-1], self._go, trail[:-1]):
            self._draw()

    def letter(self) -> None:
        self._go(Way.LETTER)

    def hand_over(self) -> None:
        self._go(Way.HAND_OVER)

    def lock(self) -> None:
        self._go(Way.LOCK)

    def _next_test(self) -> NextTest | None:
        tests = self._desk.visit.assessment.next_tests
        return next((test for test in tests if self._desk.item_of_test(test.test)), tests[0] if tests else None)

    def _next_item(self) -> str | None:
        return next(iter(self._desk.interview.remaining(self._desk.visit, ())), None)

    def _draw(self) -> None:
        desk = self._desk
        visit = desk.visit
        assessment = visit.assessment
        banner, others = self._banner()
        item = self._next_item()
        self._show(
            ResultView(
                app_bar=desk.app_bar(),
                disposition=badge_of(assessment.disposition.value),
                banner=banner,
                other_rules=others,
                does_not_fit="" if assessment.fits else say(DOES_NOT_FIT),
                ranking_title=say("What fits so far"),
                legend_estimate=say("best estimate"),
                legend_band=say("90% band"),
                zone_words=tuple(say(word) for word in ZONE_WORDS),
                rows=rows_of(assessment, desk.knowledge, desk.words, self._open_row),
                considered=tuple(considered_view(desk.knowledge, entry) for entry in assessment.consider),
                next_test=self._next_test_view(),
                next_question=NextQuestionView(say("Next question"), desk.ask_of(item), say("Answer"))
                if item
                else None,
                changes_title=say("What would change this"),
                changes=self._changes(),
                not_assessed=_not_assessed(unanswered(desk.knowledge, visit.answers)),
                footer=footer_of(assessment.knowledge_version),
                back_button=say("Back"),
                sources_button=say("Sources"),
                letter_button=say("Letter"),
                emergency_button=say("Emergency") if visit.is_emergency else "",
                plan_button=say("Plan"),
                details=self._details,
                error=visit.error,
            )
        )

    def _banner(self) -> tuple[RuleView, tuple[RuleView, ...]]:
        desk = self._desk
        assessment = desk.visit.assessment
        # Urgent rules first, then what to ask or do before going on, then what can wait some days.
        urgent = [rule for rule in assessment.red_flags if rule.priority <= 2]
        prompts = [rule for rule in assessment.prompts if not desk.is_settled(rule.id)]
        later = [rule for rule in assessment.red_flags if rule.priority > 2]
        views = [rule_view(desk, rule) for rule in (*urgent, *prompts, *later)]
        if not views:
            views = [RuleView(say(_BY_DISPOSITION[assessment.disposition]), "", ())]
        return views[0], tuple(views[1:])

    def _next_test_view(self) -> NextTestView | None:
        test = self._next_test()
        if test is None:
            return None
        return NextTestView(
            heading=say("Next test"),
            title=test.test,
            why=test.why,
            availability=say("Available here") if test.is_available else say("Not here: refer for it"),
            is_available=test.is_available,
            button=say("Enter result") if self._desk.item_of_test(test.test) else "",
        )

    def _changes(self) -> tuple[ChangeView, ...]:
        desk = self._desk
        test = self._next_test()
        item = desk.item_of_test(test.test) if test else None
        changes = []
        if item in desk.knowledge.findings:
            strongest = strongest_state(desk.visit, str(item), desk.knowledge, desk.words)
            if strongest:
                changes.append(ChangeView(*strongest, is_danger=False))
        urgent = more_urgent_signs(desk.visit, desk.knowledge)
        return (*changes, *(ChangeView(sign, effect, is_danger=True) for sign, effect in urgent))


def considered_view(knowledge: KnowledgeBase, entry: Considered) -> ConsideredView:
    """Return a condition to think of, with the sources in full: there are one or two."""
    cited = "; ".join(knowledge.sources[source].citation for source in entry.sources)
    return ConsideredView(say("Also think of"), entry.label, capitalised(entry.clues), cited)


def rule_view(desk: Desk, rule: FiredRule) -> RuleView:
    """Return a fired rule in the plain words of the knowledge."""
    definition = desk.knowledge.rules[rule.id]
    answers = desk.visit.today.answers
    because = tuple(dict.fromkeys(desk.words.because(code, answers) for code in rule.because))
    steps = " ".join(definition.steps)
    return RuleView(definition.title or rule.action, steps or (rule.action if definition.title else ""), because)


def badge_of(disposition: str) -> BadgeView:
    """Return the badge of a disposition."""
    return BadgeView(Meaning(disposition), say(DISPOSITIONS[disposition]))


def footer_of(knowledge_version: str) -> str:
    """Return the line that stands under every conclusion."""
    return say("Supports your judgement; not a diagnosis. Knowledge {version}.", version=knowledge_version)


def _not_assessed(count: int) -> str:
    if not count:
        return ""
    return count_of(count, "{count} danger sign was not answered.", "{count} danger signs were not answered.")
