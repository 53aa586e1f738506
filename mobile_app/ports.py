"""What the presenters need from the outside world, as small interfaces. `bootstrap.py` says who provides them.

- Vault: the locked tablet: who may open it, and opening it
- CaseStore: the open, encrypted store: case logs, drafts, reviews, what waits to be sent
- Synchroniser: one exchange with the server, and the state of the sync in plain words
- Clock: the wall clock, for dates that people read; it never orders entries

Three more join the adapters to each other, so that none of them knows another: `Outbox` (the store, as the sync client
sees it), `DeviceSecretStore` and `Stopwatch` (the device, as the vault sees it).

What people chose is in two places: `PreferencesStore`, plain, before unlocking; `SettingsStore`, in the open store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from mobile_app.locked_ports import (
    DIGITS as DIGITS,
)
from mobile_app.locked_ports import (
    LOCK_TIMES_S as LOCK_TIMES_S,
)
from mobile_app.locked_ports import (
    BackupMade as BackupMade,
)
from mobile_app.locked_ports import (
    BackupPlace as BackupPlace,
)
from mobile_app.locked_ports import (
    BackupPlaces as BackupPlaces,
)
from mobile_app.locked_ports import (
    Clock as Clock,
)
from mobile_app.locked_ports import (
    DeviceSecretStore as DeviceSecretStore,
)
from mobile_app.locked_ports import (
    FoundBackup as FoundBackup,
)
from mobile_app.locked_ports import (
    Preferences as Preferences,
)
from mobile_app.locked_ports import (
    PreferencesStore as PreferencesStore,
)
from mobile_app.locked_ports import (
    Stopwatch as Stopwatch,
)
from mobile_app.locked_ports import (
    UserAccount as UserAccount,
)
from shared.case.entry import AnswerValue, CaseId, Conclusion, DeviceId, Entry, EntryId, EntryKind
from shared.errors import IdentityConflictAnswered
from shared.sync.compare import Range
from shared.sync.holding import Holding
from shared.sync.messages import ChainHead

if TYPE_CHECKING:
    # The unlock screen needs this module before the PIN, and none of the reasoning.
    from shared.case.log import CaseLog
    from shared.crypto.recovery_code import RecoveryCode
    from shared.sync.carry import CarryResponse
    from shared.sync.hand_over import HandedOver
    from shared.sync.messages import Review, SyncRequest, SyncResponse
    from shared.triage.reassess import Change


class Vault(Protocol):
    """The locked tablet. It is open only while a `CaseStore` made by it is open."""

    def users(self) -> Sequence[UserAccount]: ...

    def create(self, name: str, role: str, pin: str) -> UserAccount:
        """Make the encrypted store, its random key and its first user.

        Raises:
            InvalidInput: the PIN is too short or the name empty.
            StoreUnusable: there is a store already, or it cannot be made.
        """
        ...

    def unlock(self, user_id: str, pin: str) -> CaseStore:
        """Return the open store.

        Raises:
            WrongPin: with the delay before the next try.
            StoreUnusable: the store is damaged or the cipher is missing; nothing was changed.
        """
        ...

    def seconds_until_next_try(self, user_id: str) -> int:
        """Return how long the PIN pad must stay off; 0 if it may be used."""
        ...

    def confirm_pin(self, store: CaseStore, pin: str) -> None:
        """Make sure that whoever holds the open tablet is its user. A wrong PIN counts as a try.

        Raises:
            WrongPin: with the delay before the next try.
        """
        ...

    # Who may open the tablet. Each takes the open store: someone who can open it decides. None of them touches a case.

    def add_user(self, store: CaseStore, name: str, role: str, pin: str) -> UserAccount:
        """Let one more person open this tablet.

        Raises:
            InvalidInput: the name, the role or the PIN cannot be used.
        """
        ...

    def set_pin(self, store: CaseStore, user_id: str, pin: str) -> None:
        """Give a user, oneself or another, a new PIN and all tries again.

        Raises:
            InvalidInput: the PIN cannot be used; the old one holds.
        """
        ...

    def rename_user(self, store: CaseStore, user_id: str, name: str) -> UserAccount:
        """Show a user under another name from now on; entries keep the name they were written under."""
        ...

    def remove_user(self, store: CaseStore, user_id: str) -> None:
        """Take a user off this tablet; his PIN opens it no more. What he recorded stays.

        Raises:
            InvalidInput: he is the only one left.
        """
        ...

    # The recovery code: for the day when a PIN, or the tablet's secret, is lost. It is never stored.

    def has_recovery_code(self) -> bool:
        """Tell whether there is one; a tablet that was set up by an early Handwise has none."""
        ...

    def set_recovery_code(self, store: CaseStore, code: RecoveryCode) -> None:
        """Let this code open the tablet, durably before returning; the one before opens it no more."""
        ...

    def check_code(self, code: RecoveryCode) -> None:
        """Make sure that it is the code of this tablet. A wrong one counts as a try.

        Raises:
            WrongRecoveryCode: with the delay before the next try.
            StoreUnusable: there is no recovery code.
        """
        ...

    def recover(self, code: RecoveryCode, user_id: str, pin: str) -> None:
        """Give a user a new PIN. If the tablet's secret was lost, it gets a new one: the other PINs are then lost.

        Raises:
            WrongRecoveryCode: with the delay before the next try.
            InvalidInput: the PIN cannot be used.
            StoreUnusable: there is no recovery code; nothing was changed.
        """
        ...

    def seconds_until_next_code(self) -> int:
        """Return how long the recovery code must not be tried; 0 if it may be."""
        ...


@dataclass(frozen=True, slots=True)
class LocalDetails:
    """What identifies people and therefore never leaves the tablet: kept with an entry or draft, encrypted."""

    record_number: str = ""
    patient_name: str = ""
    ward: str = ""
    note: str = ""
    birth_date: str = ""
    """Year, month and day as they were typed, joined by "-": "2026-2-12"; parts may be missing while it is typed."""
    places: str = ""
    """The places of each side, where `region` and `side` together cannot say it: "hand-left,foot-right"."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An act not yet saved as an entry. Every answer replaces it, durably; `step` says where the clinician stopped."""

    draft_id: str
    case_id: CaseId
    kind: EntryKind
    answers: Mapping[str, AnswerValue]
    parents: tuple[EntryId, ...]
    step: str
    local: LocalDetails = LocalDetails()
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """What is known of a kept photo; its pixels are asked for one by one. `visit_day` None: nobody knows the day."""

    photo_id: str
    case_id: CaseId
    visit_day: int | None
    taken_at: datetime
    author: str
    width: int
    height: int


