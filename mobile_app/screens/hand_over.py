"""The case as QR codes for another tablet: the code as large as fits, its number, and what it gives away."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock

from mobile_app.presenters.hand_over import SECONDS_A_CODE
from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets import choice, qr_code  # noqa: F401 (names used by kv)
from mobile_app.widgets.notices import IconLine


class HandOverScreen(AppScreen):
    """The code at the start, number and choices at the end."""

    def __init__(self, **kwargs: Any) -> None:
        self._turning: Any = None
        super().__init__(**kwargs)
        self.fbind("view", self._turn)
        self.fbind("parent", self._turn)
        self._turn()

    def _turn(self, *_: object) -> None:
        """Let codes follow each other while the view says so and the screen is in front."""
        is_turning = self.view is not None and self.view.is_running and self.parent is not None
        if is_turning and self._turning is None:
            self._turning = Clock.schedule_interval(lambda _: self.presenter.advance(), SECONDS_A_CODE)
        elif not is_turning and self._turning is not None:
            self._turning.cancel()
            self._turning = None

    def make_limit(self, text: str) -> IconLine:
        """Return one line of what the codes give away."""
        return IconLine(icon="info", text=text)


load_kv(__file__)
