"""The two messages of the one exchange, `POST /v1/sync`, and how they are written.

A request pushes signed batches and says how far the tablet has pulled; the response says what is durably stored and
brings what is new. Field by field this is described in `PROTOCOL.md`. Reading is strict: a key, type or size that this
version does not know is refused with the place named and nothing of the content repeated.

    message_types.py                       what they hold
    request_text.py, response_text.py      how each is written and read
    entry_text.py, head_text.py, review_text.py, message_fields.py      their parts

Everybody else takes the names from here.
"""

from __future__ import annotations

from shared.sync.entry_text import EntryReader as EntryReader
from shared.sync.message_fields import MAX_MESSAGE_BYTES as MAX_MESSAGE_BYTES
from shared.sync.message_fields import MAX_NONCE as MAX_NONCE
from shared.sync.message_fields import PROTOCOL_VERSION as PROTOCOL_VERSION
from shared.sync.message_fields import is_nonce as is_nonce
from shared.sync.message_types import MAX_REVIEW_MESSAGE as MAX_REVIEW_MESSAGE
from shared.sync.message_types import PROOFS as PROOFS
from shared.sync.message_types import REVIEW_STATES as REVIEW_STATES
from shared.sync.message_types import ChainHead as ChainHead
from shared.sync.message_types import KnowledgeOffer as KnowledgeOffer
from shared.sync.message_types import Quarantined as Quarantined
from shared.sync.message_types import Review as Review
from shared.sync.message_types import SyncRequest as SyncRequest
from shared.sync.message_types import SyncResponse as SyncResponse
from shared.sync.request_text import MAX_BATCHES as MAX_BATCHES
from shared.sync.request_text import read_request as read_request
from shared.sync.request_text import read_request_in_parts as read_request_in_parts
from shared.sync.request_text import write_request as write_request
from shared.sync.response_text import read_response as read_response
from shared.sync.response_text import read_response_in_parts as read_response_in_parts
from shared.sync.response_text import write_answer as write_answer
from shared.sync.response_text import write_response as write_response
