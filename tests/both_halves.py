"""Run every test in two processes side by side, one for each core: `python -m tests.both_halves`, as `make test` does.

One process has the tests of single parts, the other what needs a server, a browser or a screen. The first one's output
is shown as it comes, the other's when both have ended.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WITH_SERVER_BROWSER_OR_SCREEN = ("integration", "browser", "screens", "properties")


def halves() -> tuple[list[str], list[str]]:
    """Return the folders of tests in two parts; a new folder is in the first."""
    folders = sorted(path.name for path in (ROOT / "tests").iterdir() if any(path.glob("**/test_*.py")))
    return (
        [f"tests/{name}" for name in folders if name not in WITH_SERVER_BROWSER_OR_SCREEN],
        [f"tests/{name}" for name in WITH_SERVER_BROWSER_OR_SCREEN],
    )


def main() -> int:
    """Return 0 if both halves passed, otherwise 1."""
    parts, larger = halves()
    with tempfile.TemporaryFile(mode="w+", encoding="utf-8") as output:
        command = [sys.executable, "-m", "pytest"]
        beside = subprocess.Popen([*command, *larger], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        failed = subprocess.run([*command, *parts], cwd=ROOT, check=False).returncode
        failed_beside = beside.wait()
        output.seek(0)
        print(output.read(), end="")
    return 1 if failed or failed_beside else 0


if __name__ == "__main__":
    sys.exit(main())
