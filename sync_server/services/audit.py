"""Who did what to what: a log that only grows, each row proven by the one after it.

    row hash = SHA-256(hash of the row before, canonical JSON of this row without its hash)
               (before the first: 32 zero bytes)

The database refuses to change or delete a row (triggers); a row that was changed all the same, by whoever can take the
triggers away, no longer fits its hash, and `handwise-server verify` says so. Where the log ends is noted in the row of
the server, in the same transaction: the newest rows cut off show. Whoever may write to the whole database can write
log and note anew, and both fit. Only an end that was kept elsewhere shows that: `verify` prints it, of a backup too,
and takes one that was printed before.

Nothing in it is about a child: tablets, sites, users by number, entries by device and number, counts.

Rows are written at the very end of the transaction that did it, so the log's lock is held for the commit only, and is
always the last lock taken: no two writers can wait for each other over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import event
from sqlalchemy.orm import Session as AnySession
from sqlmodel import Session

from shared.canonical import canonical_json
from shared.sentence import Sentence, phrase, sentence
from sync_server.repositories import audit
from sync_server.repositories.audit import StoredAudit

ENROLLED = phrase("enrolled")
READMITTED = phrase("readmitted")
REVOKED = phrase("revoked")
IDENTITY_CONFLICT = phrase("identity conflict")
COMPARED = phrase("compared")
WITNESSED = phrase("brought back")
WITHDRAWN = phrase("withdrawn")
CARRIED = phrase("carried")
# What people do at the desk. What was done to what stands in the object, by number or random id.
VIEWED = phrase("viewed")
"""A case. That a list of cases was looked at is not noted: who opens one leaves a row."""
REVIEWED = phrase("reviewed")
UNLINKED = phrase("unlinked")
SAW_REPORT = phrase("saw a report")
"""Counts over cases: a cohort, performance, alerts, charts."""
SAW_SETTINGS = phrase("saw settings")
"""Users, tablets or the log itself."""
EXPORTED = phrase("exported")
ORG_UNITS_KEPT = phrase("kept names of sites in DHIS2")
ALERT_CHANGED = phrase("changed an alert")
REMINDED = phrase("reminded")
CODE_MADE = phrase("made an enrolment code")
TRUSTED = phrase("trusted a knowledge key")
GIVEN = phrase("was given knowledge")
PUBLISHED = phrase("published knowledge")
DISCARDED = phrase("discarded knowledge")
SIGNED_IN = phrase("signed in")
SIGN_IN_FAILED = phrase("sign-in failed")
"""Says neither the name that was tried nor whether there is such a user."""
SIGNED_OUT = phrase("signed out")
USER_CHANGED = phrase("changed a user")

OPERATOR = phrase("operator")
"""Whoever runs `handwise-server` on the server itself."""
SOMEBODY = phrase("somebody")
"""Whoever tries to sign in. The name that was typed is nowhere: people type their password there."""
BEFORE_THE_FIRST = bytes(32)
_LONGEST = 200
_WAITING = "audit"
_END = re.compile("(?:0|[1-9][0-9]{0,15})-[0-9a-f]{64}")


def tablet(device: str) -> str:
    """Return what the log calls a tablet."""
    return f"tablet {device}"


def user(user_no: int) -> str:
    """Return what the log calls a user of the desk: never the name."""
    return f"user {user_no}"


def record(session: Session, actor: str, action: str, object: str) -> None:
    """Note an act in the caller's transaction: it is in the log if and only if that is committed.

    Args:
        actor: who, such as `tablet(...)`, `user(...)` or `OPERATOR`.
        action: one of the words above.
        object: what it was done to, by number or random id; at most 200 characters. Never a name of a person.
    """
    if max(map(len, (actor, action, object))) > _LONGEST:
        raise ValueError("an audit row holds short names")
    if _WAITING not in session.info:
        session.info[_WAITING] = []
        event.listen(session, "before_commit", _write)
    session.info[_WAITING].append((actor, action, object))


def forget(session: Session) -> None:
    """Note nothing of what was recorded so far: it was undone within the transaction."""
    session.info.get(_WAITING, []).clear()


def faults(session: Session) -> Iterator[str]:
    """Give the same as `broken` in English."""
    yield from map(str, broken(session))


def broken(session: Session) -> Iterator[Sentence]:
    """Give one sentence for each place where the log is not what was written."""
    before, number = BEFORE_THE_FIRST, 0
    for row in audit.every(session):
        number += 1
        if row.number != number:
            yield sentence("The audit log: row {number} is missing.", number=number)
            number = row.number
        elif row.hash != _hash(before, row):
            yield sentence("The audit log: row {number} is not what was written.", number=row.number)
        # Checked over what the row before says it is, so that one fault is said once.
        before = row.hash
    noted, hash = audit.noted_end(session)
    if (noted, hash or BEFORE_THE_FIRST) != (number, before):
        yield sentence(
            "The audit log: it ends with row {number}, but row {noted} was written last.", number=number, noted=noted
        )


def end(session: Session) -> str:
    """Return where the log ends, in a form to be kept elsewhere: number and hash of the last row."""
    number, hash = audit.last(session) or (0, BEFORE_THE_FIRST)
    return f"{number}-{hash.hex()}"


def is_end(words: str) -> bool:
    """Tell whether these words are where some log ended."""
    return _END.fullmatch(words) is not None


def goes_on_from(session: Session, earlier: str) -> bool:
    """Tell whether the log that ended so earlier is still there, as the beginning of this one.

    Together with `faults` it says that of its rows none was changed and none is missing.
    """
    number, _, hash = earlier.partition("-")
    return (BEFORE_THE_FIRST if number == "0" else audit.hash_of(session, int(number))) == bytes.fromhex(hash)


def _write(session: AnySession) -> None:
    waiting: list[tuple[str, str, str]] = session.info[_WAITING]
    if not waiting or not isinstance(session, Session):
        return
    acts, session.info[_WAITING] = waiting, []
    audit.lock(session)
    number, before = audit.last(session) or (0, BEFORE_THE_FIRST)
    day = datetime.now(UTC).date().isoformat()
    for actor, action, object in acts:
        number += 1
        row = StoredAudit(number, day, actor, action, object, b"")
        before = _hash(before, row)
        audit.add(session, StoredAudit(number, day, actor, action, object, before))
    session.flush()
    audit.note_end(session, number, before)


def _hash(before: bytes, row: StoredAudit) -> bytes:
    body = {
        "number": row.number,
        "on_day": row.on_day,
        "actor": row.actor,
        "action": row.action,
        "object": row.object,
    }
    return sha256(before + canonical_json(body)).digest()
