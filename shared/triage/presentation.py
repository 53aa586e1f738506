"""What is known of one child at triage: the strict reader of CASE.json, and the same from the answers of a case log.

    CASE.json ──read_presentation─────────┐
                                          ├─▶ Presentation ─▶ red flags, ranking, plan
    answers ────presentation_from_answers─┘

Both turn numbers into canonical units and then into the findings that follow from them. They differ in what they do
with nonsense: a file is refused with the field named; a log, which people agreed on long ago and on several tablets,
always yields a presentation, and what cannot be used is left out and named in `questions`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue
from shared.errors import InvalidInput
from shared.knowledge.model import KnowledgeBase
from shared.triage.presentation_reading import Reading, Strictness

DEFAULT_SETTING = "rural_primary_care"
"""Where nobody says where the child is: first contact, the setting that assumes least."""
UNSPECIFIED = "unspecified"


@dataclass(frozen=True, slots=True)
class Presentation:
    """One child at triage. What is not in a mapping is unknown.

    findings  id: state; a yes/no finding has the states "yes" and "no". What follows from numbers is in it.
    inputs    id: yes or no, for the yes/no inputs of the rules
    numbers   the names that rules use (`crp_mg_l`, `age_days`, `antibiotics_given`): canonical value
    measurements  id: canonical value
    derived   the codes in findings and inputs that follow from a number and were not answered by anyone
    not_possible, not_known   answered "not possible here" and "don't know": asking again is of no use
    disputed, disputed_numbers   values that people disagree on; a danger sign counts as present if one of them says so
    questions, notes   improbable or unusable values, and what limits the assessment, in sentences
    """

    age_days: int
    age_band: str
    setting: str
    sex: str = "unknown"
    regions: tuple[str, ...] = (UNSPECIFIED,)
    side: str = "unknown"
    findings: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, bool] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    measurements: Mapping[str, float] = field(default_factory=dict)
    resources: frozenset[str] = frozenset()
    derived: frozenset[str] = frozenset()
    not_possible: frozenset[str] = frozenset()
    not_known: frozenset[str] = frozenset()
    disputed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    disputed_numbers: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    questions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def closed(self) -> frozenset[str]:
        """The codes that were answered without telling anything."""
        return self.not_possible | self.not_known

    def is_answered(self, code: str) -> bool:
        """Tell whether a finding, an input or a measurement (by its id or its name in the rules) has a value."""
        return code in self.findings or code in self.inputs or code in self.measurements or code in self.numbers


def read_presentation(knowledge: KnowledgeBase, body: object) -> Presentation:
    """Return what a CASE.json says.

    `age_days` is required. A missing `setting` is rural primary care, a missing `region` unspecified, a missing `sex`
    or `side` unknown; missing `resources` mean that there are none. null and "unknown" are the same as leaving it out.

    Raises:
        InvalidInput: naming the first field that is wrong, never its value.
    """
    reading = Reading(knowledge, Strictness.REFUSE)
    reading.take_case(body)
    return _presentation(reading)


def presentation_from_answers(
    knowledge: KnowledgeBase,
    answers: Mapping[str, AnswerValue],
    resources: Collection[str],
    disputed: Mapping[str, Sequence[AnswerValue]] | None = None,
) -> Presentation:
    """Return what the answers of a case log say. Codes that the knowledge does not know are passed over.

    A de-identified copy has an `age_group`; the youngest age of the group is taken, the cautious reading. `disputed`
    holds the values of codes on which people disagree: unknown to the ranking, present to the danger rules.

    Raises:
        InvalidInput: at `age_days`, if neither it nor an age group is there, or the child is grown up.
    """
    reading = Reading(knowledge, Strictness.LEAVE_OUT)
    reading.take_answers(answers, resources)
    presentation = _presentation(reading)
    if not disputed:
        return presentation
    return _with_disputes(knowledge, presentation, answers, resources, disputed)


def _presentation(reading: Reading) -> Presentation:
    reading.settle()
    return Presentation(
        age_days=reading.age_days,
        age_band=reading.age_band,
        setting=reading.setting or DEFAULT_SETTING,
        sex=reading.sex or "unknown",
        regions=reading.regions or (UNSPECIFIED,),
        side=reading.side or "unknown",
        findings=MappingProxyType(reading.findings),
        inputs=MappingProxyType(reading.inputs),
        numbers=MappingProxyType(reading.numbers),
        measurements=MappingProxyType(reading.measurements),
        resources=frozenset(reading.resources),
        derived=frozenset(reading.derived),
        not_possible=frozenset(reading.not_possible),
        not_known=frozenset(reading.not_known),
        questions=tuple(reading.questions),
        notes=tuple(reading.notes),
    )


def _with_disputes(
    knowledge: KnowledgeBase,
    agreed: Presentation,
    answers: Mapping[str, AnswerValue],
    resources: Collection[str],
    disputed: Mapping[str, Sequence[AnswerValue]],
) -> Presentation:
    """Return `agreed` with every state and number that one side of a disagreement gives its codes."""
    agreed_states = _states(agreed)
    states: dict[str, set[str]] = {}
    numbers: dict[str, set[float]] = {}
    for code, values in disputed.items():
        for value in values:
            if value in (UNKNOWN, NOT_POSSIBLE):
                continue
            try:
                reading = Reading(knowledge, Strictness.LEAVE_OUT)
                reading.take_answers({**answers, code: value}, resources)
                side = _presentation(reading)
            except InvalidInput:
                continue
            for name, state in _states(side).items():
                if agreed_states.get(name) != state:
                    states.setdefault(name, set()).add(state)
            for name, number in side.numbers.items():
                if agreed.numbers.get(name) != number:
                    numbers.setdefault(name, set()).add(number)
    for name in states.keys() & agreed_states.keys():
        states[name].add(agreed_states[name])
    return replace(
        agreed,
        findings=MappingProxyType({name: state for name, state in agreed.findings.items() if name not in states}),
        inputs=MappingProxyType({name: yes for name, yes in agreed.inputs.items() if name not in states}),
        disputed=MappingProxyType({name: tuple(sorted(found)) for name, found in states.items()}),
        disputed_numbers=MappingProxyType({name: tuple(sorted(found)) for name, found in numbers.items()}),
    )


def _states(presentation: Presentation) -> dict[str, str]:
    return {**presentation.findings, **{name: "yes" if yes else "no" for name, yes in presentation.inputs.items()}}
