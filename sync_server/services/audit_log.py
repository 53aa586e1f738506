"""The audit log as a page shows it: the newest rows first, and whether the chain is whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from shared.sentence import Sentence, sentence
from sync_server.database import Database
from sync_server.repositories import audit as log
from sync_server.repositories import users
from sync_server.repositories.users import User
from sync_server.services import audit
from sync_server.services.links import JOINED, PARTED

ROWS = 100
_ACTORS = ("OPERATOR", "SOMEBODY")
_OF_THE_LOG = {
    word
    for name, word in vars(audit).items()
    if name.isupper() and name[0] != "_" and isinstance(word, str) and name not in _ACTORS
}
ACTIONS = tuple(sorted({*_OF_THE_LOG, PARTED, JOINED}))
"""Every word for something that is done."""
# Checking reads every row: one at a time is enough.
_CHECKING = Lock()


@dataclass(frozen=True, slots=True)
class AuditRowView:
    """A row. `actor` is as the log has it, `name` the user's name beside it, if it is a user's."""

    number: int
    on_day: str
    actor: str
    name: str
    action: str
    object: str


@dataclass(frozen=True, slots=True)
class AuditView:
    """A page of the log. `actors` (each with a name, or none) and `actions` can be chosen; from `older` it goes on."""

    rows: tuple[AuditRowView, ...]
    actors: tuple[tuple[str, str], ...]
    actions: tuple[str, ...]
    actor: str
    action: str
    older: int | None
    is_first: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking found: how many rows there are, and one sentence for each fault, ten at most."""

    rows: int
    says: Sentence
    faults: Sequence[Sentence]


@dataclass(frozen=True, slots=True)
class AuditLogService:
    """Shows the log and checks it. Both are themselves in the log."""

    database: Database

    def view(self, by: User, actor: str = "", action: str = "", before: int | None = None) -> AuditView:
        """Return a page of rows, of one actor or action if they are given."""
        with self.database.writing() as session:
            audit.record(session, audit.user(by.user_no), audit.SAW_SETTINGS, "audit log")
            rows = log.page(session, actor, action, before, ROWS + 1)
            names = {audit.user(number): name for number, name in users.names(session).items()}
        shown = tuple(
            AuditRowView(row.number, row.on_day, row.actor, names.get(row.actor, ""), row.action, row.object)
            for row in rows[:ROWS]
        )
        return AuditView(
            rows=shown,
            actors=(*names.items(), (audit.OPERATOR, ""), (audit.SOMEBODY, "")),
            actions=ACTIONS,
            actor=actor,
            action=action,
            older=shown[-1].number if len(rows) > ROWS else None,
            is_first=before is None,
        )

    def check(self, by: User) -> Checked:
        """Check every row against the one before it, as `handwise-server verify` does."""
        with _CHECKING, self.database.reading() as session:
            number, _ = log.last(session) or (0, b"")
            faults = [fault for fault, _ in zip(audit.broken(session), range(10), strict=False)]
        with self.database.writing() as session:
            audit.record(session, audit.user(by.user_no), audit.SAW_SETTINGS, "check of the audit log")
        if faults:
            return Checked(
                number, sentence("The log is not what was written. Keep the server as it is, and ask."), faults
            )
        return Checked(number, sentence("The chain is whole up to row {number}.", number=number), ())