class PhotoStore(Protocol):
    """Photos of cases: kept in the encrypted file, never sent, never in a file of their own."""

    def add(self, case_id: CaseId, picture: bytes, visit_day: int | None) -> Photo:
        """Keep a picture (JPEG, PNG or WebP) without its metadata, made small, durably before returning.

        Raises:
            PictureRefused: it is none, is too large or is damaged; nothing was kept.
            InvalidInput: the case was withdrawn meanwhile; nothing was kept.
            StoreFull: nothing was kept.
        """
        ...

    def of_case(self, case_id: CaseId) -> Sequence[Photo]:
        """Return the case's photos, the newest first."""
        ...

    def thumbnail(self, photo_id: str) -> bytes:
        """Return a small JPEG; nothing where the photo is not here any more."""
        ...

    def image(self, photo_id: str) -> bytes:
        """Return the JPEG; nothing where the photo is not here any more."""
        ...

    def delete(self, photo_id: str) -> None:
        """Erase the photo from this tablet, the only place where it is."""
        ...


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A folder, or a file that may be a picture, on the device."""

    path: str
    name: str
    is_folder: bool


class PictureFiles(Protocol):
    """The pictures among the files of the device. A path is one that `listing` or `above` gave; empty at first."""

    def listing(self, path: str) -> Sequence[PictureFile]:
        """Return folders and pictures in a folder; nothing where it cannot be read."""
        ...

    def above(self, path: str) -> str:
        """Return the folder above; the same path where there is none."""
        ...

    def name_of(self, path: str) -> str: ...

    def read(self, path: str) -> bytes:
        """Return what is in a file.

        Raises:
            PictureRefused: it cannot be read.
        """
        ...


class ReadMarks(Protocol):
    """Which of the coordinator's reviews this user has marked as read."""

    def read_up_to(self, case_id: CaseId) -> int:
        """Return the number of the newest review marked as read; 0 for none."""
        ...

    def mark(self, case_id: CaseId, up_to: int) -> None:
        """Keep, durably, that the reviews up to this number are read."""
        ...

    def unread(self, limit: int) -> Sequence[CaseId]:
        """Return the cases with a message that this user has not marked as read, the newest message first."""
        ...


