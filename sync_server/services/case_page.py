"""One case as a coordinator reads it: how it grew, what was concluded, where answers differ, where it came from.

Everything is read in one look. That somebody saw the case is in the audit log before the page leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.case.fold import fold
from shared.case.log import CaseLog
from shared.case.short_code import short_code
from shared.language.inside import lower_first
from shared.sentence import phrase
from shared.sync.messages import PROOFS, REVIEW_STATES, Review
from sync_server.database import Database
from sync_server.language import say
from sync_server.repositories import devices, entries, replies, reviews, sites, witnessed
from sync_server.repositories.cases import StoredCase
from sync_server.repositories.reviews import WrittenReview
from sync_server.repositories.users import User
from sync_server.repositories.witnessed import Witnessed
from sync_server.services import audit
from sync_server.services.assessed_again import AssessedAgain
from sync_server.services.case_measurements import measurements_of
from sync_server.services.case_reader import CaseReader
from sync_server.services.case_views import (
    BroughtBackView,
    CasePageView,
    ClinicAnswerView,
    Option,
    ReviewForm,
    ReviewView,
)
from sync_server.services.links import read_links
from sync_server.services.one_case import case_of
from sync_server.services.provenance import verify_entries
from sync_server.services.review import ReviewNotSaved
from sync_server.services.wording import (
    PROOF_WORDS,
    SEX_WORDS,
    Wording,
    age_words,
    asked,
    day_words,
    joined,
    month_words,
    review_words,
    tablet_words,
    urgency_words,
)


@dataclass(frozen=True, slots=True)
class CasePageService:
    """Reads one case."""

    database: Database
    wording: Wording
    assessed: AssessedAgain

    def view(self, reference: str, user: User, refused: ReviewNotSaved | None = None) -> CasePageView:
        """Return the page. `refused` is a review that could not be saved, and why.

        Raises:
            NoSuchCase: there is none, it was withdrawn, or it is of none of the user's sites.
        """
        with self.database.reading() as session:
            case = case_of(session, reference, user.sites)
            log = CaseLog.of(case.case_id, entries.of_cases(session, {case.case_no: case.case_id})[case.case_no])
            positions = entries.positions(session, case.case_no)
            written = reviews.of_case(session, case.case_no, case.case_id)
            unread = replies.unread(session, case.case_no)
            of_site = devices.of_site(session, case.site_no)
            tablets = {
                str(device.device): device
                for device in of_site
                if any(entry.id.device == device.device for entry in log)
            }
            numbers = {device.device_no: device.tablet_no for device in of_site}
            provenance = tuple(
                verify_entries(
                    session, device, (entry.id.seq for entry in log if entry.id.device == device.device), numbers
                )
                for device in tablets.values()
            )
            site = sites.name_of(session, case.site_no)
            brought = witnessed.of_case(session, case.site_no, case.case_id)
            same_child = read_links(session, self.wording, case)
        with self.database.writing() as session:
            what = f"site {case.site_no} case {case.case_no}"
            audit.record(session, audit.user(user.user_no), audit.VIEWED, what)
        reader = CaseReader(self.wording, self.assessed, log, fold(log), tablets)
        digest = case.digest
        known = [one.review.number for one in written]
        answered = {number: reader.clinic_answers(number, known, positions, unread) for number in known}
        return CasePageView(
            reference=reference,
            short_code=short_code(case.case_id),
            who=self._who(case),
            site=site,
            month=month_words(case.received_month),
            review=case.review_state,
            review_word=review_words(case.review_state),
            diagnosis=self.wording.condition(case.diagnosis) if case.diagnosis else "",
            urgency=digest.urgency,
            urgency_word=urgency_words(digest.urgency),
            graph=reader.graph(written, positions),
            graph_in_words=reader.graph_in_words(written),
            conclusions=reader.conclusions(),
            differences=reader.differences(),
            measurements=measurements_of(
                self.wording.knowledge, reader.entries, digest.age_band, reader.name, reader.tablet
            ),
            answers=reader.answers(),
            same_child=same_child,
            provenance=provenance,
            brought_back=self._brought_back(brought, {str(one.device): one.tablet_no for one in of_site}),
            reviews=tuple(self._review(one, answered[one.review.number]) for one in reversed(written)),
            lost_answers=reader.clinic_answers(None, known, positions, unread),
            answers_seen=max(unread, default=0),
            form=self._form(written, refused),
        )

    def _brought_back(self, brought: Sequence[Witnessed], numbers: Mapping[str, int]) -> tuple[BroughtBackView, ...]:
        names = self.wording.entry_names(one.entry.kind for one in brought)
        return tuple(
            BroughtBackView(
                entry=name,
                # A tablet that an emptied server has not met again has no number here.
                author=tablet_words(numbers[author])
                if (author := one.entry.id.device) in numbers
                else say("a lost tablet"),
                brought_by=tablet_words(one.brought_by),
                is_conflict=one.is_conflict,
                answers=tuple(
                    self.wording.answer(code, value)
                    if self.wording.is_statement(code, value)
                    else asked(self.wording.question(code), self.wording.answer(code, value))
                    for code, value in sorted(
                        one.entry.answers.items(), key=lambda item: self.wording.place_in_book(item[0])
                    )
                ),
            )
            for name, one in zip(names, brought, strict=True)
        )

    def _who(self, case: StoredCase) -> str:
        digest = case.digest
        child = say(SEX_WORDS.get(digest.sex, phrase("Child")))
        place = self.wording.place(digest.region, digest.side).lower()
        return f"{joined([child, age_words(digest.age_band)])} · {place}"

    def _review(self, written: WrittenReview, answers: tuple[ClinicAnswerView, ...]) -> ReviewView:
        review = written.review
        return ReviewView(
            number=review.number,
            state=review.state,
            state_word=review_words(review.state),
            diagnosis=self.wording.condition(review.diagnosis) if review.diagnosis else "",
            proven_by=joined(lower_first(say(PROOF_WORDS[proof])) for proof in review.proven_by),
            message=review.message,
            apart=tuple(map(short_code, review.apart)),
            author=written.author,
            day=day_words(written.written_on),
            answers=answers,
        )

    def _form(self, written: Sequence[WrittenReview], refused: ReviewNotSaved | None) -> ReviewForm:
        last = written[-1].review if written else None
        shown: Review | None = refused.draft if refused else last
        chosen = shown.diagnosis if shown else None
        names = sorted((self.wording.condition(code), code) for code in self.wording.conditions())
        return ReviewForm(
            states=tuple(
                Option(state, review_words(state), state == (shown.state if shown else "received"))
                for state in REVIEW_STATES
            ),
            diagnoses=(
                Option("", say("Not decided"), chosen is None),
                *(Option(code, name, code == chosen) for name, code in names),
            ),
            proofs=tuple(
                Option(proof, say(PROOF_WORDS[proof]), shown is not None and proof in shown.proven_by)
                for proof in PROOFS
            ),
            message=refused.draft.message if refused else "",
            seen=last.number if last else 0,
            error=refused.advice if refused else None,
            field=refused.field if refused else "",
        )
