"""Tablets with thousands of cases that wait to be sent, and the same cases as documents of others.

    600 simulated children, assessed ──again and again, each time a case of its own──▶ as many cases as are wanted

No request and no page of an answer holds more than 500 entries, so no child comes twice in what is compressed at once.
The rows are made by the functions that the store uses, in one transaction: recording is not what is measured.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from sqlmodel import select

from mobile_app.ports.records import LocalDetails
from mobile_app.storage.case_store import EncryptedCaseStore
from mobile_app.storage.rows import entry_from_text
from mobile_app.storage.tables import SentFormRow
from shared.canonical import canonical_json
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, entry_to_json
from tests.benchmarks.many_cases import Written, write_cases
from tests.benchmarks.sync_peers.running import Documents
from tests.benchmarks.wire_cases import KNOWLEDGE, recorded_cases, sent_cases

CHILDREN = 600
SEED = 900


def let_wait(store: EncryptedCaseStore, count: int, *, first: int = 0) -> None:
    """Put `count` cases into an open store that has written `first` entries and knows no others."""
    day = store._clock.now().date()
    recorded = _recorded()
    chance = random.Random(SEED + first)  # noqa: S311
    written = []
    for seq in range(first + 1, first + count + 1):
        like = recorded[seq % CHILDREN]
        entry = replace(like, id=EntryId(store.device, seq), case_id=CaseId(chance.randbytes(16).hex()))
        written.append(Written((entry,), (day,), LocalDetails()))
    write_cases(store, written)


def as_documents(store: EncryptedCaseStore, file: Path, *, after: int = 0) -> Documents:
    """Write what this tablet sends, or will send, of its entries with numbers above `after`."""
    with store.database.reading() as session:
        bodies = session.exec(select(SentFormRow.body).where(SentFormRow.seq > after).order_by(SentFormRow.seq)).all()  # type: ignore[arg-type]
    with file.open("wb") as lines:
        for body in bodies:
            document = entry_to_json(entry_from_text(body))
            document["id"] = document.pop("case_id")
            lines.write(canonical_json(document) + b"\n")
    return Documents(file, len(bodies))


def sent_entries(device: DeviceId, first_seq: int, count: int) -> Sequence[Entry]:
    """Return sent forms as a device's next entries, each a case of its own."""
    chance = random.Random(f"{device} {first_seq}")  # noqa: S311
    forms = _sent()
    return [
        replace(forms[seq % CHILDREN], id=EntryId(device, seq), case_id=CaseId(chance.randbytes(16).hex()))
        for seq in range(first_seq, first_seq + count)
    ]


@cache
def _recorded() -> Sequence[Entry]:
    return tuple(recorded_cases(KNOWLEDGE, CHILDREN, SEED))


@cache
def _sent() -> Sequence[Entry]:
    return tuple(sent_cases(KNOWLEDGE, CHILDREN, SEED, DeviceId("0" * 16)))
