"""Start: a new case, drafts to resume, the coordinator's answers, recent cases, and where the sync stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobile_app.presenters.frame import AppBarView, BadgeView, SyncBarView, SyncSign


@dataclass(frozen=True, slots=True)
class DraftRowView:
    """A draft to go on with. Every answer is kept."""

    draft_id: str
    title: str
    detail: str
    button: str


@dataclass(frozen=True, slots=True)
class CoordinatorAnswerView:
    """The coordinator's newest answer on one case."""

    case_id: str
    title: str
    quote: str
    button: str


@dataclass(frozen=True, slots=True)
class CaseRowView:
    """One recent case. `limb` is `hand` or `foot`, for the icon; `differs` where answers differ."""

    case_id: str
    name: str
    who: str
    line: str
    limb: str
    badge: BadgeView | None
    sync_sign: SyncSign
    sync_word: str
    differs: bool


@dataclass(frozen=True, slots=True)
class HomeView:
    """The start screen. `empty_title` and `empty_line` are empty unless there is no case at all."""

    app_bar: AppBarView
    new_case: str
    drafts: tuple[DraftRowView, ...]
    answers: tuple[CoordinatorAnswerView, ...]
    recent_title: str
    recent_count: str
    recent: tuple[CaseRowView, ...]
    empty_title: str
    empty_line: str
    sync_bar: SyncBarView
    error: str


class HomePresenter:
    """What a finger can do on the start screen. `press_sync` is the sync bar's button, whatever it says."""

    def __init__(self, show: Callable[[HomeView], None]) -> None:
        self._show = show

    def open(self) -> None: ...

    def new_case(self) -> None: ...

    def resume(self, draft_id: str) -> None: ...

    def discard(self, draft_id: str) -> None: ...

    def open_case(self, case_id: str) -> None: ...

    def press_sync(self) -> None: ...

    def lock(self) -> None: ...
