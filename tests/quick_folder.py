"""Where tests put what they throw away: in memory if there is room, for a disk makes each wait for what nobody keeps.

What the product asks of a disk stays the same, every fsync included; tests/power_loss holds what it needs of one.
"""

from __future__ import annotations

import shutil
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM = 4 * 2**30


def quick_folder() -> str | None:
    """Return a folder in memory, or None where there is none or little room in it."""
    return str(_MEMORY) if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM else None
