"""`groups.yaml`: members, and the exponents that the rules of `shared.differential.grouping` read."""

from __future__ import annotations

from collections.abc import Iterator

from shared.knowledge.checks.common import Follows, between, computed, names
from shared.knowledge.model import GroupDefinition, KnowledgeBase
from shared.knowledge.section import hint

RANKS = ("first", "second", "third", "fourth")
EXPONENTS = (*RANKS, "others", "positive", "negative")
READ_EXPONENTS: dict[str, tuple[str, ...]] = {
    "inflammatory_markers": ("first", "second", "others"),
    "systemic": ("first", "second"),
    "iv_exposure": ("first", "second", "third"),
    "hardness": ("first", "second"),
    "pus": ("first", "second"),
    "vein": ("first",),
    "xray": ("first",),
    "calcification_imaging": ("second",),
    "ultrasound": ("positive", "negative"),
    "chalk": ("first",),
    "aspirate": ("first",),
    "spread": ("first",),
}
"""The exponents that the rule of a group reads whatever its members."""
BY_RANK = ("local_inflammation", "bone_joint", "severe_soft_tissue")
"""Groups whose rule gives each member the exponent of its rank, as `combine: strongest_first` does."""
READ_SHRINKS = {
    "systemic": "inflammatory_markers",
    "severe_soft_tissue": "spread",
    "spread": "severe_soft_tissue",
}
"""The other group whose answers shrink a group's exponents."""


def check_groups(knowledge: KnowledgeBase) -> Iterator[Follows]:
    file = "groups.yaml"
    for group in knowledge.groups.values():
        place = f"groups.{group.id}"
        if not group.members:
            yield computed(file, f"{place}.members", "must list at least one finding")
        yield from names(file, f"{place}.members", group.members, knowledge.findings, "a finding", "finding")
        yield from names(file, f"{place}.shrinks", group.shrinks, knowledge.groups, "a group", "group")
        yield from names(file, f"{place}.exponents", group.exponents, EXPONENTS, "an exponent")
        for key, figures in (("exponents", group.exponents), ("shrinks", group.shrinks)):
            for name, figure in figures.items():
                yield from between(file, f"{place}.{key}.{name}", figure, 0, 1)
        yield from _read_by_code(file, place, group)


def _read_by_code(file: str, place: str, group: GroupDefinition) -> Iterator[Follows]:
    needed: tuple[str, ...] = READ_EXPONENTS.get(group.id, ())
    if group.id in BY_RANK or group.combine:
        if len(group.members) > len(RANKS):
            yield computed(file, f"{place}.members", f"can be at most {len(RANKS)} where rank decides")
        needed = RANKS[: len(group.members)]
    misspelt = {name for name in group.exponents if name not in EXPONENTS}
    for name in needed:
        if name not in group.exponents and not any(hint(wrong, [name]) for wrong in misspelt):
            yield computed(file, f"{place}.exponents", f"{name} is missing; the reasoning reads it")
    other = READ_SHRINKS.get(group.id)
    if other is not None and other not in group.shrinks and not any(hint(wrong, [other]) for wrong in group.shrinks):
        yield computed(file, f"{place}.shrinks", f"{other} is missing; the reasoning reads it")
