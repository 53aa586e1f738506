"""Cases of one child: which are linked, who saw what, and a coordinator's word that two of them are not.

    equal link, same site ──▶ linked, unless an entry or the last review of one of the two names the other (`apart`)

The server never has a clinic's key: it compares links, and knows no record number. A coordinator's word is a review of
the case, so that it reaches the tablets as every review does, and is taken back by the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from shared.case.entry import MAX_APART, CaseId, Entry
from shared.case.linked import apart_of, compared
from shared.case.log import CaseLog
from shared.case.short_code import short_code
from shared.privacy.projection import PRESENTATION_MONTH, VISIT_DAY
from shared.sentence import phrase
from shared.sync.messages import Review
from sync_server.database import Database
from sync_server.language import say
from sync_server.repositories import cases, devices, entries, links, reviews, sites
from sync_server.repositories.cases import StoredCase
from sync_server.repositories.users import User
from sync_server.services import audit
from sync_server.services.one_case import case_of
from sync_server.services.refusals import NoSuchCase
from sync_server.services.wording import (
    Wording,
    day_number,
    joined,
    listed,
    month_words,
    review_words,
    tablet_words,
    urgency_words,
)

PARTED, JOINED = phrase("parted two cases"), phrase("joined two cases")


@dataclass(frozen=True, slots=True)
class LinkedCaseView:
    """Another case under the same link, and what the desk has said of it.

    `is_parted_here`: a coordinator's word keeps it apart; it can be taken back.
    """

    reference: str
    case_id: CaseId
    short_code: str
    tablets: str
    review: str
    review_word: str
    diagnosis: str
    is_apart: bool
    is_parted_here: bool


@dataclass(frozen=True, slots=True)
class SeenView:
    """An entry of one of the cases: who saw what. `day` and `first` may be empty."""

    tablet: str
    case: str
    entry: str
    day: str
    first: str
    urgency: str
    urgency_word: str


@dataclass(frozen=True, slots=True)
class CasesDifferView:
    """A question that the cases answer differently, with each answer and where it stands."""

    question: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SameChildView:
    """All cases under one link. `headline` is empty where all of them are said to be other children's."""

    headline: str
    cases: tuple[LinkedCaseView, ...]
    timeline: tuple[SeenView, ...]
    differences: tuple[CasesDifferView, ...]


@dataclass(frozen=True, slots=True)
class LinkService:
    """Reads links, and writes a coordinator's word about them."""

    database: Database
    wording: Wording
    today: Callable[[], str]

    def set_apart(self, reference: str, other: str, user: User, *, is_apart: bool) -> None:
        """Keep durably, as a review of the case, that the other one is another child's, or take that back.

        Raises:
            NoSuchCase: one of the two is not there, or they are not linked.
        """
        with self.database.writing() as session:
            case = case_of(session, reference, user.sites)
            number = sites.take_positions(session, case.site_no, 1)
            # Looked at again under the site's lock: one of the two may just have been withdrawn.
            case = case_of(session, reference, user.sites)
            another = next((one for one in _others(session, case) if one.case_id == other), None)
            if another is None:
                raise NoSuchCase
            pairs = [(case, another)] if is_apart else [(case, another), (another, case)]
            for place, (one, its_other) in enumerate(pairs):
                said = _reviewed(session, one)
                now = said | {its_other.case_id} if is_apart else said - {its_other.case_id}
                if now == said or len(now) > MAX_APART:
                    continue
                position = number if place == 0 else sites.take_positions(session, case.site_no, 1)
                last = reviews.of_case(session, one.case_no, one.case_id)
                before = last[-1].review if last else Review(0, one.case_id, "received", None, (), "")
                review = Review(
                    position,
                    one.case_id,
                    before.state,
                    before.diagnosis,
                    before.proven_by,
                    "",
                    apart=tuple(sorted(now)),
                )
                reviews.add(session, one.site_no, one.case_no, review, user.user_no, self.today())
            what = f"site {case.site_no} case {case.case_no} and case {another.case_no}"
            audit.record(session, audit.user(user.user_no), PARTED if is_apart else JOINED, what)


def read_links(session: Session, wording: Wording, case: StoredCase) -> SameChildView | None:
    """Return what a case's page says of other cases of the child; None where there are none."""
    others = _others(session, case)
    return _Reader(session, wording, case, others).view() if others else None


def linked_cases(session: Session, found: Sequence[StoredCase]) -> dict[int, int]:
    """Return with how many others each of some cases is linked, by case number."""
    pairs = links.linked_with(session, [case.case_no for case in found])
    wanted = {number for one, others in pairs.items() for number in (one, *others)}
    known = cases.by_number(session, sorted(wanted))
    words = _words(session, known)
    counts = {
        one: sum(not _is_apart(known[one], known[another], words) for another in others if another in known)
        for one, others in pairs.items()
        if one in known
    }
    return {case_no: count for case_no, count in counts.items() if count}


def _others(session: Session, case: StoredCase) -> tuple[StoredCase, ...]:
    numbers = links.linked_with(session, [case.case_no]).get(case.case_no, ())
    return tuple(cases.by_number(session, numbers).values())


