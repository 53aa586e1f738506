"""Reading the knowledge from its folder, with every check, beside the YAML library reading the same files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib.metadata import version

import yaml

from shared.knowledge.loader import load_knowledge
from tests.benchmarks.children import Children
from tests.benchmarks.result import Reference, Result
from tests.benchmarks.timing import taking_turns


def results(children: Children) -> Iterator[Result]:
    """Yield one load. Nobody can be faster than the library that it reads with; the ratio is what the checks cost."""
    paths = sorted(children.folder.rglob("*.yaml"))

    def parse() -> None:
        for path in paths:
            yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)  # noqa: S506

    ours, theirs = taking_turns([partial(load_knowledge, children.folder), parse], rounds=5)
    yield Result("reading the knowledge", [ours], Reference(f"PyYAML {version('pyyaml')}, parsing alone", [theirs]))
