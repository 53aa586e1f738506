"""What the book says, as frozen values: conditions, findings, rules, limits and plans, each number with its evidence.

A `...Definition` is what the book says; without it, the word means what a patient has. `loader.py` reads these from
`assets/knowledge/<version>/` and `checks` says everything that is wrong with a folder.
"""

from shared.knowledge.model.condition import (
    CaseCount,
    CasePool,
    Code,
    ConditionDefinition,
    ConsiderDefinition,
    VariantDefinition,
)
from shared.knowledge.model.criterion import (
    All,
    Any_,
    AtLeast,
    Criterion,
    FindingIs,
    InputIsYes,
    IsUnknown,
    None_,
    NumberIs,
    RuleFired,
)
from shared.knowledge.model.evidence import Evidence, Likelihood, Quality, Range, Source, Statement
from shared.knowledge.model.finding import (
    JOIN,
    DangerSign,
    FindingDefinition,
    FindingKind,
    GroupDefinition,
    InputDefinition,
    held_states,
)
from shared.knowledge.model.knowledge_base import KnowledgeBase
from shared.knowledge.model.measurement import (
    AgeBand,
    AgeLimit,
    DerivedFinding,
    MeasurementDefinition,
    StateLimit,
    UnitDoubt,
    UnitFactor,
    Zone,
)
from shared.knowledge.model.plan import (
    Checkpoint,
    FirstTest,
    FollowUpDefinition,
    PlanDefinition,
    RuleDefinition,
    TestDefinition,
)
from shared.knowledge.model.reasoning import CalcificationByDay, QuestionWorth, ReasoningLimits
from shared.knowledge.model.revisit import RevisitDefinition

__all__ = [
    "JOIN",
    "AgeBand",
    "AgeLimit",
    "All",
    "Any_",
    "AtLeast",
    "CalcificationByDay",
    "CaseCount",
    "CasePool",
    "Checkpoint",
    "Code",
    "ConditionDefinition",
    "ConsiderDefinition",
    "Criterion",
    "DangerSign",
    "DerivedFinding",
    "Evidence",
    "FindingDefinition",
    "FindingIs",
    "FindingKind",
    "FirstTest",
    "FollowUpDefinition",
    "GroupDefinition",
    "InputDefinition",
    "InputIsYes",
    "IsUnknown",
    "KnowledgeBase",
    "Likelihood",
    "MeasurementDefinition",
    "None_",
    "NumberIs",
    "PlanDefinition",
    "Quality",
    "QuestionWorth",
    "Range",
    "ReasoningLimits",
    "RevisitDefinition",
    "RuleDefinition",
    "RuleFired",
    "Source",
    "StateLimit",
    "Statement",
    "TestDefinition",
    "UnitDoubt",
    "UnitFactor",
    "VariantDefinition",
    "Zone",
    "held_states",
]
