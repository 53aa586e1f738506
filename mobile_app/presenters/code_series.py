"""A series of QR codes, one after the other by themselves or by a finger: what hand-over and carrying share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from mobile_app.paper.qr import Modules, modules_of
from mobile_app.presenters.wording import say

SECONDS_A_CODE = 0.6
"""How long each stands while they follow each other: a camera needs some pictures of it."""


class CodeSeries:
    """The codes of one transfer, and which of them stands; empty until it begins."""

    def __init__(self) -> None:
        self.texts: tuple[str, ...] = ()
        self._codes: tuple[Modules, ...] = ()
        self._place = 0
        self.is_running = False

    def begin(self, texts: Sequence[str], *, runs: bool) -> None:
        """Show these from the first on; a single one has nothing to run to."""
        self.texts, self._place = tuple(texts), 0
        self._codes = modules_of(self.texts) if texts else ()
        self.is_running = runs and len(self._codes) > 1

    def end(self) -> None:
        """Show none any more."""
        self.begin((), runs=False)

    def __len__(self) -> int:
        return len(self._codes)

    def step(self, by: int) -> None:
        """Go so many codes on, or back; after the last comes the first."""
        if self._codes:
            self._place = (self._place + by) % len(self._codes)

    def run_or_stop(self) -> None:
        self.is_running = not self.is_running and len(self._codes) > 1

    @property
    def modules(self) -> Modules:
        """The code that stands; empty without one."""
        return self._codes[self._place] if self._codes else ()

    @property
    def number(self) -> str:
        """Return "3 of 12"; empty without a code."""
        return say("{number} of {count}", number=self._place + 1, count=len(self)) if self._codes else ""

    @property
    def buttons(self) -> tuple[str, str, str]:
        """Return the words of previous, next, and go on or stop; empty where there is one code or none."""
        if len(self) < 2:
            return "", "", ""
        return say("Previous"), say("Next"), say("Stop") if self.is_running else say("Go on by itself")


class ShowsCodes(ABC):
    """What a finger can do with a series; stands before a presenter."""

    _series: CodeSeries

    @property
    def texts(self) -> tuple[str, ...]:
        """What the codes say, in order: for a message where there is no camera."""
        return self._series.texts

    def next(self) -> None:
        self._series.is_running = False
        self.advance()

    def previous(self) -> None:
        self._series.is_running = False
        self._series.step(-1)
        self._draw()

    def advance(self) -> None:
        self._series.step(1)
        self._draw()

    def run_or_stop(self) -> None:
        self._series.run_or_stop()
        self._draw()

    @abstractmethod
    def _draw(self, error: str = "") -> None:
        """Show the screen as it stands now."""
