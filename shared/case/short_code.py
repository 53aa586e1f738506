"""Four characters that people say to each other: "case 7F3K". Both sides show the same ones."""

from __future__ import annotations

from shared.case.entry import CaseId

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def short_code(case_id: CaseId) -> str:
    """Return the first 20 bits of the random case id in Crockford's base 32, which has no I, L, O or U.

    Two of 1,000 cases share one with a probability of about one half, so it is for people and never a key.
    """
    bits = int(case_id[:5], 16)
    return "".join(_ALPHABET[(bits >> shift) & 31] for shift in (15, 10, 5, 0))
