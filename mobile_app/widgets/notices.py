"""Lines that tell something: an error under its cause, an empty place, why we ask, a rule beside the ranking."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets.layouts import BoxLayout
from mobile_app.widgets.surface import Panel


class IconLine(BoxLayout):
    """An icon and a text beside it. Without a text it takes no room."""

    icon = StringProperty("")
    text = StringProperty("")
    ink = ColorProperty("#3A4C4A")
    icon_ink = ColorProperty(None, allownone=True)
    font_size = NumericProperty(16)
    bold = BooleanProperty(False)
    markup = BooleanProperty(False)
    icon_side = NumericProperty(20)


class ErrorLine(IconLine):
    """What went wrong and what to do, in red with an octagon."""


class EmptyState(BoxLayout):
    """Nothing here yet, and what comes next."""

    icon = StringProperty("routine")
    title = StringProperty("")
    line = StringProperty("")


class WhyPanel(Panel):
    """Why we ask this now: what the answer decides, not which answer is hoped for."""

    title = StringProperty("")
    text = StringProperty("")


class NoticePanel(Panel):
    """A soft block with an icon: `kind` is a meaning (same_day, message, routine, emergency)."""

    icon = StringProperty("info")
    title = StringProperty("")
    text = StringProperty("")
    ink = ColorProperty("#0F1F1E")
    title_size = NumericProperty(18)


load_kv(__file__)
