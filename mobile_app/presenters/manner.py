"""How the tablet speaks and looks, and changing that while it runs, unlocked or not.

    finger ──▶ change ──▶ language ──▶ whoever wears it (the theme) ──▶ drawn again, with the same draft ──▶ file

It is worn before it is written: a tablet that is too full to write it down speaks the language all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mobile_app import language
from mobile_app.locked_ports import DIGITS, Preferences, PreferencesStore
from mobile_app.presenters.frame import ChoiceView
from mobile_app.presenters.wording import in_words, say
from shared.errors import HandwiseError

PutOn = Callable[[Preferences], None]


class Manner:
    """The preferences in force. `redraw` shows the screen in front again, in the new words."""

    def __init__(self, store: PreferencesStore, redraw: Callable[[], None]) -> None:
        self._store = store
        self._redraw = redraw
        self._wearers: list[PutOn] = []
        self.now = store.read()
        language.use(self.now.language, self.now.digits)

    def worn_by(self, put_on: PutOn) -> None:
        """Tell somebody what is in force, now and after each change, before anything is drawn again."""
        self._wearers.append(put_on)
        put_on(self.now)

    def speak(self, code: str) -> str:
        """Speak another language from now on. Return an error sentence, or nothing."""
        return self._change(language=language.language_of(code).code)

    def write(self, *, is_large: bool) -> str:
        """Write larger, or as usual."""
        return self._change(is_large=is_large)

    def move(self, *, less_motion: bool) -> str:
        """Show without movement, or as usual."""
        return self._change(less_motion=less_motion)

    def count_in(self, digits: str) -> str:
        """Write the digits of running text in one of `DIGITS`."""
        return self._change(digits=digits) if digits in DIGITS else ""

    def _change(self, **changed: Any) -> str:
        wanted = replace(self.now, **changed)
        if wanted == self.now:
            return ""
        self.now = wanted
        language.use(wanted.language, wanted.digits)
        for put_on in self._wearers:
            put_on(wanted)
        self._redraw()
        try:
            self._store.keep(wanted)
        except HandwiseError as error:
            return in_words(error)
        return ""

    # --- in words -----------------------------------------------------------------------------------------------------

    @property
    def language_name(self) -> str:
        """The language in use, as its speakers call it."""
        return language.current().own_name

    def languages(self) -> tuple[ChoiceView, ...]:
        """Return the languages to choose from, each by its own name."""
        code = language.current().code
        return tuple(ChoiceView(one.code, one.own_name, one.code == code) for one in language.offered())

    def sizes(self) -> tuple[ChoiceView, ...]:
        """Return the text sizes: `normal` and `large`."""
        is_large = self.now.is_large
        return (ChoiceView("normal", say("Normal"), not is_large), ChoiceView("large", say("Large"), is_large))
