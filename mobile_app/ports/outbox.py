"""The open store as the sync client sees it; it joins two adapters so that neither knows the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from mobile_app.ports.parcels import Parcels
from mobile_app.ports.sync import SyncFault
from shared.case.entry import DeviceId, Entry, EntryId
from shared.errors import IdentityConflictAnswered
from shared.sync.compare import Range
from shared.sync.holding import Holding
from shared.sync.messages import ChainHead

if TYPE_CHECKING:
    # Nothing here is needed before a case is opened; the start stays light.
    from shared.sync.messages import SyncRequest, SyncResponse


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The site this tablet belongs to, and how far it has got with the server, as far as the tablet knows."""

    server_url: str
    site_id: str
    site_name: str
    epoch: str
    nonce: str
    cursor: int = 0
    acknowledged: ChainHead = ChainHead(0, bytes(32))  # noqa: RUF009 (frozen)
    box_key: bytes = b""
    """To which what is carried without a network is sealed; empty where the server gave none."""
    verify_key: bytes = b""
    """With which the server signs its receipts for that."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What one response changed on the tablet, in entries and reviews. `has_moved`: the sync got further by it.

    `must_compare`: the server holds something else than this tablet believes, and nobody has looked into it yet.
    """

    pulled: int
    reviews: int
    quarantine_reasons: tuple[str, ...]
    has_moved: bool
    must_come_again: bool
    must_compare: bool = False


class Comparison(Protocol):
    """What this tablet believes that the server holds (`mobile_app/storage/account.py`), to be compared with it."""

    def recount(self) -> None:
        """Work it out again from the entries themselves."""
        ...

    def has_new_difference(self, holds: Holding) -> bool:
        """Tell whether the server holds something else than this, other than what was found and stayed before."""
        ...

    def devices(self) -> Mapping[DeviceId, int]:
        """Return the highest number held of each device."""
        ...

    def holdings(self, ranges: Sequence[Range]) -> Sequence[Holding]: ...

    def held(self, which: Range) -> Sequence[EntryId]: ...

    def still_held(self, entry_ids: Iterable[EntryId]) -> Sequence[EntryId]: ...

    def entries(self, entry_ids: Sequence[EntryId]) -> Sequence[Entry]:
        """Return the sent form of each of these that is here."""
        ...

    def take_in(self, entries: Sequence[Entry]) -> tuple[int, tuple[str, ...]]:
        """Store what the server gave as a pulled page is stored; return how many are new, and why some wait apart."""
        ...

    def brought(self, entry_ids: Sequence[EntryId]) -> None:
        """Note that the server keeps these now, apart until their author has signed them."""
        ...

    def remember(self, holds: Holding, repaired: int, unrepaired: int) -> int:
        """Note, for people, what was mended and what stays different; return how many entries that is."""
        ...


class Outbox(Protocol):
    """The store as the sync client sees it. The outbox is the log: entries after the last acknowledged one."""

    device: DeviceId

    @property
    def parcels(self) -> Parcels: ...

    def public_key(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes:
        """Sign with the device key, which never leaves the store."""
        ...

    def read_entry(self, text: bytes, device: DeviceId, seq: int) -> Entry:
        """Return the entry that an object's bytes spell without device and number, and that has these.

        Raises:
            InvalidInput: they spell none.
        """
        ...

    def enrolment(self) -> Enrolment | None: ...

    def save_enrolment(self, enrolment: Enrolment) -> None:
        """Bind the tablet to a site. Everything is sent to it again, unless it says that it has it."""
        ...

    def next_request(self, *, max_bytes: int, app_version: str, knowledge_version: str) -> SyncRequest:
        """Return what to send now; new batches are signed and stored before they are returned."""
        ...

    def make_ready(self, request: SyncRequest) -> None:
        """Read, and put into the form in which it travels, what is sent next if all of this request is acknowledged.

        Called beside, while the answer is awaited. It changes no answer of any other call: only how soon it comes.
        """
        ...

    def save_response(self, request: SyncRequest, response: SyncResponse) -> Stored:
        """Store everything that a response brings, in one transaction.

        Raises:
            ChainMismatch: the server acknowledges what this tablet never sent; nothing was stored.
        """
        ...

    def move_head(self, head: ChainHead, epoch: str) -> bool:
        """Go back (or on) to where the server says this device's chain ends. Return whether that changed anything.

        Raises:
            ChainMismatch: it is no end of a batch of ours.
        """
        ...

    def requests_up_to(self, seq: int, request: SyncRequest) -> Sequence[SyncRequest]:
        """Return requests like this one with all that is not acknowledged, up to this number, to have it compared."""
        ...

    def take_head(self, head: ChainHead, epoch: str, differing: Sequence[int]) -> bool:
        """Do as `move_head`, knowing under which numbers the server holds something else.

        Two tablets may hold one chain, one of them with the content of a withdrawn case taken out: then what differs
        there is no other entry.

        Raises:
            ChainMismatch: it is no end of a batch that can be made of ours.
        """
        ...

    def request_again(self, seq: int, request: SyncRequest, *, max_bytes: int) -> SyncRequest:
        """Return a request like this one that repeats the batch with this entry, and those behind it."""
        ...

    def save_conflict(self, request: SyncRequest, conflict: IdentityConflictAnswered) -> bool:
        """Note which entries the server did not accept, and how far it has the chain; return whether that moved it.

        Raises:
            ChainMismatch: the head is no end of a batch of ours; what was not accepted is noted all the same.
        """
        ...

    @property
    def comparison(self) -> Comparison: ...

    def former(self) -> Sequence[Outbox]:
        """Return the outboxes of tablets whose backups were restored here, if the server may lack something of them."""
        ...

    def sync_started(self) -> None: ...

    def sync_ended(self, failure: str = "", fault: SyncFault | None = None) -> None:
        """Note how it went; without a failure it is a success, now."""
        ...
