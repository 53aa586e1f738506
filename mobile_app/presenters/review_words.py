"""The coordinator's review in words."""

from __future__ import annotations

from mobile_app.presenters.answers import AnswersInWords
from mobile_app.presenters.frame import BadgeView, Meaning
from mobile_app.presenters.wording import listed, lower_first, phrase, say
from shared.sync.messages import Review

_BADGES = {
    "received": BadgeView(Meaning.MESSAGE, phrase("Received")),
    "needs_information": BadgeView(Meaning.SAME_DAY, phrase("Asks for more")),
    "confirmed": BadgeView(Meaning.DONE, phrase("Confirmed")),
    "rejected": BadgeView(Meaning.ROUTINE, phrase("Not used")),
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