class PlanTicks(Protocol):
    """What of a case's plan was done, by the English sentence of each step. It stays on this tablet."""

    def of(self, case_id: CaseId) -> Mapping[str, datetime]:
        """Return the steps that were done, and when."""
        ...

    def put(self, case_id: CaseId, step: str, done_at: datetime) -> None:
        """Keep, durably, that a step was done.

        Raises:
            StoreUnusable: nothing has changed.
        """
        ...

    def take_back(self, case_id: CaseId, step: str) -> None:
        """Forget, durably, that a step was done.

        Raises:
            StoreUnusable: nothing has changed.
        """
        ...


class SyncState(StrEnum):
    """Where a case's own entries are. `SENT` only on the server's word."""

    LOCAL = "local"
    WAITING = "waiting"
    SENT = "sent"
    NOT_ACCEPTED = "not_accepted"


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A row of the case list. `short_code` is four characters derived from the random case id."""

    case_id: CaseId
    short_code: str
    answers: Mapping[str, AnswerValue]
    conclusion: Conclusion | None
    disagreements: int
    sync_state: SyncState
    review: Review | None
    updated_at: datetime
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class RecordedEntry:
    """An entry with what only this tablet knows of it. Another tablet's has no `recorded_at` and `author`."""

    entry: Entry
    sync_state: SyncState
    recorded_at: datetime | None = None
    author: str | None = None
    local: LocalDetails = LocalDetails()


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
class Judgement:
    """What a version of the knowledge makes of a case. `touched` is the stamp that came with the case.

    `change` is None where nothing differs, or where it cannot be told: the old version is not here, or entries that the
    author saw have not arrived.
    """

    case_id: CaseId
    touched: int
    change: Change | None


@dataclass(frozen=True, slots=True)
class ChangedCase:
    """A stored case that a version of the knowledge judges differently, with its answers as they stand."""

    case_id: CaseId
    answers: Mapping[str, AnswerValue]
    change: Change


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """How many stored cases are judged differently, and how many of them the user has not seen yet."""

    cases: int
    more_urgent: int
    new: int
    new_more_urgent: int


class CaseIs(StrEnum):
    """What a case can be looked for that changes without the case: where its sync stands, and the calendar."""

    LOCAL = "local"
    WAITING = "waiting"
    SENT = "sent"
    NOT_ACCEPTED = "not_accepted"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """One thing that a case must have: a word that begins with `prefix` (folded), one of the codes, or a state."""

    prefix: str = ""
    codes: frozenset[str] = frozenset()
    states: frozenset[CaseIs] = frozenset()


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case that was found, and what it was found by: texts by what they are (`LocalDetails`, `message` ...)."""

    summary: CaseSummary
    texts: tuple[tuple[str, str], ...]
    codes: frozenset[str]
    next_check: tuple[date, str] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The first cases of all that were found. `not_indexed`: so many cases are not in the index yet."""

    cases: tuple[FoundCase, ...]
    count: int
    not_indexed: int = 0


class CaseSearch(Protocol):
    """Search over every case of the tablet. What it finds by is in the encrypted file only."""

    def find(
        self, terms: Sequence[SearchTerm], today: date, limit: int = 50, *, longest_due_first: bool = False
    ) -> Found:
        """Return the cases that have every term, the last touched first or the longest due; without terms all cases."""
        ...

    def some(self, case_ids: Sequence[CaseId]) -> Sequence[CaseSummary]:
        """Return these cases, in this order, without the withdrawn."""
        ...

    def count(self) -> int:
        """Return how many cases there are to be found: all but the withdrawn."""
        ...

    def index_some(self, limit: int) -> int:
        """Put up to `limit` cases into the index that are not in it. Return how many are left."""
        ...


@dataclass(frozen=True, slots=True)
class DueCase:
    """A case with the day of its next follow-up check, and which check of which plan that is."""

    summary: CaseSummary
    day: date
    check: str


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """The next check of a case, as it stood at the stamp `touched`. None: there is none."""

    case_id: CaseId
    touched: int
    day: date | None = None
    check: str = ""


