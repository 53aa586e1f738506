"""`make bench`: runs every `bench_*.py`, prints one table and writes it to build/bench.json.

    python -m tests.benchmarks sync ingest      only these: bench_sync.py and bench_ingest.py

A benchmark is a module with `results(children)`. Exit status 1: figures are unequal, or a bar is broken by more than
the noise of a busy machine (README.md).
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import table
from tests.benchmarks.children import Children
from tests.benchmarks.result import Result

FOLDER = Path(__file__).resolve().parent
ORDER = ("ranking", "intervals", "next_question", "pgmpy", "assessment")


def main(wanted: Sequence[str] = ()) -> int:
    """Run the benchmarks, all or those that are named, and return the exit status."""
    names = benchmark_names()
    if unknown := set(wanted) - set(names):
        print(f"There is no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(names)}", file=sys.stderr)
        return 2
    children = Children()
    results: list[Result] = []
    for name in names if not wanted else [name for name in names if name in wanted]:
        print(f"measuring {name.replace('_', ' ')}", file=sys.stderr)
        results += importlib.import_module(f"tests.benchmarks.bench_{name}").results(children)
    print(table.as_text(results))
    build = FOLDER.parents[1] / "build"
    build.mkdir(exist_ok=True)
    report = {"knowledge": children.knowledge.version, "results": table.as_json(results)}
    (build / "bench.json").write_text(json.dumps(report, indent=2) + "\n")
    broken = [result for result in results if result.is_broken]
    for result in broken:
        beside = f" beside {result.reference.name}" if result.reference else ""
        print(f"Broken: {result.what}{beside}", file=sys.stderr)
    return 1 if broken else 0


def benchmark_names() -> list[str]:
    """Return the names of all benchmarks; those without a place in `ORDER` come last."""
    names = sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))
    return sorted(names, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
