"""How far the questions have come: answered, now, at least so many more, perhaps so many more. Never a per cent."""

from __future__ import annotations

from typing import Any

from kivy.metrics import dp
from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import BoxLayout, MirroredDrawing

MOST_PILLS = 14
"""More questions than these, or than there is room for beside the words, are one plain bar with the same words."""
PILL_DP, BETWEEN_PILLS_DP = 26, 6
PLAIN_BAR_DP = 280


class Pill(Widget):
    """One question: `kind` is `answered`, `now`, `least` or `perhaps`."""

    kind = StringProperty("perhaps")


class PlainProgress(MirroredDrawing):
    """The bar that stands for many questions."""

    share = ObjectProperty(0.0)


class ProgressPills(BoxLayout):
    """Draws a `ProgressView`."""

    view = ObjectProperty(None, allownone=True, rebind=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("view", self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        pills = self.ids.get("pills")
        if self.view is None or pills is None:
            return
        view = self.view
        total = view.answered + 1 + view.at_least + view.perhaps
        room = self._room()
        if total > MOST_PILLS or total * dp(PILL_DP) + (total - 1) * dp(BETWEEN_PILLS_DP) > room:
            self._show_plain(pills, view.answered / total, min(dp(PLAIN_BAR_DP), room))
            return
        kinds = ["answered"] * view.answered + ["now"] + ["least"] * view.at_least + ["perhaps"] * view.perhaps
        if any(isinstance(child, PlainProgress) for child in pills.children):
            pills.clear_widgets()
        # From one question to the next hardly a pill changes, and making one costs far more than telling it its kind.
        for surplus in pills.children[: max(0, len(pills.children) - total)]:
            pills.remove_widget(surplus)
        for pill, kind in zip(reversed(pills.children), kinds, strict=False):
            pill.kind = kind
        for kind in kinds[len(pills.children) :]:
            pills.add_widget(Pill(kind=kind))

    def _room(self) -> float:
        """Return the width that the words leave."""
        room = self.width - self.ids.number.width - self.ids.words.width - 2 * self.spacing
        return max(float(room), dp(2 * PILL_DP))

    def _show_plain(self, pills: Any, share: float, width: float) -> None:
        if [type(child) for child in pills.children] != [PlainProgress]:
            pills.clear_widgets()
            pills.add_widget(PlainProgress())
        pills.children[0].share, pills.children[0].width = share, width

    def on_kv_post(self, _base: Widget) -> None:
        """Fill once the rule has made the place for the pills, and again when there is more or less room."""
        self._fill()
        self.fbind("width", self._fill)
        for words in (self.ids.number, self.ids.words):
            words.fbind("width", self._fill)


load_kv(__file__)