class FollowUps(Protocol):
    """The next follow-up check of every case, as a version of the knowledge plans it."""

    def due(self, until: date, limit: int) -> Sequence[DueCase]:
        """Return the cases whose check is on that day or before, the longest overdue first."""
        ...

    def count_due(self, until: date) -> int: ...

    def to_plan(self, version: str, limit: int) -> Sequence[tuple[CaseId, int]]:
        """Return cases whose next check `version` has not worked out as they stand, with a stamp; the newest first."""
        ...

    def keep(self, version: str, planned: Sequence[PlannedCheck]) -> None: ...


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What came of a case that another tablet showed, in entries. `reasons` say why some were set aside."""

    case_id: CaseId
    new: int
    known: int
    reasons: tuple[str, ...]


class HandOver(Protocol):
    """Cases on their way to and from another tablet, without a network."""

    def entries(self, case_id: CaseId) -> Sequence[Entry]:
        """Return what is shown of a case: the sent form of each entry, parents before children.

        Raises:
            HandOverRefused: the case was withdrawn.
        """
        ...

    def take(self, handed: HandedOver) -> TakenOver:
        """Keep a case that another tablet showed, durably before returning. What is here already is never changed.

        Raises:
            HandOverRefused: an entry is no sent form of this version; nothing was kept.
            StoreFull: nothing was kept.
        """
        ...


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
class LinkedCases:
    """Other cases of this tablet under the same record number, none of them withdrawn, the last touched first.

    `linked` are taken for the same child's. Of the others somebody said that they are another child's: a clinician, by
    an entry that can be taken back, or the coordinator.
    """

    linked: tuple[CaseId, ...] = ()
    apart: tuple[CaseId, ...] = ()
    apart_by_coordinator: tuple[CaseId, ...] = ()


class CaseLinks(Protocol):
    """Which cases are of the same child, and the key by which the tablets of a clinic find that out."""

    def clinic_key(self) -> bytes | None:
        """Return the clinic's key of 32 bytes; None where this tablet has none."""
        ...

    def make_key(self) -> bytes:
        """Make a new key and keep it, durably before returning. Links that were made under another one stay."""
        ...

    def take_key(self, key: bytes) -> None:
        """Keep another tablet's key in the place of this one's, durably before returning.

        Raises:
            InvalidInput: it is none.
        """
        ...

    def of(self, case_id: CaseId) -> LinkedCases: ...

    def known_under(self, record_number: str, besides: CaseId) -> CaseId | None:
        """Return the last touched case with this record number, however it is written; None where there is none."""
        ...


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


class PaperTray(Protocol):
    """Where letters and sheets go as PDF: a plain folder that a printer can read. It is not encrypted."""

    @property
    def place(self) -> str:
        """The folder, as a person would say it."""
        ...

    @property
    def can_open(self) -> bool:
        """Tell whether there is a program here that opens a PDF and can print it."""
        ...

    def save(self, name: str, pdf: bytes) -> str:
        """Keep a PDF under this name, or one like it where there is one already; return the name.

        Raises:
            PaperRefused, StoreFull: nothing was kept.
        """
        ...

    def open(self, name: str) -> bool:
        """Open a PDF for reading and printing; return whether that could be begun."""
        ...

    def delete(self, name: str) -> None: ...


class CodePictures(Protocol):
    """Reading QR codes from what this device can see."""

    @property
    def has_camera(self) -> bool: ...

    @property
    def can_read_pictures(self) -> bool: ...

    def read(self, place: str) -> Sequence[str]:
        """Return the texts of all codes in a picture, or in the pictures of a folder.

        Raises:
            HandOverRefused: there is nothing that can be read.
        """
        ...


