"""What the server stores of an entry: its canonical JSON without what stands in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import example, given

from shared.canonical import canonical_json
from shared.case.entry import (
    CaseId,
    Conclusion,
    DeviceId,
    Entry,
    EntryId,
    EntryKind,
    Link,
    Quantity,
    RankedCondition,
    canonical_entry,
    entry_to_json,
)
from sync_server.repositories.entries import entry_of_payload, payload_of, whole_of_payload
from tests.strategies import histories

DEVICE, CASE = DeviceId("0" * 15 + "1"), CaseId("ab" * 16)
LOOKS_LIKE_THEM = Entry(
    EntryId(DEVICE, 12),
    CASE,
    EntryKind.FOLLOW_UP,
    {"case_id": CASE, "device": DEVICE, "seq": 12, "note": f'"case_id":"{CASE}","device":"{DEVICE}",'},
    (EntryId(DEVICE, 1),),
    Conclusion(f'"case_id":"{CASE}",', "case_id", ("device", ',"seq":12'), (RankedCondition("seq", 1, 0, 1),), True),
)
TEXTS = ('"kind":"', '"conclusion":{"differential":[', '"kin":"' + "a" * 32 + '",', "]},", "device")
LIKE_THE_FRAME = Entry(
    EntryId(DEVICE, 7),
    CASE,
    EntryKind.CORRECTION,
    {
        "conclusion": Quantity(1, TEXTS[1]),
        "kin": "a" * 32,
        "kind": "correction",
        "parents": tuple(sorted(TEXTS)),
        "note": "".join(TEXTS),
    },
    (EntryId(DEVICE, 1), EntryId(DEVICE, 2)),
)
CONCLUSION = Conclusion(TEXTS[1], TEXTS[0], TEXTS, (RankedCondition(TEXTS[2], 1, 0, 1),), True)
WITH_ALL = replace(LIKE_THE_FRAME, conclusion=CONCLUSION, link=Link("b" * 32), apart=(CaseId("d" * 32),))


@given(histories())
@example([LOOKS_LIKE_THEM])
@example(
    [
        LIKE_THE_FRAME,
        WITH_ALL,
        replace(WITH_ALL, conclusion=None),
        replace(WITH_ALL, link=None),
        replace(WITH_ALL, apart=None),
        replace(WITH_ALL, answers={}, conclusion=None, apart=None, link=None),
        replace(WITH_ALL, answers={}, conclusion=None, apart=()),
    ]
)
def test_a_payload_is_the_canonical_json_of_the_rest_and_is_read_back_unchanged(entries: Sequence[Entry]) -> None:
    for entry in entries:
        rest = entry_to_json(entry)
        del rest["device"], rest["seq"], rest["case_id"]

        payload = payload_of(entry)

        assert payload == canonical_json(rest)
        assert entry_of_payload(payload, entry.id.device, entry.id.seq, entry.case_id) == entry
        assert whole_of_payload(payload, entry.id.device, entry.id.seq, entry.case_id) == canonical_entry(entry)
