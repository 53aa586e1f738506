"""Where reasoning draws its lines, and when calcium shows on a film."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.knowledge.model.criterion import Criterion
from shared.knowledge.model.evidence import Evidence, Range


@dataclass(frozen=True, slots=True)
class CalcificationByDay:
    """P(calcification visible on a film | iatrogenic calcinosis) from `from_day` to `to_day` after the IV calcium."""

    from_day: int
    to_day: int
    visible: Range
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class QuestionWorth:
    """What an answer is worth by what it changes, counted in questions: one question is asked if it is worth itself.

    `needless[disposition]` is what seeing a child that soon in vain costs; what it saves follows from the thresholds.
    `rule` is what heeding a danger rule is worth, in needless visits of its urgency.
    `film_first` is what it is worth that a child with one of `film_first_for` has the X-ray before antibiotics or a
    cut. `bit` is what one bit about the diagnosis is worth. `sign_chance` is how often the answer that a danger rule
    still wants is yes, where the book has no likelihood for it. `then_ask` are inputs asked where a condition holds.
    """

    needless: Mapping[str, float]
    rule: float
    film_first: float
    film_first_for: tuple[str, ...]
    bit: float
    sign_chance: float
    then_ask: tuple[tuple[Criterion, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class ReasoningLimits:
    """Where reasoning draws its lines (`reasoning.yaml`). All are judgement; `evidence` says whose.

    `usual_dispositions[condition]` is how soon that condition alone is seen: a value of `shared.triage.Disposition`.
    Its same day counts from the probability `usual_from` on, and not where the condition's `eased_if` holds; nobody is
    routine unless `routine_only_if` holds. `background` are findings that say who is asked, not how the child is.
    `same_day_if`: what is decided today although it is no danger; `danger_today_if`: a sign of danger short of a rule.
    `thresholds[disposition][condition]` is the probability from which that condition alone asks for that disposition:
    harm / (harm + benefit) of acting, after Pauker and Kassirer. `verdicts` are the probabilities from which one
    is possible, likely, very likely; `threshold_evidence` says what each rests on, where each condition has its own.
    `costs` has one entry a kind of finding: what asking for it costs compared with one question. "Likely" needs a low
    end of the interval of at least `likely_low`. `questions` is how answers are valued; None: by bits alone, as
    version 1.0 does.
    """

    clamp: tuple[float, float]
    residual_floor: float
    not_clear_residual_above: float
    not_clear_best_below: float
    surprise: float
    thresholds: Mapping[str, Mapping[str, float]]
    usual_dispositions: Mapping[str, str]
    same_day_if: Criterion
    danger_today_if: Criterion
    verdicts: tuple[float, float, float]
    costs: Mapping[str, float]
    stop_below_bits: float
    evidence: Evidence
    questions: QuestionWorth | None = None
    likely_low: float = 0.0
    usual_from: float = 0.0
    threshold_evidence: Mapping[str, Mapping[str, Evidence]] = field(default_factory=dict)
    eased_if: Mapping[str, Criterion] = field(default_factory=dict)
    routine_only_if: Criterion | None = None
    background: tuple[str, ...] = ()
