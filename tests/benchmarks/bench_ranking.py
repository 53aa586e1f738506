"""One assessment without intervals: the posterior of a full picture. Equal to exact inference by pgmpy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.benchmarks import peers
from tests.benchmarks.children import Children
from tests.benchmarks.result import Equality, Reference, Result
from tests.benchmarks.timing import taking_turns
from tests.pgmpy_ranking import network, posterior, query, the_model
from tests.plain_ranking import by_condition, column_priors


def results(children: Children) -> Iterator[Result]:
    """Yield the ranking against its bar, and against pgmpy: with the picture's network to build, and query alone."""
    knowledge, engine = children.knowledge, children.assessor.differential
    ours: list[float] = []
    built: list[float] = []
    queried: list[float] = []
    difference = 0.0
    for picture in children.pictures:
        columns = tuple(column_priors(knowledge, picture.setting))
        # What applies and how much it counts is given to pgmpy; ours works it out.
        prior, tempered = the_model(knowledge, picture)
        ready = network(columns, prior, tempered)
        times = taking_turns(
            [
                partial(engine.rank, picture),
                partial(posterior, columns, prior, tempered),
                partial(query, ready, tempered),
            ],
            rounds=4,
        )
        for kept, seconds in zip((ours, built, queried), times, strict=True):
            kept.append(seconds)
        found = engine.rank(picture).probabilities()
        theirs = by_condition(knowledge, dict(zip(columns, query(ready, tempered).tolist(), strict=True)))
        difference = max([difference, *(abs(found[condition] - p) for condition, p in theirs.items())])
    equality = Equality(difference, allowed=1e-9)
    yield Result("ranking", ours, at_most=200e-6)
    yield Result(
        "ranking",
        ours,
        Reference(f"{peers.PGMPY}, network and query", built),
        times_faster=peers.WANTED,
        never_below=12,
        equality=equality,
    )
    yield Result("ranking", ours, Reference(f"{peers.PGMPY}, query alone", queried), equality=equality)
