"""Writing a coordinator's judgement. It gets a position at the site, so the next sync of each tablet brings it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from shared.case.entry import CaseId
from shared.sentence import Sentence, sentence
from shared.sync.messages import MAX_REVIEW_MESSAGE, PROOFS, REVIEW_STATES, Review
from sync_server.database import Database
from sync_server.repositories import cases, replies, reviews, sites
from sync_server.repositories.users import User
from sync_server.services import audit
from sync_server.services.one_case import case_of
from sync_server.services.performance import scoring


class ReviewNotSaved(Exception):
    """The form has to be mended. `draft` is what was filled in, so that nothing is typed twice; `field` is where."""

    def __init__(self, advice: Sentence, draft: Review, field: str) -> None:
        super().__init__(str(advice))
        self.advice = advice
        self.draft = draft
        self.field = field


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What a coordinator filled in. `seen` is the last review that the page had shown.

    `answers_seen` is how far it had shown what the clinic answered: who judges the case has read that.
    """

    state: str
    diagnosis: str
    proven_by: Sequence[str]
    message: str
    seen: str
    answers_seen: int = 0


@dataclass(frozen=True, slots=True)
class ReviewService:
    """Saves reviews."""

    database: Database
    conditions: Callable[[], Collection[str]]
    today: Callable[[], str]

    def save(self, reference: str, form: FilledForm, user: User) -> None:
        """Keep the review durably.

        Raises:
            ReviewNotSaved: with what to change.
            NoSuchCase: the case is not there, was withdrawn, or is of none of the user's sites.
        """
        is_known = not form.diagnosis or form.diagnosis in self.conditions()
        with self.database.writing() as session:
            self._save(session, reference, form, user, is_known=is_known)

    def _save(self, session: Session, reference: str, form: FilledForm, user: User, *, is_known: bool) -> None:
        case = case_of(session, reference, user.sites)
        draft = self._draft(case.case_id, form, is_known=is_known)
        number = sites.take_positions(session, case.site_no, 1)
        # Looked at again under the site's lock: the case may just have been withdrawn.
        case = case_of(session, reference, user.sites)
        # Of two coordinators who save at once, the second one is told.
        written = reviews.of_case(session, case.case_no, case.case_id)
        last = written[-1].review.number if written else 0
        if form.seen != str(last):
            raise ReviewNotSaved(
                sentence("Somebody else reviewed this case meanwhile. Read that review below, then save again."),
                draft,
                "",
            )
        # What was said of other cases holds until it is taken back.
        apart = written[-1].review.apart if written else ()
        review = Review(number, case.case_id, draft.state, draft.diagnosis, draft.proven_by, draft.message, apart)
        reviews.add(session, case.site_no, case.case_no, review, user.user_no, self.today())
        cases.set_review(session, case.case_no, review.state, review.diagnosis)
        scoring.keep(session, case)
        replies.mark_read(session, case.case_no, form.answers_seen)
        what = f"site {case.site_no} case {case.case_no}: {review.state}"
        audit.record(session, audit.user(user.user_no), audit.REVIEWED, what)

    def _draft(self, case_id: CaseId, form: FilledForm, *, is_known: bool) -> Review:
        message = "\n".join(form.message.replace("\r\n", "\n").split("\n")).strip()
        draft = Review(
            number=0,
            case_id=case_id,
            state=form.state if form.state in REVIEW_STATES else "received",
            diagnosis=form.diagnosis if form.diagnosis and is_known else None,
            proven_by=tuple(proof for proof in PROOFS if proof in form.proven_by),
            message=message,
        )
        if fault := self._fault(form, draft):
            field, advice = fault
            raise ReviewNotSaved(advice, draft, field)
        return draft

    def _fault(self, form: FilledForm, draft: Review) -> tuple[str, Sentence] | None:
        if form.state not in REVIEW_STATES:
            return "state", sentence("Choose one of the four states.")
        if form.diagnosis and draft.diagnosis is None:
            return "diagnosis", sentence("Choose a diagnosis from the list.")
        if draft.state == "confirmed" and draft.diagnosis is None:
            return "diagnosis", sentence("Choose the final diagnosis before you confirm the case.")
        if draft.proven_by and draft.diagnosis is None:
            return "diagnosis", sentence("A proof needs a diagnosis. Choose it, or take the proof away.")
        if draft.state == "needs_information" and not draft.message:
            return "message", sentence("Write to the clinic what you need to know.")
        if len(draft.message) > MAX_REVIEW_MESSAGE:
            return "message", sentence(
                "The message is longer than {most} characters. Shorten it.", most=MAX_REVIEW_MESSAGE
            )
        if any(ord(letter) < 32 and letter not in "\n\t" for letter in draft.message) or not _is_text(draft.message):
            return "message", sentence("The message holds characters that cannot be shown. Type it again.")
        return None


def _is_text(message: str) -> bool:
    try:
        message.encode()
    except UnicodeEncodeError:
        return False
    return True
