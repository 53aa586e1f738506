"""What the lines of the danger-sign screen mean: each sets codes, and what it says is read back from the codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mobile_app.presenters.answers import regions_of
from shared.case.entry import AnswerValue
from shared.knowledge.model import DangerSign, KnowledgeBase
from shared.triage.follow_up import age_of

YES = "yes"
NO = "no"


def signs_for(knowledge: KnowledgeBase, answers: Mapping[str, AnswerValue]) -> tuple[DangerSign, ...]:
    """Return the lines for this child. With the age unknown every line is shown that any age would have."""
    age = age_of(knowledge, answers)
    regions = regions_of(answers)
    if age is not None:
        return knowledge.danger_signs_for(age, regions)
    return tuple(sign for sign in knowledge.danger_signs if sign.is_shown(sign.from_days, regions))


def answer_to(sign: DangerSign, answers: Mapping[str, AnswerValue]) -> str:
    """Return `yes`, `no` or nothing: what the codes of a line amount to."""
    if sign.yes and all(answers.get(code) is True for code in sign.yes):
        return YES
    if sign.no and all(answers.get(code) is False for code in sign.no):
        return NO
    return ""


def unanswered(knowledge: KnowledgeBase, answers: Mapping[str, AnswerValue]) -> int:
    """Return how many lines say neither yes nor no."""
    return sum(not answer_to(sign, answers) for sign in signs_for(knowledge, answers))


def codes_after(
    signs: Sequence[DangerSign], given: Mapping[str, str], changed: DangerSign
) -> dict[str, AnswerValue | None]:
    """Return the codes of the changed line anew. Lines share codes, and any line's yes outweighs another's no."""
    codes: dict[str, AnswerValue | None] = dict.fromkeys((*changed.yes, *changed.no))
    for sign in signs:
        if given[sign.id] == NO:
            codes |= {code: False for code in sign.no if code in codes}
    for sign in signs:
        if given[sign.id] == YES:
            codes |= {code: True for code in sign.yes if code in codes}
    return codes
