"""The danger rules alone: what is looked at again after every answer, before anything else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from shared.triage.red_flags import evaluate
from tests.benchmarks.children import Children
from tests.benchmarks.result import Result
from tests.benchmarks.timing import fastest


def results(children: Children) -> Iterator[Result]:
    """Yield the evaluation of every rule and prompt."""
    knowledge = children.knowledge
    yield Result(
        "danger rules",
        fastest([partial(evaluate, knowledge, child) for child in children.presentations], rounds=9),
    )
