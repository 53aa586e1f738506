"""Why a screen says what it says: what one answer weighs, and what a question, a rule or a plan rests on."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp

from mobile_app.presenters.citations import gathered, grade_of, sources_for
from mobile_app.presenters.desk import Desk
from mobile_app.presenters.details import DetailsView, details
from mobile_app.presenters.wording import capitalised, count_of, number_in_words, phrase, say, strength_for
from shared.knowledge.model import FindingDefinition, Likelihood
from shared.triage.assessment import Contribution, FiredRule, RankedDifferential

_SPEAKS_FOR = {
    "+++": phrase("Speaks strongly for it."),
    "++": phrase("Speaks clearly for it."),
    "+": phrase("Speaks a little for it."),
}
_SPEAKS_AGAINST = {
    "+++": phrase("Speaks strongly against it."),
    "++": phrase("Speaks clearly against it."),
    "+": phrase("Speaks a little against it."),
}
MOST_TIMES = 100
"""Beyond this the number is of no use: the figures behind it are not that sure."""


def weight_details(desk: Desk, condition: str, finding: str) -> DetailsView | None:
    """Return what a chip says when it is tapped; None if the answer is no longer there."""
    rows = desk.visit.assessment.differential
    row = next((row for row in rows if row.condition == condition), None)
    chips = (*row.for_, *row.against) if row is not None else ()
    chip = next((chip for chip in chips if chip.finding == finding), None)
    if chip is None:
        return None
    knowledge = desk.knowledge
    likelihoods = _likelihoods(desk, knowledge.findings[finding], condition) if finding in knowledge.findings else ()
    name = desk.words.condition(condition)
    grades = tuple(dict.fromkeys(grade_of(likelihood.evidence) for likelihood in likelihoods))
    sources = gathered((likelihood.evidence.sources, name) for likelihood in likelihoods)
    return details(
        desk.words.state(finding, chip.state),
        (f"{name}.", *_weight_in_words(chip), *(f"{grade}." for grade in grades)),
        sources_for(knowledge, sources),
    )


def _weight_in_words(chip: Contribution) -> tuple[str, str]:
    times = exp(abs(chip.weight))
    if times > MOST_TIMES:
        number = say("more than {number}", number=str(MOST_TIMES))
    else:
        number = number_in_words(round(times, 1) if times < 3 else round(times))
    strength = strength_for(chip.weight)
    if chip.weight >= 0:
        return say(_SPEAKS_FOR[strength]), say("Its odds are {number} times higher with this answer.", number=number)
    return say(_SPEAKS_AGAINST[strength]), say("Its odds are {number} times lower with this answer.", number=number)


def _likelihoods(desk: Desk, finding: FindingDefinition, condition: str) -> tuple[Likelihood, ...]:
    """Return the figures that hold for this child: one, or one for each variant of the condition."""
    child = desk.visit.presentation
    tables = (
        finding.setting_overrides.get(child.setting, {}),
        finding.age_overrides.get(child.age_band or "", {}),
        finding.likelihoods,
    )
    of_condition = (
        tuple(likelihood for column, likelihood in table.items() if column.split("/")[0] == condition)
        for table in tables
    )
    return next((found for found in of_condition if found), ())


def question_details(desk: Desk, finding: FindingDefinition) -> DetailsView:
    """Return what a question rests on: each source with the conditions that it says something of."""
    pairs = (
        (likelihood.evidence.sources, desk.words.condition(column.split("/")[0]))
        for table in _tables_of(finding)
        for column, likelihood in table
    )
    return details(finding.ask, (finding.why,), sources_for(desk.knowledge, gathered(pairs)))


def sources_of(finding: FindingDefinition) -> frozenset[str]:
    """Return the ids of all sources that a question rests on."""
    return frozenset(
        source for table in _tables_of(finding) for _column, found in table for source in found.evidence.sources
    )


def _tables_of(finding: FindingDefinition) -> tuple[Iterable[tuple[str, Likelihood]], ...]:
    overrides = (*finding.age_overrides.values(), *finding.setting_overrides.values())
    return tuple(table.items() for table in (finding.likelihoods, *overrides))


def rule_details(desk: Desk, rule: FiredRule) -> DetailsView:
    """Return what a rule says in full, and what it rests on."""
    definition = desk.knowledge.rules[rule.id]
    title = definition.title or rule.action
    sentences = (rule.action if definition.title else "", f"{grade_of(definition.evidence)}.")
    return details(title, sentences, sources_for(desk.knowledge, gathered([(rule.sources, title)])))


def result_details(desk: Desk, open_row: str) -> DetailsView:
    """Return what the result rests on: its rules, the figures of the open row or the first one, what to think of."""
    assessment = desk.visit.assessment
    knowledge = desk.knowledge
    rows = assessment.differential
    row = next((row for row in rows if row.condition == open_row), rows[0] if rows else None)
    pairs: list[tuple[Iterable[str], str]] = [
        (rule.sources, knowledge.rules[rule.id].title or rule.action)
        for rule in (*assessment.red_flags, *assessment.prompts)
    ]
    if row is not None:
        pairs += _figures_of(desk, row)
    pairs += [(entry.sources, entry.label) for entry in assessment.consider]
    sources = sources_for(knowledge, gathered(pairs))
    name = desk.words.condition(row.condition) if row is not None else ""
    return details(
        say("What this result rests on"),
        (
            say("The rules that call for action, and what speaks for and against: {condition}.", condition=name),
            count_of(len(sources), "{count} source", "{count} sources"),
        ),
        sources,
    )


def _figures_of(desk: Desk, row: RankedDifferential) -> list[tuple[Iterable[str], str]]:
    findings = desk.knowledge.findings
    return [
        (likelihood.evidence.sources, desk.words.state(chip.finding, chip.state))
        for chip in sorted((*row.for_, *row.against), key=lambda chip: -abs(chip.weight))
        if chip.finding in findings
        for likelihood in _likelihoods(desk, findings[chip.finding], row.condition)
    ]


def plan_details(desk: Desk) -> DetailsView:
    """Return what each line of the plan rests on."""
    assessment = desk.visit.assessment
    plan = assessment.plan
    pairs: list[tuple[Iterable[str], str]] = [(test.sources, test.test) for test in assessment.next_tests]
    pairs += [(step.sources, step.text) for step in (*plan.management, *plan.do_not)]
    pairs += [(check.sources, capitalised(check.do)) for check in plan.follow_up]
    pairs += [(step.sources, step.text) for step in plan.prevention]
    sources = sources_for(desk.knowledge, gathered(pairs))
    return details(
        say("What this plan rests on"), (count_of(len(sources), "{count} source", "{count} sources"),), sources
    )
