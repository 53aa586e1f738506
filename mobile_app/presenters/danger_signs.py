"""The danger signs on one screen. A yes that calls for action is acted on at once; an empty line is "cannot tell"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.navigation import Screen, Way
from mobile_app.presenters.danger_lines import NO, YES, answer_to, codes_after, signs_for
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView
from mobile_app.presenters.visit import Visit
from mobile_app.presenters.wording import count_of, say
from shared.case.entry import UNKNOWN, AnswerValue
from shared.knowledge.model import DangerSign


@dataclass(frozen=True, slots=True)
class DangerLineView:
    """One danger sign. `answer` is `yes`, `no` or empty; `note` says what a yes means where it does not act at once."""

    line_id: str
    title: str
    detail: str
    answer: str
    note: str


@dataclass(frozen=True, slots=True)
class DangerSignsView:
    """All lines. `fill_button` is empty when none is left; it is never the first button."""

    app_bar: AppBarView
    title: str
    hint: str
    answered: str
    lines: tuple[DangerLineView, ...]
    yes: str
    no: str
    back_button: str
    fill_button: str
    on_button: str
    error: str


class DangerSignsPresenter:
    """What a finger can do on the danger signs. Answering the chosen answer again empties the line."""

    def __init__(self, desk: Desk, show: Callable[[DangerSignsView], None], go: Callable[[Way], None]) -> None:
        self._desk = desk
        self._show = show
        self._go = go

    def open(self) -> None:
        self._desk.stand_on(Screen.DANGER_SIGNS)
        self._draw()

    def answer(self, line_id: str, answer: str) -> None:
        visit = self._desk.visit
        signs = self._signs()
        sign = next((sign for sign in signs if sign.id == line_id), None)
        if sign is None or answer not in (YES, NO):
            return
        was_emergency = visit.is_emergency
        given = {other.id: answer_to(other, visit.draft.answers) for other in signs}
        given[line_id] = "" if given[line_id] == answer else answer
        visit.put(codes_after(signs, given, sign))
        # What was raised before does not raise the screen a second time; a full disk does not keep it back.
        if visit.is_emergency and not was_emergency:
            self._go(Way.EMERGENCY)
        else:
            self._draw()

    def no_to_the_rest(self) -> None:
        visit = self._desk.visit
        signs = self._signs()
        given = {sign.id: answer_to(sign, visit.draft.answers) or NO for sign in signs}
        answers: dict[str, AnswerValue | None] = {}
        for sign in signs:
            if not answer_to(sign, visit.draft.answers):
                answers |= codes_after(signs, given, sign)
        visit.put(answers)
        self._draw()

    def go_on(self) -> None:
        visit = self._desk.visit
        if not visit.is_first:
            # What was "no" last time is not "no" today: a line left empty is unknown at this visit.
            earlier = visit.earlier.agreed
            empty = [sign for sign in self._signs() if not answer_to(sign, visit.draft.answers)]
            stale = {code for sign in empty for code in (*sign.yes, *sign.no) if code not in visit.draft.answers}
            if not visit.put(dict.fromkeys(sorted(stale & earlier.keys()), UNKNOWN)):
                self._draw()
                return
        if visit.is_emergency:
            self._go(Way.EMERGENCY)
        elif self._desk.ask_next(self._go):
            self._draw()

    def back(self) -> None:
        self._go(Way.BACK if self._desk.visit.is_first else Way.CASE)

    def lock(self) -> None:
        self._go(Way.LOCK)

    def _signs(self) -> tuple[DangerSign, ...]:
        return signs_for(self._desk.knowledge, self._desk.visit.answers)

    def _draw(self) -> None:
        visit = self._desk.visit
        signs = self._signs()
        lines = tuple(_line(sign, visit) for sign in signs)
        answered = sum(1 for line in lines if line.answer)
        left = len(lines) - answered
        self._show(
            DangerSignsView(
                app_bar=self._desk.app_bar(),
                title=say("Any danger sign now?"),
                hint=say("A yes is acted on at once. Leave a line empty if you cannot tell."),
                answered=say("{answered} of {all} answered", answered=answered, all=len(lines)),
                lines=lines,
                yes=say("Yes"),
                no=say("No"),
                back_button=say("Back") if visit.is_first else say("Case"),
                fill_button=count_of(left, "No to the {count} left empty", "No to the {count} left empty")
                if left
                else "",
                on_button=say("Questions"),
                error=visit.error,
            )
        )


def _line(sign: DangerSign, visit: Visit) -> DangerLineView:
    answer = answer_to(sign, visit.draft.answers)
    return DangerLineView(sign.id, sign.label, sign.hint, answer, sign.note if answer == YES else "")
