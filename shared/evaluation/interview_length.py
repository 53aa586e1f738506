"""How many questions it takes: the adaptive interview beside the order of the book, on the same children.

    asked     questions until the interview stops by itself; in the order of the book it stops when nothing is open
    stable    questions until the disposition is the one that everything answered gives, and stays so
    differs   children who leave the interview with another disposition than with everything answered

Every order starts after the danger-sign screen. An answer may open further questions, so "everything answered" goes on
until nothing is open. After the adaptive interview has stopped, the book's order goes on only to see when the
disposition would have become stable. What matters most stands by itself: children with a dangerous condition who are
called less urgent than the same day by stopping, although everything answered would have said today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from shared.evaluation.published_cases import PublishedCase
from shared.evaluation.simulated_children import SimulatedChild, simulated_children
from shared.knowledge.model import KnowledgeBase
from shared.triage.assess import Assessor
from shared.triage.assessment import Disposition
from shared.triage.disposition import URGENCY
from shared.triage.interview import Interview, open_findings
from shared.triage.presentation import Presentation, read_presentation
from shared.triage.red_flags import PROMPT, evaluate

CHILDREN = 100
SEED = 20261121
TODAY = (Disposition.EMERGENCY, Disposition.SAME_DAY)
ADAPTIVE, BY_BITS, OF_THE_BOOK = "adaptive", "by bits alone", "order of the book"

Next = Callable[[Interview], str | None]
"""The next code to ask, or None to stop."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One interview of one child. `dispositions[n]` is what n answers gave; `asked` of them are the interview's own."""

    is_dangerous: bool
    asked: int
    dispositions: tuple[Disposition, ...]

    @property
    def at_stop(self) -> Disposition:
        return self.dispositions[self.asked]

    @property
    def with_everything(self) -> Disposition:
        return self.dispositions[-1]

    @property
    def stable_after(self) -> int:
        """The number of answers after which the disposition was the last one and stayed so."""
        unstable = [n for n, found in enumerate(self.dispositions) if found is not self.with_everything]
        return unstable[-1] + 1 if unstable else 0


@dataclass(frozen=True, slots=True)
class OrderLength:
    """How one order did. `asked` and `stable` are means over the children, the rest are counts of them.

    `dangerous_today` have a dangerous condition and are called for today, or at once, with everything answered; of
    these `dangerous_missed` are not, where the interview stops. `emergencies...`: the same of those called at once.
    """

    order: str
    asked: float
    stable: float
    children: int
    differs: int
    less_urgent: int
    dangerous_today: int
    dangerous_missed: int
    emergencies: int
    emergencies_missed: int


@dataclass(frozen=True, slots=True)
class GroupLength:
    """The orders on one group of children."""

    name: str
    orders: tuple[OrderLength, ...]


@dataclass(frozen=True, slots=True)
class InterviewLength:
    """The whole measurement. `seed` and `children` (of each simulated group) repeat it."""

    knowledge_version: str
    seed: int
    children: int
    groups: tuple[GroupLength, ...]


def interview_length(
    assessor: Assessor, cases: Sequence[PublishedCase] = (), children: int = CHILDREN, seed: int = SEED
) -> InterviewLength:
    """Return the measurement on simulated children, without and with every resource, and on published cases."""
    knowledge = assessor.knowledge
    dangerous = tuple(c.id for c in knowledge.conditions.values() if c.is_dangerous)
    everything = tuple(knowledge.resources)
    samples: list[tuple[str, Iterable[SimulatedChild]]] = []
    for name, resources in (("no laboratory, no imaging", ()), ("laboratory and imaging", everything)):
        drawn = simulated_children(assessor.differential, children, seed, resources)
        samples.append((f"simulated children, {name}", drawn))
    drawn = simulated_children(assessor.differential, children, seed, (), dangerous)
    samples.append(("simulated children with a dangerous condition, no laboratory, no imaging", drawn))
    samples.append(("published cases, as reported", _as_children(knowledge, cases)))
    groups = [_group(assessor, name, tuple(sample), dangerous) for name, sample in samples]
    return InterviewLength(knowledge.version, seed, children, tuple(group for group in groups if group.orders))


def in_lines(length: InterviewLength) -> tuple[str, ...]:
    """Return the measurement in lines of at most 80 characters."""
    lines = []
    for group in length.groups:
        lines.append(f"{group.name} ({group.orders[0].children})")
        for order in group.orders:
            differs = f"{order.differs} differ, {order.less_urgent} less urgent"
            lines.append(
                f"  {order.order:<18}asked {order.asked:>4.1f}   stable after {order.stable:>4.1f}   {differs}"
            )
        adaptive = group.orders[0]
        lines.append(
            f"  dangerous: for today {adaptive.dangerous_today}, lost by stopping {adaptive.dangerous_missed}; "
            f"emergencies {adaptive.emergencies}, lost {adaptive.emergencies_missed}"
        )
    return tuple(lines)


