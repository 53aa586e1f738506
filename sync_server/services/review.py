"""Writing a coordinator's judgement. It gets a position at the site, so the next sync of each tablet brings it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.case.entry import CaseId
from shared.sync.messages import MAX_REVIEW_MESSAGE, PROOFS, REVIEW_STATES, Review
from sync_server.database import Database
from sync_server.repositories import cases, reviews, sites
from sync_server.repositories.users import User
from sync_server.services.performance import scoring
from sync_server.services.refusals import NoSuchCase


class ReviewNotSaved(Exception):
    """The form has to be mended. `draft` is what was filled in, so that nothing is typed twice."""

    def __init__(self, advice: str, draft: Review) -> None:
        super().__init__(advice)
        self.advice = advice
        self.draft = draft


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What a coordinator filled in. `seen` is the last review that the page had shown."""

    state: str
    diagnosis: str
    proven_by: Sequence[str]
    message: str
    seen: str


@dataclass(frozen=True, slots=True)
class ReviewService:
    """Saves reviews."""

    database: Database
    conditions: frozenset[str]
    today: Callable[[], str]

    def save(self, reference: str, form: FilledForm, user: User) -> None:
        """Keep the review durably.

        Raises:
            ReviewNotSaved: with what to change.
            NoSuchCase: the case is not there, or was withdrawn.
        """
        with self.database.writing() as session:
            case = cases.find(session, reference)
            if case is None or case.is_withdrawn:
                raise NoSuchCase
            draft = self._draft(case.case_id, form)
            number = sites.take_positions(session, case.site_no, 1)
            # Looked at again under the site's lock: the case may just have been withdrawn.
            case = cases.find(session, reference)
            if case is None or case.is_withdrawn:
                raise NoSuchCase
            # Of two coordinators who save at once, the second one is told.
            written = reviews.of_case(session, case.case_no, case.case_id)
            last = written[-1].review.number if written else 0
            if form.seen != str(last):
                raise ReviewNotSaved(
                    "Somebody else reviewed this case meanwhile. Read that review below, then save again.", draft
                )
            # What was said of other cases holds until it is taken back.
            apart = written[-1].review.apart if written else ()
            review = Review(number, case.case_id, draft.state, draft.diagnosis, draft.proven_by, draft.message, apart)
            reviews.add(session, case.site_no, case.case_no, review, user.user_no, self.today())
            cases.set_review(session, case.case_no, review.state, review.diagnosis)
            scoring.keep(session, case)

    def _draft(self, case_id: CaseId, form: FilledForm) -> Review:
        message = "\n".join(form.message.replace("\r\n", "\n").split("\n")).strip()
        draft = Review(
            number=0,
            case_id=case_id,
            state=form.state if form.state in REVIEW_STATES else "received",
            diagnosis=form.diagnosis if form.diagnosis in self.conditions else None,
            proven_by=tuple(proof for proof in PROOFS if proof in form.proven_by),
            message=message,
        )
        if form.state not in REVIEW_STATES:
            raise ReviewNotSaved("Choose one of the four states.", draft)
        if form.diagnosis and draft.diagnosis is None:
            raise ReviewNotSaved("Choose a diagnosis from the list.", draft)
        if draft.state == "confirmed" and draft.diagnosis is None:
            raise ReviewNotSaved("Choose the final diagnosis before you confirm the case.", draft)
        if len(message) > MAX_REVIEW_MESSAGE:
            raise ReviewNotSaved(f"The message is longer than {MAX_REVIEW_MESSAGE} characters. Shorten it.", draft)
        if any(ord(letter) < 32 and letter not in "\n\t" for letter in message) or not _is_text(message):
            raise ReviewNotSaved("The message holds characters that cannot be shown. Type it again.", draft)
        return draft


def _is_text(message: str) -> bool:
    try:
        message.encode()
    except UnicodeEncodeError:
        return False
    return True
