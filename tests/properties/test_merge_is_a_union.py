"""The laws of the case log: merging is a union, and the order in which entries arrive changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.case.entry import Entry, EntryId, EntryKind, entry_from_json, entry_to_json
from shared.case.fold import fold, same_value
from shared.case.log import CaseLog
from shared.errors import IdentityConflict, InvalidInput
from tests.strategies import CASE, DEVICES, histories


def log_of(entries: Sequence[Entry]) -> CaseLog:
    return CaseLog.of(CASE, entries)


def parts(entries: Sequence[Entry], data: st.DataObject) -> CaseLog:
    """Draw any subset of a history: what one tablet may have seen of it."""
    return log_of([entry for entry in entries if data.draw(st.booleans())])


@given(histories(), st.data())
def test_merging_is_commutative(entries: Sequence[Entry], data: st.DataObject) -> None:
    one, other = parts(entries, data), parts(entries, data)

    assert one.merge(other) == other.merge(one)


@given(histories(), st.data())
def test_merging_is_associative(entries: Sequence[Entry], data: st.DataObject) -> None:
    one, two, three = (parts(entries, data) for _ in range(3))

    assert one.merge(two).merge(three) == one.merge(two.merge(three))


@given(histories())
def test_merging_is_idempotent(entries: Sequence[Entry]) -> None:
    log = log_of(entries)

    assert log.merge(log) == log


@given(histories(), st.data())
def test_a_merge_holds_what_both_held_and_nothing_else(entries: Sequence[Entry], data: st.DataObject) -> None:
    one, other = parts(entries, data), parts(entries, data)

    assert {entry.id for entry in one.merge(other)} == {entry.id for entry in one} | {entry.id for entry in other}


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_neither_log_nor_state(entries: Sequence[Entry], random: object) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert log_of(shuffled) == log_of(entries)
    assert fold(log_of(shuffled)) == fold(log_of(entries))
    assert [e.id for e in log_of(shuffled).in_causal_order()] == [e.id for e in log_of(entries).in_causal_order()]


@given(histories())
def test_no_parent_comes_after_its_child(entries: Sequence[Entry]) -> None:
    place = {entry.id: number for number, entry in enumerate(log_of(entries).in_causal_order())}

    assert all(place[parent] < place[entry.id] for entry in entries for parent in entry.parents)


def descends_from(log: CaseLog, entry: EntryId, ancestor: EntryId) -> bool:
    return any(parent == ancestor or descends_from(log, parent, ancestor) for parent in log[entry].parents)


@given(histories(max_entries=7))
def test_a_fold_keeps_exactly_the_writes_that_nobody_wrote_over(entries: Sequence[Entry]) -> None:
    """Against the definition, spelled out slowly: a write is maximal if no descendant writes the same code."""
    log = log_of(entries)
    state = fold(log)

    for code in {code for entry in entries for code in entry.answers}:
        writers = [entry for entry in entries if code in entry.answers]
        maximal = [w for w in writers if not any(descends_from(log, other.id, w.id) for other in writers)]
        values = [writer.answers[code] for writer in maximal]
        if all(same_value(value, values[0]) for value in values):
            assert same_value(state.agreed[code], values[0])
        else:
            disagreement = next(d for d in state.disagreements if d.code == code)
            assert {write.entry for write in disagreement.writes} == {writer.id for writer in maximal}
            assert code not in state.agreed


@given(histories())
def test_an_entry_that_has_seen_everything_settles_every_disagreement_that_it_answers(
    entries: Sequence[Entry],
) -> None:
    log = log_of(entries)
    disputed = {disagreement.code: True for disagreement in fold(log).disagreements}
    last = max((entry.id.seq for entry in entries if entry.id.device == DEVICES[0]), default=0)
    settling = Entry(EntryId(DEVICES[0], last + 1), CASE, EntryKind.CORRECTION, disputed, log.heads)

    state = fold(log.append(settling))

    assert state.disagreements == ()
    assert state.heads == (settling.id,)
    assert disputed.items() <= state.agreed.items()


@given(histories())
def test_an_entry_survives_writing_and_reading(entries: Sequence[Entry]) -> None:
    for entry in entries:
        again = entry_from_json(entry_to_json(entry))

        assert again == entry
        assert {code: type(value) for code, value in again.answers.items()} == {
            code: type(value) for code, value in entry.answers.items()
        }


def an_entry(seq: int = 1, *, device: int = 0, parents: tuple[EntryId, ...] = (), **answers: object) -> Entry:
    return Entry(EntryId(DEVICES[device], seq), CASE, EntryKind.ASSESSMENT, answers, parents)  # type: ignore[arg-type]


def test_two_contents_for_one_identity_are_never_merged() -> None:
    one, forged = log_of([an_entry(fever_ge_38=True)]), log_of([an_entry(fever_ge_38=False)])

    with pytest.raises(IdentityConflict):
        one.merge(forged)


def test_yes_and_the_number_one_are_two_contents() -> None:
    with pytest.raises(IdentityConflict):
        log_of([an_entry(fever_ge_38=True), an_entry(fever_ge_38=1)])


def test_forged_entries_that_run_in_a_circle_are_refused() -> None:
    first = an_entry(1, device=0, parents=(EntryId(DEVICES[1], 1),))
    second = an_entry(1, device=1, parents=(EntryId(DEVICES[0], 1),))

    with pytest.raises(InvalidInput, match="circle"):
        log_of([first, second])


def test_a_parent_that_has_not_arrived_is_named_as_missing() -> None:
    absent = EntryId(DEVICES[1], 4)

    log = log_of([an_entry(parents=(absent,))])

    assert log.missing == (absent,)
    assert log.heads == (EntryId(DEVICES[0], 1),)


def test_a_withdrawal_on_any_branch_withdraws_the_case() -> None:
    withdrawal = Entry(EntryId(DEVICES[1], 1), CASE, EntryKind.WITHDRAWAL, {})

    assert fold(log_of([an_entry(), withdrawal])).is_withdrawn
    assert not fold(log_of([an_entry()])).is_withdrawn
