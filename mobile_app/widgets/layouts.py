"""Layouts: as high as what they hold, so that larger text makes them grow; and mirrored where one reads from the right.

Every layout of the tablet comes from here, in Python by import and in kv by its name: `BoxLayout`, `GridLayout`,
`StackLayout` and `AnchorLayout` are Kivy's, but in a right-to-left language they lay their children out as in a mirror,
paddings and `pos_hint` included. So a screen is written once, from the start (left) to the end (right), and asks
nothing about direction:

- things side by side: `Row` (or a horizontal BoxLayout); the first child stands at the start, the last at the end;
- things going on in the next line: `Flow`; columns of one width: `Grid`;
- `halign: "left"` of a text means its start, "right" its end; the text roles turn it round themselves;
- what must not turn (a number pad, a map, a time axis) says `mirrors: False`;
- what draws on its own canvas stands on `MirroredDrawing`, or asks `mirrored_x`.

Icons that point along the reading direction (`back`, `onward`) turn by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any
from weakref import WeakSet

from kivy.factory import Factory
from kivy.graphics import BindTexture, Color, InstructionGroup, Rectangle
from kivy.graphics.texture import Texture
from kivy.metrics import dp
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty
from kivy.uix.anchorlayout import AnchorLayout as KivyAnchorLayout
from kivy.uix.boxlayout import BoxLayout as KivyBoxLayout
from kivy.uix.gridlayout import GridLayout as KivyGridLayout
from kivy.uix.scrollview import ScrollView
from kivy.uix.stacklayout import StackLayout as KivyStackLayout
from kivy.uix.widget import Widget

from mobile_app.theme.theme import load_kv, theme

_mirroring: WeakSet[Any] = WeakSet()


class _Mirrors:
    """Stands before a Kivy layout: `is_mirrored` says whether its children are to be laid out from the right."""

    mirrors = BooleanProperty(True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        _mirroring.add(self)

    @property
    def is_mirrored(self) -> bool:
        """Whether the children stand as in a mirror."""
        return bool(theme.is_rtl and self.mirrors)

    def on_touch_down(self, touch: Any) -> bool:
        """Let a finger through what cannot be seen.

        What is hidden has no height, but its children reach out of it over what stands above; switched off, they would
        keep every touch for themselves.
        """
        return bool(self.opacity and super().on_touch_down(touch))  # type: ignore[attr-defined,misc]


class BoxLayout(_Mirrors, KivyBoxLayout):
    """Kivy's, mirrored."""

    def _iterate_layout(self, sizes: Any) -> Iterator[tuple[int, float, float, float, float]]:
        places = super()._iterate_layout(sizes)
        return _turned(self, places) if self.is_mirrored else places


class GridLayout(_Mirrors, KivyGridLayout):
    """Kivy's, mirrored."""

    def _iterate_layout(self, count: int) -> Iterator[tuple[int, float, float, float, float]]:
        places = super()._iterate_layout(count)
        return _turned(self, places) if self.is_mirrored else places


class StackLayout(_Mirrors, KivyStackLayout):
    """Kivy's, mirrored."""

    def do_layout(self, *args: Any) -> None:
        """Fill the lines from the other side."""
        orientation = "rl-tb" if self.is_mirrored else "lr-tb"
        if self.property("orientation").get(self) != orientation:
            self.property("orientation").set(self, orientation)
        super().do_layout(*args)


class AnchorLayout(_Mirrors, KivyAnchorLayout):
    """Kivy's, mirrored."""

    def do_layout(self, *args: Any) -> None:
        """Anchor at the other side."""
        super().do_layout(*args)
        if self.is_mirrored:
            for child in self.children:
                child.x = mirrored_x(self, child.x, child.width)


def _turned(layout: Any, places: Any) -> Iterator[tuple[int, float, float, float, float]]:
    for index, x, y, width, height in places:
        yield index, mirrored_x(layout, x, width), y, width, height


def mirrored_x(widget: Any, x: float, width: float = 0) -> float:
    """Return where something at `x`, so wide, stands in `widget` in the current language."""
    return float(2 * widget.x + widget.width - x - width) if theme.is_rtl else x


def _lay_out_again(*_: object) -> None:
    for layout in _mirroring:
        layout._trigger_layout()


