"""What a reader of the command line waits for: one case assessed by a fresh process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from tests.benchmarks.children import ASSETS, Children
from tests.benchmarks.result import Reference, Result
from tests.benchmarks.timing import taking_turns


def results(children: Children) -> Iterator[Result]:
    """Yield the process as a whole, beside one that only imports the two libraries that nothing can do without."""
    case = str(ASSETS / "examples" / "infant_first_visit.json")
    run = partial(subprocess.run, check=True, capture_output=True, cwd=ASSETS.parent)
    ours, theirs = taking_turns(
        [
            partial(run, [sys.executable, "-m", "mobile_app", "triage", case]),
            partial(run, [sys.executable, "-c", "import numpy, yaml"]),
        ],
        rounds=5,
    )
    yield Result(
        "handwise triage CASE.json, whole process", [ours], Reference("Python with NumPy and PyYAML", [theirs])
    )
