"""What the book says, as frozen values: conditions, findings, rules, limits and plans, each number with its evidence.

A `...Definition` is what the book says; without it, the word means what a patient has. `loader.py` reads these from
`assets/knowledge/<version>/` and `checks.py` says everything that is wrong with a folder.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
class Code:
    """A code of a terminology. `code` is None where a clinician has still to look it up."""

    code: str | None
    title: str
    verified: bool


@dataclass(frozen=True, slots=True)
class ConditionDefinition:
    """A diagnosis that is ranked. `priors` has one `Range` for each setting, `codes` a list for each terminology."""

    id: str
    label: str
    plain_label: str
    type: Literal["core", "extended_ranked", "residual"]
    priors: Mapping[str, Range]
    prior_evidence: Evidence
    is_dangerous: bool
    codes: Mapping[str, tuple[Code, ...]] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class FindingDefinition:
    """A question with its possible states, and how each condition answers it.

    `age_overrides[age_band][condition]` and `setting_overrides[setting][condition]` replace single likelihoods; the
    setting's comes last. `ask_if` is a condition in the grammar of the red flags, or None. `state_labels` says each
    state as one says it of the child ("At the drip site"). A step of `how_to` begins with its lead: "Look. ...".
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
    detail: str = ""
    state_labels: Mapping[str, str] = field(default_factory=dict)
    applicable_age: str = ""
    is_red_flag: bool = False
    codes: Mapping[str, tuple[Code, ...]] = field(default_factory=dict)

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
    ask: str = ""


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
    """A red flag (priority 1 emergency, 2 same day, 3 within days) or a prompt (4).

    `action` is the whole text; `title` and `steps` say the same in the plain words of the screen. `tests` and `do_not`
    are what a rule adds to the plan.
    """

    id: str
    priority: int
    condition: Condition
    action: str
    evidence: Evidence
    note: str = ""
    title: str = ""
    steps: tuple[str, ...] = ()
    tests: tuple[TestDefinition, ...] = ()
    do_not: tuple[Statement, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of advice with its evidence."""

    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class TestDefinition:
    """A test of a plan. `resource` is what the clinic must have for it, or None; `findings` are what it would answer.

    It is done when all of these findings are answered; where `is_done_by_any`, when one is (one film is taken either
    early or late). Where it has a `condition`, it is advised only if that holds.
    """

    __test__ = False  # the name would make pytest collect it

    text: str
    why: str
    resource: str | None
    findings: tuple[str, ...]
    evidence: Evidence
    is_done_by_any: bool = False
    condition: Condition | None = None


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
    escalate_if: tuple[str, ...] = ()
    course: tuple[Statement, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    facts: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What to expect so many weeks after the diagnosis if it was right."""

    at_weeks: int
    expect: str
    evidence: Evidence


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
    """Findings that are partly one piece of evidence. Exponents by rank or state: `first`, `second`, `positive` ...

    `shrinks[group]` multiplies this group's exponents when that other group counts too (fever beside laboratory
    markers).
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
    `verdicts` are the probabilities from which a condition is possible, likely, very likely. `costs` has one entry a
    kind of finding: what asking for it costs compared with one question.
    """

    clamp: tuple[float, float]
    residual_floor: float
    not_clear_residual_above: float
    not_clear_best_below: float
    surprise: float
    emergency_from: float
    same_day_from: float
    within_days_from: float
    usual_dispositions: Mapping[str, str]
    same_day_if: Condition
    verdicts: tuple[float, float, float]
    costs: Mapping[str, float]
    stop_below_bits: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class AgeBand:
    """A stretch of ages, both days included; `to_days` is None for the oldest."""

    id: str
    label: str
    from_days: int
    to_days: int | None

    def holds(self, age_days: float) -> bool:
        return self.from_days <= age_days and (self.to_days is None or age_days < self.to_days + 1)


@dataclass(frozen=True, slots=True)
class AgeLimit:
    """The limits of a measurement for one stretch of ages. None: the book draws no line on that side."""

    age: AgeBand
    low: float | None
    high: float | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the range bar, ending before `below` or at `up_to`; both None: the last.

    `sentence` says what a value in it means. `shade` is normal, neutral, raised, deep or severe.
    """

    word: str
    shade: str
    sentence: str
    below: float | None = None
    up_to: float | None = None

    @property
    def limit(self) -> float | None:
        return self.up_to if self.below is None else self.below

    def holds(self, value: float) -> bool:
        """Tell whether a value that is in none of the zones before is in this one."""
        if self.below is not None:
            return value < self.below
        return self.up_to is None or value <= self.up_to


@dataclass(frozen=True, slots=True)
class StateLimit:
    """A state that follows from a number under `below`, or up to `up_to`; both None: from every number that is left."""

    state: str
    below: float | None = None
    up_to: float | None = None

    def holds(self, value: float) -> bool:
        if self.below is not None:
            return value < self.below
        return self.up_to is None or value <= self.up_to


@dataclass(frozen=True, slots=True)
class DerivedFinding:
    """A finding or input that a measurement answers. One of four ways:

    `states`: the first whose limit holds; `limits`: yes above the limit for the age; `at_or_above`: yes from the limit
    for the age on; `outside_limits`: yes outside the measurement's own range for the age. Nothing is derived under
    `from_age_days`, and no "no" under `no_from_age_days`. `counted_to`: that many days are taken off first.
    """

    code: str
    evidence: Evidence
    states: tuple[StateLimit, ...] = ()
    limits: tuple[AgeLimit, ...] = ()
    at_or_above: tuple[AgeLimit, ...] = ()
    outside_limits: bool = False
    from_age_days: int = 0
    no_from_age_days: int = 0
    counted_to: str | None = None


@dataclass(frozen=True, slots=True)
class UnitFactor:
    """canonical = value * factor + offset."""

    factor: float
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class UnitDoubt:
    """Where a value makes one doubt its unit: entered in `unit` under `below` or over `above`, `other` may be meant."""

    unit: str
    other: str
    below: float | None = None
    above: float | None = None


@dataclass(frozen=True, slots=True)
class MeasurementDefinition:
    """A number with a unit. All limits are in the canonical `unit` (UCUM).

    `units` are what else the slip may print, `spellings` other ways to write a unit, `unit_labels` how a unit is
    printed. `molar_mass` (g/mol) joins mass and molar units. Outside `possible` a value is refused, outside `probable`
    questioned. `input` is its name in the rules. `is_bare_allowed`: the id names the unit, so it may come without one.
    """

    id: str
    label: str
    kind: FindingKind
    unit: str
    unit_label: str
    units: Mapping[str, UnitFactor]
    spellings: Mapping[str, str]
    unit_labels: Mapping[str, str]
    possible: tuple[float, float]
    probable: tuple[float, float]
    input: str
    decimals: int
    limits: tuple[AgeLimit, ...]
    zones: tuple[Zone, ...]
    unit_doubts: tuple[UnitDoubt, ...]
    derives: tuple[DerivedFinding, ...]
    evidence: Evidence
    ask: str = ""
    why: str = ""
    resource: str | None = None
    molar_mass: float | None = None
    judged_from_days: int = 0
    is_bare_allowed: bool = False

    def limit_for(self, age_days: float) -> AgeLimit | None:
        """Return the range for this age, or None where the book has none."""
        return next((limit for limit in self.limits if limit.age.holds(age_days)), None)


@dataclass(frozen=True, slots=True)
class DangerSign:
    """One line of the danger-sign screen. A yes sets the codes `yes` to yes, a no sets the codes `no` to no.

    It is shown for ages from `from_days` up to `to_days` and, where `regions` are named, if one of them is chosen and
    none of `except_regions`. `then_ask` are codes that a yes leaves open and that should be asked next.
    """

    id: str
    label: str
    hint: str
    note: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    then_ask: tuple[str, ...] = ()
    from_days: int = 0
    to_days: int | None = None
    regions: tuple[str, ...] = ()
    except_regions: tuple[str, ...] = ()

    def is_shown(self, age_days: float, regions: Collection[str]) -> bool:
        """Tell whether the line is asked for a child of this age with these places swollen."""
        if age_days < self.from_days or (self.to_days is not None and age_days >= self.to_days + 1):
            return False
        if any(region in self.except_regions for region in regions):
            return False
        return not self.regions or any(region in self.regions for region in regions)


@dataclass(frozen=True, slots=True)
class ConsiderDefinition:
    """A condition that is not ranked; it is named for consideration when `condition` holds."""

    id: str
    label: str
    clues: str
    figures: str
    handled_by: str
    condition: Condition
    sources: tuple[str, ...]
    codes: Mapping[str, tuple[Code, ...]]


@dataclass(frozen=True, slots=True)
class FirstTest:
    """A test that comes before all others of a plan when its condition holds.

    `why_if_urgent` is its reason where a rule calls for treatment today, which no test may delay.
    """

    condition: Condition
    test: TestDefinition
    why_if_urgent: str


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


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """One version of the book, complete and checked. `rules` hold red flags and prompts, in the file's order."""

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
    consider: Mapping[str, ConsiderDefinition] = field(default_factory=dict)
    first_tests: tuple[FirstTest, ...] = ()
    general: Mapping[str, Statement] = field(default_factory=dict)
    case_pool: CasePool | None = None
    other_codes: Mapping[str, Mapping[str, tuple[Code, ...]]] = field(default_factory=dict)
    reference: Mapping[str, object] = field(default_factory=dict)

    def danger_signs_for(self, age_days: float, regions: Collection[str]) -> tuple[DangerSign, ...]:
        """Return the lines of the danger-sign screen for one child, in the file's order."""
        return tuple(sign for sign in self.danger_signs if sign.is_shown(age_days, regions))

    def measurement_of(self, code: str) -> MeasurementDefinition | None:
        """Return the measurement with this id, or whose number the rules know by this name."""
        if code in self.measurements:
            return self.measurements[code]
        return next((m for m in self.measurements.values() if m.input == code), None)
