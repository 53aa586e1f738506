"""Which question to ask next, and when to stop asking.

A finding is *open* when nobody has answered it ("don't know" and "not possible here" are answers), it applies at this
age and in this setting, its `ask_if` holds, and this clinic has what it needs. An open finding is *worth asking* when

- a fired prompt asks for it, or
- it is expected to bring at least `stop_below_bits` for its cost, or
- one of its answers, not too improbable, would change how soon the child is seen or which condition leads.

When none is left, the questions stop. Order: what prompts ask for, then expected bits for the cost, the largest first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from shared.differential.engine import Differential
from shared.differential.information_gain import Outlook
from shared.differential.likelihood import FILMS
from shared.differential.picture import ClinicalPicture, holds
from shared.differential.ranking import Ranking
from shared.knowledge.grammar import walk
from shared.knowledge.model import FindingDefinition, FindingKind, IsUnknown, KnowledgeBase
from shared.triage.assessment import FiredRule, NextQuestion
from shared.triage.disposition import by_probability

# An answer less probable than this is no reason to ask.
UNLIKELY_ANSWER = 0.05
# A needle into a swelling is an act, not a question: it is never proposed in order to learn something.
NEVER_PROPOSED = frozenset({"aspirate"})
_EARLY_FILM, _LATE_FILM = FILMS
_LATE_FROM_DAYS = 10
_RESOURCES = {"xray": "xray", "us": "ultrasound", "mri": "mri"}


@dataclass(frozen=True, slots=True)
class Interview:
    """The state of the questions for one child. `closed`: answered with "don't know" or "not possible here"."""

    picture: ClinicalPicture
    age_days: float
    closed: frozenset[str]
    resources: frozenset[str]

    def after(self, finding: str, state: str) -> Interview:
        """Return the interview with one more answer."""
        picture = self.picture
        return replace(
            self, picture=ClinicalPicture(picture.setting, {**picture.states, finding: state}, picture.numbers)
        )


def open_findings(knowledge: KnowledgeBase, interview: Interview) -> tuple[str, ...]:
    """Return the findings that may be asked now, in the order of the book."""
    picture = interview.picture
    film = _film_to_take(picture)
    return tuple(
        finding.id
        for finding in knowledge.findings.values()
        if finding.id not in picture.states
        and not finding.follows_from
        and finding.id not in interview.closed
        and finding.id not in NEVER_PROPOSED
        and (finding.id not in FILMS or finding.id == film)
        and picture.setting not in finding.skip_in_settings
        and interview.age_days >= finding.from_age_days
        and (finding.ask_if is None or holds(finding.ask_if, picture, missing=False))
        and _is_possible_here(finding, interview.resources)
    )


def next_questions(
    differential: Differential, interview: Interview, ranking: Ranking, fits: bool, prompts: Sequence[FiredRule]
) -> tuple[NextQuestion, ...]:
    """Return the questions worth asking, the best first. Empty: no answer would change enough."""
    candidates = open_findings(differential.knowledge, interview)
    return _worth_asking(differential, candidates, ranking, fits, asked_for_by(differential.knowledge, prompts))


def questions_left(
    differential: Differential, interview: Interview, fits: bool, prompts: Sequence[FiredRule]
) -> tuple[int, int]:
    """Return (at least, at most) how many questions are still to come.

    At most: every question worth asking now. At least: those left if each answer is the one that is now most expected.
    Both are estimates: an unexpected answer may open new questions.
    """
    asked_for = asked_for_by(differential.knowledge, prompts)
    ranking = differential.rank(interview.picture)
    questions = _worth_asking(differential, open_findings(differential.knowledge, interview), ranking, fits, asked_for)
    left = questions
    expected = 0
    while left and expected < len(questions):
        expected += 1
        finding = left[0].finding
        interview = interview.after(finding, _most_expected_state(differential.outlooks(ranking, [finding])[finding]))
        ranking = differential.rank(interview.picture)
        still_open = frozenset(open_findings(differential.knowledge, interview))
        candidates = [question.finding for question in left if question.finding in still_open]
        left = _worth_asking(differential, candidates, ranking, fits, asked_for)
    return expected, len(questions)


def asked_for_by(knowledge: KnowledgeBase, prompts: Sequence[FiredRule]) -> frozenset[str]:
    """Return the findings whose being unknown made a prompt fire: answering them is what it asks for."""
    return frozenset(
        atom.finding
        for prompt in prompts
        for atom in walk(knowledge.rules[prompt.id].condition)
        if isinstance(atom, IsUnknown)
    )


def _worth_asking(
    differential: Differential, candidates: Iterable[str], ranking: Ranking, fits: bool, asked_for: Collection[str]
) -> tuple[NextQuestion, ...]:
    knowledge = differential.knowledge
    outlooks = differential.outlooks(ranking, candidates)
    questions = []
    for finding, bits in differential.gains(ranking, outlooks).items():
        gain = bits / knowledge.limits.costs[knowledge.findings[finding].kind]
        if (
            finding in asked_for
            or gain >= knowledge.limits.stop_below_bits
            or _could_change_the_outcome(knowledge, ranking, outlooks[finding], fits)
        ):
            questions.append(NextQuestion(finding, gain))
    # The sort is stable: equal gains keep the order of the book.
    return tuple(sorted(questions, key=lambda question: (question.finding not in asked_for, -question.gain)))


def _most_expected_state(outlook: Outlook) -> str:
    return max(zip(outlook.chances.tolist(), outlook.states, strict=True), key=lambda pair: pair[0])[1]


def _could_change_the_outcome(knowledge: KnowledgeBase, ranking: Ranking, outlook: Outlook, fits: bool) -> bool:
    now = ranking.probabilities()
    leading = max(now, key=lambda condition: now[condition])
    how_soon = by_probability(knowledge, now, fits)
    for _, chance, after in outlook.branches(ranking.conditions):
        if chance < UNLIKELY_ANSWER:
            continue
        if max(after, key=lambda condition: after[condition]) != leading:
            return True
        if by_probability(knowledge, after, fits) is not how_soon:
            return True
    return False


def _film_to_take(picture: ClinicalPicture) -> str | None:
    """Return the stratum that a film taken now belongs to; None if there is a film."""
    if any(film in picture.states for film in FILMS):
        return None
    days = picture.numbers.get("onset_days")
    if days is not None:
        return _LATE_FILM if days >= _LATE_FROM_DAYS else _EARLY_FILM
    return _LATE_FILM if picture.states.get("onset") == "weeks" else _EARLY_FILM


def _is_possible_here(finding: FindingDefinition, resources: Collection[str]) -> bool:
    if finding.kind is FindingKind.LAB:
        return "lab" in resources
    if finding.kind is FindingKind.IMAGING:
        return _RESOURCES[finding.id.split("_")[0]] in resources
    return True
