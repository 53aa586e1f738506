"""Details over a screen: what a chip weighs, and what a question, a result or a plan rests on.

The screen below stays as it is, with every answer. `back` closes the details first, so Escape never leaves the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.presenters.citations import SourceView
from mobile_app.presenters.wording import say, translation_note


@dataclass(frozen=True, slots=True)
class DetailsView:
    """A title, sentences under it, and sources. `sources` may be empty; then `sources_title` is too."""

    title: str
    sentences: tuple[str, ...]
    sources_title: str
    sources: tuple[SourceView, ...]
    note: str
    close_button: str


def details(title: str, sentences: tuple[str, ...], sources: tuple[SourceView, ...]) -> DetailsView:
    """Return the details to show. Without a source it is said that there is none."""
    said = tuple(sentence for sentence in sentences if sentence)
    return DetailsView(
        title=title,
        sentences=said if sources else (*said, say("Expert judgement")),
        sources_title=say("Sources") if sources else "",
        sources=sources,
        note=translation_note(),
        close_button=say("Close"),
    )


class WithDetails:
    """A presenter over whose screen details can lie. They are made anew at every drawing: the language may change."""

    _made_by: Callable[[], DetailsView] | None = None

    def close_details(self) -> None:
        self._made_by = None
        self._draw()

    def _draw(self) -> None:
        raise NotImplementedError

    @property
    def _details(self) -> DetailsView | None:
        return self._made_by() if self._made_by is not None else None

    def _lay_over(self, make: Callable[[], DetailsView]) -> None:
        self._made_by = make
        self._draw()

    def _has_closed_details(self) -> bool:
        """Close the details if they lie over the screen, and tell whether they did."""
        if self._made_by is None:
            return False
        self.close_details()
        return True
