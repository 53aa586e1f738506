"""The children that the reasoning is measured on: those that ship, and children drawn from the knowledge.

A drawn child has a condition, chosen by its prior in the setting, and 0 to all findings answered as that condition's
cases answer them. Drawn with a fixed seed: every run measures the same children.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from shared.differential.picture import AGE_BAND, ClinicalPicture
from shared.evaluation.reading import load_cases
from shared.knowledge.loader import load_knowledge
from shared.knowledge.model import KnowledgeBase
from shared.triage.assess import Assessor, picture_of
from shared.triage.presentation import Presentation, read_presentation
from tests.book import KNOWLEDGE

ASSETS = KNOWLEDGE.parents[1]
DRAWN = 52
FEW = 8
_OLDEST_DAYS = 17 * 365


@dataclass(frozen=True)
class Children:
    """The knowledge that ships, and the children to assess with it."""

    folder: Path = KNOWLEDGE

    @cached_property
    def knowledge(self) -> KnowledgeBase:
        return load_knowledge(self.folder)

    @cached_property
    def assessor(self) -> Assessor:
        return Assessor(self.knowledge)

    @cached_property
    def presentations(self) -> Sequence[Presentation]:
        published = [record.body for record in load_cases(ASSETS / "published_cases").records]
        shipped = [read_presentation(self.knowledge, body) for body in (*_examples(), *published)]
        return (*shipped, *_drawn(self.knowledge, DRAWN))

    @cached_property
    def pictures(self) -> Sequence[ClinicalPicture]:
        return tuple(picture_of(presentation) for presentation in self.presentations)

    @property
    def few_pictures(self) -> Sequence[ClinicalPicture]:
        """Return a few of the pictures, from the emptiest to the fullest: where the reference takes its time."""
        by_size = sorted(self.pictures, key=lambda picture: len(picture.states))
        return [by_size[place * (len(by_size) - 1) // (FEW - 1)] for place in range(FEW)]


def _examples() -> Iterator[object]:
    for path in sorted((ASSETS / "examples").glob("*.json")):
        body = json.loads(path.read_text())
        yield from body if isinstance(body, list) else [body]


def _drawn(knowledge: KnowledgeBase, count: int) -> Iterator[Presentation]:
    chance = random.Random(20)  # noqa: S311
    modelled = [condition for condition in knowledge.conditions.values() if condition.type != "residual"]
    findings = [finding for finding in knowledge.findings.values() if finding.id != AGE_BAND]
    for place in range(count):
        setting = chance.choice(sorted(knowledge.settings))
        condition = chance.choices(modelled, [c.priors[setting].p for c in modelled])[0].id
        age_days = chance.randint(0, _OLDEST_DAYS)
        answered = chance.sample(findings, place * len(findings) // (count - 1))
        states = {
            finding.id: chance.choices(
                finding.states, [finding.likelihoods[condition].states[state].p for state in finding.states]
            )[0]
            for finding in answered
        }
        yield Presentation(
            age_days=age_days,
            age_band=next(band.id for band in knowledge.age_bands if band.holds(age_days)),
            setting=setting,
            findings=states,
            numbers={"age_days": age_days},
            resources=frozenset(knowledge.resources),
        )
