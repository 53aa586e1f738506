"""The running tablet without a window: one presenter for each screen, joined by the map of `navigation.py`.

A window gives `show(screen, view)` and calls the methods of `flow.presenter(screen)`, or of the typed attributes
`flow.unlock`, `flow.home` and so on. The demo and the tests do exactly the same.

    locked      set-up and unlock: made here, quick to load, because somebody waits for them
    unlocked    everything else: a `Session`, loaded and made when the store opens; locking drops it, and with it
                everything that it had read

To add a screen of the unlocked tablet, add it to `session.Screens`; `flow` has it from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from mobile_app.locked_ports import LOCK_TIMES_S, PreferencesStore
from mobile_app.navigation import Screen, Way, next_screen
from mobile_app.presenters.background import InBackground, at_once
from mobile_app.presenters.manner import Manner
from mobile_app.presenters.unlock import UnlockPresenter
from shared.errors import HandwiseError

if TYPE_CHECKING:
    from mobile_app.ports.backups import Backups
    from mobile_app.ports.store import CaseStore
    from mobile_app.ports.vault import Vault
    from mobile_app.presenters.forgotten_pin import ForgottenPinPresenter
    from mobile_app.presenters.restore import RestorePresenter
    from mobile_app.presenters.session import Screens, Session, SessionParts
    from mobile_app.presenters.set_up import SetUpPresenter
else:
    # At run time the screens of an open store come from its session; see `__getattr__`.
    Screens = object

View = object
"""What any screen shows: the frozen view of its presenter's module."""

Show = Callable[[Screen, View], None]
"""Bring a screen to the front and draw its view."""

IDLE_LIMIT_S = 120.0
"""A tablet that nobody touches for so long locks by itself, unless the clinic chose another time; every answer is on
disk already."""

_STANDS_STILL = frozenset(
    {
        Screen.MEASUREMENT,
        Screen.NEW_CASE,
        Screen.OUTCOME,
        Screen.SET_UP,
        Screen.CONNECT,
        Screen.UNLOCK,
        Screen.RESTORE,
        Screen.FORGOTTEN_PIN,
        Screen.RECOVERY_CODE,
        Screen.BACKUP,
    }
)
"""Screens on which somebody types: news from elsewhere does not draw them again."""

_SHOWS_NEWS = frozenset({Screen.HOME, Screen.SEARCH, Screen.CASE, Screen.SETTINGS})
"""Screens that a sync draws again. It starts by itself, so nowhere else: a finger on its way must find its button."""

_SHOWS_A_CASE = frozenset(
    {
        Screen.DANGER_SIGNS,
        Screen.QUESTION,
        Screen.MEASUREMENT,
        Screen.RESULT,
        Screen.EMERGENCY,
        Screen.PLAN,
        Screen.OUTCOME,
        Screen.SENT_PREVIEW,
        Screen.LETTER,
        Screen.HAND_OVER,
        Screen.PHOTO,
        Screen.ADD_PHOTO,
        Screen.WITHDRAW,
        Screen.REPLY,
    }
)
"""Screens that hold something of a case; when it is withdrawn, they give way to the case, which says so."""

SomeView = TypeVar("SomeView", bound=View)


class Presenter(Protocol):
    """What every presenter can do; the rest is between it and its screen."""

    def open(self) -> None:
        """Show the screen as things stand."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What the flow is built from. `for_session` is asked when a store has been opened, not before: it loads a lot."""

    vault: Vault
    backups: Backups
    preferences: PreferencesStore
    for_session: Callable[[], SessionParts]
    seconds: Callable[[], float] = time.monotonic
    in_background: InBackground = at_once


