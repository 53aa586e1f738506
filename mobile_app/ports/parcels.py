"""What goes to the server without a network: sealed parcels, receipts, and the places where they lie as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mobile_app.locked_ports import BackupPlace

if TYPE_CHECKING:
    # Nothing here is needed before a case is opened; the start stays light.
    from shared.sync.carry import CarryResponse


@dataclass(frozen=True, slots=True)
class Sealed:
    """What waits here as bytes that only the server can read. `given`: up to which number of each device it goes."""

    data: bytes
    cases: int
    given: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """Parcels that another tablet gave: how many were new, and how many were here already."""

    new: int
    known: int


@dataclass(frozen=True, slots=True)
class ReadReceipts:
    """What receipts said: `cases` are sent by them. `known` changed nothing; `of_others` are for other tablets."""

    cases: int
    new: int
    known: int
    of_others: int


@dataclass(frozen=True, slots=True)
class CarryOverview:
    """How it stands with what is carried. `waiting` and `given` count cases of this tablet, the others parcels of any.

    `refused` are the server's sentences; `given` cases still wait, for only the server's word makes them sent.
    """

    can_seal: bool
    waiting: int
    given: int
    carried: int
    receipts: int
    refused: tuple[str, ...]


class Parcels(Protocol):
    """What goes to the server without a network of its own, sealed to it, on any enrolled tablet."""

    def seal(self, *, app_version: str, knowledge_version: str) -> Sealed:
        """Return everything that waits to be sent.

        Raises:
            ParcelRefused: nothing waits, it is too much, or the server gave this tablet no key.
        """
        ...

    def note_given(self, sealed: Sealed) -> None:
        """Note, durably, that it was given to somebody. It still waits."""
        ...

    def take_in(self, raw: bytes) -> TakenIn:
        """Keep another tablet's parcels, durably before returning, until the next sync hands them in.

        Raises:
            ParcelRefused: they are none, are for another server, or are too many; nothing was kept.
        """
        ...

    def to_hand_in(self) -> Sequence[bytes]:
        """Return the parcels that wait here, in the order in which they came."""
        ...

    def keep_answers(self, parcels: Sequence[bytes], response: CarryResponse) -> None:
        """Keep what the server said of these parcels, and its nonce, in one transaction."""
        ...

    def receipts(self) -> bytes:
        """Return the newest receipts that are kept here for others.

        Raises:
            ParcelRefused: there is none.
        """
        ...

    def forget_finished(self) -> None:
        """Forget receipts and refusals. What waits stays."""
        ...

    def read_receipts(self, raw: bytes) -> ReadReceipts:
        """Take over what the server says of this tablet's entries. Old receipts change nothing.

        Raises:
            ParcelRefused, ChainMismatch: they are none, or not of this tablet's server; nothing was changed.
        """
        ...

    def overview(self) -> CarryOverview: ...


@dataclass(frozen=True, slots=True)
class CarriedFile:
    """A file that holds parcels or receipts by its name; what is in it is checked when it is chosen."""

    file: str
    name: str
    folder: str


class CarriedPlaces(Protocol):
    """Where parcels and receipts lie as files: sticks, cards, and one folder of the device."""

    def places(self) -> Sequence[BackupPlace]:
        """Return where they can be written, sticks first."""
        ...

    def write(self, folder: str, data: bytes) -> str:
        """Write a file that is whole, or none; return its name, which says nothing of who wrote it.

        Raises:
            ParcelRefused, StoreFull: nothing was written.
        """
        ...

    def found(self) -> Sequence[CarriedFile]:
        """Return the newest files in the places."""
        ...

    def read(self, file: str) -> bytes:
        """Return what is in a file.

        Raises:
            ParcelRefused: it cannot be read, or is larger than any such file.
        """
        ...
