"""What the two messages of the one exchange hold (`messages.py`)."""

from __future__ import annotations

from dataclasses import dataclass

from shared.case.entry import CaseId, DeviceId, Entry
from shared.sync.batch import Batch
from shared.sync.holding import Holding

REVIEW_STATES = ("received", "needs_information", "confirmed", "rejected")
PROOFS = ("xray", "culture", "course")
MAX_REVIEW_MESSAGE = 2000


@dataclass(frozen=True, slots=True)
class ChainHead:
    """How far a device's chain is stored: the last entry's seq, and the hash of the batch that it ends."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """What a tablet sends.

    `stored` is what it believes the server holds; `waiting` counts its entries that are not in this request.
    """

    device: DeviceId
    epoch: str
    cursor: int
    stored: ChainHead
    waiting: int
    app_version: str
    knowledge_version: str
    batches: tuple[Batch, ...] = ()


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An entry that the server stored apart because it could not accept it, and why, as one sentence."""

    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class Review:
    """A coordinator's judgement of a case. A later review of the same case has a larger number and replaces it.

    `apart` names the cases that are another child's in spite of an equal link, as far as the coordinator said so.
    """

    number: int
    case_id: CaseId
    state: str
    diagnosis: str | None
    proven_by: tuple[str, ...]
    message: str
    apart: tuple[CaseId, ...] = ()


@dataclass(frozen=True, slots=True)
class KnowledgeOffer:
    """A signed release of newer knowledge than the tablet works with (`shared/knowledge/release.py`).

    `digest`: SHA-256 of its file, `key`: the public key that signed it, both in hexadecimal digits. `size` in bytes.
    """

    version: str
    digest: str
    size: int
    key: str


@dataclass(frozen=True, slots=True)
class SyncResponse:
    """What the server answers.

    Entries and reviews are those of the site after the request's cursor, in order of position. `cursor` is the position
    of the last one; `more` asks the tablet to come again at once. `epoch` changes when the server's database is not the
    one it was, for example after a restore. `nonce` goes into the next request's signature. `holds` is what the site
    has stored of entries that can be read; it is there if `more` is false, when nothing else is on its way. So is
    `release`, where newer knowledge is published than the tablet says that it has.
    """

    epoch: str
    nonce: str
    acknowledged: ChainHead
    quarantined: tuple[Quarantined, ...]
    entries: tuple[Entry, ...]
    reviews: tuple[Review, ...]
    cursor: int
    more: bool
    holds: Holding | None = None
    release: KnowledgeOffer | None = None
