"""The tables of the encrypted file, one class each.

    entry        every entry known, own and pulled; never changed, never deleted
    sent_form    the de-identified form of each own entry, made once, in the transaction that appends the entry
    batch        what was signed over the sent forms; fixed, so that sending again sends the same bytes
    draft        an act not yet saved as an entry; one row, replaced by every answer
    review       what the coordinator wrote
    refusal      own entries that the server set aside, and why
    quarantine   pulled entries that this tablet set aside, and why
    case_index   the folded case, for lists: always written with the entries that change it
    search       words and codes by which a case is found (FTS5, `search.py`); can be made again from the rest
    case_link    the links of a case's entries, and case_number the record number it has here (`link_rows.py`)
    judgement    what a new version of the knowledge makes of a case; can be worked out again
    seen         up to which judgement a user has seen them
    photo        pictures of a case, re-encoded: on this tablet only, never part of an entry
    read_review  up to which of a case's reviews a user has read them
    held         what the server is believed to hold, and account what that comes to, for each device (`account.py`)
    device       one row: who this tablet is, and how far it has got with the server
    carried      what others gave to be carried to the server, and what the server said of it
    former_*     the same of the tablets whose backups were restored here: who they were, what they had signed and sent

They have a registry of their own: the server has tables of the same names.
"""

from __future__ import annotations

from sqlalchemy import DDL, event, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

SCHEMA_VERSION = 3
"""Written into the file (PRAGMA user_version). A newer file is refused and left as it is; an older one is brought up to
date by `migrations.py`. Version 2 added judgement and seen."""


class TabletTable(SQLModel, registry=registry()):
    """What all tables of the tablet share: this registry, apart from the server's."""


class EntryRow(TabletTable, table=True):
    """`body` is canonical JSON. What only this tablet knows of its own entries stands beside it."""

    __tablename__ = "entry"
    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    case_id: str = Field(index=True)
    body: str
    recorded_at: str | None = None
    author: str | None = None
    local: str | None = None


class SentFormRow(TabletTable, table=True):
    """`body` is the canonical JSON that is sent and hashed.

    `hash_before`: its hash before a withdrawal took the content out of it; None for all others. A copy of this tablet,
    of which nothing is known here, may have sent it as it was.
    """

    __tablename__ = "sent_form"
    seq: int = Field(primary_key=True)
    body: str
    hash: bytes
    hash_before: bytes | None = None


class BatchRow(TabletTable, table=True):
    """Sent forms `first_seq` to `last_seq`; `hash` is the boundary that the next batch builds on."""

    __tablename__ = "batch"
    first_seq: int = Field(primary_key=True)
    last_seq: int = Field(unique=True)
    hash: bytes
    signature: bytes


class DraftRow(TabletTable, table=True):
    """`touched` orders drafts: a count, because the clock may be wrong."""

    __tablename__ = "draft"
    draft_id: str = Field(primary_key=True)
    case_id: str
    kind: str
    answers: str
    parents: str
    step: str
    local: str
    updated_at: str
    touched: int = Field(index=True)


class ReviewRow(TabletTable, table=True):
    """`number` grows with each review that the server gave. `apart`: a JSON list of other children's cases."""

    __tablename__ = "review"
    case_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    state: str
    diagnosis: str | None
    proven_by: str
    message: str
    apart: str = Field(default="[]", sa_column_kwargs={"server_default": "[]"})


class RefusalRow(TabletTable, table=True):
    """An own entry in the server's quarantine."""

    __tablename__ = "refusal"
    seq: int = Field(primary_key=True)
    case_id: str = Field(index=True)
    reason: str


class QuarantineRow(TabletTable, table=True):
    """A pulled entry that could not be taken in: kept as it came, shown, never merged."""

    __tablename__ = "quarantine"
    number: int | None = Field(default=None, primary_key=True)
    device: str
    seq: int
    body: str
    reason: str


class CaseIndexRow(TabletTable, table=True):
    """One line of the case list. `own_last_seq` is 0 for a case with no entry of this tablet.

    `next_follow_up` is a day, and `follow_up_for` which check of which plan; `planned_under` is the version of the
    knowledge that worked them out, None when the case has changed since.
    """

    __tablename__ = "case_index"
    case_id: str = Field(primary_key=True)
    touched: int = Field(index=True)
    updated_at: str
    answers: str
    conclusion: str | None
    disagreements: int
    is_withdrawn: bool = Field(index=True)
    own_last_seq: int = Field(index=True)
    first_own_date: str | None
    next_follow_up: str | None = Field(default=None, index=True)
    follow_up_for: str | None = None
    planned_under: str | None = Field(default=None, index=True)


class CaseLinkRow(TabletTable, table=True):
    """A link that an entry of the case carries."""

    __tablename__ = "case_link"
    link: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True, index=True)


class CaseNumberRow(TabletTable, table=True):
    """The case's record number as it was last written on this tablet, normalised, which is never sent.

    `link`: what it gives under the clinic's key of today; None without a key. A case that was written before the tablet
    took the key carries no link, and is found by this one.
    """

    __tablename__ = "case_number"
    case_id: str = Field(primary_key=True)
    number: str = Field(index=True)
    link: str | None = Field(default=None, index=True)


class JudgementRow(TabletTable, table=True):
    """`touched` is the case's stamp when it was judged; `change` is canonical JSON, None where nothing differs."""

    __tablename__ = "judgement"
    case_id: str = Field(primary_key=True)
    version: str
    touched: int
    number: int = Field(index=True)
    steps: int
    change: str | None


class SeenRow(TabletTable, table=True):
    """The highest number of the judgements of a version that a user has seen."""

    __tablename__ = "seen"
    user_id: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    up_to: int


