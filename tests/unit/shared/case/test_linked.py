"""Two cases of one child stay two logs: what they say of each other, and where their answers differ."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind, Link
from shared.case.fold import fold
from shared.case.linked import apart_of, compared, links_of
from shared.case.log import CaseLog
from tests.strategies import histories

ONE, TWO, THREE = (CaseId(digit * 32) for digit in "123")


def entry(case, device, seq, answers=None, parents=(), kind=EntryKind.ASSESSMENT, **more):
    ids = tuple(sorted(EntryId(DeviceId(letter * 16), number) for letter, number in parents))
    return Entry(EntryId(DeviceId(device * 16), seq), case, kind, answers or {}, ids, **more)


def said(seq, *names, device="a", parents=()):
    return entry(ONE, device, seq, kind=EntryKind.CORRECTION, apart=tuple(sorted(names)), parents=parents)


def test_the_last_word_about_other_children_counts_and_an_empty_list_takes_it_back():
    assert apart_of(CaseLog.of(ONE, [entry(ONE, "a", 1)])) == frozenset()
    assert apart_of(CaseLog.of(ONE, [said(1, TWO)])) == {TWO}
    assert apart_of(CaseLog.of(ONE, [said(1, TWO), said(2, TWO, THREE, parents=[("a", 1)])])) == {TWO, THREE}
    assert apart_of(CaseLog.of(ONE, [said(1, TWO), said(2, parents=[("a", 1)])])) == frozenset()


def test_of_two_words_that_do_not_know_each_other_every_name_holds():
    both = [said(1, TWO), said(1, THREE, device="b"), said(2, device="a", parents=[("a", 1)])]

    assert apart_of(CaseLog.of(ONE, both)) == {THREE}
    assert apart_of(CaseLog.of(ONE, reversed(both))) == {THREE}


def test_a_word_counts_through_entries_that_say_nothing_of_it():
    between = entry(ONE, "a", 2, {"sex": "male"}, parents=[("a", 1)])

    assert apart_of(CaseLog.of(ONE, [said(1, TWO), between])) == {TWO}
    assert apart_of(CaseLog.of(ONE, [said(1, TWO), between, said(3, parents=[("a", 2)])])) == frozenset()


def test_a_case_may_carry_links_of_an_old_and_of_a_new_key():
    log = CaseLog.of(ONE, [entry(ONE, "a", 1, link=Link("e" * 32)), entry(ONE, "a", 2, link=Link("f" * 32))])

    assert links_of(log) == {"e" * 32, "f" * 32}


def test_two_cases_contradict_each_other_where_both_answer_and_differ():
    one = CaseLog.of(ONE, [entry(ONE, "a", 1, {"sex": "male", "fever_ge_38": True, "side": "left", "setting": "x"})])
    two = CaseLog.of(TWO, [entry(TWO, "b", 1, {"sex": "female", "fever_ge_38": 1, "side": "left", "setting": "y"})])

    found = compared([one, two])

    assert [item.code for item in found] == ["fever_ge_38", "sex"]
    assert [(write.entry.device[0], write.value) for write in found[1].writes] == [("a", "male"), ("b", "female")]
    assert compared([one]) == compared([]) == ()


def test_what_one_case_disputes_alone_is_not_told_as_a_difference_between_the_two():
    disputed = [entry(ONE, "a", 1, {"sex": "male"}), entry(ONE, "b", 1, {"sex": "female"})]

    assert compared([CaseLog.of(ONE, disputed), CaseLog.of(TWO, [entry(TWO, "c", 1, {"side": "left"})])]) == ()


@given(histories(), histories(), st.randoms())
def test_comparing_changes_neither_case_and_knows_no_order(first, second, chance):
    one = CaseLog.of(ONE, [_of(entry, ONE) for entry in first])
    two = CaseLog.of(TWO, [_of(entry, TWO, shift=100) for entry in second])
    states = fold(one), fold(two)
    shuffled = [one, two]
    chance.shuffle(shuffled)

    assert compared([one, two]) == compared(shuffled)
    assert (fold(one), fold(two)) == states


def _of(entry, case, shift=0):
    parents = tuple(EntryId(parent.device, parent.seq + shift) for parent in entry.parents)
    return Entry(EntryId(entry.id.device, entry.id.seq + shift), case, entry.kind, entry.answers, parents)
