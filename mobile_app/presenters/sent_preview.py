"""What will be sent, before it is saved: every value in plain words, and what stays on the tablet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.presenters.frame import AppBarView, LineView


@dataclass(frozen=True, slots=True)
class SentPreviewView:
    """`lines` are all values that leave; nothing is summarised. `save_button` is empty for an entry already saved."""

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
    save_button: str
    error: str


class SentPreviewPresenter:
    """What a finger can do on the preview. `save` appends the visit to the case."""

    def __init__(self, show: Callable[[SentPreviewView], None]) -> None:
        self._show = show

    def open(self) -> None: ...

    def save(self) -> None: ...

    def back(self) -> None: ...

    def lock(self) -> None: ...