class CaseStore(Protocol):
    """The open store of one tablet, used by one user until it is closed (locked)."""

    device: DeviceId
    user: UserAccount

    @property
    def photos(self) -> PhotoStore: ...

    @property
    def read_marks(self) -> ReadMarks: ...

    @property
    def plan_ticks(self) -> PlanTicks: ...

    @property
    def hand_over(self) -> HandOver: ...

    @property
    def parcels(self) -> Parcels: ...

    @property
    def settings(self) -> SettingsStore: ...

    @property
    def search(self) -> CaseSearch: ...

    @property
    def follow_ups(self) -> FollowUps: ...

    @property
    def links(self) -> CaseLinks: ...

    def new_case_id(self) -> CaseId: ...

    def save_draft(self, draft: Draft) -> None:
        """Keep the draft, durably before returning.

        Raises:
            StoreFull: the draft as it was before is still there.
            InvalidInput: the case was withdrawn meanwhile; nothing more of it is kept.
        """
        ...

    def drafts(self) -> Sequence[Draft]:
        """Return all drafts, the newest first."""
        ...

    def discard_draft(self, draft_id: str) -> None: ...

    def record_draft(self, draft_id: str, conclusion: Conclusion | None) -> Entry:
        """Append the draft to its case as an entry of this device and remove it, in one transaction."""
        ...

    def record(
        self,
        case_id: CaseId,
        kind: EntryKind,
        answers: Mapping[str, AnswerValue],
        conclusion: Conclusion | None = None,
        local: LocalDetails = LocalDetails(),  # noqa: B008 (frozen)
    ) -> Entry:
        """Append an entry whose parents are the present heads of its case."""
        ...

    def set_apart(self, case_id: CaseId, other: CaseId, *, is_apart: bool) -> None:
        """Record that two cases are of two children, or take that back, whichever of the two it was recorded in.

        Raises:
            InvalidInput: the case was withdrawn, or names too many others already.
        """
        ...

    def log(self, case_id: CaseId) -> CaseLog: ...

    def timeline(self, case_id: CaseId) -> Sequence[RecordedEntry]:
        """Return the case's entries in causal order."""
        ...

    def summaries(self, limit: int = 50, offset: int = 0) -> Sequence[CaseSummary]:
        """Return cases, the last touched first."""
        ...

    def count_cases(self) -> int: ...

    def reviews(self, case_id: CaseId) -> Sequence[Review]:
        """Return the coordinator's reviews of a case, the newest last."""
        ...

    def sent_form(self, entry_id: EntryId) -> Entry:
        """Return exactly what is sent of an entry: its de-identified projection."""
        ...

    def preview_draft(self, draft_id: str, conclusion: Conclusion | None) -> Entry:
        """Return what would be sent if the draft were recorded now. Nothing is written."""
        ...

    def sync_overview(self) -> SyncOverview: ...

    def former_tablets(self) -> Sequence[FormerTablet]:
        """Return the tablets whose backups were restored here, the oldest first."""
        ...

    def cases_to_judge(self, version: str, limit: int) -> Sequence[tuple[CaseId, int]]:
        """Return cases concluded under another version that `version` has not judged as they stand, with a stamp."""
        ...

    def keep_judgements(self, version: str, judged: Sequence[Judgement]) -> None: ...

    def change_counts(self, version: str) -> ChangeCounts: ...

    def changed_cases(self, version: str, limit: int) -> Sequence[ChangedCase]:
        """Return the cases that `version` judges differently, what became more urgent first."""
        ...

    def change_of(self, version: str, case_id: CaseId) -> Change | None:
        """Return what `version` would make of a case; None where that is nothing else."""
        ...

    def mark_changes_seen(self, version: str) -> None:
        """Note, durably, that this user has seen what is judged so far."""
        ...

    def close(self) -> None:
        """Lock: close the file and drop the key."""
        ...


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync did, counted in entries.

    `repaired` of them were found by comparing with the server and mended, `differing` could not be.
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

    def enrolment(self) -> Enrolment | None: ...

    def save_enrolment(self, enrolment: Enrolment) -> None:
        """Bind the tablet to a site. Everything is sent to it again, unless it says that it has it."""
        ...

    def next_request(self, *, max_bytes: int, app_version: str, knowledge_version: str) -> SyncRequest:
        """Return what to send now; new batches are signed and stored before they are returned."""
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


@dataclass(frozen=True, slots=True)
class Settings:
    """What this clinic chose. It stands in the encrypted file: names of wards and of the clinic are nobody's business.

    `units` names the preferred unit of measurements, by code; `resources` what the clinic has, by code, or None where
    nobody said so yet.
    """

    clinic: str = ""
    wards: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    resources: tuple[str, ...] | None = None
    lock_after_s: int = 120


class SettingsStore(Protocol):
    """The settings in the open store."""

    def read(self) -> Settings:
        """Return them; the default for each thing that was never set or cannot be understood."""
        ...

    def keep(self, settings: Settings) -> None:
        """Keep them, durably before returning.

        Raises:
            StoreFull: those before are still there.
        """
        ...


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
