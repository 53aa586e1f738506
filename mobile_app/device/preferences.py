"""How this tablet speaks and looks before anybody has unlocked it: a small file of plain JSON in the data folder.

    preferences.json    {"digits": "western", "is_large": false, "language": "en", "less_motion": false}

It is the only thing of Handwise that is not encrypted and not a key, so it holds nothing of a child, a user or a
clinic. A file that is missing or damaged means the defaults: a tablet that cannot be read is worse than one in English.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeGuard

from mobile_app.device.durable_file import replace_file
from mobile_app.locked_ports import DIGITS, Preferences

_MAX_BYTES = 4096
_UNUSABLE = "What you chose holds until the tablet is switched off: it cannot be written down."


class FilePreferences:
    """The preferences in one file (`PreferencesStore` in `mobile_app/locked_ports.py`)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Preferences:
        """Return what was chosen; the default for each thing that is missing or cannot be understood. Never raises."""
        try:
            with self._path.open("rb") as file:
                body = json.loads(file.read(_MAX_BYTES + 1))
        except (OSError, ValueError, RecursionError):
            return Preferences()
        return _understood(body) if isinstance(body, dict) else Preferences()

    def keep(self, preferences: Preferences) -> None:
        """Write them down, durably before returning.

        Raises:
            StoreFull, StoreUnusable: the file is as it was before.
        """
        content = json.dumps(asdict(preferences), sort_keys=True).encode()
        replace_file(self._path, content, if_unusable=_UNUSABLE)


def _understood(body: dict[str, Any]) -> Preferences:
    usual = Preferences()
    language, digits = body.get("language"), body.get("digits")
    is_large, less_motion = body.get("is_large"), body.get("less_motion")
    return Preferences(
        # Which languages there are is not known here; a code of another form is damage.
        language=language if _is_code(language) else usual.language,
        is_large=is_large if isinstance(is_large, bool) else usual.is_large,
        less_motion=less_motion if isinstance(less_motion, bool) else usual.less_motion,
        digits=digits if digits in DIGITS else usual.digits,
    )


def _is_code(text: Any) -> TypeGuard[str]:
    return isinstance(text, str) and 2 <= len(text) <= 3 and text.isascii() and text.islower()
