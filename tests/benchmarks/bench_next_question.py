"""The next question: what every open finding is expected to bring, and how many questions are left."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from shared.differential.picture import ClinicalPicture
from tests.benchmarks.children import Children
from tests.benchmarks.result import Result
from tests.benchmarks.timing import fastest


def results(children: Children) -> Iterator[Result]:
    """Yield the expected information of all open findings, and the progress that a screen shows after each answer."""
    assessor = children.assessor
    engine, findings = assessor.differential, tuple(children.knowledge.findings)

    def next_question(picture: ClinicalPicture) -> object:
        return engine.gains(engine.rank(picture), findings)

    yield Result(
        "ranking, next question over all open findings",
        fastest([partial(next_question, picture) for picture in children.pictures], rounds=9),
        at_most=10e-3,
    )
    yield Result(
        "questions left, asked to the end",
        fastest([partial(assessor.questions_left, child) for child in children.presentations], rounds=5),
        at_most=10e-3,
    )
