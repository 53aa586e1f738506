"""What the server stores of an entry: its canonical JSON without what stands in columns."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import example, given

from shared.canonical import canonical_json
from shared.case.entry import CaseId, Conclusion, DeviceId, Entry, EntryId, EntryKind, RankedCondition, entry_to_json
from sync_server.repositories.entries import entry_of_payload, payload_of
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


@given(histories())
@example([LOOKS_LIKE_THEM])
def test_a_payload_is_the_canonical_json_of_the_rest_and_is_read_back_unchanged(entries: Sequence[Entry]) -> None:
    for entry in entries:
        rest = entry_to_json(entry)
        del rest["device"], rest["seq"], rest["case_id"]

        payload = payload_of(entry)

        assert payload == canonical_json(rest)
        assert entry_of_payload(payload, entry.id.device, entry.id.seq, entry.case_id) == entry
