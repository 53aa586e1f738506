"""The import contracts of pyproject.toml hold."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_import_contract_is_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_every_layout_of_a_screen_turns_round_in_a_right_to_left_language() -> None:
    """Kivy's own layouts do not; `widgets/layouts.py` gives those that do, and is the only one to know Kivy's."""
    from_kivy = re.compile(r"kivy\.uix\.(box|grid|stack|anchor|relative)layout|import (Box|Grid|Stack|Anchor)Layout as")
    files = [path for part in ("screens", "widgets") for path in (ROOT / "mobile_app" / part).glob("*.py")]

    assert [path.name for path in files if from_kivy.search(path.read_text(encoding="utf-8"))] == ["layouts.py"]
