"""Walk the pictured states in one language and shape and write what is wrong: a process, and an X server, of its own.

python -m tests.screens.walk FOLDER ar small-large
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

from mobile_app.commands.screenshots_story import pictured_states
from mobile_app.commands.virtual_screen import virtual_screen
from shared.crypto.key_derivation import TESTONLY_weak_kdf
from tests.compiled_once import books_checked_once, files_parsed_once, statements_compiled_once
from tests.screens.inspection import Inspection

FOUND = "found.json"
WHAT_IS_LOADED_BY_NOW_STAYS = (
    *("00-set-up-language", "00-connect", "04-danger-signs", "07-result", "10-what-is-sent", "02-home"),
    *("09-add-photo", "09-case", "09-outcome", "13-letter", "14-receive", "13-settings-look", "15-about"),
)
"""States after which the collector need not look at the libraries and the knowledge again."""


class Collector:
    """What the app collects garbage with here: screens that were looked at are to be gone at once, locked or not."""

    set_threshold = staticmethod(gc.set_threshold)
    collect = staticmethod(gc.collect)

    @staticmethod
    def freeze() -> None:
        """Keep nothing out of sight."""

    unfreeze = freeze


def main(folder: Path, language: str, shape: str) -> None:
    """Look at every state."""
    with (
        virtual_screen(), TESTONLY_weak_kdf(), files_parsed_once(), books_checked_once(), statements_compiled_once()
    ):  # fmt: skip
        from mobile_app.commands.driven_window import DrivenWindow
        from mobile_app.widgets import forgetting

        forgetting.gc = Collector  # type: ignore[assignment]
        inspection = Inspection(language, shape)
        for window, name in pictured_states(folder, DrivenWindow):
            inspection.look(window, name)
            if name in WHAT_IS_LOADED_BY_NOW_STAYS:
                gc.unfreeze()
                gc.collect()
                gc.freeze()
    (folder / FOUND).write_text(json.dumps(inspection.found()), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
