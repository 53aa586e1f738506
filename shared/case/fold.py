"""The case as it stands: a fold over the graph of its entries.

For each code the *maximal writes* win: those that no later entry on the same line of descent wrote over. One value
among them is agreed. Two or more different values are a `Disagreement`, which is shown to people and never settled by
the software.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue, Entry, EntryId, EntryKind
from shared.case.log import CaseLog

OF_THE_VISIT = frozenset({"visit_day", "reply", "reply_to"})
"""Codes that say something of one entry and nothing of the child: two visits may well differ in them."""


@dataclass(frozen=True, slots=True)
class Write:
    """One entry's value for a code."""

    entry: EntryId
    value: AnswerValue


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A code with two or more concurrent, different values; writes in order of device and number."""

    code: str
    writes: tuple[Write, ...]

    @property
    def values(self) -> tuple[AnswerValue, ...]:
        """The different values, each once, in the order of `writes`."""
        distinct: dict[tuple[bool, AnswerValue], AnswerValue] = {}
        for write in self.writes:
            # As `same_value` has it: yes and one are not the same.
            distinct.setdefault((isinstance(write.value, bool), write.value), write.value)
        return tuple(distinct.values())


@dataclass(frozen=True, slots=True)
class CaseState:
    """A folded case. `agreed` holds the codes on which all maximal writes are one value, "don't know" included."""

    agreed: Mapping[str, AnswerValue]
    disagreements: tuple[Disagreement, ...]
    heads: tuple[EntryId, ...]
    is_withdrawn: bool

    @property
    def known(self) -> dict[str, AnswerValue]:
        """The agreed answers that say something: without "don't know" and "not possible here"."""
        return {code: value for code, value in self.agreed.items() if value not in (UNKNOWN, NOT_POSSIBLE)}


def fold(log: CaseLog) -> CaseState:
    """Return the state of a case. The order in which its entries arrived has no effect."""
    ordered = log.in_causal_order()
    if len(ordered) == 1:
        return _state_of(ordered[0])
    # One bit for each code: `later` of an entry are the codes that entries answer which build on it. From the end, so
    # that a case of thousands of entries costs no more than each of them does.
    bit: dict[str, int] = {}
    later: dict[EntryId, int] = {}
    maximal: dict[str, list[Write]] = {}
    for entry in reversed(ordered):
        written_over = answered = later.get(entry.id, 0)
        for code, value in entry.answers.items():
            if code in OF_THE_VISIT:
                continue
            this = bit.setdefault(code, 1 << len(bit))
            answered |= this
            if not written_over & this:
                maximal.setdefault(code, []).append(Write(entry.id, value))
        for parent in entry.parents:
            later[parent] = later.get(parent, 0) | answered

    agreed: dict[str, AnswerValue] = {}
    disagreements = []
    for code in sorted(maximal):
        writes = tuple(sorted(maximal[code], key=lambda write: write.entry))
        if all(same_value(write.value, writes[0].value) for write in writes):
            agreed[code] = writes[0].value
        else:
            disagreements.append(Disagreement(code, writes))
    return CaseState(
        agreed=agreed,
        disagreements=tuple(disagreements),
        heads=log.heads,
        is_withdrawn=any(entry.kind is EntryKind.WITHDRAWAL for entry in ordered),
    )


def _state_of(entry: Entry) -> CaseState:
    """Return the state of a case of one entry, as most cases are: nobody can disagree."""
    agreed = {code: entry.answers[code] for code in sorted(entry.answers) if code not in OF_THE_VISIT}
    return CaseState(agreed, (), (entry.id,), is_withdrawn=entry.kind is EntryKind.WITHDRAWAL)


def same_value(one: AnswerValue, other: AnswerValue) -> bool:
    """Tell whether two answers are the same. In Python True == 1; as answers, yes and one are not the same."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other
