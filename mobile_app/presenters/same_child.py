"""The card "The same child, seen by others" of a case: who saw what, and where the answers differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mobile_app.ports.links import LinkedCases
from mobile_app.ports.records import RecordedEntry
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.timeline import VISITS
from mobile_app.presenters.wording import HOW_SOON, capitalised, count_of, day_in_words, joined, lower_first, say, typed
from shared.case.entry import CaseId, Conclusion, DeviceId, EntryId
from shared.case.fold import Disagreement
from shared.case.linked import compared
from shared.case.log import CaseLog
from shared.case.short_code import short_code
from shared.privacy.projection import PRESENTATION_MONTH

MOST_VISITS = 3
MOST_DIFFERENCES = 4


@dataclass(frozen=True, slots=True)
class LinkedCaseView:
    """Another case under the same record number. `case_id` is what to say to `open`, `part` and `join`.

    `lines` say who saw what; a button without a word is not there.
    """

    case_id: CaseId
    name: str
    lines: tuple[str, ...]
    open_button: str
    part_button: str
    join_button: str


@dataclass(frozen=True, slots=True)
class SameChildView:
    """All other cases under the record number of a case, and how their answers differ from it."""

    title: str
    cases: tuple[LinkedCaseView, ...]
    differences_title: str
    differences: tuple[str, ...]
    note: str


class SameChild:
    """Reads the cases that are linked with one case."""

    def __init__(self, desk: Desk, case_id: CaseId, lanes: Mapping[DeviceId, int]) -> None:
        self._desk = desk
        self._case_id = case_id
        self._lanes = dict(lanes)

    def view(self) -> SameChildView | None:
        """Return the card; None for a case that has no other beside it."""
        found = self._desk.store.links.of(self._case_id)
        if found == LinkedCases():
            return None
        differences = self._differences(found.linked) if found.linked else ()
        return SameChildView(
            title=say("The same child, seen by others")
            if found.linked
            else say("Another child, the same record number"),
            cases=(
                *(self._linked(one) for one in found.linked),
                *(self._apart(one, by_coordinator=False) for one in found.apart),
                *(self._apart(one, by_coordinator=True) for one in found.apart_by_coordinator),
            ),
            differences_title=say("Where they differ") if differences else "",
            differences=differences,
            note=say("Each case stays on record as it is. Answers of different days may well differ.")
            if found.linked
            else "",
        )

    def _linked(self, case_id: CaseId) -> LinkedCaseView:
        entries = self._desk.store.timeline(case_id)
        visits = [row for row in entries if row.entry.kind in VISITS]
        lines = [self._line(row) for row in visits[:MOST_VISITS]]
        if len(visits) > MOST_VISITS:
            lines.append(count_of(len(visits) - MOST_VISITS, "{count} more visit", "{count} more visits"))
        name = say("Case {code}", code=short_code(case_id))
        return LinkedCaseView(case_id, name, tuple(lines), say("Open it"), say("Not the same child"), "")

    def _apart(self, case_id: CaseId, *, by_coordinator: bool) -> LinkedCaseView:
        line = (
            say("The coordinator says that it is another child.")
            if by_coordinator
            else say("It has the same record number. Somebody said that it is another child.")
        )
        join = "" if by_coordinator else say("It is the same child")
        return LinkedCaseView(case_id, say("Case {code}", code=short_code(case_id)), (line,), say("Open it"), "", join)

    def _line(self, row: RecordedEntry) -> str:
        """Return "tablet 2 · November 2026 · cellulitis likely · today"."""
        parts = [self._tablet(row.entry.id.device)]
        month = row.entry.answers.get(PRESENTATION_MONTH)
        if row.recorded_at is not None:
            parts.append(day_in_words(row.recorded_at.astimezone(self._desk.clock.now().tzinfo)))
        elif month is not None:
            parts.append(self._desk.words.value(PRESENTATION_MONTH, month))
        if row.author:
            parts.append(typed(row.author))
        if row.entry.conclusion is not None:
            parts += self._concluded(row.entry.conclusion)
        return " · ".join(parts)

    def _tablet(self, device: DeviceId) -> str:
        # Those of the open case first, as on its timeline; others follow.
        lane = self._lanes.setdefault(device, len(self._lanes))
        return say("tablet {number}", number=lane + 1) if lane else say("this tablet")

    def _concluded(self, conclusion: Conclusion) -> list[str]:
        parts = []
        if conclusion.fits and conclusion.differential:
            first = conclusion.differential[0]
            parts.append(
                say(
                    "{condition} {verdict}",
                    condition=lower_first(self._desk.words.condition(first.condition)),
                    verdict=self._desk.verdict_of(first, conclusion.knowledge_version),
                )
            )
        elif not conclusion.fits:
            parts.append(say("does not fit"))
        return [*parts, say(HOW_SOON[conclusion.disposition])]

    def _differences(self, linked: Sequence[CaseId]) -> tuple[str, ...]:
        # Sent forms, so that an age and an age band, or a number and its rounding, are not told as two answers.
        store = self._desk.store
        logs = [CaseLog.of(one, store.hand_over.entries(one)) for one in (self._case_id, *linked)]
        owner = {entry.id: log.case_id for log in logs for entry in log}
        found = [self._difference(item, owner) for item in compared(logs)]
        if len(found) > MOST_DIFFERENCES:
            more = len(found) - MOST_DIFFERENCES
            return (*found[:MOST_DIFFERENCES], count_of(more, "{count} more answer", "{count} more answers"))
        return tuple(found)

    def _difference(self, item: Disagreement, owner: Mapping[EntryId, CaseId]) -> str:
        said: list[str] = []
        # This case first: devices are named at random, and so would be the order.
        for write in sorted(item.writes, key=lambda write: owner[write.entry] != self._case_id):
            value = self._desk.words.value(item.code, write.value)
            case_id = owner[write.entry]
            said.append(
                say("{value} here", value=value)
                if case_id == self._case_id
                else say("{value} in case {code}", value=value, code=short_code(case_id))
            )
        label = capitalised(self._desk.words.label(item.code))
        return say("{label}: {answers}", label=label, answers=joined(list(dict.fromkeys(said))))
