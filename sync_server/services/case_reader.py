"""Reading one folded case in words: its graph, conclusions, differences and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.case.entry import Entry, EntryId, EntryKind
from shared.case.fold import CaseState
from shared.case.log import CaseLog
from shared.case.reply import answers_review, said_in
from shared.knowledge.model import FindingKind
from shared.privacy.projection import VISIT_DAY
from shared.sentence import phrase
from sync_server.language import count_of, say
from sync_server.repositories.devices import Device
from sync_server.repositories.reviews import WrittenReview
from sync_server.services.assessed_again import AssessedAgain
from sync_server.services.case_graph import CaseGraph, DrawnEntry, DrawnReview, draw
from sync_server.services.case_views import (
    AnswerGroup,
    AnswerRow,
    ClinicAnswerView,
    ConclusionRow,
    DifferenceView,
    DifferingValue,
)
from sync_server.services.wording import (
    Wording,
    band_words,
    day_number,
    day_words,
    joined,
    listed,
    review_words,
    tablet_words,
    urgency_words,
    verdict_words,
)

_REASONS = 3
_HEADINGS = {
    FindingKind.HISTORY: phrase("History"),
    FindingKind.EXAM: phrase("Examination"),
    FindingKind.LAB: phrase("Laboratory"),
    FindingKind.IMAGING: phrase("Imaging"),
}
_CHILD_AND_VISIT = phrase("Child and visit")
_DANGER = phrase("Danger signs and other answers")


class CaseReader:
    """One folded case. `tablets` are those that wrote it, by device, in the order of their lanes."""

    def __init__(
        self, wording: Wording, assessed: AssessedAgain, log: CaseLog, state: CaseState, tablets: Mapping[str, Device]
    ) -> None:
        self._wording = wording
        self._assessed = assessed
        self._log = log
        self._state = state
        self.entries = log.in_causal_order()
        names = wording.entry_names(entry.kind for entry in self.entries)
        self._names = {entry.id: name for entry, name in zip(self.entries, names, strict=True)}
        self._tablets = tablets
        self._lanes = {device: lane for lane, device in enumerate(tablets)}

    def graph(self, written: Sequence[WrittenReview], positions: Mapping[EntryId, int]) -> CaseGraph:
        differing = self._differing_words()
        drawn = [
            DrawnEntry(
                entry,
                self._lanes[entry.id.device],
                self._names[entry.id],
                _day(entry),
                differing.get(entry.id, ""),
                _answered(entry, written, positions),
            )
            for entry in self.entries
        ]
        drawn_reviews = [
            DrawnReview(
                self._heads_before(one.review.number, positions),
                review_words(one.review.state),
                say("{day}, message", day=day_words(one.written_on))
                if one.review.message
                else day_words(one.written_on),
            )
            for one in written
        ]
        own = [sum(entry.id.device == device for entry in self.entries) for device in self._tablets]
        lanes = [
            (tablet_words(device.tablet_no), count_of(count, "{count} entry", "{count} entries"))
            for device, count in zip(self._tablets.values(), own, strict=True)
        ]
        return draw(lanes, drawn, drawn_reviews)

    def graph_in_words(self, written: Sequence[WrittenReview]) -> tuple[str, ...]:
        lines = []
        for entry in self.entries:
            after = listed(self._names[parent] for parent in entry.parents if parent in self._names)
            where = joined(part for part in (self.tablet(entry.id), _day(entry)) if part)
            said = {"entry": self._names[entry.id], "where": where}
            lines.append(
                say("{entry}, {where}, follows {before}.", before=after, **said)
                if after
                else say("{entry}, {where}, begins the case.", **said)
            )
        for one in written:
            state, day = review_words(one.review.state), day_words(one.written_on)
            lines.append(say("Review by {author}, {day}: {state}.", author=one.author, day=day, state=state))
        return tuple(lines)

    def conclusions(self) -> tuple[ConclusionRow, ...]:
        rows = []
        for entry in self.entries:
            concluded, again = entry.conclusion, self._assessed.again(self._log, entry)
            if concluded is None or again is None:
                continue
            first = concluded.differential[0] if concluded.differential else None
            name = self._wording.condition(first.condition) if first else ""
            reasons = next((row.for_ for row in again.ranking if row.condition == name), ())
            rows.append(
                ConclusionRow(
                    entry=self._names[entry.id],
                    tablet=self.tablet(entry.id),
                    day=_day(entry),
                    first=name or say("Nothing ranked"),
                    verdict=verdict_words(self._assessed.verdict(first, concluded.knowledge_version))
                    if first and concluded.fits
                    else say("does not fit"),
                    band=band_words(first.low, first.high) if first else "",
                    urgency=concluded.disposition,
                    urgency_word=urgency_words(concluded.disposition),
                    weighed_most=tuple(one.text for one in reasons[:_REASONS]),
                    danger_signs=tuple(self._wording.rule(rule) for rule in concluded.red_flags),
                    knowledge_version=concluded.knowledge_version,
                    again=again,
                )
            )
        return tuple(rows)

    def differences(self) -> tuple[DifferenceView, ...]:
        return tuple(
            DifferenceView(
                self._wording.question(item.code),
                tuple(
                    DifferingValue(self._wording.answer(item.code, write.value), self._source(write.entry))
                    # In the order of their tablets, as on the tablet: neither stands first for its weight.
                    for write in sorted(item.writes, key=lambda one: (self._lanes[one.entry.device], one.entry))
                ),
            )
            for item in self._state.disagreements
        )

    def answers(self) -> tuple[AnswerGroup, ...]:
        groups: dict[str, list[AnswerRow]] = {
            heading: [] for heading in (_CHILD_AND_VISIT, *_HEADINGS.values(), _DANGER)
        }
        last_writer = {code: entry.id for entry in self.entries for code in entry.answers}
        for code, value in sorted(self._state.agreed.items(), key=lambda item: self._wording.place_in_book(item[0])):
            if code != VISIT_DAY:
                row = AnswerRow(
                    "" if self._wording.is_statement(code, value) else self._wording.question(code),
                    self._wording.answer(code, value),
                    self._names[last_writer[code]],
                    differs=False,
                )
                groups[self._heading(code)].append(row)
        for item in self._state.disagreements:
            if item.code != VISIT_DAY:
                values = " / ".join(self._wording.answer(item.code, value) for value in item.values)
                row = AnswerRow(self._wording.question(item.code), values, say("answers differ"), differs=True)
                groups[self._heading(item.code)].append(row)
        return tuple(AnswerGroup(say(heading), tuple(rows)) for heading, rows in groups.items() if rows)

    def clinic_answers(
        self, number: int | None, known: Sequence[int], positions: Mapping[EntryId, int], unread: frozenset[int]
    ) -> tuple[ClinicAnswerView, ...]:
        """Return what tablets answered to the review of this number; None: to one that is not among the known."""
        return tuple(
            ClinicAnswerView(
                tuple(self._wording.answer("reply", code) for code in said_in(entry)),
                self.tablet(entry.id),
                positions.get(entry.id) in unread,
            )
            for entry in self.entries
            if entry.kind is EntryKind.REPLY
            and (answers_review(entry) == number if number is not None else answers_review(entry) not in known)
        )

    def name(self, identity: EntryId) -> str:
        """Return what the page calls an entry."""
        return self._names[identity]

    def tablet(self, identity: EntryId) -> str:
        """Return which tablet wrote an entry."""
        return tablet_words(self._tablets[identity.device].tablet_no)

    def _heading(self, code: str) -> str:
        knowledge = self._wording.knowledge
        if finding := knowledge.findings.get(code):
            return _HEADINGS[finding.kind]
        if measurement := knowledge.measurement_of(code):
            return _HEADINGS[measurement.kind]
        return _DANGER if code in knowledge.inputs else _CHILD_AND_VISIT

    def _differing_words(self) -> dict[EntryId, str]:
        words: dict[EntryId, str] = {}
        for item in self._state.disagreements:
            for write in item.writes:
                words.setdefault(write.entry, self._wording.answer(item.code, write.value))
        return words

    def _heads_before(self, position: int, positions: Mapping[EntryId, int]) -> tuple[EntryId, ...]:
        there = [entry for entry in self.entries if positions.get(entry.id, position) < position]
        built_on = {parent for entry in there for parent in entry.parents}
        return tuple(entry.id for entry in there if entry.id not in built_on)

    def _source(self, identity: EntryId) -> str:
        return joined([self.tablet(identity), self._names[identity]])


def _answered(entry: Entry, written: Sequence[WrittenReview], positions: Mapping[EntryId, int]) -> int | None:
    """Return which of the reviews an entry answers; one that is later than the entry it cannot have answered."""
    number = answers_review(entry)
    if number is None or number > positions.get(entry.id, 0):
        return None
    return next((place for place, one in enumerate(written) if one.review.number == number), None)


def _day(entry: Entry) -> str:
    return day_number(entry.answers.get(VISIT_DAY))
