"""The tablet's wall clock, for dates that people read, and its stopwatch, which nobody can set."""

from __future__ import annotations

import time
import uuid
from datetime import datetime
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_PROCESS = uuid.uuid4().hex


class SystemClock:
    """The wall clock. It may be wrong, so it never orders entries."""

    def now(self) -> datetime:
        return datetime.now().astimezone()


class SystemStopwatch:
    """Seconds since the device started, and a name of that start."""

    def elapsed(self) -> float:
        # CLOCK_BOOTTIME goes on while the tablet sleeps; elsewhere the monotonic clock is the nearest thing.
        return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()

    def boot(self) -> str:
        try:
            return _BOOT_ID.read_text(encoding="ascii").strip()
        except OSError:
            # Without a name of the start, each run counts as a new one: a wait can then be too long, never too short.
            return _PROCESS
