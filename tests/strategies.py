"""Hypothesis strategies for case logs: entries as tablets write them, in any order of arrival."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from shared.case.entry import NOT_POSSIBLE, UNKNOWN, CaseId, DeviceId, Entry, EntryId, EntryKind, Quantity

CASE = CaseId("c" * 32)
DEVICES = tuple(DeviceId(digit * 16) for digit in "abc")

answer_values = st.one_of(
    st.booleans(),
    st.sampled_from(["soft_oedematous", "firm_indurated", "rock_hard_nodular", UNKNOWN, NOT_POSSIBLE]),
    st.integers(0, 6000),
    st.builds(Quantity, st.floats(0, 1000, allow_nan=False), st.sampled_from(["mg/L", "Cel"])),
    st.sets(st.sampled_from(["hand", "wrist", "foot"]), min_size=1).map(lambda regions: tuple(sorted(regions))),
)
codes = st.sampled_from(["fever_ge_38", "swelling_consistency", "age_days", "crp", "region"])


@st.composite
def histories(draw: DrawFn, max_entries: int = 10) -> Sequence[Entry]:
    """Draw the entries of one case as up to three tablets write them, each naming entries that its author had seen."""
    entries: list[Entry] = []
    written = dict.fromkeys(DEVICES, 0)
    for _ in range(draw(st.integers(0, max_entries))):
        device = draw(st.sampled_from(DEVICES))
        written[device] += 1
        seen = draw(st.sets(st.sampled_from([entry.id for entry in entries]), max_size=3)) if entries else set()
        entries.append(
            Entry(
                id=EntryId(device, written[device]),
                case_id=CASE,
                kind=draw(st.sampled_from([kind for kind in EntryKind if kind is not EntryKind.WITHDRAWAL])),
                answers=draw(st.dictionaries(codes, answer_values, max_size=4)),
                parents=tuple(sorted(seen)),
            )
        )
    return entries
