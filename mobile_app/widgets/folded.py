"""A side panel folded into one row, where the text is large or the window small. A tap opens and closes it."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.press import Pressable


class FoldedPanel(Pressable, BoxLayout):
    """The row."""

    icon = StringProperty("")
    text = StringProperty("")
    is_open = BooleanProperty(False)
    own_height = NumericProperty(52)
    """As high as its words need, for those who fold it away."""


load_kv(__file__)
