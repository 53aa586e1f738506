"""The cards beside the ranking: the test to do next, the question that would tell most now, what else to think of."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.surface import Card


class _NextCard(Card):
    """`on_act` when its button is tapped."""

    item = ObjectProperty(rebind=True)

    __events__ = ("on_act",)

    def on_act(self) -> None:
        """Tell that the button was tapped."""


class NextTestCard(_NextCard):
    """The test, why, and whether it can be done here."""


class NextQuestionCard(_NextCard):
    """The question."""


class ConsideredCard(Card):
    """A condition that is not ranked: its name and clues, and below them who says so."""

    item = ObjectProperty(rebind=True)


load_kv(__file__)
