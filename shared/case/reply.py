"""What a clinic may answer a coordinator: one or several phrases from this list, and which review they answer.

    entry of kind `reply`: {"reply": ["seen_again", "xray_repeated"], "reply_to": 57}

No word of the clinic's own travels: what is typed can name a child, and no filter finds every name. What was found anew
travels as what it is, a visit or a correction. The number is the one that the server gave the review, so nobody reads
"we agree" under a diagnosis that was written later. A reply changes nothing of the case, and two of them never differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.case.entry import Entry, EntryKind
from shared.sentence import phrase

REPLY = "reply"
REPLY_TO = "reply_to"
REPLY_CODES = frozenset({REPLY, REPLY_TO})

PHRASES: Mapping[str, str] = {
    "agreed": phrase("We agree with the diagnosis"),
    "not_agreed": phrase("We do not agree with the diagnosis"),
    "look_again": phrase("Please look at this case again"),
    "seen_again": phrase("The child was seen again"),
    "xray_repeated": phrase("The X-ray was repeated"),
    "case_completed": phrase("What was missing is now in the case"),
    "will_be_done": phrase("It will be done"),
    "cannot_be_done": phrase("It cannot be done here"),
    "transferred": phrase("The child was sent to a hospital"),
    "not_reached": phrase("The family cannot be reached"),
    "call_us": phrase("Please call the clinic"),
}
"""What can be said, in the order in which it is offered."""

ABOUT_A_DIAGNOSIS = ("agreed", "not_agreed")
"""Of these at most one is said, and only of a review that names a diagnosis."""


def said_in(entry: Entry) -> tuple[str, ...]:
    """Return the codes of what a reply says, in the order of `PHRASES`; one that this version does not know last."""
    said = entry.answers.get(REPLY)
    codes = said if isinstance(said, tuple) else (said,) if isinstance(said, str) else ()
    known = list(PHRASES)
    return tuple(sorted(codes, key=lambda code: (known.index(code) if code in PHRASES else len(known), code)))


def answers_review(entry: Entry) -> int | None:
    """Return the number of the review that a reply answers; None where it names none, or the entry is no reply."""
    number = entry.answers.get(REPLY_TO)
    return number if entry.kind is EntryKind.REPLY and type(number) is int else None


def can_be_said(codes: Sequence[str], *, has_diagnosis: bool) -> bool:
    """Tell whether a clinic may say this, all of it at once."""
    about = [code for code in codes if code in ABOUT_A_DIAGNOSIS]
    return bool(codes) and all(code in PHRASES for code in codes) and len(about) <= int(has_diagnosis)
