"""One question a screen: what is asked, why, how to find out, and answers that never lean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mobile_app.navigation import Way
from mobile_app.presenters.answers import UNANSWERED, YES_NO, regions_of
from mobile_app.presenters.asked_item import AskedItemPresenter
from mobile_app.presenters.citations import EXPERT
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.details import DetailsView
from mobile_app.presenters.frame import AppBarView, ChoiceView, ProgressView
from mobile_app.presenters.reasons import question_details, sources_of
from mobile_app.presenters.wording import count_of, phrase, say
from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue
from shared.knowledge.model import FindingDefinition, FindingKind

KINDS = {
    FindingKind.HISTORY: phrase("History"),
    FindingKind.EXAM: phrase("Examination"),
    FindingKind.LAB: phrase("Laboratory"),
    FindingKind.IMAGING: phrase("Imaging"),
}


@dataclass(frozen=True, slots=True)
class HowToStepView:
    """One numbered step of how to find out; `lead` is set bold before `text` and may be empty."""

    lead: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """`answers` are yes and no (`is_binary`) or one row for each state; `second_answers` stand below them."""

    app_bar: AppBarView
    finding: str
    progress: ProgressView
    kind: str
    question: str
    detail: str
    is_binary: bool
    answers: tuple[ChoiceView, ...]
    second_answers: tuple[ChoiceView, ...]
    why_title: str
    why: str
    how_title: str
    how_to: tuple[HowToStepView, ...]
    picture_region: str
    picture_side: str
    sources: str
    """How many there are; a tap shows them. Empty where the knowledge has no figures."""
    details: DetailsView | None
    back_button: str
    skip_button: str
    result_button: str
    error: str


class QuestionPresenter(AskedItemPresenter):
    """What a finger can do on a question. `answer` takes the value of any of the choices."""

    def __init__(self, desk: Desk, show: Callable[[QuestionView], None], go: Callable[[Way], None]) -> None:
        super().__init__(desk, go)
        self._show = show

    def open(self) -> None:
        self._draw()

    def show_sources(self) -> None:
        """Lay what the question rests on over the screen."""
        code = self._code
        if code in self._desk.knowledge.findings:
            self._lay_over(lambda: question_details(self._desk, self._desk.knowledge.findings[code]))

    def answer(self, value: str) -> None:
        answers = self._answers_of(value)
        if answers:
            self._draw_if(self._desk.give(answers, self._go))

    def _answers_of(self, value: str) -> Mapping[str, AnswerValue]:
        is_offered = any(choice.value == value for choice in self._choices())
        return {self._code: _to_answer(value)} if is_offered else {}

    def _choices(self) -> tuple[ChoiceView, ...]:
        return (*self._answers(), *self._second_answers())

    def _answers(self) -> tuple[ChoiceView, ...]:
        finding = self._desk.knowledge.findings.get(self._code)
        if finding is None or finding.is_binary:
            return (self._choice("yes", say("Yes")), self._choice("no", say("No")))
        return tuple(self._choice(state, finding.state_labels.get(state, state)) for state in finding.states)

    def _second_answers(self) -> tuple[ChoiceView, ...]:
        return (self._choice(UNKNOWN, say("Don't know")), self._choice(NOT_POSSIBLE, say("Not possible here")))

    def _choice(self, value: str, label: str) -> ChoiceView:
        given = self._desk.visit.draft.answers.get(self._code)
        said = YES_NO[given] if isinstance(given, bool) else given
        return ChoiceView(value, label, said == value)

    def _draw(self, error: str = "") -> None:
        visit = self._desk.visit
        knowledge = self._desk.knowledge
        finding = knowledge.findings.get(self._code)
        regions = regions_of(visit.answers)
        is_correction = self._is_correction
        self._show(
            QuestionView(
                app_bar=self._desk.app_bar(),
                finding=self._code,
                progress=self._desk.interview.progress(visit),
                kind=say(KINDS[finding.kind]) if finding else say("Danger sign"),
                question=finding.ask if finding else knowledge.inputs[self._code].ask,
                detail=_join(finding.detail if finding else "", last_time(self._desk, self._code)),
                is_binary=finding is None or finding.is_binary,
                answers=self._answers(),
                second_answers=self._second_answers(),
                why_title=say("Why we ask this now"),
                why=finding.why
                if finding
                else say("A danger sign is not clear yet. The answer decides how urgent it is."),
                how_title=say("How to find out"),
                how_to=tuple(_step(text) for text in finding.how_to) if finding else (),
                picture_region=regions[0] if regions else "",
                picture_side=str(visit.answers.get("side", "")),
                sources=_sources(finding),
                details=self._details,
                back_button=say("Back"),
                skip_button="" if is_correction else say("Skip for now"),
                result_button="" if is_correction else say("Result so far"),
                error=error or visit.error,
            )
        )


def last_time(desk: Desk, code: str) -> str:
    """Return what an earlier visit knew, or nothing."""
    visit = desk.visit
    if visit.earlier.agreed.get(code, UNKNOWN) not in UNANSWERED:
        return say("Last time: {value}.", value=desk.words.value(code, visit.earlier.agreed[code]))
    for item in visit.earlier.disagreements:
        if item.code == code:
            values = " / ".join(desk.words.value(code, value) for value in item.values)
            return say("Answers so far: {values}.", values=values)
    return ""


def _to_answer(value: str) -> AnswerValue:
    return {"yes": True, "no": False}.get(value, value)


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _step(text: str) -> HowToStepView:
    # A step begins with its lead: "Look. Needle mark or darker skin."
    lead, stop, rest = text.partition(". ")
    return HowToStepView(lead + ".", rest) if stop else HowToStepView("", text)


def _sources(finding: FindingDefinition | None) -> str:
    if finding is None:
        return ""
    named = sources_of(finding) - {EXPERT}
    return count_of(len(named), "{count} source", "{count} sources") if named else say("Expert judgement")
