"""What would change the result: the engine asked again with one answer more. Nothing here is stored."""

from __future__ import annotations

from collections.abc import Mapping

from mobile_app.presenters.answers import AnswersInWords
from mobile_app.presenters.danger_lines import YES, answer_to, signs_for
from mobile_app.presenters.visit import Visit
from mobile_app.presenters.wording import HOW_SOON, VERDICTS, lower_first, say
from shared.case.entry import AnswerValue
from shared.knowledge.model import KnowledgeBase
from shared.triage.assessment import Disposition

URGENCY = tuple(Disposition)
"""The most urgent first: a rule of priority 1 asks for the first, of priority 2 for the second, and so on."""
DANGER_LINES = 2


def strongest_state(
    visit: Visit, finding: str, knowledge: KnowledgeBase, words: AnswersInWords
) -> tuple[str, str] | None:
    """Return the state of an open finding that would say most for the leading condition, and what it would then be.

    None if no state would: then the finding is no way to prove what leads.
    """
    differential = visit.assessment.differential
    if not differential:
        return None
    leader = differential[0]
    best: tuple[float, str, str] | None = None
    for state in knowledge.findings[finding].states:
        value: AnswerValue = {"yes": True, "no": False}.get(state, state)
        after = visit.assessment_with({finding: value})
        row = next(row for row in after.differential if row.condition == leader.condition)
        if row.probability > leader.probability and (best is None or row.probability > best[0]):
            condition = lower_first(words.condition(leader.condition))
            # Translators: as in "cellulitis likely".
            effect = say("{condition} {verdict}", condition=condition, verdict=say(VERDICTS[row.verdict.value]))
            best = (row.probability, words.state(finding, state), effect)
    return best[1:] if best else None


def more_urgent_signs(visit: Visit, knowledge: KnowledgeBase) -> tuple[tuple[str, str], ...]:
    """Return danger signs that would make the case more urgent, and how urgent; the most urgent first."""
    now = URGENCY.index(visit.assessment.disposition)
    found: list[tuple[int, str, str]] = []
    if now == 0:
        return ()
    for sign in signs_for(knowledge, visit.answers):
        if answer_to(sign, visit.draft.answers) == YES:
            continue
        answers: Mapping[str, AnswerValue] = dict.fromkeys(sign.yes, True)
        urgency = min((rule.priority - 1 for rule in visit.rules_with(answers)), default=now)
        if urgency < now:
            found.append((urgency, sign.label, say(HOW_SOON[URGENCY[urgency].value])))
    found.sort(key=lambda item: item[0])
    return tuple((label, effect) for _, label, effect in found[:DANGER_LINES])
