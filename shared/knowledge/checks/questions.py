"""What an answer is worth (`questions` of reasoning.yaml) and what a visit asks again (`follow_up.yaml`)."""

from __future__ import annotations

from collections.abc import Iterator

from shared.knowledge.checks.common import (
    DISPOSITIONS,
    Follows,
    above_zero,
    between,
    check_condition,
    check_evidence,
    names,
    yes_no_inputs,
)
from shared.knowledge.model import KnowledgeBase

MAX_FOLLOWED_DAYS = 3650
"""Ten years, as far as visits are counted."""


def check_questions(knowledge: KnowledgeBase) -> Iterator[Follows]:
    file, found = "reasoning.yaml", knowledge.limits.questions
    if found is None:
        return
    place = "questions.needless"
    yield from names(file, place, found.needless, DISPOSITIONS[:-1], "a disposition with a line", complete=True)
    figures = {f"needless.{name}": cost for name, cost in found.needless.items()}
    figures |= {"rule": found.rule, "film_first.worth": found.film_first, "bit": found.bit}
    for name, figure in figures.items():
        yield from above_zero(file, f"questions.{name}", figure)
    yield from between(file, "questions.sign_chance", found.sign_chance, 0, 1, strict=True)
    place = "questions.film_first.conditions"
    yield from names(file, place, found.film_first_for, knowledge.conditions, "a condition", "condition")
    askable = [code for code in yes_no_inputs(knowledge) if not knowledge.inputs[code].is_derived]
    for count, (condition, codes) in enumerate(found.then_ask, start=1):
        at = f"questions.then_ask[{count}]"
        yield from check_condition(knowledge, file, f"{at}.condition", condition)
        yield from names(file, f"{at}.ask", codes, askable, "a yes/no input of red_flags.yaml", "input")


def check_revisit(knowledge: KnowledgeBase) -> Iterator[Follows]:
    file, found = "follow_up.yaml", knowledge.revisit
    if found is None:
        return
    yield from check_evidence(knowledge, file, "evidence", found.evidence)
    yield from check_condition(knowledge, file, "measure_if", found.measure_if)
    binary = [finding.id for finding in knowledge.findings.values() if finding.is_binary]
    yield from names(file, "ask_again", found.ask_again, knowledge.findings, "a finding", "finding")
    yield from names(file, "ask_if_new", found.ask_if_new, knowledge.findings, "a finding", "finding")
    yield from names(file, "new_signs", found.new_signs, binary, "a yes/no finding", "finding")
    for key, code in (("new_sign", found.new_sign), ("not_smaller", found.not_smaller)):
        what = "a yes/no input of red_flags.yaml"
        yield from names(file, key, [code], yes_no_inputs(knowledge), what, "input")
    measured = {"size": found.size, "size_in_percent": found.size_in_percent, "days_between": found.days_between}
    for key, code in measured.items():
        yield from names(file, key, [code], knowledge.measurements, "a measurement", "measurement")
    yield from between(file, "not_smaller_from_day", found.not_smaller_from_day, 1, MAX_FOLLOWED_DAYS)
