"""An emergency replaces the screen: what to do now, why it was raised, and the ranking small at the side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.navigation import Screen, Way
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.details import DetailsView, WithDetails
from mobile_app.presenters.frame import AppBarView
from mobile_app.presenters.ranking import RankedRowView, rows_of
from mobile_app.presenters.reasons import result_details, rule_details
from mobile_app.presenters.result import RuleView, footer_of, rule_view
from mobile_app.presenters.wording import count_of, say, sentences
from shared.triage.assessment import Assessment, FiredRule

SMALL_RANKING = 3


@dataclass(frozen=True, slots=True)
class ActView:
    """One numbered act."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class EmergencyView:
    """The banner, the acts in order, what raised it, other rules that fired, and three rows of the ranking."""

    app_bar: AppBarView
    title: str
    sentence: str
    raised_label: str
    raised_at: str
    acts_title: str
    acts: tuple[ActView, ...]
    sources: str
    because_title: str
    because: tuple[str, ...]
    other_rules: tuple[RuleView, ...]
    ranking_title: str
    ranking_hint: str
    ranking: tuple[RankedRowView, ...]
    note: str
    footer: str
    back_button: str
    questions_button: str
    result_button: str
    plan_button: str
    letter_button: str
    hand_over_button: str
    details: DetailsView | None
    error: str


class EmergencyPresenter(WithDetails):
    """What a finger can do in an emergency."""

    def __init__(self, desk: Desk, show: Callable[[EmergencyView], None], go: Callable[[Way], None]) -> None:
        self._desk = desk
        self._show = show
        self._go = go
        self._raised: dict[str, str] = {}

    def open(self) -> None:
        visit = self._desk.visit
        raised = visit.draft.updated_at or self._desk.clock.now()
        # The time of the answer that raised it, however often the screen is left and entered again.
        self._raised.setdefault(
            visit.draft.draft_id, raised.astimezone(self._desk.clock.now().tzinfo).strftime("%H:%M")
        )
        self._desk.stand_on(Screen.EMERGENCY)
        self._draw()

    def show_sources(self) -> None:
        """Lay over the screen what the rule of the banner says in full, and what it rests on."""
        if self._first_rules():
            self._lay_over(self._of_the_rule)

    def _of_the_rule(self) -> DetailsView:
        rules = self._first_rules()
        return rule_details(self._desk, rules[0]) if rules else result_details(self._desk, "")

    def _first_rules(self) -> list[FiredRule]:
        return [rule for rule in self._desk.visit.assessment.red_flags if rule.priority == 1]

    def questions(self) -> None:
        if self._desk.ask_next(self._go):
            self._draw()

    def result(self) -> None:
        self._desk.to_result(self._go)

    def plan(self) -> None:
        self._go(Way.PLAN)

    def back(self) -> None:
        if not self._has_closed_details():
            self._go(Way.BACK)

    def letter(self) -> None:
        self._go(Way.LETTER)

    def hand_over(self) -> None:
        self._go(Way.HAND_OVER)

    def lock(self) -> None:
        self._go(Way.LOCK)

    def _draw(self) -> None:
        desk = self._desk
        visit = desk.visit
        assessment = visit.assessment
        rules = self._first_rules()
        first = rule_view(desk, rules[0]) if rules else None
        self._show(
            EmergencyView(
                app_bar=desk.app_bar(),
                title=say("Emergency: refer now"),
                sentence=first.title if first else self._possible(assessment),
                raised_label=say("Raised at"),
                raised_at=self._raised[visit.draft.draft_id],
                acts_title=say("Do this now"),
                acts=tuple(
                    ActView(str(number), act) for number, act in enumerate(self._acts(assessment, rules), start=1)
                ),
                sources=_sources(rules[0]) if rules else "",
                because_title=say("Raised because"),
                because=first.because if first else (),
                other_rules=tuple(rule_view(desk, rule) for rule in assessment.red_flags if rule not in rules[:1]),
                ranking_title=say("Ranking"),
                ranking_hint=say("Does not change what to do now"),
                ranking=rows_of(assessment, desk.knowledge, desk.words, "", SMALL_RANKING, with_residual=False),
                note=" ".join(desk.knowledge.rules[rules[0].id].facts) if rules else "",
                footer=footer_of(assessment.knowledge_version),
                back_button=say("Danger signs"),
                questions_button=say("Go on with questions"),
                result_button=say("Result"),
                plan_button=say("Plan"),
                letter_button=say("Letter"),
                hand_over_button=say("Hand over"),
                details=self._details,
                error=visit.error,
            )
        )

    def _acts(self, assessment: Assessment, rules: list[FiredRule]) -> tuple[str, ...]:
        if not rules:
            return (say("Call the hospital, start the transfer"), *(step.text for step in assessment.plan.management))
        return self._desk.knowledge.rules[rules[0].id].steps or sentences(rules[0].action)

    def _possible(self, assessment: Assessment) -> str:
        name = self._desk.words.condition(assessment.differential[0].condition) if assessment.differential else ""
        return say("Possible: {condition}. It cannot wait.", condition=name)


def _sources(rule: FiredRule) -> str:
    named = [source for source in rule.sources if source != "expert"]
    if not named:
        return say("Expert judgement")
    count = count_of(len(named), "{count} source", "{count} sources")
    # Translators: how well something is supported, as in "2 sources · grade B".
    return say("{count} · grade {grade}", count=count, grade=rule.quality)
