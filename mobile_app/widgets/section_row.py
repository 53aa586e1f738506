"""A row of the settings: what it is about, and how it stands now."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.press import Pressable


class SectionRow(Pressable, BoxLayout):
    """Draws a `SectionView`: chosen as a filled row, leading away with an arrow."""

    item = ObjectProperty(rebind=True)


load_kv(__file__)
