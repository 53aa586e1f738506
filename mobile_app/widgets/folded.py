"""A side panel folded into one row, where the text is large or the window small. A tap opens and closes it."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.press import Pressable


class FoldedPanel(Pressable, BoxLayout):
    """The row."""

    icon = StringProperty("")
    text = StringProperty("")
    is_open = BooleanProperty(False)


load_kv(__file__)
