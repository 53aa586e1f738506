"""A question: what is asked, the answers in their place, why, and how to find out."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from mobile_app.screens.base import AppScreen, bold
from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets import folded, progress, still_figure  # noqa: F401 (names used by kv)
from mobile_app.widgets.answers import AnswerButton, PlainAnswer, SecondAnswer, StateAnswer
from mobile_app.widgets.body_drawing import INSETS, inset_kind
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.rows import NumberedStep
from mobile_app.widgets.surface import Surface

ANSWER_ICONS = {"yes": "tick", "no": "cross", "unknown": "unknown", "not_possible": "not_possible"}


class QuestionScreen(AppScreen):
    """The question and the answers at the start, the way to find out at the end."""

    is_tight = BooleanProperty(False)
    opened = StringProperty("")
    """Which of the two folded panels (`why` or `how`) is open with large text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._asked = self.view.finding
        self.fbind("view", self._fold)

    def _fold(self, *_: object) -> None:
        if self.view.finding != self._asked:
            self._asked, self.opened = self.view.finding, ""

    def come_after(self, before: AppScreen) -> None:
        """Stand scrolled as far as the question before."""
        for name in ("question_card", "how"):
            self.ids[name].scroll.scroll_y = before.ids[name].scroll.scroll_y

    def make_answer(self, item: Any) -> PlainAnswer:
        """Return the button of one answer: large for yes and no, a row for a state."""
        kind = AnswerButton if self.view.is_binary else StateAnswer
        return self._button(kind, item)

    def make_second(self, item: Any) -> PlainAnswer:
        """Return the button of a second answer."""
        return self._button(SecondAnswer, item)

    def make_step(self, item: Any) -> NumberedStep:
        """Return one numbered step of how to find out."""
        number = str(self.view.how_to.index(item) + 1)
        return NumberedStep(number=number, text=bold(item.lead, item.text))

    def renew_step(self, step: NumberedStep, item: Any) -> bool:
        """Let a step say what the same step of the next question is."""
        step.text = bold(item.lead, item.text)
        return True

    def renew_answer(self, button: PlainAnswer, item: Any) -> bool:
        """Let a button stand for an answer of the next question, if it is a button of that size."""
        if type(button) is not (AnswerButton if self.view.is_binary else StateAnswer):
            return False
        self._say(button, item)
        return True

    def renew_second(self, button: PlainAnswer, item: Any) -> bool:
        """Let a button stand for a second answer of the next question."""
        self._say(button, item)
        return True

    def type_key(self, character: str) -> bool:
        """Answer with 1 to 6, counted as the answers stand."""
        answers = (*self.view.answers, *self.view.second_answers)
        if character.isdigit() and 1 <= int(character) <= len(answers):
            self.presenter.answer(answers[int(character) - 1].value)
            return True
        return False

    @staticmethod
    def _say(button: PlainAnswer, item: Any) -> None:
        button.value, button.text, button.is_chosen = item.value, item.label, item.is_chosen
        button.icon = ANSWER_ICONS.get(item.value, "")

    def _button(self, kind: type[PlainAnswer], item: Any) -> PlainAnswer:
        icon = ANSWER_ICONS.get(item.value, "")
        button = kind(value=item.value, text=item.label, icon=icon, is_chosen=item.is_chosen)
        self.look_ahead_from(button, lambda: self.presenter.upcoming(button.value))
        button.bind(on_release=lambda button: self.presenter.answer(button.value))
        return button


class PictureBox(Surface, BoxLayout):
    """The place on the body, coloured, to look at."""

    view = ObjectProperty(rebind=True)
    figure = StringProperty("front")
    side = StringProperty("left")
    chosen = ObjectProperty(frozenset())

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("view", self._choose)
        theme.bind(is_compact=self._choose)
        self._choose()

    def _choose(self, *_: object) -> None:
        if self.view is None:
            return
        limb = inset_kind(self.view.picture_region)
        self.figure = INSETS[limb][0] if limb else "front"
        self.side = self.view.picture_side if self.view.picture_side in ("left", "right") else "left"
        self.chosen = frozenset({(self.view.picture_region, self.side)})


load_kv(__file__)
