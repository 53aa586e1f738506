"""Which class draws which screen. A screen's module, with its kv, is loaded when the screen is first shown."""

from __future__ import annotations

from importlib import import_module

from mobile_app.navigation import Screen
from mobile_app.screens.base import AppScreen


def screen_class(screen: Screen) -> type[AppScreen]:
    """Return the class of a screen: `new_case` is `NewCaseScreen` in `new_case.py`."""
    module = import_module(f"mobile_app.screens.{screen.value}")
    name = "".join(word.capitalize() for word in screen.value.split("_")) + "Screen"
    found: type[AppScreen] = getattr(module, name)
    return found
