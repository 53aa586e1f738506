"""What is sent of a saved entry, before the next sync sends it: every value in plain words, and what stays here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.presenters.frame import AppBarView, LineView


@dataclass(frozen=True, slots=True)
class SentPreviewView:
    """`lines` are all values that leave; nothing is summarised. `send_button` is empty where nothing waits."""

    app_bar: AppBarView
    leaves_title: str
    leaves_hint: str
    size: str
    lines: tuple[LineView, ...]
    conclusion: tuple[str, ...]
    stays_title: str
    stays: tuple[LineView, ...]
    limits_title: str
    limits: tuple[str, ...]
    back_button: str
    send_button: str
    done_button: str
    error: str


class SentPreviewPresenter:
    """What a finger can do on the preview. `send` starts a sync; `done` goes home and leaves it for later."""

    def __init__(self, show: Callable[[SentPreviewView], None]) -> None:
        self._show = show

    def open(self) -> None: ...

    def send(self) -> None: ...

    def done(self) -> None: ...

    def back(self) -> None: ...

    def lock(self) -> None: ...