class Flow(Screens):
    """Owns the presenters and the case in hand. `start` shows set-up on a new tablet, otherwise unlock."""

    def __init__(self, parts: Parts, show: Show) -> None:
        self._flow_parts = parts
        self._show = show
        self._screen = Screen.UNLOCK
        self._store: CaseStore | None = None
        self._session: Session | None = None
        self._touched_at = parts.seconds()
        self.manner = Manner(parts.preferences, self._speak)

    @cached_property
    def unlock(self) -> UnlockPresenter:
        vault = self._flow_parts.vault
        return UnlockPresenter(vault, self.manner, self._drawer(Screen.UNLOCK), self._opened, self._go)

    @cached_property
    def set_up(self) -> SetUpPresenter:
        # Needed once in a tablet's life.
        from mobile_app.presenters.set_up import SetUpPresenter

        vault = self._flow_parts.vault
        return SetUpPresenter(vault, self.manner, self._drawer(Screen.SET_UP), self._set_up_done, self._go)

    @cached_property
    def forgotten_pin(self) -> ForgottenPinPresenter:
        from mobile_app.presenters.forgotten_pin import ForgottenPinPresenter

        vault = self._flow_parts.vault
        return ForgottenPinPresenter(vault, self._drawer(Screen.FORGOTTEN_PIN), self._opened, self._go)

    @cached_property
    def restore(self) -> RestorePresenter:
        from mobile_app.presenters.restore import RestorePresenter

        parts = self._flow_parts
        drawer = self._drawer(Screen.RESTORE)
        # Leaving leads to where the tablet stands: a new one to set-up, any other to unlock.
        return RestorePresenter(
            parts.vault, parts.backups, parts.in_background, drawer, self._opened, lambda _way: self.start()
        )

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Return the presenter of an unlocked screen: they exist only while the store is open."""
            session = self.__dict__.get("_session")
            if session is None or name not in set(Screen):
                raise AttributeError(name)
            return getattr(session, name)

    @property
    def screen(self) -> Screen:
        """The screen in front."""
        return self._screen

    @property
    def is_locked(self) -> bool:
        return self._store is None

    @property
    def store(self) -> CaseStore | None:
        """The open store, or None while the tablet is locked."""
        return self._store

    def presenter(self, screen: Screen) -> Presenter:
        """Return the presenter of a screen. Those of unlocked screens exist only while the store is open."""
        found: Presenter = getattr(self, screen.value)
        return found

    def start(self) -> None:
        try:
            is_new = not self._flow_parts.vault.users()
        except HandwiseError:
            # What is damaged must not look like a new tablet: the unlock screen says what is wrong.
            is_new = False
        self._enter(Screen.SET_UP if is_new else Screen.UNLOCK)

    def lock(self) -> None:
        """Close the store at once; every answer is already on disk."""
        if self._store is not None:
            self._close()
            self._enter(Screen.UNLOCK)

    def touched(self) -> None:
        """Somebody touches the tablet: the time to locking by itself starts again."""
        self._touched_at = self._flow_parts.seconds()

    def tick(self) -> None:
        """Called once a second: counts a wrong PIN's delay down, locks a tablet that nobody touches."""
        if self._screen is Screen.UNLOCK:
            self.unlock.tick()
        elif not self.is_locked and self._is_left_alone():
            self.lock()
        elif self._session is not None and self._session.tick() and self._screen is Screen.HOME:
            self.refresh()

    def _is_left_alone(self) -> bool:
        """Tell whether nobody has touched the tablet for so long that it locks."""
        quiet_s = self._flow_parts.seconds() - self._touched_at
        # What the clinic chose stands in the file, which is not asked every second for nothing.
        return quiet_s >= min(LOCK_TIMES_S) and quiet_s >= self._idle_limit_s()

    def _idle_limit_s(self) -> float:
        """Return how long nobody need touch the tablet: what this clinic chose."""
        try:
            return self._store.settings.read().lock_after_s if self._store is not None else IDLE_LIMIT_S
        except HandwiseError:
            return IDLE_LIMIT_S

    def refresh(self) -> None:
        """Draw the screen in front again, for example after a sync. A number being typed is not disturbed."""
        if self._screen not in _STANDS_STILL:
            self.presenter(self._screen).open()

    def _speak(self) -> None:
        """Show the screen in front in the language that has been chosen, with what is being typed still there."""
        if self._session is not None:
            self._session.speak(self._flow_parts.for_session())
        presenter = self.presenter(self._screen)
        # Where somebody types, opening would begin again.
        getattr(presenter, "redraw", presenter.open)()

    def _set_up_done(self, store: CaseStore) -> None:
        self._opened(store, is_set_up=True)

    def _opened(self, store: CaseStore, *, is_set_up: bool = False) -> None:
        """Make the unlocked app over an open store.

        Raises:
            KnowledgeError, StoreUnusable: the store is closed again; whoever unlocked says why.
        """
        from mobile_app.presenters.session import Links, Session

        self._store = store
        try:
            links = Links(
                self._draw,
                self._go,
                self._sync_changed,
                self._news_changed,
                self.touched,
                self._flow_parts.vault,
                self.manner,
                self._flow_parts.backups,
            )
            self._session = Session(store, self._flow_parts.for_session(), links)
            self.touched()
            if is_set_up:
                self._session.recovery_code.is_set_up = True
            self._enter(Screen.RECOVERY_CODE if is_set_up else Screen.HOME)
            self._session.start()
        except HandwiseError:
            self._close()
            raise

    def _close(self) -> None:
        store, session = self._store, self._session
        self._store = self._session = None
        if session is not None:
            session.stop()
        if store is not None:
            store.close()

    def _go(self, way: Way) -> None:
        screen = next_screen(self._screen, way)
        if way is Way.LOCK:
            self.lock()
        else:
            self._enter(screen)

    def _enter(self, screen: Screen) -> None:
        self._screen = screen
        self.presenter(screen).open()

    def _sync_changed(self) -> None:
        if self._session is not None:
            if self._screen in _SHOWS_A_CASE and self._session.case_was_withdrawn:
                self._enter(Screen.CASE)
            elif self._screen in _SHOWS_NEWS:
                self.refresh()
            # Another tablet may still assess under the old version.
            self._session.start()

    def _news_changed(self) -> None:
        if self._screen in (Screen.HOME, Screen.KNOWLEDGE_CHANGES, Screen.SEARCH):
            self.refresh()

    def _draw(self, screen: Screen, view: View) -> None:
        self._screen = screen
        self._show(screen, view)

    def _drawer(self, screen: Screen) -> Callable[[SomeView], None]:
        def draw(view: SomeView) -> None:
            self._draw(screen, view)

        return draw
