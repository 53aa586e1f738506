"""What is thrown away, and when: never in the middle of a tap.

    while the tablet is used    the collector looks at new objects only
    two seconds after a tap     it looks at everything that came since unlocking: screens that were left, old rows
    after locking               at everything: no widget of a patient stays

Looking through all that is loaded (the knowledge, the libraries) takes longer than several frames, so it is kept out of
sight (`gc.freeze`) until the tablet locks.
"""

from __future__ import annotations

import gc

from kivy.cache import Cache
from kivy.clock import Clock

from mobile_app.typesetting.ordering import joined_letters
from mobile_app.typesetting.pieces import kept_together
from mobile_app.widgets.text import width_of

_KIVY_CACHES = ("textinput.label", "textinput.width", "kv.image")
"""Kivy keeps what was typed, and what was shown as a picture, for a minute."""
_YOUNG, _MIDDLE, _OLD = 10_000, 20, 1000
"""How many new objects, and rounds, it takes until the collector looks by itself; the last never comes in practice."""
_QUIET_S = 2.0
_AFTER_LOCKING_S = 0.5


class Broom:
    """Throws away what is left of screens while nobody touches the tablet."""

    def __init__(self) -> None:
        self._sweep_soon = Clock.create_trigger(self._sweep, _QUIET_S)

    def begin(self) -> None:
        """The tablet has been unlocked: what is there now stays until it locks."""
        gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
        gc.freeze()

    def touched(self) -> None:
        """Somebody touches the tablet: not now."""
        self._sweep_soon.cancel()
        self._sweep_soon()

    def stop(self) -> None:
        """The app ends."""
        self._sweep_soon.cancel()

    def _sweep(self, _elapsed: float) -> None:
        gc.collect()


def forget_words() -> None:
    """Drop every text and picture of a patient that is kept outside the screens, and collect the screens soon."""
    _empty_the_caches()
    Clock.schedule_once(collect_all, _AFTER_LOCKING_S)


def collect_all(_elapsed: float = 0.0) -> None:
    """Let go of everything that nobody holds any more, and of what a screen kept while it went."""
    _empty_the_caches()
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _empty_the_caches() -> None:
    for kept in (kept_together, joined_letters, width_of):
        kept.cache_clear()
    for name in _KIVY_CACHES:
        if name in Cache._categories:
            Cache.remove(name)
