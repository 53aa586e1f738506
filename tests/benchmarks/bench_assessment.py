"""The whole answer for one child: danger rules, ranking, intervals, reasons, next questions and tests, plan."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from shared.triage.assess import Assessor
from shared.triage.presentation import Presentation
from tests.benchmarks.children import Children
from tests.benchmarks.result import Result
from tests.benchmarks.timing import fastest


def results(children: Children) -> Iterator[Result]:
    """Yield `assess`, of which everything else is a part; and the first after a start, with nothing worked out yet."""
    knowledge, assess = children.knowledge, children.assessor.assess

    def assess_first(child: Presentation) -> object:
        return Assessor(knowledge).assess(child)

    yield Result(
        "whole assessment",
        fastest([partial(assess, child) for child in children.presentations], rounds=7),
        at_most=5e-3,
    )
    yield Result(
        "whole assessment, the first after a start",
        fastest([partial(assess_first, child) for child in children.presentations], rounds=2),
    )
