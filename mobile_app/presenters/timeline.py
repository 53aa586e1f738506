"""The timeline of a case: one row an entry, one lane a tablet, and who wrote what, as far as this tablet knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mobile_app.ports.records import RecordedEntry, SyncState
from mobile_app.presenters.answers import ABOUT_THE_CHILD, NEVER_LISTED
from mobile_app.presenters.case_rows import SYNC_WORDS
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.frame import BadgeView, Meaning
from mobile_app.presenters.result import badge_of
from mobile_app.presenters.review_words import reply_in_words
from mobile_app.presenters.wording import count_of, day_in_words, joined, lower_first, phrase, say, typed
from shared.case.entry import CaseId, DeviceId, Entry, EntryKind, Quantity
from shared.case.fold import CaseState
from shared.case.reply import said_in
from shared.case.short_code import short_code

CONTENT_ANSWERS = 4
VISITS = (EntryKind.ASSESSMENT, EntryKind.FOLLOW_UP)
_NOT_TOLD = frozenset({*ABOUT_THE_CHILD, *NEVER_LISTED})
_TELLS_MOST = ("swelling_", "progressed_", "xray_")
_KINDS = {
    EntryKind.CORRECTION: phrase("Correction"),
    EntryKind.OUTCOME: phrase("Outcome"),
    EntryKind.WITHDRAWAL: phrase("Withdrawn"),
    EntryKind.REPLY: phrase("Answer to the coordinator"),
}


@dataclass(frozen=True, slots=True)
class TimelineRowView:
    """One entry. `lane` is its tablet's line (0 is this tablet); `parents` are the rows that it builds on."""

    entry: str
    title: str
    under_title: str
    content: str
    badge: BadgeView | None
    lane: int
    is_own: bool
    parents: tuple[int, ...]


class Timeline:
    """The entries of one case in causal order, and the lanes of their tablets."""

    def __init__(self, desk: Desk, entries: Sequence[RecordedEntry]) -> None:
        self._desk = desk
        self.entries = entries
        # This tablet first, the others by their number.
        own = desk.store.device
        others = sorted({row.entry.id.device for row in entries} - {own})
        self.lanes: Mapping[DeviceId, int] = {own: 0} | {device: lane for lane, device in enumerate(others, start=1)}

    def rows(self, state: CaseState) -> tuple[TimelineRowView, ...]:
        """Return a row for each entry; those whose answers differ from another's say so."""
        place = {row.entry.id: number for number, row in enumerate(self.entries)}
        differing = {write.entry for item in state.disagreements for write in item.writes}
        visits = 0
        rows = []
        for row in self.entries:
            entry = row.entry
            if entry.kind in VISITS:
                visits += 1
            rows.append(
                TimelineRowView(
                    entry=f"{entry.id.device}-{entry.id.seq}",
                    title=say(_KINDS[entry.kind]) if entry.kind in _KINDS else say("Visit {number}", number=visits),
                    under_title=self.who(row) if row.sync_state is not SyncState.NOT_ACCEPTED else self._refused(row),
                    content=self._content(entry),
                    badge=_badge(entry, is_differing=entry.id in differing),
                    lane=self.lanes[entry.id.device],
                    is_own=entry.id.device == self._desk.store.device,
                    parents=tuple(sorted(place[parent] for parent in entry.parents if parent in place)),
                )
            )
        return tuple(rows)

    def who(self, row: RecordedEntry) -> str:
        """Return "21 Oct · Nurse 1 · this tablet"; of another tablet's entry only which tablet it was."""
        parts = []
        if row.recorded_at is not None:
            parts.append(day_in_words(row.recorded_at.astimezone(self._desk.clock.now().tzinfo)))
        if row.author:
            parts.append(typed(row.author))
        lane = self.lanes[row.entry.id.device]
        parts.append(say("tablet {number}", number=lane + 1) if lane else say("this tablet"))
        return " · ".join(parts)

    def _refused(self, row: RecordedEntry) -> str:
        return f"{self.who(row)} · {lower_first(say(SYNC_WORDS[SyncState.NOT_ACCEPTED]))}"

    def _older_knowledge(self, entry: Entry) -> tuple[str, ...]:
        """Return under which knowledge an entry was assessed, where that is not the one of today."""
        if entry.conclusion is None or entry.conclusion.knowledge_version == self._desk.knowledge.version:
            return ()
        return (say("assessed under knowledge {version}", version=entry.conclusion.knowledge_version),)

    def _content(self, entry: Entry) -> str:
        if entry.apart is not None:
            return word_apart(entry.apart)
        if entry.kind is EntryKind.REPLY:
            return reply_in_words(said_in(entry))
        words = self._desk.words
        told = [code for code in words.in_order(entry.answers) if code not in _NOT_TOLD]
        said = [words.statement(code, entry.answers[code]) for code in self._telling(told, entry)]
        more = len(told) - len(said)
        if more > 0 and entry.kind in VISITS:
            said.append(count_of(more, "{count} more answer", "{count} more answers"))
        said += self._older_knowledge(entry)
        return " · ".join(said)

    def _telling(self, codes: Sequence[str], entry: Entry) -> list[str]:
        """Return the answers that a reader looks for first: the swelling, films, what is there, then numbers."""
        if entry.kind not in VISITS:
            return list(codes)
        answers = entry.answers
        known = self._desk.interview.is_known
        present = [code for code in codes if known(code, answers) and answers[code] is not False]
        present.sort(key=lambda code: (not code.startswith(_TELLS_MOST), isinstance(answers[code], Quantity)))
        return present[:CONTENT_ANSWERS]


def word_apart(others: Sequence[CaseId]) -> str:
    """Return what somebody said of cases with the same record number."""
    if not others:
        return say("The same child after all")
    return say("Another child than in: {cases}", cases=joined([short_code(other) for other in others]))


def _badge(entry: Entry, *, is_differing: bool) -> BadgeView | None:
    if is_differing:
        return BadgeView(Meaning.DIFFERS, say("Differs"))
    return badge_of(entry.conclusion.disposition) if entry.conclusion else None
