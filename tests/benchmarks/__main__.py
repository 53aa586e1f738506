"""`make bench`: runs every `bench_*.py`, prints one table and writes it to build/bench.json.

A benchmark is a module with `results(children)`. Exit status 1: figures are unequal, or a bar is broken by more than
the noise of a busy machine (README.md).
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from tests.benchmarks import table
from tests.benchmarks.children import Children
from tests.benchmarks.result import Result

FOLDER = Path(__file__).resolve().parent
ORDER = ("ranking", "intervals", "next_question", "pgmpy", "assessment")


def main() -> int:
    """Run the benchmarks and return the exit status."""
    children = Children()
    results: list[Result] = []
    for name in benchmark_names():
        print(f"measuring {name.replace('_', ' ')}", file=sys.stderr)
        results += importlib.import_module(f"tests.benchmarks.bench_{name}").results(children)
    print(table.as_text(results))
    build = FOLDER.parent / "build"
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
    sys.exit(main())
