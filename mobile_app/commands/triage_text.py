"""An assessment in plain words for a terminal of 80 columns: the next act first, then the ranking, then the reasons."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from shared.knowledge.model import KnowledgeBase
from shared.triage.assessment import (
    Assessment,
    Considered,
    Contribution,
    Disposition,
    FiredRule,
    NextQuestion,
    NextTest,
    RankedDifferential,
)

WIDTH = 80
ROWS = 5
REASONS = 4
_URGENCY = {
    Disposition.EMERGENCY: "EMERGENCY. Act and refer now.",
    Disposition.SAME_DAY: "SAME DAY. To be seen and decided today.",
    Disposition.WITHIN_DAYS: "WITHIN DAYS. To be seen again within a few days.",
    Disposition.ROUTINE: "ROUTINE. No hurry; return if it gets worse.",
}


def in_words(assessment: Assessment, knowledge: KnowledgeBase, to_check: Sequence[str] = ()) -> str:
    """Return the whole answer as text that ends with a newline. `to_check`: what to look at before believing it."""
    parts = [
        [_URGENCY[assessment.disposition]],
        _listed("Please check", to_check),
        *(_rule(rule, knowledge, "Danger: ") for rule in assessment.red_flags),
        *(_rule(rule, knowledge, "") for rule in assessment.prompts),
        _ranking(assessment, knowledge),
        _listed("Also think of", [_considered(entry, knowledge) for entry in assessment.consider]),
        _next_tests(assessment.next_tests),
        _next_questions(assessment.next_questions, knowledge),
        _listed("What to do if this is right", [step.text for step in assessment.plan.management]),
        _listed("Do not", [step.text for step in assessment.plan.do_not]),
        _listed("Follow-up", [f"{step.when}: {step.do}" for step in assessment.plan.follow_up]),
        _paragraph("For the parents", assessment.plan.parents),
        _listed("Danger signs that nobody has answered yet", _signs(assessment, knowledge)),
        [f"Supports your judgement; not a diagnosis. Knowledge {assessment.knowledge_version}."],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def strength(weight: float) -> str:
    """Return `+++` to `+` or `---` to `-`: from 2.0, from 1.0, below (natural logarithm of the likelihood ratio)."""
    signs = 3 if abs(weight) >= 2 else 2 if abs(weight) >= 1 else 1
    return ("+" if weight > 0 else "-") * signs


def percent(low: float, high: float) -> str:
    """Return the band in whole per cent; what is not quite 0 or 100 is never rounded to it silently."""
    return f"{low * 100:.0f}-{high * 100:.0f} %"


def _rule(rule: FiredRule, knowledge: KnowledgeBase, lead: str) -> list[str]:
    definition = knowledge.rules[rule.id]
    title = definition.title or rule.action
    steps = definition.steps or ((rule.action,) if definition.title else ())
    return [*_wrapped(lead + title), *(line for step in steps for line in _wrapped(step, "  - "))]


def _ranking(assessment: Assessment, knowledge: KnowledgeBase) -> list[str]:
    residual = next(c.id for c in knowledge.conditions.values() if c.type == "residual")
    modelled = [row for row in assessment.differential if row.condition != residual][: ROWS - 1]
    rest = [row for row in assessment.differential if row.condition == residual]
    lines = [f"{'What fits so far':<50}{'':<13}90 % band"]
    if not assessment.fits:
        lines += _wrapped("This does not fit any condition that Handwise knows. Ask, examine and refer.")
    elif modelled and modelled[0].probability < knowledge.limits.not_clear_best_below:
        lines += _wrapped("Not clear: no condition stands out. Ask more, image or refer.")
    elif sum(row.probability for row in rest) > knowledge.limits.not_clear_residual_above:
        lines += _wrapped("Not certain: it may well be something else. Image or refer.")
    for row in (*modelled, *rest):
        word = row.verdict.value if assessment.fits else ""
        name = _shortened(knowledge.conditions[row.condition].label, 48)
        lines.append(f"{name:<50}{word:<13}{percent(*row.interval)}")
    if modelled:
        lines += ["", *_reasons(modelled[0], knowledge)]
    return lines


def _reasons(row: RankedDifferential, knowledge: KnowledgeBase) -> Iterator[str]:
    name = knowledge.conditions[row.condition].label
    for word, items in (("For", row.for_), ("Against", row.against)):
        if items:
            yield f"{word} {name}:"
            yield from (
                f"  {strength(item.weight):<4}{_shortened(_said(item, knowledge), 70)}" for item in items[:REASONS]
            )


def _said(item: Contribution, knowledge: KnowledgeBase) -> str:
    finding = knowledge.findings[item.finding]
    return finding.in_words(item.state) or f"{finding.label}: {item.state.replace('_', ' ')}"


def _considered(entry: Considered, knowledge: KnowledgeBase) -> str:
    cited = "; ".join(knowledge.sources[source].citation for source in entry.sources)
    return f"{entry.label}: {entry.clues}. ({cited})"


def _signs(assessment: Assessment, knowledge: KnowledgeBase) -> list[str]:
    labels = {sign.id: sign.label for sign in knowledge.danger_signs}
    return [labels[sign] for sign in assessment.not_assessed]


def _next_tests(tests: Sequence[NextTest]) -> list[str]:
    return _listed("Next tests", [f"{test.test}. {test.why}" for test in tests])


def _next_questions(questions: Sequence[NextQuestion], knowledge: KnowledgeBase) -> list[str]:
    return _listed("Ask or look next", [text for q in questions[:3] if (text := _ask_of(q.finding, knowledge))])


def _ask_of(code: str, knowledge: KnowledgeBase) -> str:
    """Return the question of a finding, of a sign that only the danger rules read, or of a number."""
    if code in knowledge.measurements:
        return knowledge.measurements[code].ask
    return knowledge.findings[code].ask if code in knowledge.findings else knowledge.inputs[code].ask


def _listed(title: str, items: Iterable[str]) -> list[str]:
    lines = [line for item in items for line in _wrapped(item, "  - ")]
    return [title, *lines] if lines else []


def _paragraph(title: str, text: str) -> list[str]:
    return [title, *_wrapped(text, "  ")] if text else []


def _wrapped(text: str, lead: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_long_words=False)


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3].rstrip() + "..."
