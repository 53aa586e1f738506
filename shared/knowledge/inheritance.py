"""Likelihoods that a condition does not state itself.

    own line  >  line of the condition that it is `like`, and so on upwards  >  the finding's line `others`

A rare condition is often known by a few signs of its own and is otherwise like a commoner one: an infected tendon
sheath like a septic joint. Saying so once is more honest than fifty made-up figures. What is inherited is a judgement
(grade D), whatever the figure was worth where it came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from shared.knowledge.model import ConditionDefinition, Evidence, FindingDefinition, Likelihood

OTHERS = "others"

Likelihoods = Mapping[str, Likelihood]
Conditions = Mapping[str, ConditionDefinition]


def with_inherited(finding: FindingDefinition, conditions: Conditions) -> FindingDefinition:
    """Return the finding with a likelihood for every modelled condition that has one to inherit."""
    own = finding.likelihoods
    filled = {name: cell for name, cell in own.items() if name != OTHERS}
    giver: dict[str, str] = {}
    for condition in conditions.values():
        if condition.id in own or condition.type == "residual":
            continue
        source = next((name for name in ancestors(condition.id, conditions) if name in own), OTHERS)
        if source in own:
            giver[condition.id] = source
            filled[condition.id] = _judged(own[source], source)
    return replace(
        finding,
        likelihoods=MappingProxyType(filled),
        age_overrides=_overrides(finding.age_overrides, giver),
        setting_overrides=_overrides(finding.setting_overrides, giver),
    )


def ancestors(name: str, conditions: Conditions) -> Iterator[str]:
    """Yield the condition that this one is like, then that one's, upwards. A circle ends where it began."""
    seen = {name}
    while name in conditions and (name := conditions[name].like) and name not in seen:
        seen.add(name)
        yield name


def _overrides(table: Mapping[str, Likelihoods], giver: Mapping[str, str]) -> Mapping[str, Likelihoods]:
    """Return the overrides with those of a condition that gave its likelihood: its age or setting changes both."""
    return MappingProxyType(
        {
            where: MappingProxyType(
                dict(cells)
                | {heir: _judged(cells[g], g) for heir, g in giver.items() if g in cells and heir not in cells}
            )
            for where, cells in table.items()
        }
    )


def _judged(cell: Likelihood, source: str) -> Likelihood:
    basis = "no figure of its own" if source == OTHERS else f"as for {source}"
    return Likelihood(cell.states, Evidence(("expert",), "D", verified=False, basis=basis))
