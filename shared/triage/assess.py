"""One assessment: danger rules first, then the ranking, then how soon, what to ask, what to test, what to do.

Presentation ─┬─ red_flags ────── rules and prompts that fire, whatever the ranking says
              ├─ differential ─── probabilities, intervals, reasons, fit
              ├─ disposition ──── the most urgent of both
              ├─ interview ────── the questions worth asking
              └─ plan ─────────── tests, management, what not to do, follow-up
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from shared.case.entry import Conclusion, RankedCondition
from shared.case.fold import CaseState
from shared.differential.engine import Differential
from shared.differential.explanation import Weight
from shared.differential.ranking import Ranking
from shared.knowledge.model import DangerSign, KnowledgeBase, ReasoningLimits
from shared.triage.assessment import (
    Assessment,
    Considered,
    Contribution,
    Disposition,
    FiredRule,
    RankedDifferential,
    Verdict,
)
from shared.triage.disposition import disposition
from shared.triage.interview import Interview, Interviewer
from shared.triage.interview import picture_of as picture_of  # one name for callers of an assessor
from shared.triage.plan import EMERGENCY, build_plan, next_tests
from shared.triage.presentation import Presentation, presentation_from_answers
from shared.triage.red_flags import PROMPT, evaluate, holds

CONCLUDED_ROWS = 5
"""A conclusion names so many conditions, and the residual beside them."""
CONCLUDED_DECIMALS = 3


class Assessor:
    """Assesses children under one knowledge base. What it works out beforehand is kept in `differential`."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.differential = Differential(knowledge)
        self.interviewer = Interviewer(self.differential)

    def assess(self, presentation: Presentation) -> Assessment:
        """Return the whole answer for one child."""
        knowledge = self.knowledge
        fired = evaluate(knowledge, presentation)
        red_flags = tuple(rule for rule in fired if rule.priority < PROMPT)
        # "X-ray first" must not hold up the treatment of an emergency.
        is_emergency = any(rule.priority == EMERGENCY for rule in fired)
        prompts = tuple(
            rule for rule in fired if rule.priority == PROMPT and not (is_emergency and knowledge.rules[rule.id].do_not)
        )
        interview = self.interview(presentation)
        ranking = self.differential.rank(interview.picture)
        probabilities = ranking.probabilities()
        fits = self.fits(ranking)
        is_dangerous, is_decided_today = self._is_for_today(presentation, fired)
        how_soon = disposition(
            knowledge, red_flags, probabilities, fits, is_decided_today, *self._eased(presentation, fired)
        )
        differential = self._ranked(ranking, fired)
        return Assessment(
            knowledge_version=knowledge.version,
            red_flags=red_flags,
            prompts=prompts,
            disposition=how_soon,
            differential=differential,
            fits=fits,
            next_questions=self.interviewer.next_questions(interview, ranking, fits, prompts),
            next_tests=next_tests(knowledge, presentation, fired, probabilities),
            plan=build_plan(
                knowledge,
                fired,
                probabilities,
                is_dangerous,
                how_soon is Disposition.EMERGENCY,
                lambda criterion: holds(knowledge, presentation, criterion, [rule.id for rule in fired]),
            ),
            not_assessed=not_assessed(knowledge, presentation),
            consider=considered(knowledge, presentation, fired),
        )

    def how_soon(self, presentation: Presentation) -> Disposition:
        """Return the disposition alone, as `assess` gives it, much more quickly."""
        fired = evaluate(self.knowledge, presentation)
        red_flags = [rule for rule in fired if rule.priority < PROMPT]
        ranking = self.differential.rank(picture_of(presentation))
        _, is_decided_today = self._is_for_today(presentation, fired)
        return disposition(
            self.knowledge,
            red_flags,
            ranking.probabilities(),
            self.fits(ranking),
            is_decided_today,
            *self._eased(presentation, fired),
        )

    def assess_case(self, state: CaseState, resources: Collection[str] = ()) -> Assessment:
        """Return the answer for a merged case.

        Where people disagree, the danger rules take every value as possible: a rule that fires under one of them fires.
        The ranking takes the code as unknown. Codes that are no answers, such as those of an outcome, are passed over.

        Raises:
            InvalidInput: neither the age nor an age group is known.
        """
        disputed = {disagreement.code: disagreement.values for disagreement in state.disagreements}
        return self.assess(presentation_from_answers(self.knowledge, state.agreed, resources, disputed))

    def questions_left(self, presentation: Presentation) -> tuple[int, int]:
        """Return (at least, at most) how many questions are still to come, for an honest progress display."""
        interview = self.interview(presentation)
        prompts = [rule for rule in evaluate(self.knowledge, presentation) if rule.priority == PROMPT]
        fits = self.fits(self.differential.rank(interview.picture))
        return self.interviewer.questions_left(interview, fits, prompts)

    def fits(self, ranking: Ranking) -> bool:
        """Tell whether the answers are probable under something that the knowledge knows."""
        residual_leads = int(ranking.posterior.argmax()) == len(ranking.conditions) - 1
        return not residual_leads and self.differential.surprise(ranking) <= self.knowledge.limits.surprise

    def interview(self, presentation: Presentation) -> Interview:
        """Return the presentation as the ranking and the questions read it."""
        return Interview.of(self.knowledge, presentation)

    def _is_for_today(self, presentation: Presentation, fired: Sequence[FiredRule]) -> tuple[bool, bool]:
        """Tell whether a sign of danger short of a rule is there, and whether something is decided today."""
        names = [rule.id for rule in fired]
        is_dangerous = holds(self.knowledge, presentation, self.knowledge.limits.danger_today_if, names)
        return is_dangerous, is_dangerous or holds(
            self.knowledge, presentation, self.knowledge.limits.same_day_if, names
        )

    def _eased(self, presentation: Presentation, fired: Sequence[FiredRule]) -> tuple[frozenset[str], bool]:
        """Return the conditions that need no visit today as this child is, and whether routine is enough for anyone."""
        names = [rule.id for rule in fired]
        limits = self.knowledge.limits
        eased = (c for c, criterion in limits.eased_if.items() if holds(self.knowledge, presentation, criterion, names))
        routine = limits.routine_only_if
        return frozenset(eased), routine is None or holds(self.knowledge, presentation, routine, names)

    def _ranked(self, ranking: Ranking, fired: Iterable[FiredRule]) -> tuple[RankedDifferential, ...]:
        is_film_awaited = any(rule.priority == PROMPT and self.knowledge.rules[rule.id].do_not for rule in fired)
        bounds = self.differential.intervals(ranking)
        weights = self.differential.explain(ranking)
        rows = []
        for column in ranking.in_order():
            probability = float(ranking.posterior[column])
            interval = (float(bounds[column, 0]), float(bounds[column, 1]))
            rows.append(
                RankedDifferential(
                    condition=ranking.conditions[column],
                    probability=probability,
                    interval=interval,
                    verdict=self._word(ranking.conditions[column], probability, interval, is_film_awaited),
                    for_=_contributions(item for item in weights[column] if item.weight > 0),
                    against=_contributions(item for item in weights[column] if item.weight < 0),
                )
            )
        return tuple(rows)

    def _word(
        self, condition: str, probability: float, interval: tuple[float, float], is_film_awaited: bool
    ) -> Verdict:
        """Return the probability in words. While a film is awaited, only what it looks for may be called likely."""
        word = verdict(self.knowledge, probability, interval)
        questions = self.knowledge.limits.questions
        if questions is None or not is_film_awaited or condition in questions.film_first_for:
            return word
        return Verdict.POSSIBLE if word in (Verdict.LIKELY, Verdict.VERY_LIKELY) else word


