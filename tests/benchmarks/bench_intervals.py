"""One assessment with intervals: the ranking, and the 90 % interval of every condition."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from shared.differential.picture import ClinicalPicture
from tests.benchmarks.children import Children
from tests.benchmarks.result import Result
from tests.benchmarks.timing import fastest


def results(children: Children) -> Iterator[Result]:
    """Yield ranking and intervals together. The draws of a setting and age are made once, and are not in the time."""
    engine = children.assessor.differential

    def with_intervals(picture: ClinicalPicture) -> object:
        return engine.intervals(engine.rank(picture))

    yield Result(
        "ranking, with intervals",
        fastest([partial(with_intervals, picture) for picture in children.pictures], rounds=9),
        at_most=5e-3,
    )
