"""A card of a given size whose content scrolls inside it when it is higher: larger text is never cut."""

from __future__ import annotations

from typing import Any

from kivy.metrics import dp
from kivy.properties import NumericProperty
from kivy.uix.widget import Widget

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import Column, Scroll
from mobile_app.widgets.surface import Card


class Pane(Card):
    """Children go into the scrolling column; it is at least as high as the card, so a `Spacer` works in it."""

    content_spacing = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        self._content: Column | None = None
        super().__init__(**kwargs)
        scroll = Scroll()
        content = Column()
        scroll.add_widget(content)
        super().add_widget(scroll)
        self._content = content

        def fit(*_: object) -> None:
            content.height = max(content.minimum_height, scroll.height)
            if content.minimum_height <= scroll.height:
                scroll.scroll_y = 1

        content.unbind(minimum_height=content.setter("height"))
        content.fbind("minimum_height", fit)
        content.fbind("height", fit)
        scroll.fbind("height", fit)
        self.fbind("content_spacing", content.setter("spacing"))

        # The bar of the scrolling stands in the margin, never over the text.
        def keep_margin(*_: object) -> None:
            content.padding = (0, 0, max(0, self.padding[0] - dp(3)), 0)

        self.fbind("padding", keep_margin)
        keep_margin()
        self.scroll, self.content = scroll, content

    def add_widget(self, widget: Widget, *args: Any, **kwargs: Any) -> None:
        """Add to the scrolling column."""
        if self._content is None:
            super().add_widget(widget, *args, **kwargs)
        else:
            self._content.add_widget(widget, *args, **kwargs)

    def clear_widgets(self, children: Any = None) -> None:
        """Clear the scrolling column."""
        if self._content is not None:
            self._content.clear_widgets(children)


load_kv(__file__)
