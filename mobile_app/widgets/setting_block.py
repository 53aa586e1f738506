"""One thing to set, with its label above it: one of a few, any of a few, a text, or names in a list that grows."""

from __future__ import annotations

from typing import Any

from kivy.properties import ObjectProperty

from mobile_app.theme.theme import load_kv
from mobile_app.widgets import choice, field  # noqa: F401 (names used by kv)
from mobile_app.widgets.answers import SecondAnswer
from mobile_app.widgets.chip import RemovableChip
from mobile_app.widgets.layouts import Column


class SettingBlock(Column):
    """Draws a `SettingView` and tells `presenter` what a finger did."""

    item = ObjectProperty(rebind=True)
    presenter = ObjectProperty()


class OneOfAFew(SettingBlock):
    """Joined cells; one is chosen."""


class AnyOfAFew(SettingBlock):
    """Cells of their own; each is ticked or not."""

    def make_option(self, option: Any) -> SecondAnswer:
        """Return the cell of one option."""
        icon = "tick" if option.is_chosen else ""
        cell = SecondAnswer(value=option.value, text=option.label, is_chosen=option.is_chosen, icon=icon)
        cell.bind(on_release=lambda _cell: self.presenter.choose(self.item.setting, option.value))
        return cell


class OneText(SettingBlock):
    """A field."""


class GrowingNames(SettingBlock):
    """Chips that a tap takes away, and a field with a button for one more."""

    def make_name(self, option: Any) -> RemovableChip:
        """Return the chip of one name."""
        chip = RemovableChip(text=option.label)
        chip.bind(on_release=lambda _chip: self.presenter.remove(option.value))
        return chip


_BLOCKS = {"one": OneOfAFew, "several": AnyOfAFew, "text": OneText, "names": GrowingNames}


class SettingList(Column):
    """The things of one section. While these are the same their blocks stay, so that a field keeps what is typed."""

    items = ObjectProperty(())
    presenter = ObjectProperty()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("items", self._fill)
        self.fbind("presenter", self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        if self.presenter is None:
            return
        blocks = list(reversed(self.children))
        if [block.item.setting for block in blocks] != [item.setting for item in self.items]:
            self.clear_widgets()
            for item in self.items:
                self.add_widget(_BLOCKS[item.kind](item=item, presenter=self.presenter))
            return
        for block, item in zip(blocks, self.items, strict=True):
            block.presenter = self.presenter
            block.item = item


load_kv(__file__)