def _words(session: Session, known: Mapping[int, StoredCase]) -> dict[int, tuple[frozenset[CaseId], frozenset[CaseId]]]:
    """Return for each case what its entries, and what its last review, call another child's."""
    logs = entries.of_cases(session, {case_no: case.case_id for case_no, case in known.items()})
    written = reviews.of_cases(session, known)
    return {
        case_no: (
            apart_of(CaseLog.of(case.case_id, logs[case_no])),
            frozenset(written[case_no][-1].apart) if written[case_no] else frozenset(),
        )
        for case_no, case in known.items()
    }


def _is_apart(
    one: StoredCase, other: StoredCase, words: Mapping[int, tuple[frozenset[CaseId], frozenset[CaseId]]]
) -> bool:
    return any(other.case_id in said for said in words[one.case_no]) or any(
        one.case_id in said for said in words[other.case_no]
    )


def _reviewed(session: Session, case: StoredCase) -> frozenset[CaseId]:
    written = reviews.of_case(session, case.case_no, case.case_id)
    return frozenset(written[-1].review.apart) if written else frozenset()


class _Reader:
    """One case and the others under its link, in words."""

    def __init__(self, session: Session, wording: Wording, case: StoredCase, others: Sequence[StoredCase]) -> None:
        self._wording = wording
        self._case = case
        every = {one.case_no: one for one in (case, *others)}
        words = _words(session, every)
        logs = entries.of_cases(session, {number: one.case_id for number, one in every.items()})
        self._logs = {number: CaseLog.of(every[number].case_id, log) for number, log in logs.items()}
        self._tablet_no = {one.device: one.tablet_no for one in devices.of_site(session, case.site_no)}
        self._apart = {one.case_no: _is_apart(case, one, words) for one in others}
        self._by_review = {
            one.case_no: one.case_id in words[case.case_no][1] or case.case_id in words[one.case_no][1]
            for one in others
        }
        self._others = others
        self._linked = [case, *(one for one in others if not self._apart[one.case_no])]
        self._references = cases.references(session, others)
        self._positions = {
            entry: position
            for one in self._linked
            for entry, position in entries.positions(session, one.case_no).items()
        }

    def view(self) -> SameChildView:
        is_linked = len(self._linked) > 1
        tablets = self._tablets([log for one in self._linked for log in [self._logs[one.case_no]]])
        return SameChildView(
            headline=say("Linked: seen by {tablets}", tablets=tablets) if is_linked else "",
            cases=tuple(
                LinkedCaseView(
                    reference=self._references[one.case_no],
                    case_id=one.case_id,
                    short_code=short_code(one.case_id),
                    tablets=self._tablets([self._logs[one.case_no]]),
                    review=one.review_state,
                    review_word=review_words(one.review_state),
                    diagnosis=self._wording.condition(one.diagnosis) if one.diagnosis else "",
                    is_apart=self._apart[one.case_no],
                    is_parted_here=self._by_review[one.case_no],
                )
                for one in self._others
            ),
            timeline=self._timeline() if is_linked else (),
            differences=self._differences() if is_linked else (),
        )

    def _tablets(self, logs: Sequence[CaseLog]) -> str:
        numbers = sorted({self._tablet_no[entry.id.device] for log in logs for entry in log})
        return listed(map(tablet_words, numbers))

    def _timeline(self) -> tuple[SeenView, ...]:
        """Return who saw what, in the order in which it reached the server: no clock orders two tablets."""
        seen: list[tuple[int, SeenView]] = []
        for one in self._linked:
            ordered = self._logs[one.case_no].in_causal_order()
            names = self._wording.entry_names(entry.kind for entry in ordered)
            for entry, name in zip(ordered, names, strict=True):
                seen.append((self._positions[entry.id], self._seen(one, entry, name)))
        return tuple(view for _, view in sorted(seen, key=lambda row: row[0]))

    def _seen(self, case: StoredCase, entry: Entry, name: str) -> SeenView:
        month, day = entry.answers.get(PRESENTATION_MONTH), entry.answers.get(VISIT_DAY)
        when = [month_words(month)] if isinstance(month, str) else []
        when += [day_number(day)] if isinstance(day, int) else []
        concluded = entry.conclusion
        has_first = concluded is not None and concluded.differential and concluded.fits
        return SeenView(
            tablet=tablet_words(self._tablet_no[entry.id.device]),
            case=_case_words(case.case_id),
            entry=name,
            day=joined(when),
            first=self._wording.condition(concluded.differential[0].condition) if concluded and has_first else "",
            urgency=concluded.disposition if concluded else "",
            urgency_word=urgency_words(concluded.disposition) if concluded else "",
        )

    def _differences(self) -> tuple[CasesDifferView, ...]:
        owner = {entry.id: one.case_id for one in self._linked for entry in self._logs[one.case_no]}
        return tuple(
            CasesDifferView(
                self._wording.question(item.code),
                tuple(
                    dict.fromkeys(
                        (
                            self._wording.answer(item.code, write.value),
                            joined(
                                [tablet_words(self._tablet_no[write.entry.device]), _case_words(owner[write.entry])]
                            ),
                        )
                        for write in item.writes
                    )
                ),
            )
            for item in compared(self._logs[one.case_no] for one in self._linked)
        )


def _case_words(case_id: CaseId) -> str:
    return say("case {code}", code=short_code(case_id))
