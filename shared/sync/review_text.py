"""A coordinator's review as it stands in a response."""

from __future__ import annotations

from typing import Any

from shared.case.entry import CaseId, apart_from_json, check_apart, is_case_id
from shared.errors import InvalidInput
from shared.sync.message_fields import list_of, object_of, text_of, whole_number
from shared.sync.message_types import MAX_REVIEW_MESSAGE, REVIEW_STATES, Review


def review_to_json(review: Review) -> dict[str, Any]:
    return {
        "number": review.number,
        "case_id": review.case_id,
        "state": review.state,
        "diagnosis": review.diagnosis,
        "proven_by": list(review.proven_by),
        "message": review.message,
        **({"apart": list(review.apart)} if review.apart else {}),
    }


def review_from_json(item: Any) -> Review:
    body = object_of(item, "reviews", {"number", "case_id", "state", "diagnosis", "proven_by", "message"}, {"apart"})
    if body["state"] not in REVIEW_STATES:
        raise InvalidInput("reviews.state", "is not a review state that this version knows")
    proven_by = tuple(
        text_of(proof, "reviews.proven_by", 32) for proof in list_of(body["proven_by"], "reviews.proven_by", 8)
    )
    case_id = _case_id(body["case_id"], "reviews.case_id")
    return Review(
        number=whole_number(body["number"], "reviews.number"),
        case_id=case_id,
        state=body["state"],
        diagnosis=None if body["diagnosis"] is None else text_of(body["diagnosis"], "reviews.diagnosis", 64),
        proven_by=proven_by,
        message=_words(body["message"], "reviews.message", MAX_REVIEW_MESSAGE),
        apart=_apart(case_id, body["apart"]) if "apart" in body else (),
    )


def _apart(case_id: CaseId, item: Any) -> tuple[CaseId, ...]:
    apart = apart_from_json(item, "reviews.apart")
    if not apart:
        raise InvalidInput("reviews.apart", "must name a case, or not be there")
    check_apart(case_id, apart, "reviews.apart")
    return apart


def _case_id(value: Any, place: str) -> CaseId:
    text = text_of(value, place, 32)
    if not is_case_id(text):
        raise InvalidInput(place, "must be 32 lower-case hexadecimal digits")
    return CaseId(text)


def _words(value: Any, place: str, at_most: int) -> str:
    text = text_of(value, place, at_most)
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
        raise InvalidInput(place, "holds characters that cannot be shown")
    return text
