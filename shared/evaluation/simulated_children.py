"""Children drawn from the knowledge itself, to see how an interview goes before it meets real ones.

    condition, or one of its variants ~ prior of the setting        age band ~ P(age band | condition)
    each finding ~ P(state | condition), as the tables of the ranking have it: overrides, variants, clamp, residual

Each child knows the answer to every finding; what is not a finding (most signs of the danger rules) is "no", because
nothing says how often it is there. Where the age says nothing, on a ward for newborns, the youngest band is taken.
Findings are drawn independently given the condition, as the ranking takes them: real children are less tidy, so counts
of questions compare one order with another and promise nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from shared.differential.engine import Differential
from shared.differential.likelihood import Floats, LikelihoodTable
from shared.differential.picture import AGE_BAND
from shared.knowledge.model import FindingDefinition, KnowledgeBase
from shared.triage.presentation import Presentation, read_presentation

_REGION, _SIDE = "region", "side"


@dataclass(frozen=True, slots=True)
class SimulatedChild:
    """A child with its true condition, the answer to every finding, and what is known after the danger-sign screen."""

    condition: str
    answers: Mapping[str, str]
    at_start: Presentation


def simulated_children(
    differential: Differential,
    count: int,
    seed: int,
    resources: Sequence[str] = (),
    conditions: Sequence[str] | None = None,
) -> Iterator[SimulatedChild]:
    """Yield `count` children, the settings in turn. The same arguments give the same children.

    `conditions`: only children with one of these, each as often as its prior says among them.
    """
    knowledge = differential.knowledge
    generator = np.random.default_rng(seed)
    settings = tuple(knowledge.settings)
    for place in range(count):
        setting = settings[place % len(settings)]
        table = differential.tables.of(setting, None)
        of_column = [table.conditions[i] for i in np.searchsorted(table.first, range(len(table.columns)), "right") - 1]
        prior = np.exp(table.log_prior)
        if conditions is not None:
            prior = prior * np.isin(of_column, conditions)
        column = int(generator.choice(len(prior), p=prior / prior.sum()))
        youngest = knowledge.age_bands[0].id
        band = _drawn(generator, table, AGE_BAND, column) if AGE_BAND in table.states_of else youngest
        age_days = _age_within(generator, knowledge, band)
        table = differential.tables.of(setting, band)
        answers = {
            finding: _drawn(generator, table, finding, column) for finding in table.states_of if finding != AGE_BAND
        }
        yield SimulatedChild(of_column[column], answers, _at_start(knowledge, setting, age_days, resources, answers))


def _drawn(generator: np.random.Generator, table: LikelihoodTable, finding: str, column: int) -> str:
    states = table.states_of[finding]
    p: Floats = np.exp(table.log_p[[table.row(finding, state) for state in states], column])
    return str(generator.choice(states, p=p / p.sum()))


def _age_within(generator: np.random.Generator, knowledge: KnowledgeBase, band: str) -> int:
    found = next(item for item in knowledge.age_bands if item.id == band)
    oldest = knowledge.evidence_to_age_days if found.to_days is None else found.to_days
    return int(generator.integers(found.from_days, oldest + 1))


def _at_start(
    knowledge: KnowledgeBase, setting: str, age_days: int, resources: Sequence[str], answers: Mapping[str, str]
) -> Presentation:
    """Return what is known before the first question: age, place, and the lines of the danger-sign screen."""
    findings: dict[str, object] = {}
    fields = _fields(knowledge, answers)
    for sign in knowledge.danger_signs_for(age_days, fields.get(_REGION, ())):
        for code in dict.fromkeys((*sign.yes, *sign.no)):
            findings[code] = answers.get(code) == "yes"
    body = {
        "age_days": age_days,
        "setting": setting,
        "resources": list(resources),
        "findings": findings,
        **fields,
    }
    return read_presentation(knowledge, body)


def _fields(knowledge: KnowledgeBase, answers: Mapping[str, str]) -> dict[str, str | list[str]]:
    """Return the region and side of which the drawn site, and whether it is on both sides, follow."""
    fields: dict[str, str | list[str]] = {}
    for finding in knowledge.findings.values():
        value = _value_for(finding, _REGION, answers)
        if value is not None:
            fields[_REGION] = [value]
        value = _value_for(finding, _SIDE, answers)
        if value is not None:
            fields[_SIDE] = value
    return fields


def _value_for(finding: FindingDefinition, field: str, answers: Mapping[str, str]) -> str | None:
    table = finding.follows_from.get(field, {})
    return next((value for value, state in table.items() if state == answers.get(finding.id)), None)
