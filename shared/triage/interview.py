"""Which question to ask next, and when to stop asking.

A finding is *open* when nobody has answered it ("don't know" and "not possible here" are answers), it applies at this
age and in this setting, its `ask_if` holds, and this clinic has what it needs. A sign that only the danger rules read
is open when a half-fired rule waits for it alone, or when the book says `then_ask`.

What is open is *worth asking* when a prompt that fired asks for it, or when its answer is worth its cost: it would
change what is done, often enough and for enough (`answer_value.py`). When none is left, the questions stop. In an
emergency only what changes the act of the emergency is worth anything, prompts or not.

Order: what prompts ask for, then what is answered at the bedside, then the results of tests, which have to be waited
for; within each the largest gain for its cost. A test that is worth doing is proposed at once all the same: `plan.py`
lists it, with the X-ray before antibiotics and knife.

Version 1.0 of the knowledge does not say what an answer is worth and asks by bits alone (`interview_by_bits.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from shared.differential.engine import Differential
from shared.differential.information_gain import Outlook
from shared.differential.likelihood import FILMS
from shared.differential.picture import AGE_BAND, ClinicalPicture, holds
from shared.differential.ranking import Ranking
from shared.knowledge.grammar import walk
from shared.knowledge.model import FindingDefinition, FindingKind, IsUnknown, KnowledgeBase
from shared.measurement.derive import feeders_of
from shared.triage.answer_value import AnswerValues
from shared.triage.assessment import FiredRule, NextQuestion
from shared.triage.interview_by_bits import worth_asking_by_bits
from shared.triage.presentation import Presentation
from shared.triage.rule_outlook import with_answer

NEVER_PROPOSED = frozenset({"aspirate"})
"""A needle into a swelling is an act, not a question: it is never proposed in order to learn something."""
WORTH_ITSELF = 1.0
"""From this gain on, a question is worth asking."""
_EARLY_FILM, _LATE_FILM = FILMS
_LATE_FROM_DAYS = 10
_RESOURCES = {"xray": "xray", "us": "ultrasound", "mri": "mri"}
_WAITED_FOR = frozenset({FindingKind.LAB, FindingKind.IMAGING})


@dataclass(frozen=True, slots=True)
class Interview:
    """The state of the questions for one child. `closed`: answered with "don't know" or "not possible here"."""

    child: Presentation
    picture: ClinicalPicture
    closed: frozenset[str]

    @classmethod
    def of(cls, knowledge: KnowledgeBase, child: Presentation) -> Interview:
        """Return the interview of a child."""
        return cls(child, picture_of(child), child.closed | _closed_by_measurement(knowledge, child))

    def after(self, knowledge: KnowledgeBase, code: str, state: str) -> Interview:
        """Return the interview with one more answer to a finding or a yes/no input."""
        child = with_answer(knowledge, self.child, code, state)
        return replace(self, child=child, picture=picture_of(child))

    def without(self, code: str) -> Interview:
        """Return the interview with a code of which nobody knows more."""
        return replace(self, closed=self.closed | {code})


class Interviewer:
    """Asks under one knowledge base."""

    def __init__(self, differential: Differential) -> None:
        knowledge = differential.knowledge
        self._differential = differential
        self._knowledge = knowledge
        worth = knowledge.limits.questions
        self._values = None if worth is None else AnswerValues(differential, worth)
        codes = (*knowledge.findings, *knowledge.inputs, *knowledge.measurements)
        self._position = {code: place for place, code in enumerate(dict.fromkeys(codes))}

    def next_questions(
        self, interview: Interview, ranking: Ranking, fits: bool, prompts: Sequence[FiredRule]
    ) -> tuple[NextQuestion, ...]:
        """Return the questions worth asking, the best first. Empty: no answer would change enough."""
        asked_for = asked_for_by(self._knowledge, prompts)
        return self._worth_asking(interview, ranking, fits, asked_for, self._open(interview))

    def questions_left(self, interview: Interview, fits: bool, prompts: Sequence[FiredRule]) -> tuple[int, int]:
        """Return (at least, at most) how many questions are still to come.

        At most: every question worth asking now. At least: those left if each answer is the one that is most expected;
        what is then no longer worth asking stays out. Both are estimates: an unexpected answer may open new questions.
        """
        asked_for = asked_for_by(self._knowledge, prompts)
        ranking = self._differential.rank(interview.picture)
        candidates = self._open(interview)
        questions = self._worth_asking(interview, ranking, fits, asked_for, candidates)
        left = [question.finding for question in questions]
        expected = 0
        while left:
            # The first third at once: to look ahead one by one takes too long where much is open.
            now = left[: 1 + len(left) // 3]
            expected += len(now)
            answers = self._expected_answers(ranking, now)
            for code in now:
                known = code in answers
                interview = interview.after(self._knowledge, code, answers[code]) if known else interview.without(code)
            ranking = self._differential.rank(interview.picture)
            still_open = frozenset(open_findings(self._knowledge, interview))
            candidates = {
                code: candidates[code]
                for code in left[len(now) :]
                if code in still_open or self._is_open_sign(code, interview, ())
            }
            left = [q.finding for q in self._worth_asking(interview, ranking, fits, asked_for, candidates)]
        return expected, len(questions)

    def _worth_asking(
        self,
        interview: Interview,
        ranking: Ranking,
        fits: bool,
        asked_for: Collection[str],
        candidates: dict[str, int],
    ) -> tuple[NextQuestion, ...]:
        findings = [code for code in candidates if code in self._knowledge.findings]
        if self._values is None:
            return worth_asking_by_bits(self._differential, findings, ranking, fits, asked_for)
        signs = {code: priority for code, priority in candidates.items() if code not in self._knowledge.findings}
        outlooks = self._differential.outlooks(ranking, findings)
        valued = self._values.of(interview.child, ranking, fits, outlooks, signs)
        if valued.is_emergency:
            asked_for = ()
        questions = []
        for code, value in valued.values.items():
            gain = value / self._knowledge.limits.costs[self._kind(code)]
            if gain >= WORTH_ITSELF or code in asked_for:
                questions.append(NextQuestion(code, gain))
        return tuple(sorted(questions, key=lambda question: self._place(question, asked_for)))

    def _place(self, question: NextQuestion, asked_for: Collection[str]) -> tuple[bool, bool, float, int]:
        code = question.finding
        return (code not in asked_for, self._kind(code) in _WAITED_FOR, -question.gain, self._position[code])

    def _open(self, interview: Interview) -> dict[str, int]:
        """Return the open codes; those of signs with the priority of the rule that waits for them, findings with 0."""
        found = dict.fromkeys(open_findings(self._knowledge, interview), 0)
        if self._values is not None:
            signs = self._values.signs(interview.child)
            for code in sorted(signs, key=self._position.__getitem__):
                if self._is_open_sign(code, interview, signs):
                    found[code] = signs[code]
        return found

    def _is_open_sign(self, code: str, interview: Interview, signs: Collection[str]) -> bool:
        child = interview.child
        if code in self._knowledge.findings:
            return False
        if code in interview.closed or child.is_answered(code) or code in child.disputed:
            return False
        measurement = self._knowledge.measurements.get(code)
        if measurement is None:
            return True
        # The finding that follows from the number is the easier question, as long as it is open and says as much.
        if any(derived.code in signs and derived.code in self._knowledge.findings for derived in measurement.derives):
            return False
        return measurement.resource is None or measurement.resource in child.resources

    def _kind(self, code: str) -> FindingKind:
        if code in self._knowledge.findings:
            return self._knowledge.findings[code].kind
        measurement = self._knowledge.measurements.get(code)
        return FindingKind.EXAM if measurement is None else measurement.kind

    def _expected_answers(self, ranking: Ranking, codes: Sequence[str]) -> dict[str, str]:
        """Return the most expected answer to each question: of a sign that it is not there, of a number none."""
        expected = {code: "no" for code in codes if code not in self._knowledge.measurements}
        findings = [code for code in codes if code in self._knowledge.findings]
        outlooks = self._differential.outlooks(ranking, findings)
        return expected | {finding: _most_expected_state(outlook) for finding, outlook in outlooks.items()}


def picture_of(child: Presentation) -> ClinicalPicture:
    """Return what the ranking reads of a presentation."""
    return ClinicalPicture(
        setting=child.setting,
        states={**child.findings, AGE_BAND: child.age_band},
        numbers=child.numbers,
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
        and interview.child.age_days >= finding.from_age_days
        and (finding.ask_if is None or holds(finding.ask_if, picture, missing=False))
        and _is_possible_here(finding, interview.child.resources)
    )


def asked_for_by(knowledge: KnowledgeBase, prompts: Sequence[FiredRule]) -> frozenset[str]:
    """Return the findings whose being unknown made a prompt fire: answering them is what it asks for."""
    return frozenset(
        atom.finding
        for prompt in prompts
        for atom in walk(knowledge.rules[prompt.id].condition)
        if isinstance(atom, IsUnknown)
    )


def _most_expected_state(outlook: Outlook) -> str:
    return max(zip(outlook.chances.tolist(), outlook.states, strict=True), key=lambda pair: pair[0])[1]


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


def _closed_by_measurement(knowledge: KnowledgeBase, child: Presentation) -> frozenset[str]:
    """Return the findings that follow from measurements of which every one was "not possible" or "don't know"."""
    closed = child.closed
    if not closed:
        return frozenset()
    return frozenset(
        finding
        for finding in knowledge.findings
        if (feeders := feeders_of(knowledge, finding)) and all(feeder in closed for feeder in feeders)
    )
