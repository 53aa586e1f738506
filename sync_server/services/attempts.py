"""Slowing down whoever guesses: passwords and codes, per name, per user and per address.

    a name, a user's code    three tries, then a wait of 2, 4, 8 ... seconds, a minute at most (for codes ten)
    an address               thirty tries, then the same; forgotten after a quiet quarter of an hour

What is tried counts before it is looked at, so that many tries at once gain nothing, and is taken back when it was
right. Nothing typed is kept: a name is a keyed hash, so that one that does not exist leaves the same trace as one that
does. Addresses fall into 4096 keyed buckets (of IPv6 by the first 64 bits), so that their rows stay few whoever sends.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from sqlmodel import Session

from sync_server.database import Database
from sync_server.repositories import attempts
from sync_server.services.refusals import TooManyTries

_DAY_S = 24 * 60 * 60
_BUCKETS = 4096
_MOST_NOTED = 60
_NOTED_S = 60 * 60


@dataclass(frozen=True, slots=True)
class Limit:
    """How often something may fail: freely, then with waits up to `longest_s` seconds; forgotten after `quiet_s`."""

    subject: bytes
    free: int
    longest_s: int
    quiet_s: int
    is_of_address: bool = False

    def delay_after(self, failures: int) -> int:
        """Return the seconds to wait after so many failures."""
        beyond = failures - self.free
        return 0 if beyond < 0 else min(self.longest_s, 2 ** min(beyond + 1, 20))


@dataclass(frozen=True, slots=True)
class Attempts:
    """What was tried and failed of late."""

    database: Database
    secret: bytes
    now: Callable[[], int]

    def of_name(self, name: str) -> Limit:
        return Limit(self._subject("sign-in", name), free=3, longest_s=60, quiet_s=_DAY_S)

    def of_code(self, user_no: int) -> Limit:
        return Limit(self._subject("code", str(user_no)), free=3, longest_s=600, quiet_s=_DAY_S)

    def of_address(self, address: str | None) -> tuple[Limit, ...]:
        """Return the limit of a client's address; none if it is not known."""
        if address is None:
            return ()
        bucket = int.from_bytes(self._subject("address", _network(address))[:4]) % _BUCKETS
        return (Limit(b"address %d" % bucket, free=30, longest_s=60, quiet_s=15 * 60, is_of_address=True),)

    def begin(self, *limits: Limit) -> int:
        """Count a try under each limit; return the seconds to wait if it fails.

        Raises:
            TooManyTries: it is too soon. Then nothing is counted.
        """
        now = self.now()
        with self.database.writing() as session:
            found = []
            # In one order, so that no two who try the same wait for each other.
            for limit in sorted(limits, key=lambda one: one.subject):
                failures, last_at = attempts.failures(session, limit.subject)
                if last_at > now:
                    # The clock was put back: nobody is kept out until it gets there again.
                    last_at = now
                    attempts.set_failures(session, limit.subject, failures, now)
                if now - last_at > limit.quiet_s:
                    failures = 0
                found.append((limit, failures, last_at + limit.delay_after(failures) - now))
            wait_s = max(wait_s for _, _, wait_s in found)
            if wait_s <= 0:
                for limit, failures, _ in found:
                    attempts.set_failures(session, limit.subject, failures + 1, now)
        if wait_s > 0:
            raise TooManyTries(wait_s)
        return max(limit.delay_after(failures + 1) for limit, failures, _ in found)

    def succeeded(self, session: Session, *limits: Limit) -> None:
        """Take the try back: it was right. What failed from the same address before still counts."""
        for limit in sorted(limits, key=lambda one: one.subject):
            if limit.is_of_address:
                attempts.take_back(session, limit.subject)
            else:
                attempts.forget(session, limit.subject)
        attempts.forget_older(session, self.now() - _DAY_S)

    def is_worth_a_note(self, session: Session) -> bool:
        """Tell whether one more failure is noted: sixty an hour, so that nobody fills the log that only grows."""
        subject, now = b"noted", self.now()
        noted, since = attempts.failures(session, subject)
        if not 0 <= now - since <= _NOTED_S:
            noted, since = 0, now
        attempts.set_failures(session, subject, noted + 1, since)
        return noted < _MOST_NOTED

    def _subject(self, kind: str, value: str) -> bytes:
        return hmac.digest(self.secret, f"{kind}\n{value}".encode("utf-8", "replace"), sha256)


def _network(address: str) -> str:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return "not an address"
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or int(parsed) >> 64)
    return str(parsed)
