"""Every error that Handwise raises on purpose, one class for each decision that the caller has to take.

    HandwiseError
    ├── InvalidInput          correct the named field
    ├── KnowledgeError        mend the knowledge folder; carries all its problems
    ├── IdentityConflict      quarantine: same device and number, other content
    ├── Locked                ask for the PIN again
    │   └── WrongPin          ... after the stated delay
    ├── StoreUnusable         stop; nothing is overwritten
    │   ├── CipherMissing     install the cipher
    │   ├── StoreDamaged      restore a backup
    │   └── StoreFull         free some space; everything saved so far is kept
    └── SyncFailed            go on working; the entries wait
        ├── ServerUnreachable try again later
        ├── ServerRefused     ask the coordinator
        │   └── DeviceRevoked ... who has taken this tablet off the list
        ├── ChainMismatch     send again from where the server's chain ends
        └── ServerNonsense    what answered is not a Handwise server

The text of an error is one sentence for the person who holds the tablet. It never carries patient data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


class HandwiseError(Exception):
    """Something that Handwise foresaw. Its text can be shown as it is."""


class InvalidInput(HandwiseError):
    """A value that cannot be used. `field` is its place, such as `measurements.crp.unit`."""

    def __init__(self, field: str, advice: str) -> None:
        super().__init__(f"{field}: {advice}")
        self.field = field
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a knowledge folder: the file, the place in it, and what to do."""

    file: str
    place: str
    advice: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.advice}"


class KnowledgeError(HandwiseError):
    """A knowledge folder that cannot be used, with everything that is wrong in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"The knowledge has {len(self.problems)} problem(s):\n{lines}")


class IdentityConflict(HandwiseError):
    """Two different entries claim the same device and number. Neither may overwrite the other."""

    def __init__(self, identity: object) -> None:
        super().__init__("Two different entries carry the same number. The second is set aside; ask the coordinator.")
        self.identity = identity


class Locked(HandwiseError):
    """The store is not open: a user has to unlock it."""


class WrongPin(Locked):
    """The PIN, the user or this tablet's secret is not the right one."""

    def __init__(self, wait_s: int) -> None:
        wait = f"{wait_s} seconds" if wait_s < 120 else f"{math.ceil(wait_s / 60)} minutes"
        super().__init__(f"Wrong PIN. Next try in {wait}." if wait_s else "Wrong PIN.")
        self.wait_s = wait_s


class StoreUnusable(HandwiseError):
    """The encrypted store cannot be used. Nothing in it has been changed."""


class CipherMissing(StoreUnusable):
    """SQLCipher is not there; without it patient data would be readable, so the app stops."""

    def __init__(self) -> None:
        super().__init__("The cipher SQLCipher is missing, so nothing would be encrypted. Install Handwise again.")


class StoreDamaged(StoreUnusable):
    """The encrypted file does not open or fails its checks."""

    def __init__(self) -> None:
        super().__init__("The case file is damaged. It was left as it is; restore the last backup.")


class StoreFull(StoreUnusable):
    """The disk is full: the last act was not saved, everything before it was."""

    def __init__(self) -> None:
        super().__init__("The tablet is full. Nothing saved is lost; free some space, then answer again.")


class SyncFailed(HandwiseError):
    """A sync that did not finish. Every entry is still on the tablet and will go with the next one."""


class ServerUnreachable(SyncFailed):
    """No answer: no connection, a server that is down, or one that is too slow."""

    def __init__(self) -> None:
        super().__init__("No connection to the server. Your cases are kept and will be sent later.")


class ServerRefused(SyncFailed):
    """The server answered and said no, for example to a tablet that was revoked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class ChainMismatch(SyncFailed):
    """The server's copy of this tablet's chain ends elsewhere; it says where. Nothing of the request was stored."""

    def __init__(self, seq: int, hash: bytes, epoch: str) -> None:
        super().__init__("Server and tablet disagree on what was sent. Every case is kept; ask the coordinator.")
        self.seq = seq
        self.hash = hash
        self.epoch = epoch


class DeviceRevoked(ServerRefused):
    """The coordinator has taken this tablet off the list; it may record, and no longer send."""


class ServerNonsense(SyncFailed):
    """The answer is not one that this protocol knows: a captive portal, a proxy page, another server."""

    def __init__(self) -> None:
        super().__init__("The answer did not come from a Handwise server. Check the connection, then sync again.")
