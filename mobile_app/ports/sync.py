"""The sync as people see it: how it stands, and one exchange with the server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class SyncFault(StrEnum):
    """Why the last sync failed, as far as the screen shows it differently; the sentence says the rest."""

    NO_CONNECTION = "no_connection"
    REVOKED = "revoked"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SyncOverview:
    """What the sync bar says. Counts are cases, as people count; `failure` is a sentence, or empty without a fault.

    `repaired` and `differing` are entries: in so many the server's copy differed and was mended on the day of the last
    comparison, and in so many it still differs.
    """

    server_url: str
    """Empty before enrolment."""
    waiting: int
    not_accepted: int
    last_success: datetime | None
    failure: str = ""
    fault: SyncFault | None = None
    is_running: bool = False
    repaired: int = 0
    differing: int = 0

    @property
    def is_enrolled(self) -> bool:
        """Tell whether the tablet has been given to a server."""
        return bool(self.server_url)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync did, counted in entries.

    `repaired` of them were found by comparing with the server and mended, `differing` could not be.
    `carry_failure`: why the server did not take what is carried for others, which says nothing of one's own cases; it
    waits on.
    `wait_s`: not before so many seconds the server wants to be asked again.
    `knowledge`: the version that has just arrived whole; `knowledge_failure`: why one that came cannot be used.
    """

    pushed: int = 0
    pulled: int = 0
    reviews: int = 0
    quarantined: int = 0
    requests: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    failure: str = ""
    quarantine_reasons: tuple[str, ...] = field(default_factory=tuple)
    repaired: int = 0
    differing: int = 0
    carry_failure: str = ""
    wait_s: int = 0
    knowledge: str = ""
    knowledge_failure: str = ""


class Synchroniser(Protocol):
    """The way to the server."""

    def enrol(self, server_url: str, code: str) -> None:
        """Bind this tablet to a site with a one-time code from the coordinator.

        Raises:
            SyncFailed: the code was not accepted or the server not reached; the tablet works on without it.
        """
        ...

    def enrol_former(self, code: str) -> None:
        """Let the server take what a former tablet, whose backup was restored here, has not sent: with a code for it.

        Raises:
            InvalidInput: there is none that waits, or the code cannot be right.
            SyncFailed: the code was not accepted or the server not reached.
        """
        ...

    def sync(self) -> SyncReport:
        """Push what waits and pull what is new. A failure is in the report, never raised: nothing is lost by it."""
        ...

    def stop(self) -> None:
        """End a sync that runs, and let none begin: the tablet is being locked. Waits for nothing; nothing is lost."""
        ...
