"""`findings/`: states, a likelihood for every condition, overrides, when to ask, and what follows from a field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shared.knowledge.checks.common import (
    OLDEST_CHILD_DAYS,
    Follows,
    between,
    check_condition,
    check_evidence,
    computed,
    names,
    probability_range,
)
from shared.knowledge.checks.conditions import SUM_TOLERANCE
from shared.knowledge.inheritance import OTHERS, ancestors
from shared.knowledge.model import FindingDefinition, KnowledgeBase, Likelihood
from shared.knowledge.section import hint, nearest

FIELDS = ("region", "side")
"""Fields of a case that a finding may follow from."""
SIDES = ("left", "right", "both")


def check_findings(knowledge: KnowledgeBase, stated: Mapping[str, FindingDefinition]) -> Iterator[Follows]:
    for finding in stated.values():
        file = f"findings/{finding.id}.yaml"
        if len(finding.states) < 2:
            yield computed(file, "states", "must have at least two")
        yield from _likelihoods(knowledge, file, finding)
        skipped = finding.skip_in_settings
        yield from names(file, "skip_in_settings", skipped, knowledge.settings, "a setting", "setting")
        yield from between(file, "from_age_days", finding.from_age_days, 0, OLDEST_CHILD_DAYS)
        if finding.ask_if is not None:
            yield from check_condition(knowledge, file, "ask_if", finding.ask_if)
        yield from _follows_from(knowledge, file, finding)
        yield from names(file, "group", [finding.group], knowledge.groups, "a group", "group")
        if finding.group in knowledge.groups and finding.id not in knowledge.groups[finding.group].members:
            place = f"groups.{finding.group}.members"
            yield computed("groups.yaml", place, f"must list its finding {finding.id}")
        if finding.id in knowledge.inputs and not knowledge.inputs[finding.id].is_numeric:
            yield Follows(file, "id", "is also the name of an input of red_flags.yaml; rename one")
    bands = [band.id for band in knowledge.age_bands]
    band_finding = stated.get("age_band")
    if band_finding is not None and list(band_finding.states) != bands:
        advice = "must be the age bands of knowledge.yaml, in their order"
        yield computed("findings/age_band.yaml", "states", advice, ("knowledge.yaml", "age_bands"))


def _likelihoods(knowledge: KnowledgeBase, file: str, finding: FindingDefinition) -> Iterator[Follows]:
    modelled = [c.id for c in knowledge.conditions.values() if c.type != "residual"]
    variants = [f"{c.id}/{variant.id}" for c in knowledge.conditions.values() for variant in c.variants]
    known = [*modelled, *variants]
    # The one line for all that have none of their own.
    tables = [("likelihoods", finding.likelihoods, [*known, OTHERS])]
    bands = [band.id for band in knowledge.age_bands]
    for key, table, where, kind in (
        ("age_override", finding.age_overrides, bands, "age band"),
        ("setting_override", finding.setting_overrides, list(knowledge.settings), "setting"),
    ):
        article = "an" if kind == "age band" else "a"
        yield from names(file, key, table, where, f"{article} {kind}", kind)
        tables += [(f"{key}.{name}", cells, [*known, OTHERS]) for name, cells in table.items()]
    for place, cells, allowed in tables:
        yield from names(file, place, cells, allowed, "a modelled condition", "condition")
        for name, cell in cells.items():
            yield from _likelihood(knowledge, file, f"{place}.{name}", cell)
    yield from _missing(knowledge, file, finding, modelled, [*known, OTHERS])


def _missing(
    knowledge: KnowledgeBase, file: str, finding: FindingDefinition, modelled: list[str], known: list[str]
) -> Iterator[Follows]:
    """Yield each condition without a line of its own, of one that it is like, or of the others."""
    meant = {nearest(name, known) for name in finding.likelihoods if name not in known}
    if OTHERS in meant or OTHERS in finding.likelihoods:
        return
    for name in modelled:
        line = [name, *ancestors(name, knowledge.conditions)]
        if any(one in finding.likelihoods or one in meant for one in line):
            continue
        if line[-1] not in knowledge.conditions or knowledge.conditions[line[-1]].like not in ("", *line):
            continue  # Whom it is like is not known, which is told in its own place.
        after = tuple((f"conditions/{one}.yaml", key) for one in line for key in ("type", "like", "the file"))
        yield Follows(file, "likelihoods", f"has no line for {name}, and it inherits none", after=after)


def _likelihood(knowledge: KnowledgeBase, file: str, place: str, cell: Likelihood) -> Iterator[Follows]:
    yield from check_evidence(knowledge, file, place, cell.evidence)
    for state, found in cell.states.items():
        yield from probability_range(file, place if state in ("yes", "no") else f"{place}.{state}", found)
        if state == "yes":
            break  # The other state is what this one leaves.
    total = sum(found.p for found in cell.states.values())
    if cell.states and abs(total - 1) > SUM_TOLERANCE:
        yield computed(file, place, f"its states sum to {total:.6g}; make it 1")


def _follows_from(knowledge: KnowledgeBase, file: str, finding: FindingDefinition) -> Iterator[Follows]:
    for field, states in finding.follows_from.items():
        if field not in FIELDS:
            yield Follows(file, "follows_from", f"{field} is not a field of the case{hint(field, FIELDS)}")
            continue
        values = knowledge.regions if field == "region" else SIDES
        place = f"follows_from.{field}"
        yield from names(file, place, states, values, f"a {field}", *(("region",) if field == "region" else ()))
        unknown = names(file, place, sorted({*states.values()}), finding.states, "a state of the finding")
        yield from (Follows(p.file, p.place, p.advice, after=((file, "states"),)) for p in unknown)
