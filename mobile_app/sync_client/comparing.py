"""Finding out where tablet and server differ, and mending it: `POST /v1/compare`, section 16 of `PROTOCOL.md`.

    all numbers of each tablet ──▶ those that differ, in sixteenths ──▶ ... ──▶ single entries
                                     │ the server has them      fetched, and stored as a pulled page is
                                     │ we have them, our own    sent again by the chain
                                     │ we have them, others'    brought back; the server keeps them apart
                                     └ both, and they differ    fetched and brought: each side sets the other's aside

A range of which one side has nothing is not cut further. So a server that lost everything, or one whole tablet, costs a
round trip and then what it takes to send it; and one entry in ten thousand costs five.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mobile_app.ports.outbox import Comparison, Outbox
from shared.canonical import canonical_json
from shared.case.entry import CaseId, Entry, EntryId, EntryKind, entry_to_json
from shared.errors import ServerNonsense
from shared.sync.compare import LAST, MAX_RANGES, MAX_WANTED, MAX_WITNESSED, CompareRequest, CompareResponse, Range
from shared.sync.endpoint import SyncEndpoint
from shared.sync.holding import Holding

PARTS = 16
"""Ranges that one range is cut into."""
MAX_BROUGHT_BYTES = 900 * 1024
MAX_TURNS = 1000
"""Requests of one comparison: half a million entries brought back. A server with which it never ends is not one."""


@dataclass(slots=True)
class Repair:
    """What was mended, in entries, and what was not: `reasons` say why, where the server gave one."""

    fetched: int = 0
    brought: int = 0
    unrepaired: set[EntryId] = field(default_factory=set)
    reasons: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    """Where the two differ."""

    wanted: list[EntryId] = field(default_factory=list)
    lacking: list[EntryId] = field(default_factory=list)
    conflicts: set[EntryId] = field(default_factory=set)


class Comparing:
    """One comparison of a tablet's account with the server's."""

    def __init__(self, outbox: Outbox, endpoint: SyncEndpoint) -> None:
        self._device = outbox.device
        self._account: Comparison = outbox.comparison
        self._endpoint = endpoint
        self._turns = 0

    def run(self) -> tuple[Repair, Sequence[EntryId]]:
        """Mend what can be mended here. Return what came of it, and own entries that have to be sent again.

        Raises:
            SyncFailed: it was not finished; what was mended so far stays so.
        """
        repair = Repair()
        found = self._differences()
        repair.unrepaired |= found.conflicts
        for some in _chunks(found.wanted, MAX_WANTED):
            response = self._ask(CompareRequest(self._device, wanted=tuple(some)))
            self._expect_asked_for(response, some, ())
            self._take_in(response, repair)
        # A withdrawal that was fetched has taken its case out of what is held.
        lacking = self._account.still_held(found.lacking)
        for entries in self._portions(lacking):
            response = self._ask(CompareRequest(self._device, witnessed=entries))
            self._expect_asked_for(response, (), entries)
            self._take_in(response, repair)
            not_kept = {one.id: one.reason for one in response.not_kept}
            # Of our own the server only says what was withdrawn of them: they go by the chain.
            kept = [entry.id for entry in entries if entry.id not in not_kept and entry.id.device != self._device]
            self._account.brought(kept)
            repair.brought += len(kept)
            # Those of withdrawn cases left the account with the withdrawal that came with this answer.
            left = self._account.still_held(not_kept)
            repair.unrepaired |= set(left)
            repair.reasons += tuple(not_kept[one] for one in left)
        own = [one for one in lacking if one.device == self._device and one not in found.conflicts]
        return repair, self._account.still_held(own)

    def _differences(self) -> _Found:
        found = _Found()
        last = self._account.devices()
        to_ask = [Range(device, 1, LAST) for device in last]
        known, is_first = set(last), True
        while to_ask or is_first:
            some, to_ask = to_ask[:MAX_RANGES], to_ask[MAX_RANGES:]
            response = self._ask(CompareRequest(self._device, ranges=tuple(some)))
            if len(response.ranges) != len(some):
                raise ServerNonsense
            server_last = dict(response.devices)
            if is_first:
                to_ask += [Range(device, 1, LAST) for device in server_last if device not in known]
                is_first = False
            for which, there, here in zip(some, response.ranges, self._account.holdings(some), strict=True):
                if there != here:
                    end = max(last.get(which.device, 0), server_last.get(which.device, 0))
                    to_ask += self._look_into(which, there, here, end, found)
        return found

    def _look_into(self, which: Range, there: Holding, here: Holding, end: int, found: _Found) -> list[Range]:
        """Note what can be told of a range that differs, or return its parts."""
        first, last = which.first, min(which.last, end)
        if there.count == 0:
            found.lacking += self._account.held(which)
        elif here.count == 0 and last - first < MAX_WANTED:
            found.wanted += [EntryId(which.device, seq) for seq in range(first, last + 1)]
        elif first >= last:
            one = EntryId(which.device, first)
            found.wanted.append(one)
            found.lacking.append(one)
            found.conflicts.add(one)
        else:
            step = max(1, -(-(last - first + 1) // PARTS))
            return [Range(which.device, start, min(start + step - 1, last)) for start in range(first, last + 1, step)]
        return []

    def _take_in(self, response: CompareResponse, repair: Repair) -> None:
        new, reasons = self._account.take_in(response.entries)
        repair.fetched += new
        repair.reasons += reasons
        if reasons:
            given = {entry.id for entry in response.entries}
            repair.unrepaired |= given - set(self._account.still_held(given))

    def _portions(self, entry_ids: Sequence[EntryId]) -> Iterable[tuple[Entry, ...]]:
        """Give entries to bring, as many at a time as one request carries."""
        for some in _chunks(entry_ids, MAX_WITNESSED):
            portion: list[Entry] = []
            size = 0
            for entry in self._account.entries(some):
                length = len(canonical_json(entry_to_json(entry))) + 1
                if portion and size + length > MAX_BROUGHT_BYTES:
                    yield tuple(portion)
                    portion, size = [], 0
                portion.append(entry)
                size += length
            if portion:
                yield tuple(portion)

    def _expect_asked_for(self, response: CompareResponse, wanted: Sequence[EntryId], brought: Sequence[Entry]) -> None:
        """Refuse an answer with entries that nobody asked for, or that names some that were not brought."""
        asked, cases = set(wanted), _cases(brought)
        for entry in response.entries:
            if entry.id not in asked and not (entry.kind is EntryKind.WITHDRAWAL and entry.case_id in cases):
                raise ServerNonsense
        if not {one.id for one in response.not_kept} <= {entry.id for entry in brought}:
            raise ServerNonsense

    def _ask(self, request: CompareRequest) -> CompareResponse:
        self._turns += 1
        if self._turns > MAX_TURNS:
            raise ServerNonsense
        return self._endpoint.compare(request)


def _cases(entries: Iterable[Entry]) -> set[CaseId]:
    return {entry.case_id for entry in entries}


def _chunks(entry_ids: Sequence[EntryId], size: int) -> Iterable[Sequence[EntryId]]:
    for start in range(0, len(entry_ids), size):
        yield entry_ids[start : start + size]
