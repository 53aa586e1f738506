"""How often a PIN may be tried.

    tries 1 to 4       at once
    before try 5 6 7 8 9 and each later one    30 s, 1, 5, 15, 60, 60 min

A user is never shut out for good: a tablet may have one user only, and then a block would lose every case that was not
sent yet. At one try an hour, all six-digit PINs take over a century.

A try is counted and on the disk before the PIN is looked at, so that killing the app saves no try. Waiting is measured
by the stopwatch since the device started: setting the clock does nothing. After a restart the time that passed while it
was off is not known, so only the time since the start counts: a wait can become longer, never shorter.

The file stands outside the encrypted store because it is needed before that opens. It carries a MAC under the device
secret: who changes it or takes it away finds eight tries used up and a wait of an hour. It slows down guessing
through the app; guessing on copied files it cannot see (that is what the device secret is for).
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mobile_app.locked_ports import Stopwatch
from mobile_app.storage.files import write_durably
from shared.canonical import canonical_json, read_json
from shared.errors import InvalidInput, StoreUnusable

FREE_TRIES = 4
WAITS_S = (30, 60, 300, 900, 3600)
_AFTER_TAMPERING = 8


@dataclass(frozen=True, slots=True)
class _Tries:
    """How many tries were used since the last success; when the last was made, as boot and seconds since it."""

    used: int = 0
    boot: str = ""
    at: float = 0.0

    def wait_s(self, boot: str, elapsed: float) -> float:
        if self.used < FREE_TRIES:
            return 0
        passed = elapsed - self.at if boot == self.boot else elapsed
        return max(0.0, WAITS_S[min(self.used - FREE_TRIES, len(WAITS_S) - 1)] - max(0.0, passed))


class Throttle:
    """The tries of all users of one tablet. `user_ids` are those that a missing or changed file is held against."""

    def __init__(self, path: Path, device_secret: bytes, stopwatch: Stopwatch, user_ids: Iterable[str]) -> None:
        self._path = path
        self._user_ids = tuple(user_ids)
        self._mac_key = hashlib.sha256(b"handwise-tries-1" + device_secret).digest()
        self._stopwatch = stopwatch

    def start(self) -> None:
        """Begin a new count, with nothing used."""
        self._write({})

    def seconds_until_next_try(self, user_id: str) -> int:
        """Return how long this user must wait; 0 for one who may try now."""
        tries = self._read().get(user_id, _Tries())
        return math.ceil(tries.wait_s(self._stopwatch.boot(), self._stopwatch.elapsed()))

    def count_try(self, user_id: str) -> None:
        """Use up one try, durably before returning."""
        tries = self._read()
        used = tries.get(user_id, _Tries()).used + 1
        tries[user_id] = _Tries(used, self._stopwatch.boot(), self._stopwatch.elapsed())
        self._write(tries)

    def forgive(self, user_id: str) -> None:
        """Start this user's count again: the PIN was right, or is a new one."""
        tries = self._read()
        tries.pop(user_id, None)
        self._write(tries)

    def _read(self) -> dict[str, _Tries]:
        try:
            body = read_json(self._path.read_bytes())
            state = body["tries"]
            if not hmac.compare_digest(body["mac"], self._mac(state)):
                raise ValueError
            return {user_id: _Tries(used, boot, at) for user_id, (used, boot, at) in state.items()}
        except (FileNotFoundError, InvalidInput, ValueError, KeyError, TypeError, AttributeError):
            return self._hold_against_all()
        except OSError:
            raise StoreUnusable("The tablet's storage cannot be read. Nothing was changed.") from None

    def _hold_against_all(self) -> dict[str, _Tries]:
        now = _Tries(_AFTER_TAMPERING, self._stopwatch.boot(), self._stopwatch.elapsed())
        tries = dict.fromkeys(self._user_ids, now)
        self._write(tries)
        return tries

    def _write(self, tries: dict[str, _Tries]) -> None:
        state = {user_id: [one.used, one.boot, one.at] for user_id, one in tries.items()}
        write_durably(self._path, canonical_json({"tries": state, "mac": self._mac(state)}))

    def _mac(self, state: Any) -> str:
        return hmac.new(self._mac_key, canonical_json(state), hashlib.sha256).hexdigest()