theme.bind(is_rtl=_lay_out_again)
for _layout in (BoxLayout, GridLayout, StackLayout, AnchorLayout):
    # kv finds a class by its name; Kivy has registered its own under these names.
    Factory.unregister(_layout.__name__)
    Factory.register(_layout.__name__, cls=_layout)


class MirroredDrawing(Widget):
    """What is drawn on its own canvas from the start to the end; the whole drawing turns. It holds no text."""


class Column(BoxLayout):
    """Things one under another."""


class Row(BoxLayout):
    """Things side by side from the start to the end, as high as the highest."""


class Flow(StackLayout):
    """Things side by side that go on in the next line."""


class Grid(GridLayout):
    """Things in columns of one width, as high as they need."""


class Spacer(Widget):
    """Takes the room that is left."""


class Hairline(Widget):
    """A line between rows: decoration only."""


FADE_DP = 36
"""So high the last lines fade where more lies below."""


@cache
def _fading() -> Texture:
    """Return a white that is full at its foot and gone at its top."""
    steps = 16
    texture = Texture.create(size=(1, steps), colorfmt="rgba")
    rows = (255 - round(255 * step / (steps - 1)) for step in range(steps))
    texture.blit_buffer(b"".join(bytes((255, 255, 255, row)) for row in rows), colorfmt="rgba", bufferfmt="ubyte")
    return texture


class Scroll(ScrollView):
    """Content that may be higher than its place; scrolls up and down, by whole pixels, so that text stays sharp.

    It clips only while there is something to clip: a stencil costs a software renderer a quarter of a frame. Where more
    lies below, its last lines fade into `ground`, and the bar beside it can always be seen.
    """

    ground = ColorProperty("#FFFFFF")
    overhang = NumericProperty(0)
    """So much of what lies below is drawn outside this."""

    def __init__(self, **kwargs: Any) -> None:
        self._is_clipping = True
        self._stencil_on, self._stencil_off = InstructionGroup(), InstructionGroup()
        self._more_below = InstructionGroup()
        super().__init__(**kwargs)
        self._own_stencil()
        self.canvas.after.add(self._more_below)
        self.do_scroll_x = False
        self.fbind("height", self._need)
        self.fbind("viewport_size", self._need)
        for name in ("pos", "size", "viewport_size", "scroll_y", "do_scroll_y", "ground", "overhang"):
            self.fbind(name, self._hint)

    def _need(self, *_: object) -> None:
        # Without need there is nothing to scroll, and a tap is answered at once instead of being watched for a drag.
        self.do_scroll_y = self.viewport_size[1] > self.height + 1
        self._clip(self.do_scroll_y)

    def _hint(self, *_: object) -> None:
        """Say that more lies below."""
        self._more_below.clear()
        below = self.scroll_y * (self.viewport_size[1] - self.height)
        if not self.do_scroll_y or below < 1:
            return
        self._more_below.add(Color(*self.ground))
        # A bar that stands inside is left free.
        width = self.width - (self.bar_width + dp(4) if self.bar_margin >= 0 else 0)
        height = min(dp(FADE_DP), below + dp(8)) + self.overhang
        place = mirrored_x(self, self.x, width), self.y - self.overhang
        self._more_below.add(Rectangle(texture=_fading(), pos=place, size=(width, height)))

    def _clip(self, is_wanted: bool) -> None:
        if is_wanted == self._is_clipping:
            return
        self._is_clipping = is_wanted
        for canvas, stencil in ((self.canvas.before, self._stencil_on), (self.canvas.after, self._stencil_off)):
            if is_wanted:
                canvas.insert(0, stencil)
            else:
                canvas.remove(stencil)

    def _own_stencil(self) -> None:
        """Put Kivy's stencil into two groups that can be taken out; it begins both canvases."""
        for canvas, stencil in ((self.canvas.before, self._stencil_on), (self.canvas.after, self._stencil_off)):
            for instruction in [one for one in canvas.children if not isinstance(one, BindTexture)][:3]:
                canvas.remove(instruction)
                stencil.add(instruction)
            canvas.insert(0, stencil)

    def update_from_scroll(self, *args: Any) -> None:
        """Move the content to its place, rounded."""
        super().update_from_scroll(*args)
        x, y = self.g_translate.xy
        self.g_translate.xy = round(x), round(y)


class SideScroll(Scroll):
    """Cards one under another at the side. It clips a little outside itself, so that their shadows are not cut."""


load_kv(__file__)
