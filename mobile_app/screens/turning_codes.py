"""A screen on which codes follow each other while its view says so and it is in front."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock

from mobile_app.presenters.code_series import SECONDS_A_CODE
from mobile_app.screens.base import AppScreen


class TurningCodesScreen(AppScreen):
    """A screen whose presenter can `advance`, and whose view says whether it `is_running`."""

    def __init__(self, **kwargs: Any) -> None:
        self._turning: Any = None
        super().__init__(**kwargs)
        self.fbind("view", self._turn)
        self.fbind("parent", self._turn)
        self._turn()

    def _turn(self, *_: object) -> None:
        is_turning = self.view is not None and self.view.is_running and self.parent is not None
        if is_turning and self._turning is None:
            self._turning = Clock.schedule_interval(lambda _: self.presenter.advance(), SECONDS_A_CODE)
        elif not is_turning and self._turning is not None:
            self._turning.cancel()
            self._turning = None
