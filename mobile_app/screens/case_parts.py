"""The parts of a case at the start of its screen: visits, size of the lump, photos, answers.

Where there is room they stand one under another; a compact tablet shows the one that was chosen.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty

from mobile_app.screens.case_answer import CaseAnswerRow
from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets import choice, photo_strip, size_chart, timeline  # noqa: F401 (names used by kv)
from mobile_app.widgets.layouts import Column


class CasePart(Column):
    """One part; it reads the screen's view by itself."""

    screen = ObjectProperty(rebind=True)


class CaseVisits(CasePart):
    """The timeline."""


class CaseSize(CasePart):
    """The chart; it takes no room where no width was measured."""


class CasePhotos(CasePart):
    """The strip of photos and the way to add one."""


class CaseAnswers(CasePart):
    """Every answer as it stands, with the way to correct it."""

    def make_answer(self, item: Any) -> CaseAnswerRow:
        """Return one answer."""
        return CaseAnswerRow(item=item, on_correct=lambda _row: self.screen.presenter.correct(item.code))


PARTS: dict[str, type[CasePart]] = {
    "visits": CaseVisits,
    "size": CaseSize,
    "photos": CasePhotos,
    "answers": CaseAnswers,
}


class CasePlace(Column):
    """Holds the parts that are shown now."""

    screen = ObjectProperty(rebind=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._shown: tuple[str, ...] = ()
        theme.bind(is_compact=self._arrange)

    def on_screen(self, *_: object) -> None:
        """Follow what the screen shows."""
        self.screen.fbind("view", self._arrange)
        self._arrange()

    def _arrange(self, *_: object) -> None:
        if self.screen is None:
            return
        chosen = tuple(part.value for part in self.screen.view.parts if part.is_chosen)
        shown = chosen if theme.is_compact else tuple(PARTS)
        if shown == self._shown:
            return
        self._shown = shown
        self.clear_widgets()
        for name in shown:
            self.add_widget(PARTS[name](screen=self.screen))


load_kv(__file__)
