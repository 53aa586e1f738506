"""The coordinator's review in words."""

from __future__ import annotations

from mobile_app.presenters.answers import AnswersInWords
from mobile_app.presenters.frame import BadgeView, Meaning
from mobile_app.presenters.wording import listed, lower_first, say
from shared.sync.messages import Review

_BADGES = {
    "received": BadgeView(Meaning.MESSAGE, "Received"),
    "needs_information": BadgeView(Meaning.SAME_DAY, "Asks for more"),
    "confirmed": BadgeView(Meaning.DONE, "Confirmed"),
    "rejected": BadgeView(Meaning.ROUTINE, "Not used"),
}
_PROOFS = {"xray": "the X-ray", "culture": "a culture", "course": "the course"}


def review_badge(review: Review) -> BadgeView:
    """Return the badge of a review's state."""
    return _BADGES[review.state]


def review_in_brief(review: Review, words: AnswersInWords) -> str:
    """Return "iatrogenic calcinosis cutis, proven by the X-ray", or nothing where no diagnosis was given."""
    if not review.diagnosis:
        return ""
    condition = lower_first(words.condition(review.diagnosis))
    if not review.proven_by:
        return condition
    proofs = listed([_PROOFS.get(proof, proof) for proof in review.proven_by])
    return say("{condition}, proven by {proofs}", condition=condition, proofs=proofs)