def verdict(knowledge: KnowledgeBase, probability: float, interval: tuple[float, float]) -> Verdict:
    """Return the probability in words, by the lines of this knowledge."""
    return verdict_within(knowledge.limits, probability, interval)


def verdict_within(limits: ReasoningLimits, probability: float, interval: tuple[float, float]) -> Verdict:
    """Return the probability in words.

    A word that sounds certain needs an interval that agrees: "very likely" with a low end that is at least likely,
    "likely" with one that reaches its own line (`likely_low`), "unlikely" with a high end that is not likely.
    """
    possible, likely, very_likely = limits.verdicts
    low, high = interval
    if probability >= very_likely and low >= likely:
        return Verdict.VERY_LIKELY
    if probability >= likely and low >= limits.likely_low:
        return Verdict.LIKELY
    if probability >= possible or high >= likely:
        return Verdict.POSSIBLE
    return Verdict.UNLIKELY


def conclusion(assessment: Assessment, knowledge: KnowledgeBase) -> Conclusion:
    """Return the assessment in brief, as an entry keeps it: at most five conditions and the residual."""
    modelled = [row for row in assessment.differential if knowledge.conditions[row.condition].type != "residual"]
    kept = {row.condition for row in modelled[:CONCLUDED_ROWS]}
    kept |= {row.condition for row in assessment.differential} - {row.condition for row in modelled}
    return Conclusion(
        knowledge_version=assessment.knowledge_version,
        disposition=assessment.disposition.value,
        red_flags=tuple(rule.id for rule in assessment.red_flags),
        differential=tuple(_concluded(row) for row in assessment.differential if row.condition in kept),
        fits=assessment.fits,
    )


def considered(
    knowledge: KnowledgeBase, presentation: Presentation, fired: Sequence[FiredRule]
) -> tuple[Considered, ...]:
    """Return the conditions that are not ranked and whose condition holds, in the order of the book."""
    names = [rule.id for rule in fired]
    return tuple(
        Considered(entry.id, entry.label, entry.clues, entry.sources)
        for entry in knowledge.consider.values()
        if holds(knowledge, presentation, entry.condition, names)
    )


def not_assessed(knowledge: KnowledgeBase, presentation: Presentation) -> tuple[str, ...]:
    """Return the danger signs (their ids, in the order of the screen) that nobody has answered for this child."""
    signs = knowledge.danger_signs_for(presentation.age_days, presentation.regions)
    return tuple(sign.id for sign in signs if not _is_settled(sign, presentation))


def _is_settled(sign: DangerSign, presentation: Presentation) -> bool:
    """Tell whether a yes to the line is known, or each of its codes has an answer."""
    said_yes = any(presentation.findings.get(c) == "yes" or presentation.inputs.get(c) for c in sign.yes)
    return said_yes or all(
        presentation.is_answered(code) or code in presentation.disputed for code in (*sign.yes, *sign.no)
    )


def _concluded(row: RankedDifferential) -> RankedCondition:
    low, high = row.interval
    probability, low, high = (round(value, CONCLUDED_DECIMALS) for value in (row.probability, low, high))
    return RankedCondition(row.condition, probability, low, high)


def _contributions(weights: Iterable[Weight]) -> tuple[Contribution, ...]:
    return tuple(Contribution(item.finding, item.state, item.weight) for item in weights)
