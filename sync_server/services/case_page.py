"""One case as a coordinator reads it: how it grew, what was concluded, where answers differ, where it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.case.entry import Entry, EntryId
from shared.case.fold import CaseState, fold
from shared.case.log import CaseLog
from shared.case.short_code import short_code
from shared.knowledge.model import FindingKind
from shared.privacy.projection import VISIT_DAY
from shared.sync.messages import PROOFS, REVIEW_STATES, Review
from sync_server.database import Database
from sync_server.repositories import cases, devices, entries, reviews, sites
from sync_server.repositories.cases import StoredCase
from sync_server.repositories.devices import Device
from sync_server.repositories.reviews import WrittenReview
from sync_server.services.case_graph import CaseGraph, DrawnEntry, DrawnReview, draw
from sync_server.services.digest import DigestMaker
from sync_server.services.provenance import Provenance, verify_entries
from sync_server.services.refusals import NoSuchCase
from sync_server.services.wording import (
    PROOF_WORDS,
    REVIEW_WORDS,
    SEX_WORDS,
    URGENCY_WORDS,
    Wording,
    age_words,
    band_words,
    day_words,
    month_words,
)

_REASONS = 3
_HEADINGS = {
    FindingKind.HISTORY: "History",
    FindingKind.EXAM: "Examination",
    FindingKind.LAB: "Laboratory",
    FindingKind.IMAGING: "Imaging",
}
_CHILD_AND_VISIT = "Child and visit"
_DANGER = "Danger signs and other answers"


@dataclass(frozen=True, slots=True)
class ConclusionRow:
    """What the tablet concluded with one entry."""

    entry: str
    tablet: str
    day: str
    first: str
    verdict: str
    band: str
    urgency: str
    urgency_word: str
    reasons: str
    danger_signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DifferingValue:
    """One of two or more values that differ, and who gave it."""

    value: str
    source: str


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """A question that was answered in different ways."""

    question: str
    values: tuple[DifferingValue, ...]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """The answer to a question as the case stands; without a question where the answer speaks for itself."""

    question: str
    answer: str
    source: str
    differs: bool


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Answers under one heading."""

    heading: str
    rows: tuple[AnswerRow, ...]


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review that was written."""

    number: int
    state: str
    state_word: str
    diagnosis: str
    proven_by: str
    message: str
    author: str
    day: str


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of the review form."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """The form as it is shown. `seen` is the last review that its writer saw."""

    states: tuple[Option, ...]
    diagnoses: tuple[Option, ...]
    proofs: tuple[Option, ...]
    message: str
    seen: int
    error: str


@dataclass(frozen=True, slots=True)
class CasePageView:
    """The whole page."""

    case_id: str
    short_code: str
    who: str
    site: str
    month: str
    review: str
    review_word: str
    urgency: str
    urgency_word: str
    graph: CaseGraph
    graph_in_words: tuple[str, ...]
    conclusions: tuple[ConclusionRow, ...]
    differences: tuple[DifferenceView, ...]
    answers: tuple[AnswerGroup, ...]
    provenance: tuple[Provenance, ...]
    reviews: tuple[ReviewView, ...]
    form: ReviewForm


@dataclass(frozen=True, slots=True)
class CasePageService:
    """Reads one case."""

    database: Database
    wording: Wording
    digests: DigestMaker

    def view(self, case_id: str, draft: Review | None = None, error: str = "") -> CasePageView:
        """Return the page. `draft` is a review that could not be saved, `error` says why.

        Raises:
            NoSuchCase: there is none, or it was withdrawn.
        """
        with self.database.reading() as session:
            case = cases.get_by_id(session, case_id)
            if case is None or case.is_withdrawn:
                raise NoSuchCase
            log = CaseLog.of(case.case_id, entries.of_cases(session, {case.case_no: case.case_id})[case.case_no])
            positions = entries.positions(session, case.case_no)
            written = reviews.of_case(session, case.case_no, case.case_id)
            tablets = {
                str(device.device): device
                for device in devices.of_site(session, case.site_no)
                if any(entry.id.device == device.device for entry in log)
            }
            provenance = tuple(
                verify_entries(session, device, (entry.id.seq for entry in log if entry.id.device == device.device))
                for device in tablets.values()
            )
            site = sites.name_of(session, case.site_no)
        reader = _Reader(self.wording, self.digests, log, fold(log), tablets)
        digest = case.digest
        return CasePageView(
            case_id=case.case_id,
            short_code=short_code(case.case_id),
            who=self._who(case),
            site=site,
            month=month_words(case.received_month),
            review=case.review_state,
            review_word=REVIEW_WORDS[case.review_state],
            urgency=digest.urgency,
            urgency_word=URGENCY_WORDS.get(digest.urgency, ""),
            graph=reader.graph(written, positions),
            graph_in_words=reader.graph_in_words(written),
            conclusions=reader.conclusions(),
            differences=reader.differences(),
            answers=reader.answers(),
            provenance=provenance,
            reviews=tuple(self._review(one) for one in reversed(written)),
            form=self._form(written, draft, error),
        )

    def _who(self, case: StoredCase) -> str:
        digest = case.digest
        child = SEX_WORDS.get(digest.sex, "Child")
        return f"{child}, {age_words(digest.age_band)} · {self.wording.place(digest.region, digest.side).lower()}"

    def _review(self, written: WrittenReview) -> ReviewView:
        review = written.review
        return ReviewView(
            number=review.number,
            state=review.state,
            state_word=REVIEW_WORDS[review.state],
            diagnosis=self.wording.condition(review.diagnosis) if review.diagnosis else "",
            proven_by=", ".join(PROOF_WORDS[proof] for proof in review.proven_by),
            message=review.message,
            author=written.author,
            day=day_words(written.written_on),
        )

    def _form(self, written: Sequence[WrittenReview], draft: Review | None, error: str) -> ReviewForm:
        last = written[-1].review if written else None
        shown = draft or last
        chosen = shown.diagnosis if shown else None
        names = sorted((self.wording.condition(code), code) for code in self.wording.knowledge.conditions)
        return ReviewForm(
            states=tuple(
                Option(state, REVIEW_WORDS[state], state == (shown.state if shown else "received"))
                for state in REVIEW_STATES
            ),
            diagnoses=(
                Option("", "Not decided", chosen is None),
                *(Option(code, name, code == chosen) for name, code in names),
            ),
            proofs=tuple(
                Option(proof, PROOF_WORDS[proof], shown is not None and proof in shown.proven_by) for proof in PROOFS
            ),
            message=draft.message if draft else "",
            seen=last.number if last else 0,
            error=error,
        )


class _Reader:
    """Reads one folded case in words."""

    def __init__(
        self, wording: Wording, digests: DigestMaker, log: CaseLog, state: CaseState, tablets: Mapping[str, Device]
    ) -> None:
        self._wording = wording
        self._digests = digests
        self._state = state
        self._entries = log.in_causal_order()
        names = wording.entry_names(entry.kind for entry in self._entries)
        self._names = {entry.id: name for entry, name in zip(self._entries, names, strict=True)}
        self._tablets = tablets
        self._lanes = {device: lane for lane, device in enumerate(tablets)}

    def graph(self, written: Sequence[WrittenReview], positions: Mapping[EntryId, int]) -> CaseGraph:
        differing = self._differing_words()
        drawn = [
            DrawnEntry(
                entry, self._lanes[entry.id.device], self._names[entry.id], _day(entry), differing.get(entry.id, "")
            )
            for entry in self._entries
        ]
        drawn_reviews = [
            DrawnReview(
                self._heads_before(one.review.number, positions),
                REVIEW_WORDS[one.review.state],
                day_words(one.written_on),
            )
            for one in written
        ]
        own = [sum(entry.id.device == device for entry in self._entries) for device in self._tablets]
        lanes = [
            (f"Tablet {device.tablet_no}", f"{count} {'entry' if count == 1 else 'entries'}")
            for device, count in zip(self._tablets.values(), own, strict=True)
        ]
        return draw(lanes, drawn, drawn_reviews)

    def graph_in_words(self, written: Sequence[WrittenReview]) -> tuple[str, ...]:
        lines = []
        for entry in self._entries:
            after = " and ".join(self._names[parent] for parent in entry.parents if parent in self._names)
            follows = f" follows {after}" if after else " begins the case"
            lines.append(f"{self._names[entry.id]}, {self._tablet(entry.id)}{_comma(_day(entry))},{follows}.")
        for one in written:
            lines.append(f"Review by {one.author}, {day_words(one.written_on)}: {REVIEW_WORDS[one.review.state]}.")
        return tuple(lines)

    def conclusions(self) -> tuple[ConclusionRow, ...]:
        rows = []
        for entry in self._entries:
            concluded = entry.conclusion
            if concluded is None:
                continue
            first = concluded.differential[0] if concluded.differential else None
            reasons = self._wording.weightiest(entry.answers, first.condition, _REASONS) if first else ()
            rows.append(
                ConclusionRow(
                    entry=self._names[entry.id],
                    tablet=self._tablet(entry.id),
                    day=_day(entry),
                    first=self._wording.condition(first.condition) if first else "Nothing ranked",
                    verdict=self._digests.verdict(first) if first and concluded.fits else "does not fit",
                    band=band_words(first.low, first.high) if first else "",
                    urgency=concluded.disposition,
                    urgency_word=URGENCY_WORDS[concluded.disposition],
                    reasons="; ".join(reasons),
                    danger_signs=tuple(self._wording.rule(rule) for rule in concluded.red_flags),
                )
            )
        return tuple(rows)

    def differences(self) -> tuple[DifferenceView, ...]:
        return tuple(
            DifferenceView(
                self._wording.question(item.code),
                tuple(
                    DifferingValue(self._wording.answer(item.code, write.value), self._source(write.entry))
                    for write in item.writes
                ),
            )
            for item in self._state.disagreements
        )

    def answers(self) -> tuple[AnswerGroup, ...]:
        groups: dict[str, list[AnswerRow]] = {
            heading: [] for heading in (_CHILD_AND_VISIT, *_HEADINGS.values(), _DANGER)
        }
        last_writer = {code: entry.id for entry in self._entries for code in entry.answers}
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
                row = AnswerRow(self._wording.question(item.code), values, "answers differ", differs=True)
                groups[self._heading(item.code)].append(row)
        return tuple(AnswerGroup(heading, tuple(rows)) for heading, rows in groups.items() if rows)

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
        there = [entry for entry in self._entries if positions.get(entry.id, position) < position]
        built_on = {parent for entry in there for parent in entry.parents}
        return tuple(entry.id for entry in there if entry.id not in built_on)

    def _tablet(self, identity: EntryId) -> str:
        return f"Tablet {self._tablets[identity.device].tablet_no}"

    def _source(self, identity: EntryId) -> str:
        return f"{self._tablet(identity)}, {self._names[identity]}"


def _day(entry: Entry) -> str:
    day = entry.answers.get(VISIT_DAY)
    return f"day {day}" if isinstance(day, int) else ""


def _comma(text: str) -> str:
    return f", {text}" if text else ""
