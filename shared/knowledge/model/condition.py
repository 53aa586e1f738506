"""The conditions: those that are ranked, and those that are only named for consideration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from shared.knowledge.model.criterion import Criterion
from shared.knowledge.model.evidence import Evidence, Range


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a terminology. `code` is None where a clinician has still to look it up."""

    code: str | None
    title: str
    verified: bool


@dataclass(frozen=True, slots=True)
class VariantDefinition:
    """A form of a condition that presents in its own way, and the share of the condition's cases that it makes up.

    Its likelihoods are written `condition/variant`; where it has none, the condition's hold.
    """

    id: str
    label: str
    share: Range
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ConditionDefinition:
    """A diagnosis that is ranked. `priors` has one `Range` for each setting, `codes` a list for each terminology.

    `like` names the condition whose likelihoods hold where this one has none of its own, or is empty. `variants` are
    its forms, together all of its cases, or none.
    """

    id: str
    label: str
    plain_label: str
    type: Literal["core", "extended_ranked", "residual"]
    priors: Mapping[str, Range]
    prior_evidence: Evidence
    is_dangerous: bool
    codes: Mapping[str, tuple[Code, ...]] = field(default_factory=dict)
    note: str = ""
    like: str = ""
    variants: tuple[VariantDefinition, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsiderDefinition:
    """A condition that is not ranked; it is named for consideration when `condition` holds."""

    id: str
    label: str
    clues: str
    figures: str
    handled_by: str
    condition: Criterion
    sources: tuple[str, ...]
    codes: Mapping[str, tuple[Code, ...]]


@dataclass(frozen=True, slots=True)
class CaseCount:
    """So many of the pooled cases had this: k of n."""

    finding: str
    k: int
    n: int
    note: str


@dataclass(frozen=True, slots=True)
class CasePool:
    """The case reports that the calcinosis figures were set from; none of them may be a held-out test."""

    note: str
    sources: tuple[str, ...]
    cases_about: int
    counts: tuple[CaseCount, ...]
    resolution: tuple[tuple[str, str, int], ...]
