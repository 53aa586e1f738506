"""Every kind of fault, crash point and effect: what the histories of `make test` must reach, and what is rarer."""

from __future__ import annotations

from tests.simulation.line import Fate
from tests.simulation.profile import ACTS

_CRASHES = (
    *(f"tablet, {point}" for point in ("a message leaves", "an answer is there")),
    *(f"server, {point}" for point in ("a request is there", "the answer is ready", "serves a coordinator")),
    *(
        f"{node}, {point}"
        for node in ("tablet", "server")
        for point in ("within a transaction", "before a commit", "after a commit")
    ),
    *(f"{node} {how}" for node in ("tablet", "server") for how in ("stops", "loses power")),
    *(f"tablet, {act}" for act in ("assessment", "follow_up", "correction", "outcome", "withdrawal")),
    *(f"tablet, {act}" for act in ("asks /v1/sync", "is answered by /v1/sync", "syncs")),
    *(f"tablet, {act}" for act in ("gives a parcel",)),
    "server, answers /v1/sync",
)
_EFFECTS = (
    "a backup is restored and the tablet goes on",
    "a backup is restored and the tablet is lost",
    "a damaged parcel is refused",
    "a damaged parcel is taken in",
    "a forged receipt is refused",
    "a late message arrives",
    "a parcel is given",
    "a parcel is taken in",
    "a parcel is taken in that is here already",
    "a receipt is for another tablet",
    "a receipt is read",
    "a sync fails and says why",
    "a tablet is let in again with a new code",
    "a tablet is lost and the server put back",
    "a tablet is revoked",
    "an entry is set apart",
    "an old receipt changes nothing",
    "line: somebody acts meanwhile",
    "line: there is none",
    "receipts are fetched",
    "the coordinator parts or joins two cases",
    "the server is put back and does not say so",
    "the server is put back and says so",
    "two cases are joined",
    "two cases are linked on a tablet",
    "two cases are linked on the server",
    "two cases are parted",
    "answer: 200 to /v1/carry",
    "answer: 200 to /v1/enrol",
    "answer: 200 to /v1/sync",
    "answer: 400 to /v1/sync",
    "answer: 401 to /v1/sync",
    "answer: 403 to /v1/sync",
)
MUST_BE_REACHED = frozenset(
    (
        *(f"act: {act}" for act in ACTS),
        *(f"line: {fate}" for fate in Fate),
        *(f"crash: {crash}" for crash in _CRASHES),
        *_EFFECTS,
    )
)
RARE = frozenset(
    (
        "a sync mends a difference",
        "a tablet is full",
        "answer: 200 to /v1/compare",
        "answer: 409 to /v1/sync",
        "crash: server, answers /v1/carry",
        "crash: tablet, draft",
        "crash: tablet, is answered by /v1/carry",
        "crash: tablet, takes a parcel in",
        "something is lost with the only one who had it",
        "what only others had is on the server",
    )
)
"""Some hundreds of histories may do without these; thousands should not."""
