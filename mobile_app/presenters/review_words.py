"""The coordinator's review in words: its badge, what it means for the clinic, and what the clinic answered."""

from __future__ import annotations

from collections.abc import Sequence

from mobile_app.presenters.answers import AnswersInWords
from mobile_app.presenters.frame import BadgeView, Meaning
from mobile_app.presenters.wording import joined, listed, lower_first, phrase, say
from shared.case.reply import PHRASES
from shared.sync.messages import Review

REJECTED = "rejected"
NOT_USED = phrase("not used in reports")
"""How a row of a list marks a case that the coordinator has rejected."""
_BADGES = {
    "received": BadgeView(Meaning.MESSAGE, phrase("Received")),
    "needs_information": BadgeView(Meaning.SAME_DAY, phrase("Asks for more")),
    "confirmed": BadgeView(Meaning.DONE, phrase("Confirmed")),
    REJECTED: BadgeView(Meaning.ROUTINE, phrase("Not used")),
}
_PROOFS = {"xray": phrase("the X-ray"), "culture": phrase("a culture"), "course": phrase("the course")}


def review_badge(review: Review) -> BadgeView:
    """Return the badge of a review's state."""
    badge = _BADGES[review.state]
    return BadgeView(badge.meaning, say(badge.word))


def review_in_brief(review: Review, words: AnswersInWords) -> str:
    """Return "iatrogenic calcinosis cutis, proven by the X-ray", or nothing where no diagnosis was given."""
    if not review.diagnosis:
        return ""
    condition = lower_first(words.condition(review.diagnosis))
    if not review.proven_by:
        return condition
    proofs = listed([say(_PROOFS.get(proof, proof)) for proof in review.proven_by])
    return say("{condition}, proven by {proofs}", condition=condition, proofs=proofs)


def review_meaning(review: Review, before: Review | None) -> str:
    """Return what a review means for the clinic where its state alone does not say so, or nothing."""
    if review.state == REJECTED:
        return say("The coordinator leaves this case out of all reports and counts. Care for the child as before.")
    if review.state == "needs_information":
        return say("The coordinator needs to know more about this child.")
    if before is not None and before.state == REJECTED:
        return say("The coordinator uses this case again.")
    return ""


def is_news(before: Review | None, review: Review) -> bool:
    """Tell whether a review says something new: in words, by its state or by its diagnosis (`ReadMarks.unread`)."""
    was = ("received", None) if before is None else (before.state, before.diagnosis)
    return bool(review.message) or was != (review.state, review.diagnosis)


def quoted(review: Review) -> str:
    """Return the coordinator's own words in quotation marks, or nothing."""
    return say("“{message}”", message=review.message) if review.message else ""


def reply_in_words(codes: Sequence[str]) -> str:
    """Return what a clinic said; a phrase of a newer version is shown by its code."""
    return joined([say(PHRASES[code]) if code in PHRASES else code.replace("_", " ") for code in codes])
