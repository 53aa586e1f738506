"""A user to choose before unlocking: initials, name and role, and nothing of any patient."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.press import Pressable


class InitialsDisc(Widget):
    """The initials in a disc, filled when chosen."""

    initials = StringProperty("")
    is_chosen = BooleanProperty(False)
    side = NumericProperty(56)


class UserTile(Pressable, BoxLayout):
    """One tile."""

    item = ObjectProperty(rebind=True)


load_kv(__file__)
