"""The window: shows the screen that the flow names, passes taps and keys on, locks, and keeps time.

What a tap means is decided by the presenters; this file only joins them to Kivy. The settings must be imported before
anything of Kivy, hence the first import.
"""

from __future__ import annotations

from mobile_app.theme import kivy_settings  # noqa: F401 (before the first import of Kivy)

# isort: split
import gc
import logging
import os
import threading
from collections.abc import Callable
from typing import Any, Protocol

from kivy.app import App
from kivy.base import ExceptionHandler, ExceptionManager
from kivy.clock import Clock, mainthread
from kivy.graphics import Fbo
from kivy.input import MotionEvent
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from mobile_app.bootstrap import Tablet, build_tablet
from mobile_app.locked_ports import Preferences
from mobile_app.navigation import LOCKED_SCREENS, Screen
from mobile_app.presenters.background import InBackground, Result
from mobile_app.presenters.flow import Flow, Show, View
from mobile_app.screens.base import AppScreen
from mobile_app.screens.beside_the_pin_pad import BesideThePinPad, GetReady
from mobile_app.screens.registry import screen_class
from mobile_app.theme.theme import theme
from mobile_app.widgets.forgetting import Broom, forget_words
from mobile_app.widgets.keyboard import KeyboardFocus
from mobile_app.widgets.pace import Pace

log = logging.getLogger("handwise.app")


class FlowSource(Protocol):
    """Who gives the flow: a `Tablet`."""

    def flow(self, show: Show, in_background: InBackground) -> Flow: ...


