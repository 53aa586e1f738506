"""The plan: tests in order, care now, what not to do, follow-up dates from the visit, and what to tell the parents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from mobile_app.navigation import Screen, Way
from mobile_app.presenters.checks import began_on, checks_to_come, date_in_words, reconsider
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.details import DetailsView, WithDetails
from mobile_app.presenters.frame import AppBarView, BadgeView
from mobile_app.presenters.plan_steps import in_english
from mobile_app.presenters.reasons import plan_details
from mobile_app.presenters.result import badge_of
from mobile_app.presenters.wording import (
    VERDICTS,
    band_in_words,
    capitalised,
    in_words,
    lower_first,
    moment_in_words,
    say,
)
from shared.errors import HandwiseError
from shared.knowledge.model import KnowledgeBase
from shared.triage.assessment import Assessment, NextTest
from shared.triage.plan import working_condition


@dataclass(frozen=True, slots=True)
class PlanTestView:
    """A test of the plan. It is done when its results are in the case; `here` is "Here" where it can be done.

    A tap leads to where the result is entered (`has_result`); a test without a result to enter is ticked.
    """

    text: str
    why: str
    is_done: bool
    here: str
    has_result: bool


@dataclass(frozen=True, slots=True)
class PlanStepView:
    """A line of care. A tap ticks it; `done` says when that was."""

    text: str
    done: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """A check: date and distance ("28 Nov · 1 week"), what to do then, and what to expect if the diagnosis is right."""

    when: str
    do: str
    expect: str
    is_next: bool


@dataclass(frozen=True, slots=True)
class PlanView:
    """The whole plan of one visit."""

    app_bar: AppBarView
    badge: BadgeView
    tests_title: str
    tests_done: str
    sources_button: str
    tests: tuple[PlanTestView, ...]
    care_title: str
    care: tuple[PlanStepView, ...]
    do_not_title: str
    do_not: tuple[str, ...]
    follow_up_title: str
    follow_up: tuple[FollowUpView, ...]
    reconsider_title: str
    reconsider: tuple[str, ...]
    parents_title: str
    parents: str
    prevention_title: str
    prevention: tuple[str, ...]
    back_button: str
    letter_button: str
    hand_over_button: str
    save_button: str
    details: DetailsView | None
    error: str


class PlanPresenter(WithDetails):
    """What a finger can do on the plan. `save` appends the visit to its case, then shows what will be sent.

    A tick says that a step was done here, and on which day; it is kept with the case and never sent. A test is done
    when its result is in the case, so a tap on it leads there: a tick without a result would hide that it is missing.
    """

    def __init__(self, desk: Desk, show: Callable[[PlanView], None], go: Callable[[Way], None]) -> None:
        self._desk = desk
        self._show = show
        self._go = go
        self._english: tuple[KnowledgeBase | None, dict[str, str]] = (None, {})

    def open(self) -> None:
        self._desk.stand_on(Screen.PLAN)
        self._draw()

    def tick(self, text: str) -> None:
        """Tick a line that is done, or take its tick back."""
        case_id = self._desk.visit.draft.case_id
        ticks = self._desk.store.plan_ticks
        step = self._step(text)
        try:
            if step in ticks.of(case_id):
                ticks.take_back(case_id, step)
            else:
                ticks.put(case_id, step, self._desk.clock.now())
        except HandwiseError as error:
            self._draw(in_words(error))
        else:
            self._draw()

    def press_test(self, text: str) -> None:
        """Go to where the test's result is entered, or corrected; tick a test that has none to enter."""
        item = self._desk.item_of_test(text) or next(iter(self._codes(text)), None)
        if item is None:
            self.tick(text)
            return
        error = self._desk.ask(item, self._go)
        if error:
            self._draw(error)

    def show_sources(self) -> None:
        """Lay over the screen what each line of the plan rests on."""
        self._lay_over(lambda: plan_details(self._desk))

    def save(self) -> None:
        error = self._desk.save()
        if error:
            self._draw(error)
        else:
            self._go(Way.SENT_PREVIEW)

    def back(self) -> None:
        if not self._has_closed_details():
            self._desk.to_result(self._go)

    def letter(self) -> None:
        self._go(Way.LETTER)

    def hand_over(self) -> None:
        self._go(Way.HAND_OVER)

    def lock(self) -> None:
        self._go(Way.LOCK)

    def _draw(self, error: str = "") -> None:
        visit = self._desk.visit
        assessment = visit.assessment
        plan = assessment.plan
        ticks = self._desk.store.plan_ticks.of(visit.draft.case_id)
        tests = tuple(self._test(test, ticks) for test in self._tests(assessment))
        done = sum(test.is_done for test in tests)
        self._show(
            PlanView(
                app_bar=self._desk.app_bar(title=say("Plan"), under_title=self._under_title(assessment)),
                badge=badge_of(assessment.disposition.value),
                tests_title=say("Tests, in this order"),
                tests_done=say("{done} of {all} done", done=done, all=len(tests)) if tests else "",
                sources_button=say("Sources"),
                tests=tests,
                care_title=say("Care now"),
                care=tuple(self._care(step.text, ticks) for step in plan.management),
                do_not_title=say("Do not"),
                do_not=tuple(_without_do_not(step.text) for step in plan.do_not),
                follow_up_title=say("Follow-up"),
                follow_up=self._follow_up(assessment),
                reconsider_title=say("Think again if"),
                reconsider=self._reconsider(assessment),
                parents_title=say("Tell the parents"),
                parents=plan.parents,
                prevention_title=say("To prevent it"),
                prevention=tuple(step.text for step in plan.prevention),
                back_button=say("Result"),
                letter_button=say("Letter"),
                hand_over_button=say("Hand over"),
                save_button=say("Save visit"),
                details=self._details,
                error=error or visit.error,
            )
        )

    def _under_title(self, assessment: Assessment) -> str:
        visit = self._desk.visit
        parts = [visit.title, visit.under_title]
        if assessment.differential and assessment.fits:
            first = assessment.differential[0]
            band = band_in_words(*first.interval)
            name = lower_first(self._desk.words.condition(first.condition))
            word = say(VERDICTS[first.verdict.value])
            # Translators: as in "cellulitis likely, 50–80%".
            parts.append(say("{condition} {word}, {band}", condition=name, word=word, band=band))
        return " · ".join(part for part in parts if part)

    def _tests(self, assessment: Assessment) -> list[NextTest]:
        """Return the tests to do, after those of the leading condition's plan that are done already."""
        to_do = list(assessment.next_tests)
        listed = {test.test for test in to_do}
        plan = self._desk.knowledge.plans.get(assessment.differential[0].condition) if assessment.differential else None
        done: dict[str, NextTest] = {}
        for test in plan.tests if plan else ():
            if test.text not in listed and self._desk.is_done(test.text):
                # A film that has answered needs no second one: of two lines that it answers the first stands.
                line = NextTest(test.text, test.why, test.evidence.sources, is_available=True)
                done.setdefault(self._results(test.text), line)
        return [*done.values(), *to_do]

    def _test(self, test: NextTest, ticks: Mapping[str, datetime]) -> PlanTestView:
        definition = self._desk.test_definition(test.test)
        has_result = definition is not None and bool(definition.findings)
        done_on = self._done_on(test.test, ticks)
        is_done = self._desk.is_done(test.test) if has_result else bool(done_on)
        needs_something = definition is not None and definition.resource is not None
        here = say("Here") if test.is_available and needs_something and not is_done else ""
        why = test.why if not is_done else self._results(test.test) if has_result else done_on
        return PlanTestView(test.test, why, is_done, here, has_result)

    def _care(self, text: str, ticks: Mapping[str, datetime]) -> PlanStepView:
        done = self._done_on(text, ticks)
        return PlanStepView(text, done, bool(done))

    def _done_on(self, text: str, ticks: Mapping[str, datetime]) -> str:
        moment = ticks.get(self._step(text))
        now = self._desk.clock.now()
        return say("Done {when}", when=moment_in_words(moment, now)) if moment is not None else ""

    def _step(self, text: str) -> str:
        """Return what a line of the plan is called in the store: its English sentence."""
        knowledge = self._desk.knowledge
        if self._english[0] is not knowledge:
            self._english = (knowledge, in_english(knowledge, self._desk.english_book))
        return self._english[1].get(text, text)

    def _codes(self, text: str) -> list[str]:
        """Return the answers that a test's result consists of, as far as they are known."""
        definition = self._desk.test_definition(text)
        answers = self._desk.visit.answers
        codes = [
            code
            for finding in (definition.findings if definition else ())
            for code in self._desk.interview.codes_of(finding)
            if self._desk.interview.is_known(code, answers)
        ]
        return list(dict.fromkeys(codes))

    def _results(self, text: str) -> str:
        answers = self._desk.visit.answers
        return " · ".join(self._desk.words.statement(code, answers[code]) for code in self._codes(text))

    def _follow_up(self, assessment: Assessment) -> tuple[FollowUpView, ...]:
        visit = self._desk.visit
        day = visit.day or 0
        condition = self._working(assessment)
        began = began_on(condition, visit.before.entries) if condition else None
        today = self._desk.clock.now().date()
        checks = checks_to_come(
            self._desk.knowledge, condition, assessment.plan.follow_up, 0 if began is None else day - began
        )
        return tuple(
            FollowUpView(
                check.when if check.in_days is None else date_in_words(today, check.in_days),
                capitalised(check.do),
                check.expect,
                is_next=place == 0,
            )
            for place, check in enumerate(checks)
        )

    def _reconsider(self, assessment: Assessment) -> tuple[str, ...]:
        # Without follow-up (an emergency, or another condition's plan) there is nothing to think again about later.
        plan = self._desk.knowledge.plans.get(self._working(assessment) or "")
        return reconsider(plan) if assessment.plan.follow_up else ()

    def _working(self, assessment: Assessment) -> str | None:
        return working_condition(
            self._desk.knowledge, {row.condition: row.probability for row in assessment.differential}
        )


def _without_do_not(text: str) -> str:
    """The card says "Do not" above its lines."""
    start, rest = text[:7], text[7:]
    return rest if start == "Do not " else text
