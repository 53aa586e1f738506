"""One version of the book as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from shared.knowledge.model.condition import CasePool, Code, ConditionDefinition, ConsiderDefinition
from shared.knowledge.model.evidence import Evidence, Source, Statement
from shared.knowledge.model.finding import DangerSign, FindingDefinition, GroupDefinition, InputDefinition
from shared.knowledge.model.measurement import AgeBand, MeasurementDefinition
from shared.knowledge.model.plan import FirstTest, PlanDefinition, RuleDefinition
from shared.knowledge.model.reasoning import CalcificationByDay, ReasoningLimits
from shared.knowledge.model.revisit import RevisitDefinition

ENGINE_PHRASES: Mapping[str, str] = {
    "not_here": "Not available here: refer for it.",
    "soon": "24-48 hours",
}
"""What the reasoning itself says beside the words of the book."""


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """One version of the book, complete and checked. `rules` hold red flags and prompts, in the file's order.

    `phrases` are no part of the book's files; they stand here so that they are translated with it.
    """

    version: str
    content_hash: str
    settings: Mapping[str, str]
    conditions: Mapping[str, ConditionDefinition]
    findings: Mapping[str, FindingDefinition]
    groups: Mapping[str, GroupDefinition]
    inputs: Mapping[str, InputDefinition]
    rules: Mapping[str, RuleDefinition]
    plans: Mapping[str, PlanDefinition]
    sources: Mapping[str, Source]
    calcification_by_day: tuple[CalcificationByDay, ...]
    limits: ReasoningLimits
    effective_from: str = ""
    population: str = ""
    max_age_days: int = 6574
    evidence_to_age_days: int = 6209
    regions: Mapping[str, str] = field(default_factory=dict)
    resources: Mapping[str, str] = field(default_factory=dict)
    age_bands: tuple[AgeBand, ...] = ()
    age_groups: tuple[AgeBand, ...] = ()
    measurements: Mapping[str, MeasurementDefinition] = field(default_factory=dict)
    danger_signs: tuple[DangerSign, ...] = ()
    danger_signs_evidence: Evidence | None = None
    consider: Mapping[str, ConsiderDefinition] = field(default_factory=dict)
    first_tests: tuple[FirstTest, ...] = ()
    general: Mapping[str, Statement] = field(default_factory=dict)
    case_pool: CasePool | None = None
    other_codes: Mapping[str, Mapping[str, tuple[Code, ...]]] = field(default_factory=dict)
    reference: Mapping[str, object] = field(default_factory=dict)
    revisit: RevisitDefinition | None = None
    phrases: Mapping[str, str] = field(default_factory=lambda: ENGINE_PHRASES)

    def danger_signs_for(self, age_days: float, regions: Collection[str]) -> tuple[DangerSign, ...]:
        """Return the lines of the danger-sign screen for one child, in the file's order."""
        return tuple(sign for sign in self.danger_signs if sign.is_shown(age_days, regions))

    def measurement_of(self, code: str) -> MeasurementDefinition | None:
        """Return the measurement with this id, or whose number the rules know by this name."""
        if code in self.measurements:
            return self.measurements[code]
        return next((m for m in self.measurements.values() if m.input == code), None)