class HandwiseApp(App):
    """The tablet app over one `Tablet`."""

    title = "Handwise"

    def __init__(self, tablet: FlowSource, get_ready: GetReady | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._tablet = tablet
        self._beside = None if get_ready is None else BesideThePinPad(get_ready)
        self._screens: dict[Screen, AppScreen] = {}
        self._behind: dict[Screen, AppScreen] = {}
        """The second of its kind, where the next view is laid out while the screen in front still shows its own."""
        self._awaited: View = None
        """The view that was made ready last, until it comes or another one does."""
        self._unseen: Fbo | None = None
        self._focus = KeyboardFocus()
        self._broom = Broom()
        self._pace = Pace()
        self.stage = BoxLayout()
        self.flow: Flow | None = None

    @property
    def screen(self) -> AppScreen:
        """The screen in front."""
        front: AppScreen = self.stage.children[0]
        return front

    @property
    def front(self) -> Widget:
        """What can be touched: details that lie over the screen, otherwise the stage."""
        return self.screen.sheet or self.stage

    def build(self) -> BoxLayout:
        """Join the flow to the window and show its first screen."""
        from kivy.core.window import Window  # noqa: PLC0415 (opens the window)

        Window.clearcolor = theme.ground
        Window.softinput_mode = "below_target"
        Window.bind(on_resize=self._fit, on_key_down=self._key, on_touch_down=self._touched, on_touch_up=self._lifted)
        theme.fit_window(*Window.size)
        self.flow = self._tablet.flow(self.show, in_background)
        self.flow.manner.worn_by(_wear)
        self._second = Clock.schedule_interval(self._tick, 1)
        self._handler = OneSentence(self)
        ExceptionManager.add_handler(self._handler)
        self.flow.start()
        if self._beside is not None:
            self._beside.start_after_the_first_frame(Window)
        return self.stage

    def show(self, screen: Screen, view: View) -> None:
        """Draw a view, and bring its screen to the front."""
        assert self.flow is not None
        drawn = self._ready(screen, view) or self._screens.get(screen)
        presenter = self.flow.presenter(screen)
        if drawn is None:
            drawn = self._screens[screen] = self._made(screen, view)
        else:
            drawn.presenter = presenter
            drawn.view = view
        if drawn.sheet is not None:
            self._focus.clear()
        if drawn.parent is not self.stage:
            self._focus.clear()
            self.stage.clear_widgets()
            self.stage.add_widget(drawn)
        if not self.flow.is_locked and LOCKED_SCREENS.issuperset(self._screens.keys() - {screen}):
            self._broom.begin()
        if self.flow.is_locked and not LOCKED_SCREENS.issuperset(self._screens):
            # No widget of a locked tablet may still hold a patient's words.
            self._screens = {screen: drawn}
            self._behind.clear()
            self._awaited = None
            forget_words()

    def make_ready(self, screen: Screen, view: View) -> None:
        """Lay a view out that may come next, behind what is in front. `show` brings it forward if just it comes."""
        assert self.flow is not None
        drawn = self._screens.get(screen)
        if drawn is None:
            drawn = self._screens[screen] = self._made(screen, view)
        elif drawn.parent is not None:
            if screen not in self._behind:
                self._behind[screen] = self._made(screen, view)
            drawn = self._behind[screen]
        drawn.presenter = self.flow.presenter(screen)
        drawn.view = self._awaited = view
        drawn.pos, drawn.size = self.stage.pos, self.stage.size
        # In the next frame, when its layouts have come to rest.
        Clock.schedule_once(lambda _elapsed: self._draw_unseen(drawn))

    def _draw_unseen(self, drawn: AppScreen) -> None:
        """Draw a screen where nobody sees it: Kivy makes pictures of words, and sends shapes to the renderer, then."""
        if drawn.parent is not None:
            return
        if self._unseen is None:
            self._unseen = Fbo(size=(1, 1))
        self._unseen.add(drawn.canvas)
        self._unseen.draw()
        self._unseen.remove(drawn.canvas)

    def _ready(self, screen: Screen, view: View) -> AppScreen | None:
        """Return the screen behind, as the new front, if it was made ready with just this view."""
        behind, awaited = self._behind.get(screen), self._awaited
        self._awaited = None
        if behind is None or behind.view is not awaited or awaited != view:
            return None
        before = self._screens[screen]
        self._behind[screen], self._screens[screen] = before, behind
        behind.come_after(before)
        return behind

    def _made(self, screen: Screen, view: View) -> AppScreen:
        assert self.flow is not None
        made: AppScreen = screen_class(screen)(view=view, presenter=self.flow.presenter(screen))
        made.make_ready = self.make_ready
        return made

    def on_pause(self) -> bool:
        """Lock when another app comes to the front; the draft is on disk already."""
        self._lock()
        return True

    def on_stop(self) -> None:
        """Lock, and let go of the window."""
        from kivy.core.window import Window  # noqa: PLC0415

        self._lock()
        if self._beside is not None:
            self._beside.stop()
        self._broom.stop()
        self._pace.stop()
        Clock.unschedule(self._second)
        ExceptionManager.remove_handler(self._handler)
        Window.unbind(on_resize=self._fit, on_key_down=self._key, on_touch_down=self._touched, on_touch_up=self._lifted)

    def tell_unforeseen(self) -> None:
        """Say in one sentence that something went wrong; everything that was saved is kept."""
        from mobile_app.presenters.unforeseen import unforeseen_view
        from mobile_app.widgets.unforeseen import UnforeseenNotice

        UnforeseenNotice.show_over(self.stage, unforeseen_view())

    def _lock(self) -> None:
        if self.flow is not None:
            self.flow.lock()

    def _tick(self, _elapsed: float) -> None:
        if self.flow is not None:
            self.flow.tick()

    def _touched(self, _window: Any, _touch: MotionEvent) -> bool:
        self._focus.clear()
        self._note_touch()
        return False

    def _lifted(self, _window: Any, _touch: MotionEvent) -> bool:
        # What a finger has pushed rolls on for a while.
        self._pace.touched()
        return False

    def _fit(self, _window: Any, width: float, height: float) -> None:
        theme.fit_window(width, height)

    def _key(self, window: Any, code: int, _scancode: int, character: str | None, modifiers: list[str]) -> bool:
        self._note_touch()
        if any(getattr(widget, "is_typing", False) for widget in self.stage.walk(restrict=True)):
            return False
        name = window._system_keyboard.keycode_to_string(code)
        if name == "tab" and "shift" in modifiers:
            name = "shift tab"
        if name == "escape":
            # Also the back key of Android; it never leaves the app.
            self._go_back()
            return True
        if self.screen.sheet is None:
            if name == "backspace":
                return self.screen.type_key("delete")
            if character and self.screen.type_key(character):
                return True
        return self._focus.handle(self.front, name)

    def _note_touch(self) -> None:
        self._broom.touched()
        self._pace.touched()
        if self._beside is not None:
            self._beside.touched()
        if self.flow is not None:
            self.flow.touched()

    def _go_back(self) -> None:
        """Do what the arrow of the app bar does, where there is one."""
        if self.flow is not None:
            back = getattr(self.flow.presenter(self.flow.screen), "back", None)
            if back is not None:
                back()


class OneSentence(ExceptionHandler):
    """The last resort: one sentence instead of a traceback, which could carry a patient's data."""

    def __init__(self, app: HandwiseApp) -> None:
        super().__init__()
        self._app = app

    def handle_exception(self, exception: BaseException) -> int:
        """Go on after telling; developers see the traceback with HANDWISE_DEBUG."""
        if os.environ.get("HANDWISE_DEBUG") or isinstance(exception, KeyboardInterrupt):
            return int(ExceptionManager.RAISE)
        log.error("unforeseen %s", type(exception).__name__)
        self._app.tell_unforeseen()
        return int(ExceptionManager.PASS)


def in_background(work: Callable[[], Result], done: Callable[[Result], None]) -> None:
    """Run `work` in a thread of its own, then `done` with its result on the window's thread."""
    finish = mainthread(done)
    threading.Thread(target=lambda: finish(work()), name="handwise", daemon=True).start()


def _wear(preferences: Preferences) -> None:
    theme.speak(preferences.language)
    theme.is_large = preferences.is_large
    theme.less_motion = preferences.less_motion


def run(tablet: Tablet | None = None) -> None:
    """Open the window and run until it is closed."""
    # Until the first frame nothing is thrown away, so nothing need be searched for garbage.
    gc.disable()
    try:
        source = tablet or build_tablet()
        HandwiseApp(source, source.get_ready).run()
    finally:
        gc.enable()
