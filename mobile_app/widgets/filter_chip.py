"""A filter that is on or off: a pill with a word, and a tick when it is on."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.press import Pressable


class FilterChip(Pressable, BoxLayout):
    """One filter. The tick tells it as well as the colour does."""

    value = StringProperty("")
    text = StringProperty("")
    is_chosen = BooleanProperty(False)


load_kv(__file__)
