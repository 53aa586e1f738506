"""Backups: when the last one was made, where the next one goes, and the recovery code that opens them.

Also here, on a tablet that was restored from one: what the tablet before it had written and the server still lacks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mobile_app.locked_ports import BackupMade
from mobile_app.navigation import Way
from mobile_app.ports.backups import Backups, FormerTablet
from mobile_app.ports.vault import Vault
from mobile_app.presenters.background import InBackground
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import AppBarView, LineView
from mobile_app.presenters.places import place_tiles
from mobile_app.presenters.steps import FieldView, NoteView, TileView
from mobile_app.presenters.wording import capitalised, count_of, in_words, moment_in_words, say
from shared.errors import HandwiseError

OTHER_FOLDER = "folder"
FORMER_CODE = "former_code"


@dataclass(frozen=True, slots=True)
class BackupView:
    """Places at the start; the last backup, the recovery code and a former tablet at the end. Empty: not there."""

    app_bar: AppBarView
    title: str
    hint: str
    places: tuple[TileView, ...]
    folder: FieldView
    button: str
    can_back_up: bool
    is_busy: bool
    done: str
    error: str
    last_title: str
    last: tuple[LineView, ...]
    last_note: str
    code_title: str
    code_note: NoteView
    code_button: str
    former_title: str
    former_note: str
    former_code: FieldView | None
    former_button: str
    can_connect_former: bool


class BackupPresenter:
    """What a finger can do on the backup screen."""

    def __init__(
        self,
        desk: Desk,
        vault: Vault,
        backups: Backups,
        in_background: InBackground,
        show: Callable[[BackupView], None],
        go: Callable[[Way], None],
    ) -> None:
        self._desk = desk
        self._vault = vault
        self._backups = backups
        self._in_background = in_background
        self._show = show
        self._go = go
        self._is_busy = self._is_in_front = False
        self._chosen = self._folder = self._code = ""
        self._made: BackupMade | None = None

    def open(self) -> None:
        self._is_in_front = True
        places = [place.folder for place in self._backups.places()]
        if self._chosen not in places:
            self._chosen = places[0] if places else ""
        self._draw()

    def choose(self, folder: str) -> None:
        """Choose where the backup goes."""
        self._chosen, self._folder = folder, ""
        self._draw()

    def type_field(self, name: str, text: str) -> None:
        if name == OTHER_FOLDER:
            self._folder = text
        else:
            self._code = text[:64]
        self._draw()

    def back_up(self) -> None:
        """Write a backup; the clinician goes on meanwhile."""
        if not self._can_back_up():
            return
        folder, store = self._where(), self._desk.store

        def write() -> BackupMade | HandwiseError:
            try:
                return self._backups.write(store, folder)
            except HandwiseError as error:
                return error

        self._is_busy, self._made = True, None
        self._draw()
        self._in_background(write, self._finish)

    def make_code(self) -> None:
        self._leave(Way.RECOVERY_CODE)

    def connect_former(self) -> None:
        """Let the server take what the former tablet had not sent."""
        if not self._code.strip():
            return
        try:
            self._desk.sync.enrol_former(self._code.strip())
        except HandwiseError as error:
            self._draw(in_words(error))
            return
        self._code = ""
        self._draw()
        self._desk.sync.start()

    def back(self) -> None:
        self._leave(Way.BACK)

    def lock(self) -> None:
        self._leave(Way.LOCK)

    def _leave(self, way: Way) -> None:
        self._is_in_front, self._made = False, None
        self._go(way)

    def _finish(self, result: BackupMade | HandwiseError) -> None:
        self._is_busy = False
        error = ""
        if isinstance(result, HandwiseError):
            error = in_words(result)
        else:
            self._made = result
        if self._is_in_front:
            self._draw(error)

    def _where(self) -> str:
        return self._folder.strip() or self._chosen

    def _can_back_up(self) -> bool:
        return bool(self._where()) and not self._is_busy and self._vault.has_recovery_code()

    def _draw(self, error: str = "") -> None:
        desk, has_code = self._desk, self._vault.has_recovery_code()
        former = desk.store.former_tablets()
        needs_code = desk.sync.is_enrolled and any(one.needs_code for one in former)
        self._show(
            BackupView(
                app_bar=desk.plain_app_bar(say("Backup"), say("An encrypted copy of everything on this tablet")),
                title=say("Make a backup"),
                hint=self._hint(),
                places=place_tiles(self._backups.places(), "" if self._folder.strip() else self._chosen),
                folder=FieldView(OTHER_FOLDER, say("Or another folder"), self._folder),
                button=say("Writing and checking") if self._is_busy else say("Back up now"),
                can_back_up=self._can_back_up(),
                is_busy=self._is_busy,
                done=self._done_in_words(),
                error=error,
                last_title=say("Last backup"),
                last=self._last(),
                last_note=self._last_note(),
                code_title=say("Recovery code"),
                code_note=NoteView("routine", say("A backup opens with the code on paper, on any tablet."))
                if has_code
                else NoteView("emergency", say("There is no recovery code yet. A backup needs one.")),
                code_button=say("Make a new code") if has_code else say("Make a recovery code"),
                former_title=say("Tablet before this one") if former else "",
                former_note=self._former_in_words(former),
                former_code=FieldView(FORMER_CODE, say("Code from the coordinator, for that tablet"), self._code)
                if needs_code
                else None,
                former_button=say("Send its cases") if needs_code else "",
                can_connect_former=bool(self._code.strip()),
            )
        )

    def _hint(self) -> str:
        hint = say("One file with every case, photo and setting. Keep it away from the tablet.")
        chosen = [place for place in self._backups.places() if place.folder == self._where()]
        if not self._where() or (chosen and not chosen[0].others_see_names):
            return hint
        # The name of the file says when it was made; of a folder that was typed nothing is known.
        return " ".join((hint, say("Others can see there that it exists, and its date. Nobody can open it.")))

    def _done_in_words(self) -> str:
        if self._made is None:
            return ""
        return count_of(
            self._made.cases,
            "The backup is written and checked: {count} case, {name}.",
            "The backup is written and checked: {count} cases, {name}.",
            name=self._made.name,
        )

    def _last(self) -> tuple[LineView, ...]:
        last = self._backups.last(self._desk.store)
        if last is None:
            return ()
        when = capitalised(moment_in_words(last.made_at, self._desk.clock.now()))
        return (
            LineView(say("Made"), when),
            LineView(say("Holds"), count_of(last.cases, "{count} case", "{count} cases")),
        )

    def _last_note(self) -> str:
        last = self._backups.last(self._desk.store)
        return (
            say("None yet. If this tablet is lost, what was not sent is lost with it.") if last is None else last.name
        )

    def _former_in_words(self, former: Sequence[FormerTablet]) -> str:
        if not former:
            return ""
        waiting = sum(one.waiting for one in former)
        if waiting:
            return count_of(
                waiting,
                "{count} entry of it has not reached the server yet. It is kept here.",
                "{count} entries of it have not reached the server yet. They are kept here.",
            )
        if any(one.has_gone_on for one in former):
            return say("It has been used since the backup. Both tablets can go on; each sends its own cases.")
        return say("The server has everything that it had written.")
