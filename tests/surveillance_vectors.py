"""What the R package surveillance says of fixed series, kept as a file; made anew by `make surveillance-vectors`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("vectors") / "surveillance"
KEPT = FOLDER / "ears.json"


def kept() -> dict[str, Any]:
    """Return the series with their limits, and R's chances for the rule over rare events."""
    found: dict[str, Any] = json.loads(KEPT.read_text())
    return found


def can_make() -> bool:
    """Tell whether R and its package surveillance are on the machine."""
    if not shutil.which("Rscript"):
        return False
    asked = ["Rscript", "-e", "suppressMessages(library(surveillance))"]
    return subprocess.run(asked, capture_output=True, timeout=300).returncode == 0  # noqa: S607


def make(target: Path = KEPT) -> None:
    """Let R write the file; it needs Rscript and Debian's r-cran-surveillance."""
    subprocess.run(["Rscript", str(FOLDER / "make_vectors.R"), str(target)], check=True, timeout=300)  # noqa: S607


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else KEPT)
