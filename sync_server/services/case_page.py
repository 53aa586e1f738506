"""One case as a coordinator reads it: how it grew, what was concluded, where answers differ, where it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.case.fold import fold
from shared.case.log import CaseLog
from shared.case.short_code import short_code
from shared.sync.messages import PROOFS, REVIEW_STATES, Review
from sync_server.database import Database
from sync_server.repositories import cases, devices, entries, reviews, sites, witnessed
from sync_server.repositories.cases import StoredCase
from sync_server.repositories.reviews import WrittenReview
from sync_server.repositories.witnessed import Witnessed
from sync_server.services.case_reader import CaseReader
from sync_server.services.case_views import BroughtBackView, CasePageView, Option, ReviewForm, ReviewView
from sync_server.services.digest import DigestMaker
from sync_server.services.provenance import verify_entries
from sync_server.services.refusals import NoSuchCase
from sync_server.services.wording import (
    PROOF_WORDS,
    REVIEW_WORDS,
    SEX_WORDS,
    URGENCY_WORDS,
    Wording,
    age_words,
    day_words,
    month_words,
)


@dataclass(frozen=True, slots=True)
class CasePageService:
    """Reads one case."""

    database: Database
    wording: Wording
    digests: DigestMaker

    def view(self, reference: str, draft: Review | None = None, error: str = "") -> CasePageView:
        """Return the page. `draft` is a review that could not be saved, `error` says why.

        Raises:
            NoSuchCase: there is none, or it was withdrawn.
        """
        with self.database.reading() as session:
            case = cases.find(session, reference)
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
            brought = witnessed.of_case(session, case.site_no, case.case_id)
            numbers = {str(device.device): device.tablet_no for device in devices.of_site(session, case.site_no)}
        reader = CaseReader(self.wording, self.digests, log, fold(log), tablets)
        digest = case.digest
        return CasePageView(
            reference=reference,
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
            brought_back=self._brought_back(brought, numbers),
            reviews=tuple(self._review(one) for one in reversed(written)),
            form=self._form(written, draft, error),
        )

    def _brought_back(self, brought: Sequence[Witnessed], numbers: Mapping[str, int]) -> tuple[BroughtBackView, ...]:
        names = self.wording.entry_names(one.entry.kind for one in brought)
        return tuple(
            BroughtBackView(
                entry=name,
                # A tablet that an emptied server has not met again has no number here.
                author=f"Tablet {numbers[author]}" if (author := one.entry.id.device) in numbers else "a lost tablet",
                brought_by=f"Tablet {one.brought_by}",
                is_conflict=one.is_conflict,
                answers=tuple(
                    self.wording.answer(code, value)
                    if self.wording.is_statement(code, value)
                    else f"{self.wording.question(code)}: {self.wording.answer(code, value)}"
                    for code, value in sorted(
                        one.entry.answers.items(), key=lambda item: self.wording.place_in_book(item[0])
                    )
                ),
            )
            for name, one in zip(names, brought, strict=True)
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
