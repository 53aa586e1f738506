"""Every error that Handwise raises on purpose, one class for each decision that the caller has to take.

    HandwiseError
    ├── InvalidInput          correct the named field
    ├── KnowledgeError        mend the knowledge folder; carries all its problems
    ├── PictureRefused        choose another picture
    ├── PaperRefused          shorten it, or choose another folder; nothing else was changed
    ├── HandOverRefused       show the codes again, or use another way; nothing was changed
    ├── ParcelRefused         ask for the parcel or the receipt again; nothing was changed
    ├── IdentityConflict      quarantine: same device and number, other content
    ├── Locked                ask for the PIN again
    │   ├── WrongPin          ... after the stated delay
    │   └── WrongRecoveryCode ask for the code again, after the stated delay
    ├── StoreUnusable         stop; nothing is overwritten
    │   ├── CipherMissing     install the cipher
    │   ├── StoreDamaged      restore a backup
    │   ├── StoreInUse        close the other window
    │   ├── BackupNotMade     choose another folder; older backups are kept
    │   └── StoreFull         free some space; everything saved so far is kept
    ├── BackupUnusable        choose another file; nothing on this tablet was changed
    └── SyncFailed            go on working; the entries wait
        ├── ServerUnreachable try again later
        ├── ServerBusy        try again later, and not before the time that it says
        ├── ServerRefused     ask the coordinator
        │   └── DeviceRevoked ... who has taken this tablet off the list
        ├── IdentityConflictAnswered  go on: all the rest was stored; it says which entries were not
        ├── ChainMismatch     send again from where the server's chain ends
        └── ServerNonsense    what answered is not a Handwise server

The text of an error is one sentence for the person who holds the tablet. It never carries patient data. `str()` is the
English sentence; `sentence` keeps its words and values apart, so that the tablet can say it in its own language. So the
words of an error stand as a literal where it is raised: `StoreUnusable("It was left on {day}.", day=day)`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shared.sentence import Sentence, counted, phrase, sentence


class HandwiseError(Exception):
    """Something that Handwise foresaw. Its text can be shown as it is."""

    def __init__(self, words: str | Sentence = "", /, **values: object) -> None:
        self.sentence = words if isinstance(words, Sentence) else sentence(words, **values)
        super().__init__(str(self.sentence))


_UNUSABLE = sentence("What was entered cannot be used. Go back and check it.")


class InvalidInput(HandwiseError):
    """A value that cannot be used. `field` is its place, such as `measurements.crp.unit`.

    `str()` names that place, for whoever wrote the value into a file or a message. Where it was typed on the tablet,
    `said` is the sentence for the person who typed it.
    """

    def __init__(self, field: str, advice: str, said: Sentence = _UNUSABLE) -> None:
        super().__init__(said)
        self.args = (f"{field}: {advice}",)
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


class PictureRefused(HandwiseError):
    """A file that cannot be kept as a photo. Nothing was kept of it."""


class PaperRefused(HandwiseError):
    """A letter or sheet that does not fit on its pages or cannot be saved. The case is as it was."""


class HandOverRefused(HandwiseError):
    """A case that cannot be shown as codes, or codes that hold no case that can be kept. Nothing was changed."""


class ParcelRefused(HandwiseError):
    """What is carried without a network cannot be made, kept or read: a parcel, or a receipt. Nothing was changed."""


class IdentityConflict(HandwiseError):
    """Two different entries claim the same device and number. Neither may overwrite the other."""

    def __init__(self, identity: object) -> None:
        super().__init__(
            phrase("Two different entries carry the same number. The second is set aside; ask the coordinator.")
        )
        self.identity = identity


class Locked(HandwiseError):
    """The store is not open: a user has to unlock it."""


class WrongPin(Locked):
    """The PIN, the user or this tablet's secret is not the right one."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(_wrong_pin(wait_s))
        self.wait_s = wait_s


def _wrong_pin(wait_s: int) -> Sentence:
    if not wait_s:
        return sentence("Wrong PIN.")
    if wait_s < 120:
        return counted(wait_s, "Wrong PIN. Next try in {count} second.", "Wrong PIN. Next try in {count} seconds.")
    return counted(
        math.ceil(wait_s / 60), "Wrong PIN. Next try in {count} minute.", "Wrong PIN. Next try in {count} minutes."
    )


