"""The append-only log of one case.

    merge(a, b) = the union of their entries

so merging is commutative, associative and idempotent, and needs no clock and no server. The one thing that a union
may not do is choose between two contents for the same (device, seq): that raises `IdentityConflict`, and whoever merges
puts the second one into quarantine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from types import MappingProxyType

from shared.case.entry import CaseId, Entry, EntryId, canonical_entry
from shared.errors import IdentityConflict, InvalidInput


@dataclass(frozen=True, slots=True)
class CaseLog:
    """All entries known of one case. Parents may still be missing: they can arrive later, in any order."""

    case_id: CaseId
    _entries: Mapping[EntryId, Entry] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, case_id: CaseId, entries: Iterable[Entry] = ()) -> CaseLog:
        """Return the log with these entries, in whatever order they come.

        Raises:
            IdentityConflict: two of them share a device and number and differ.
            InvalidInput: one belongs to another case, or the parents run in a circle.
        """
        known: dict[EntryId, Entry] = {}
        for entry in entries:
            if entry.case_id != case_id:
                raise InvalidInput("case_id", "of an entry is not that of the log")
            if not same_content(known.setdefault(entry.id, entry), entry):
                raise IdentityConflict(entry.id)
        log = cls(case_id, MappingProxyType(known))
        log.in_causal_order()
        return log

    def append(self, entry: Entry) -> CaseLog:
        """Return this log with one more entry."""
        return CaseLog.of(self.case_id, [*self, entry])

    def merge(self, other: CaseLog) -> CaseLog:
        """Return the union of both logs."""
        return CaseLog.of(self.case_id, [*self, *other])

    @property
    def heads(self) -> tuple[EntryId, ...]:
        """The entries that no other entry builds on: what a new entry names as its parents."""
        built_on = {parent for entry in self for parent in entry.parents}
        return tuple(sorted(identity for identity in self._entries if identity not in built_on))

    @property
    def missing(self) -> tuple[EntryId, ...]:
        """Parents that some entry names and that have not arrived."""
        return tuple(sorted({p for entry in self for p in entry.parents if p not in self._entries}))

    def behind(self, entries: Iterable[EntryId]) -> CaseLog:
        """Return these entries and everything that they build on: the case as the author of one of them saw it."""
        found: dict[EntryId, Entry] = {}
        waiting = [identity for identity in entries if identity in self._entries]
        while waiting:
            identity = waiting.pop()
            if identity not in found:
                found[identity] = self._entries[identity]
                waiting += [parent for parent in found[identity].parents if parent in self._entries]
        return CaseLog(self.case_id, MappingProxyType(found))

    def last_of(self, is_one: Callable[[Entry], bool]) -> tuple[Entry, ...]:
        """Return, of the entries that are such, those on which no other such one builds; parents before children."""
        built_on: set[EntryId] = set()
        found: list[Entry] = []
        for entry in reversed(self.in_causal_order()):
            is_behind = entry.id in built_on
            if is_one(entry):
                found += [] if is_behind else [entry]
                is_behind = True
            if is_behind:
                built_on.update(entry.parents)
        return tuple(reversed(found))

    def in_causal_order(self) -> tuple[Entry, ...]:
        """Return the entries so that parents come before children; ties by device and number, never by time."""
        if len(self._entries) == 1:
            return tuple(self._entries.values())
        children: dict[EntryId, list[EntryId]] = {}
        waiting_for: dict[EntryId, int] = {}
        for entry in self:
            present = [parent for parent in entry.parents if parent in self._entries]
            waiting_for[entry.id] = len(present)
            for parent in present:
                children.setdefault(parent, []).append(entry.id)
        ready = [identity for identity, count in waiting_for.items() if count == 0]
        heapify(ready)
        ordered: list[Entry] = []
        while ready:
            identity = heappop(ready)
            ordered.append(self._entries[identity])
            for child in children.get(identity, ()):
                waiting_for[child] -= 1
                if waiting_for[child] == 0:
                    heappush(ready, child)
        if len(ordered) != len(self._entries):
            # Only a forged entry can do this: a tablet names parents that it has already seen.
            raise InvalidInput("parents", "of these entries run in a circle")
        return tuple(ordered)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, identity: object) -> bool:
        return identity in self._entries

    def __getitem__(self, identity: EntryId) -> Entry:
        return self._entries[identity]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CaseLog) and (self.case_id, self._entries) == (other.case_id, other._entries)

    def __hash__(self) -> int:
        return hash((self.case_id, frozenset(self._entries)))


def same_content(one: Entry, other: Entry) -> bool:
    """Tell whether two entries are the same to the last byte. (In Python, the answers True and 1 would be equal.)"""
    return one is other or canonical_entry(one) == canonical_entry(other)
