"""What the engine returns: the result of one assessment, and the JSON form that `handwise triage --json` prints."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Disposition(StrEnum):
    """How soon the child must be seen by someone who can treat it, most urgent first."""

    EMERGENCY = "emergency"
    SAME_DAY = "same_day"
    WITHIN_DAYS = "within_days"
    ROUTINE = "routine"


class Verdict(StrEnum):
    """A probability in words, read from its interval."""

    VERY_LIKELY = "very likely"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A red flag or prompt whose condition holds, and the answers (codes) that made it hold."""

    id: str
    priority: int
    action: str
    sources: tuple[str, ...]
    quality: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """How much one answer speaks for or against a condition: natural log of the likelihood ratio, after grouping."""

    finding: str
    state: str
    weight: float


@dataclass(frozen=True, slots=True)
class RankedDifferential:
    """One condition of the ranking. `interval` is the 90 % interval of the probability."""

    condition: str
    probability: float
    interval: tuple[float, float]
    verdict: Verdict
    for_: tuple[Contribution, ...]
    against: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """What to ask: a finding, or an input or measurement that a danger rule waits for, and its gain for its cost.

    The gain is counted in questions: 1 is worth the question itself (version 1.0 of the knowledge: in bits).
    """

    finding: str
    gain: float


@dataclass(frozen=True, slots=True)
class NextTest:
    """A test to do next, and whether this clinic has what it needs."""

    test: str
    why: str
    sources: tuple[str, ...]
    is_available: bool


@dataclass(frozen=True, slots=True)
class AdvisedStep:
    """One line of a plan with its sources."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AdvisedFollowUp:
    """A follow-up check: in words, and in days from the visit where it has a day."""

    when: str
    after_days: int | None
    do: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do next if the ranking is right. No doses."""

    management: tuple[AdvisedStep, ...]
    do_not: tuple[AdvisedStep, ...]
    follow_up: tuple[AdvisedFollowUp, ...]
    parents: str
    prevention: tuple[AdvisedStep, ...]


@dataclass(frozen=True, slots=True)
class Considered:
    """A condition that is not ranked and whose condition holds: think of it. `clues` say what speaks for it."""

    condition: str
    label: str
    clues: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole answer. `prompts` are rules of priority 4; `not_assessed` names danger signs nobody has answered.

    `consider` is not part of the JSON form, whose keys are a contract.
    """

    knowledge_version: str
    red_flags: tuple[FiredRule, ...]
    prompts: tuple[FiredRule, ...]
    disposition: Disposition
    differential: tuple[RankedDifferential, ...]
    fits: bool
    next_questions: tuple[NextQuestion, ...]
    next_tests: tuple[NextTest, ...]
    plan: Plan
    not_assessed: tuple[str, ...]
    consider: tuple[Considered, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the contract's JSON values; probabilities and weights rounded to six decimals."""
        return {
            "knowledge_version": self.knowledge_version,
            "red_flags": [
                {"id": rule.id, "priority": rule.priority, "action": rule.action, "sources": list(rule.sources)}
                for rule in self.red_flags
            ],
            "disposition": self.disposition.value,
            "differential": [
                {
                    "condition": row.condition,
                    "probability": round(row.probability, 6),
                    "interval": [round(bound, 6) for bound in row.interval],
                    "for": [_contribution_to_json(item) for item in row.for_],
                    "against": [_contribution_to_json(item) for item in row.against],
                }
                for row in self.differential
            ],
            "fits": self.fits,
            "next_questions": [{"finding": q.finding, "gain": round(q.gain, 6)} for q in self.next_questions],
            "next_tests": [{"test": t.test, "why": t.why, "sources": list(t.sources)} for t in self.next_tests],
            "plan": {
                "management": [_step_to_json(step) for step in self.plan.management],
                "do_not": [_step_to_json(step) for step in self.plan.do_not],
                "follow_up": [
                    {"when": f.when, "after_days": f.after_days, "do": f.do, "sources": list(f.sources)}
                    for f in self.plan.follow_up
                ],
                "parents": self.plan.parents,
                "prevention": [_step_to_json(step) for step in self.plan.prevention],
            },
            "not_assessed": list(self.not_assessed),
        }


def _contribution_to_json(item: Contribution) -> dict[str, Any]:
    return {"finding": item.finding, "weight": round(item.weight, 6)}


def _step_to_json(step: AdvisedStep) -> dict[str, Any]:
    return {"text": step.text, "sources": list(step.sources)}