class PhotoRow(TabletTable, table=True):
    """`image` and `thumbnail` are JPEG without metadata. `number` orders a case's photos: the clock may be wrong."""

    __tablename__ = "photo"
    photo_id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    number: int
    visit_day: int | None
    taken_at: str
    author: str
    width: int
    height: int
    thumbnail: bytes
    image: bytes


class ReadReviewRow(TabletTable, table=True):
    """The highest number of a case's reviews that a user has marked as read."""

    __tablename__ = "read_review"
    user_id: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True)
    up_to: int


class PlanTickRow(TabletTable, table=True):
    """A step of a case's plan that was done, by its English sentence, and when. It is never sent."""

    __tablename__ = "plan_tick"
    case_id: str = Field(primary_key=True)
    step: str = Field(primary_key=True)
    done_at: str


class LetterNoteRow(TabletTable, table=True):
    """What somebody began to write to the receiver of a case's letter. It is never sent."""

    __tablename__ = "letter_note"
    case_id: str = Field(primary_key=True)
    note: str


class SettingRow(TabletTable, table=True):
    """What this clinic chose, as canonical JSON; only what is needed before unlocking stands outside the file."""

    __tablename__ = "setting"
    name: str = Field(primary_key=True)
    value: str


class HeldRow(TabletTable, table=True):
    """An entry that the server is believed to hold, with the first 16 bytes of its hash (`account.py`)."""

    __tablename__ = "held"
    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    hash: bytes
    is_apart: bool = False


class AccountRow(TabletTable, table=True):
    """Count and digest of what is held of one device, without what is kept apart."""

    __tablename__ = "account"
    device: str = Field(primary_key=True)
    count: int = 0
    digest: bytes = bytes(16)


class AccountStateRow(TabletTable, table=True):
    """One row: what came of the last comparison with the server.

    `missing_*` is the difference that stayed (server's count less ours, and the XOR of both digests), so that it is not
    looked into again at every sync; `differing` says how many entries it is. `repaired` were mended on `repaired_on`.
    """

    __tablename__ = "account_state"
    number: int = Field(default=1, primary_key=True)
    missing_count: int = 0
    missing_digest: bytes = bytes(16)
    differing: int = 0
    repaired: int = 0
    repaired_on: str = ""


class DeviceRow(TabletTable, table=True):
    """One row. `acknowledged_*` is the head that the server last confirmed; `server_url` is empty before enrolment.

    `box_key`, `verify_key`: the server's public keys for what is carried, empty where it gave none. `given_seq`: up to
    which number was given to somebody to carry.
    """

    __tablename__ = "device"
    number: int = Field(default=1, primary_key=True)
    device: str
    signing_key: bytes
    last_seq: int = 0
    server_url: str = ""
    site_id: str = ""
    site_name: str = ""
    epoch: str = ""
    nonce: str = ""
    cursor: int = 0
    acknowledged_seq: int = 0
    acknowledged_hash: bytes = bytes(32)
    last_success: str | None = None
    last_failure: str = ""
    last_fault: str = ""
    box_key: bytes = Field(default=b"", sa_column_kwargs={"server_default": text("x''")})
    verify_key: bytes = Field(default=b"", sa_column_kwargs={"server_default": text("x''")})
    given_seq: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class CarriedRow(TabletTable, table=True):
    """A parcel of any tablet on its way to the server, by its SHA-256. `number` orders them as they came.

    It waits while `parcel` holds bytes. Answered, it has a `receipt` for its writer, or in `refused` why not.
    """

    __tablename__ = "carried"
    hash: bytes = Field(primary_key=True)
    number: int = Field(unique=True)
    parcel: bytes
    receipt: bytes = b""
    refused: str = ""


class FormerDeviceRow(TabletTable, table=True):
    """A tablet whose backup was restored here. It writes no more, so `last_seq` stays; what it wrote is still sent.

    `has_gone_on`: the server holds more of it than the backup does, so that tablet worked on after the backup was made.
    """

    __tablename__ = "former_device"
    device: str = Field(primary_key=True)
    number: int = Field(unique=True)
    signing_key: bytes
    last_seq: int
    server_url: str
    site_id: str
    site_name: str
    epoch: str
    nonce: str
    cursor: int
    acknowledged_seq: int
    acknowledged_hash: bytes
    has_gone_on: bool = False
    box_key: bytes = b""
    verify_key: bytes = b""
    given_seq: int = 0


class FormerSentFormRow(TabletTable, table=True):
    """A row of `sent_form` as the former tablet made it."""

    __tablename__ = "former_sent_form"
    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    body: str
    hash: bytes
    hash_before: bytes | None = None


class FormerBatchRow(TabletTable, table=True):
    """A row of `batch` of the former tablet, or one signed since with its key."""

    __tablename__ = "former_batch"
    device: str = Field(primary_key=True)
    first_seq: int = Field(primary_key=True)
    last_seq: int
    hash: bytes
    signature: bytes


class FormerRefusalRow(TabletTable, table=True):
    """A row of `refusal` about an entry of the former tablet."""

    __tablename__ = "former_refusal"
    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    case_id: str = Field(index=True)
    reason: str


SEARCH_TABLE = (
    "CREATE VIRTUAL TABLE search USING fts5(words, codes, detail=none, prefix='1 2 3',"
    " tokenize=\"unicode61 remove_diacritics 2 tokenchars '_'\")",
    # What is taken out of it is gone from the file, not only from what is found.
    "INSERT INTO search(search, rank) VALUES('secure-delete', 1)",
)
"""Its rows stand under `case_index.touched`, so that the newest come first without sorting."""

for _statement in SEARCH_TABLE:
    event.listen(TabletTable.metadata, "after_create", DDL(_statement))  # type: ignore[no-untyped-call]
