"""Encrypted copies of everything on the tablet, and getting it back from one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from mobile_app.locked_ports import BackupMade, BackupPlace, FoundBackup, UserAccount

if TYPE_CHECKING:
    # Nothing here is needed before a case is opened; the start stays light.
    from mobile_app.ports.store import CaseStore
    from shared.crypto.recovery_code import RecoveryCode


@dataclass(frozen=True, slots=True)
class FormerTablet:
    """A tablet whose backup was restored here. `waiting` counts its entries that the server lacks.

    `needs_code`: the server does not take them as things stand; the coordinator has to give a code for that tablet.
    """

    waiting: int
    needs_code: bool
    has_gone_on: bool


class Backups(Protocol):
    """Encrypted copies of everything on the tablet, and getting it back from one."""

    def places(self) -> Sequence[BackupPlace]:
        """Return where one can be written, sticks first."""
        ...

    def last(self, store: CaseStore) -> BackupMade | None: ...

    def write(self, store: CaseStore, folder: str) -> BackupMade:
        """Write one, check it, and note it. It takes seconds; what is saved meanwhile is not in it.

        Raises:
            BackupNotMade: no room, no right to write, or no recovery code yet. Older backups are untouched.
            Locked: the tablet was locked meanwhile.
        """
        ...

    def found(self) -> Sequence[FoundBackup]:
        """Return what lies in the places, the newest first."""
        ...

    def check(self, file: str) -> date:
        """Read a whole backup and return the day on which it was made.

        Raises:
            BackupUnusable: it is none, is damaged or belongs to a newer Handwise.
        """
        ...

    def check_code(self, file: str, code: RecoveryCode) -> None:
        """Raises:
        WrongRecoveryCode: the backup was made under another one.
        BackupUnusable: somebody changed the file.
        """
        ...

    def holds_cases(self) -> bool:
        """Tell whether something was set up on this tablet before, be it readable or not."""
        ...

    def restore(
        self, file: str, code: RecoveryCode, name: str, role: str, pin: str, *, put_aside: bool = False
    ) -> UserAccount:
        """Make this tablet hold what the backup holds, as a new device with one user.

        What was on the tablet before is refused, or with `put_aside` kept under another name; never overwritten.

        Raises:
            InvalidInput, WrongRecoveryCode, BackupUnusable, StoreUnusable, StoreFull: nothing was changed.
        """
        ...
