"""What the book says, as frozen values: conditions, findings, rules, limits and plans, each number with its evidence.

A `...Definition` is what the book says; without it, the word means what a patient has. `loader.py` reads these from
`assets/knowledge/<version>/` and `checks.py` says everything that is wrong with a folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Quality = Literal["A", "B", "C", "D"]
"""A guideline or systematic review, B cohort, C case series or reports, D expert estimate."""


class FindingKind(StrEnum):
    """Where a finding comes from: it decides what asking for it costs and which resource it needs."""

    HISTORY = "history"
    EXAM = "exam"
    LAB = "lab"
    IMAGING = "imaging"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a number or statement comes from. `verified`: the figure was read in the source or computed from it."""

    sources: tuple[str, ...]
    quality: Quality
    verified: bool
    support: str = "none"
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Range:
    """A probability with its plausible range: low and high are read as the 5th and the 95th centile."""

    p: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Likelihood:
    """P(state | condition) for each state of a finding. A binary finding has the states `yes` and `no`."""

    states: Mapping[str, Range]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ConditionDefinition:
    """A diagnosis that is ranked. `priors` has one `Range` for each setting."""

    id: str
    label: str
    plain_label: str
    type: Literal["core", "extended_ranked", "residual"]
    priors: Mapping[str, Range]
    prior_evidence: Evidence
    is_dangerous: bool
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FindingDefinition:
    """A question with its possible states, and how each condition answers it.

    `age_overrides[age_band][condition]` and `setting_overrides[setting][condition]` replace single likelihoods; the
    setting's comes last. `ask_if` is a condition in the grammar of the red flags, or None.
    """

    id: str
    label: str
    ask: str
    kind: FindingKind
    states: tuple[str, ...]
    group: str
    likelihoods: Mapping[str, Likelihood]
    age_overrides: Mapping[str, Mapping[str, Likelihood]]
    setting_overrides: Mapping[str, Mapping[str, Likelihood]]
    skip_in_settings: frozenset[str]
    ask_if: Condition | None
    why: str = ""
    how_to: tuple[str, ...] = ()
    note: str = ""
    from_age_days: int = 0

    @property
    def is_binary(self) -> bool:
        return self.states == ("yes", "no")


@dataclass(frozen=True, slots=True)
class InputDefinition:
    """A yes/no answer or a number that red flags use beside the findings, such as `tense_limb` or `spo2`."""

    id: str
    label: str
    is_numeric: bool
    is_derived: bool = False


# The grammar of rules. Missing data make an atom false.


@dataclass(frozen=True, slots=True)
class All:
    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class None_:
    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    n: int
    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class FindingIs:
    """The finding has one of these states."""

    finding: str
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberIs:
    """The number compares so with `value`."""

    input: str
    op: Literal["<", "<=", ">", ">="]
    value: float


@dataclass(frozen=True, slots=True)
class InputIsYes:
    input: str


@dataclass(frozen=True, slots=True)
class IsUnknown:
    """The finding has not been answered."""

    finding: str


@dataclass(frozen=True, slots=True)
class RuleFired:
    rule: str


Condition = All | Any_ | None_ | AtLeast | FindingIs | NumberIs | InputIsYes | IsUnknown | RuleFired


@dataclass(frozen=True, slots=True)
class RuleDefinition:
    """A red flag (priority 1 emergency, 2 same day, 3 within days) or a prompt (4)."""

    id: str
    priority: int
    condition: Condition
    action: str
    evidence: Evidence
    note: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of advice with its evidence."""

    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class TestDefinition:
    """A test of a plan. `resource` is what the clinic must have for it, or None; `findings` are what it would answer."""

    text: str
    why: str
    resource: str | None
    findings: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class FollowUpDefinition:
    """A check after so many days. `after_days` is None where the time depends on the course."""

    when: str
    after_days: int | None
    do: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class PlanDefinition:
    """What to do when a condition is the working diagnosis. No doses."""

    tests: tuple[TestDefinition, ...]
    management: tuple[Statement, ...]
    do_not: tuple[Statement, ...]
    follow_up: tuple[FollowUpDefinition, ...]
    parents: Statement
    prevention: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A publication that numbers and statements rest on."""

    id: str
    citation: str
    url: str
    quality: Quality
    verified: bool
    figures: str


@dataclass(frozen=True, slots=True)
class GroupDefinition:
    """Findings that are partly the same piece of evidence. Exponents by rank or state: `first`, `second`, `positive` ...

    `shrinks[group]` multiplies this group's exponents when that other group counts too (fever beside laboratory markers).
    """

    id: str
    members: tuple[str, ...]
    exponents: Mapping[str, float]
    rule: str
    shrinks: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CalcificationByDay:
    """P(calcification visible on a film | iatrogenic calcinosis) from `from_day` to `to_day` after the IV calcium."""

    from_day: int
    to_day: int
    visible: Range


@dataclass(frozen=True, slots=True)
class ReasoningLimits:
    """Where reasoning draws its lines (`reasoning.yaml`). All are judgement; `evidence` says whose.

    `usual_dispositions[condition]` is how soon that condition alone is seen: a value of `shared.triage.Disposition`.
    `costs` has one entry a kind of finding: what asking for it costs compared with one question.
    """

    clamp: tuple[float, float]
    residual_floor: float
    residual_unclear: float
    best_unclear: float
    surprise: float
    dangerous_emergency: float
    dangerous_same_day: float
    dangerous_within_days: float
    verdicts: tuple[float, float, float]
    usual_dispositions: Mapping[str, str]
    costs: Mapping[str, float]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """One version of the book, complete and checked. `rules` hold the red flags and the prompts, in the file's order."""

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