def _group(assessor: Assessor, name: str, children: Sequence[SimulatedChild], dangerous: Sequence[str]) -> GroupLength:
    if not children:
        return GroupLength(name, ())
    by_bits = Assessor(_by_bits_alone(assessor.knowledge))
    orders: list[tuple[str, Next]] = [(ADAPTIVE, adaptive_order(assessor))]
    if assessor.knowledge.limits.questions is not None:
        orders.append((BY_BITS, adaptive_order(by_bits)))
    orders.append((OF_THE_BOOK, book_order(assessor.knowledge)))
    found = []
    for order, next_code in orders:
        walks = [walk(assessor, child, next_code, child.condition in dangerous) for child in children]
        found.append(_summary(order, walks))
    return GroupLength(name, tuple(found))


def walk(assessor: Assessor, child: SimulatedChild, next_code: Next, is_dangerous: bool) -> Walk:
    """Return the interview of a child in one order, and on in the order of the book until nothing is open."""
    knowledge = assessor.knowledge
    interview = Interview.of(knowledge, child.at_start)
    dispositions = [assessor.how_soon(interview.child)]
    asked: int | None = None
    of_the_book = book_order(knowledge)
    while True:
        code = next_code(interview) if asked is None else of_the_book(interview)
        if code is None and asked is None:
            asked = len(dispositions) - 1
            code = of_the_book(interview)
        if code is None:
            return Walk(is_dangerous, asked or 0, tuple(dispositions))
        interview = _answered(knowledge, interview, code, child.answers)
        dispositions.append(assessor.how_soon(interview.child))


def _answered(knowledge: KnowledgeBase, interview: Interview, code: str, answers: Mapping[str, str]) -> Interview:
    if code in answers:
        return interview.after(knowledge, code, answers[code])
    if code in knowledge.inputs and not knowledge.inputs[code].is_numeric:
        return interview.after(knowledge, code, "no")
    return interview.without(code)


def adaptive_order(assessor: Assessor) -> Next:
    def next_code(interview: Interview) -> str | None:
        ranking = assessor.differential.rank(interview.picture)
        prompts = [rule for rule in evaluate(assessor.knowledge, interview.child) if rule.priority == PROMPT]
        questions = assessor.interviewer.next_questions(interview, ranking, assessor.fits(ranking), prompts)
        return questions[0].finding if questions else None

    return next_code


def book_order(knowledge: KnowledgeBase) -> Next:
    return lambda interview: next(iter(open_findings(knowledge, interview)), None)


def _by_bits_alone(knowledge: KnowledgeBase) -> KnowledgeBase:
    return replace(knowledge, limits=replace(knowledge.limits, questions=None))


def _summary(order: str, walks: Sequence[Walk]) -> OrderLength:
    differ = [found for found in walks if found.at_stop is not found.with_everything]
    dangerous = [found for found in walks if found.is_dangerous and found.with_everything in TODAY]
    emergencies = [found for found in dangerous if found.with_everything is Disposition.EMERGENCY]
    return OrderLength(
        order=order,
        asked=sum(found.asked for found in walks) / len(walks),
        stable=sum(found.stable_after for found in walks) / len(walks),
        children=len(walks),
        differs=len(differ),
        less_urgent=sum(URGENCY.index(found.at_stop) > URGENCY.index(found.with_everything) for found in differ),
        dangerous_today=len(dangerous),
        dangerous_missed=sum(found.at_stop not in TODAY for found in dangerous),
        emergencies=len(emergencies),
        emergencies_missed=sum(found.at_stop is not Disposition.EMERGENCY for found in emergencies),
    )


def _as_children(knowledge: KnowledgeBase, cases: Sequence[PublishedCase]) -> Iterable[SimulatedChild]:
    """Yield published cases as children who know what was reported; what was not is "don't know"."""
    on_screen = {code for sign in knowledge.danger_signs for code in (*sign.yes, *sign.no)}
    for case in cases:
        told = read_presentation(knowledge, case.body)
        at_start = _before_the_questions(told, on_screen, knowledge)
        answers = {code: state for code, state in told.findings.items() if code not in at_start.findings}
        yield SimulatedChild(case.final_diagnosis, answers, at_start)


def _before_the_questions(told: Presentation, on_screen: set[str], knowledge: KnowledgeBase) -> Presentation:
    kept = on_screen | {finding.id for finding in knowledge.findings.values() if finding.follows_from}
    return replace(told, findings={code: state for code, state in told.findings.items() if code in kept})
