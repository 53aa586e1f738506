"""A source of the knowledge: its citation, its grade, and what rests on it."""

from __future__ import annotations

from kivy.properties import ObjectProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import Column


class SourceRow(Column):
    """Draws a `SourceView`."""

    item = ObjectProperty(rebind=True)


load_kv(__file__)
