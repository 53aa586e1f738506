"""What to do: the rules that override the ranking, and the plan of each condition."""

from __future__ import annotations

from dataclasses import dataclass

from shared.knowledge.model.criterion import Criterion
from shared.knowledge.model.evidence import Evidence, Statement


@dataclass(frozen=True, slots=True)
class TestDefinition:
    """A test of a plan. `resource` is what the clinic must have for it, or None; `findings` are what it would answer.

    It is done when all of these findings are answered; where `is_done_by_any`, when one is (one film is taken either
    early or late). Where it has a `condition`, it is advised only if that holds. Where `is_at_once`, it comes before
    any film.
    """

    __test__ = False  # the name would make pytest collect it

    text: str
    why: str
    resource: str | None
    findings: tuple[str, ...]
    evidence: Evidence
    is_done_by_any: bool = False
    condition: Criterion | None = None
    is_at_once: bool = False


@dataclass(frozen=True, slots=True)
class FollowUpDefinition:
    """A check after so many days. `after_days` is None where the time depends on the course."""

    when: str
    after_days: int | None
    do: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What to expect so many weeks after the diagnosis if it was right."""

    at_weeks: int
    expect: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class PlanDefinition:
    """What to do when a condition is the working diagnosis. No doses.

    `parents_unconfirmed` is what the parents are told as long as it is not certain, where the book has words for that.
    """

    tests: tuple[TestDefinition, ...]
    management: tuple[Statement, ...]
    do_not: tuple[Statement, ...]
    follow_up: tuple[FollowUpDefinition, ...]
    parents: Statement
    prevention: tuple[Statement, ...]
    escalate_if: tuple[Statement, ...] = ()
    course: tuple[Statement, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    facts: tuple[Statement, ...] = ()
    parents_unconfirmed: Statement | None = None


@dataclass(frozen=True, slots=True)
class RuleDefinition:
    """A red flag (priority 1 emergency, 2 same day, 3 within days) or a prompt (4).

    `action` is the whole text; `title` and `steps` say the same in the plain words of the screen. `tests` and `do_not`
    are what a rule adds to the plan.
    """

    id: str
    priority: int
    condition: Criterion
    action: str
    evidence: Evidence
    note: str = ""
    title: str = ""
    steps: tuple[str, ...] = ()
    tests: tuple[TestDefinition, ...] = ()
    do_not: tuple[Statement, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstTest:
    """A test that comes before all others of a plan when its condition holds.

    `why_if_urgent` is its reason where a rule calls for treatment today, which no test may delay.
    """

    condition: Criterion
    test: TestDefinition
    why_if_urgent: str
