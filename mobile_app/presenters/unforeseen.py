"""What is said when something goes wrong that nobody foresaw: one sentence, and the way on."""

from __future__ import annotations

from dataclasses import dataclass

from mobile_app.presenters.wording import say


@dataclass(frozen=True, slots=True)
class UnforeseenView:
    """A sheet over the window."""

    sentence: str
    button: str


def unforeseen_view() -> UnforeseenView:
    """Return the words of the sheet."""
    return UnforeseenView(say("Something went wrong that we did not foresee. Everything saved is kept."), say("Go on"))