class WrongRecoveryCode(Locked):
    """It is not the code of this tablet, or of this backup."""

    def __init__(self, wait_s: int = 0) -> None:
        super().__init__(_wrong_code(wait_s))
        self.wait_s = wait_s


def _wrong_code(wait_s: int) -> Sentence:
    if not wait_s:
        return sentence("This is another recovery code. Compare it with the one on paper.")
    if wait_s < 120:
        return counted(
            wait_s,
            "This is another recovery code. Next try in {count} second.",
            "This is another recovery code. Next try in {count} seconds.",
        )
    return counted(
        math.ceil(wait_s / 60),
        "This is another recovery code. Next try in {count} minute.",
        "This is another recovery code. Next try in {count} minutes.",
    )


class BackupUnusable(HandwiseError):
    """A file that cannot be restored. Nothing on this tablet was changed."""


class StoreUnusable(HandwiseError):
    """The encrypted store cannot be used. Nothing in it has been changed."""


class CipherMissing(StoreUnusable):
    """SQLCipher is not there; without it patient data would be readable, so the app stops."""

    def __init__(self) -> None:
        super().__init__(
            phrase("The cipher SQLCipher is missing, so nothing would be encrypted. Install Handwise again.")
        )


class StoreDamaged(StoreUnusable):
    """The encrypted file does not open or fails its checks."""

    def __init__(self) -> None:
        super().__init__(phrase("The case file is damaged. It was left as it is; restore the last backup."))


class BackupNotMade(StoreUnusable):
    """A backup that could not be written. Those that were there before still are."""


class StoreInUse(StoreUnusable):
    """Another Handwise on this tablet has the store open."""

    def __init__(self) -> None:
        super().__init__(phrase("Handwise is open already on this tablet. Close the other window, then try again."))


class StoreFull(StoreUnusable):
    """The disk is full: the last act was not saved, everything before it was."""

    def __init__(self) -> None:
        super().__init__(phrase("The tablet is full. Nothing saved is lost; free some space, then answer again."))


class SyncFailed(HandwiseError):
    """A sync that did not finish. Every entry is still on the tablet and will go with the next one."""


class ServerUnreachable(SyncFailed):
    """No answer: no connection, a server that is down, or one that is too slow."""

    def __init__(self) -> None:
        super().__init__(phrase("No connection to the server. Your cases are kept and will be sent later."))


class ServerBusy(SyncFailed):
    """The server, or the proxy before it, is there and can do nothing now: too many at once, or its disk is full."""

    def __init__(self, wait_s: int = 0) -> None:
        super().__init__(phrase("The server can take nothing just now. Your cases are kept and will be sent later."))
        self.wait_s = wait_s


class ServerRefused(SyncFailed):
    """The server answered and said no, for example to a tablet that was revoked."""

    def __init__(self, reason: str) -> None:
        # The server says it in English; what the tablet knows of its sentences has a translation.
        super().__init__(reason)


class ChainMismatch(SyncFailed):
    """The server's copy of this tablet's chain ends elsewhere; it says where. Nothing of the request was stored."""

    def __init__(self, seq: int, hash: bytes, epoch: str) -> None:
        super().__init__(
            phrase("Server and tablet disagree on what was sent. Every case is kept; ask the coordinator.")
        )
        self.seq = seq
        self.hash = hash
        self.epoch = epoch


class IdentityConflictAnswered(SyncFailed):
    """The server holds other entries under some of the numbers that were sent. It stored all the rest.

    `quarantined` are rows of (seq, reason).
    """

    def __init__(self, seq: int, hash: bytes, epoch: str, quarantined: Sequence[tuple[int, str]]) -> None:
        super().__init__(
            phrase("Two different entries carry the same number. The second is set aside; ask the coordinator.")
        )
        self.seq = seq
        self.hash = hash
        self.epoch = epoch
        self.quarantined = tuple(quarantined)


class DeviceRevoked(ServerRefused):
    """The coordinator has taken this tablet off the list; it may record, and no longer send."""


class ServerNonsense(SyncFailed):
    """The answer is not one that this protocol knows: a captive portal, a proxy page, another server."""

    def __init__(self) -> None:
        super().__init__(
            phrase("The answer did not come from a Handwise server. Check the connection, then sync again.")
        )
