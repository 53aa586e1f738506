"""What is forgotten when the tablet locks: texts that were kept so that they need not be set or measured again.

The screens themselves are dropped by the app. Their widgets point at each other, so they go when the collector runs;
that waits until the unlock screen has been drawn.
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
_AFTER_S = 0.5


def forget_words() -> None:
    """Drop every text and picture of a patient that is kept outside the screens, and collect the screens soon."""
    for kept in (kept_together, joined_letters, width_of):
        kept.cache_clear()
    for name in _KIVY_CACHES:
        if name in Cache._categories:
            Cache.remove(name)
    Clock.schedule_once(_collect, _AFTER_S)


def _collect(_elapsed: float) -> None:
    # The app keeps what is loaded out of the collector's sight while somebody works.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
