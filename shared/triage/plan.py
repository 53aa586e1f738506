"""What to do next: tests in their order, management, what not to do, follow-up, and what to tell the parents.

    tests       what cannot wait, the X-ray that precedes knife and antibiotics, an emergency's other tests, those of
                other rules and prompts, those of the working condition and of every other condition that is possible
                or dangerous: of these the ones this clinic can do first, the most probable condition's first in each
    management  the steps of the rules, a word where nothing stands out, then that of the working condition
    parents     an emergency's sentence, or that of the working condition where it may be said

What sounds certain needs certainty. The working condition is uncertain below "likely" or where nothing stands out, and
opposed where a rule or a sign of danger calls for the child today. Sentences marked `said_if` are then left out, the
parents are told what is known, and the child is looked at again within two days.

The working condition is the most probable one that has a plan, if it is at least "possible". In an emergency the
routine of a condition that is no danger is left out, and so is what a prompt forbids: first the emergency, then the
rest. Nothing here holds a dose.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from shared.knowledge.model import Criterion, KnowledgeBase, PlanDefinition, Statement, TestDefinition
from shared.triage.assessment import AdvisedFollowUp, AdvisedStep, FiredRule, NextTest, Plan
from shared.triage.presentation import Presentation
from shared.triage.red_flags import PROMPT, holds

EMERGENCY, SAME_DAY = 1, 2
_ALWAYS = ("always",)
_LIKELY = ("always", "likely")
_UNOPPOSED = ("always", "likely", "unopposed")


def build_plan(
    knowledge: KnowledgeBase,
    fired: Sequence[FiredRule],
    probabilities: Mapping[str, float],
    has_danger_sign: bool = False,
    is_emergency: bool = False,
    is_true: Callable[[Criterion], bool] = lambda _: True,
) -> Plan:
    """Return the plan for the rules that fired and the ranking.

    `has_danger_sign`: `danger_today_if` holds. `is_emergency`: the ranking alone makes it one. `is_true` tells whether
    the condition of a sentence holds for this child.
    """
    working = working_condition(knowledge, probabilities)
    plan = knowledge.plans[working] if working is not None else None
    has_emergency_rule = _is_emergency(fired)
    is_emergency = is_emergency or has_emergency_rule
    routine = plan
    has_rule = any(rule.priority in (EMERGENCY, SAME_DAY) for rule in fired)
    worth = knowledge.limits.questions
    if working is not None and not knowledge.conditions[working].is_dangerous:
        # What is said of a trifle would gainsay the rule that calls the child in (from version 1.1 on).
        is_trifle = worth is not None and knowledge.limits.usual_dispositions[working] == "routine"
        if is_emergency or (is_trifle and (has_rule or has_danger_sign)):
            routine = None

    management = [step for rule in fired if rule.priority != PROMPT for step in _steps_of_rule(knowledge, rule)]
    is_likely = working is not None and _is_likely(knowledge, probabilities, working)
    is_film_awaited = worth is not None and any(
        knowledge.rules[rule.id].do_not for rule in fired if rule.priority == PROMPT
    )
    if worth is not None and is_film_awaited:
        # Until the film that a prompt asks for is there, only what holds either way is said (from version 1.1 on).
        is_likely = is_likely and working in worth.film_first_for
    is_quiet = is_likely and not (has_rule or has_danger_sign)
    certainty = _UNOPPOSED if is_quiet and not is_film_awaited else _LIKELY if is_likely else _ALWAYS
    if is_emergency and not has_emergency_rule:
        management.insert(0, _step(knowledge.general["emergency_management"]))
    elif has_danger_sign and not has_rule:
        management.append(_step(knowledge.general["today_management"]))
    elif not has_rule and _is_unclear(knowledge, probabilities):
        management.append(_step(knowledge.general["unclear_management"]))
    # "Not before the X-ray" must not hold up a surgeon who is needed now.
    forbidding = [rule for rule in fired if not (is_emergency and rule.priority == PROMPT)]
    do_not = [_step(statement) for rule in forbidding for statement in knowledge.rules[rule.id].do_not]
    if routine is not None:
        management += [_step(statement) for statement in routine.management if _is_said(statement, certainty, is_true)]
        do_not += [_step(statement) for statement in routine.do_not if _is_said(statement, certainty, is_true)]
    follow_up = () if routine is None else _follow_up(routine)
    if not (is_emergency or is_quiet or any(row.after_days == 1 for row in follow_up)):
        again = knowledge.general["unclear_follow_up"]
        follow_up = (AdvisedFollowUp(knowledge.phrases["soon"], 1, again.text, again.evidence.sources), *follow_up)
    if is_emergency:
        parents = routine.parents.text if routine is not None and is_likely else _said(knowledge, "emergency_parents")
    else:
        parents = _parents(knowledge, probabilities, working, certainty, has_rule or has_danger_sign)
    return Plan(
        management=_once(management),
        do_not=_once(do_not),
        follow_up=follow_up,
        parents=parents,
        prevention=() if routine is None else tuple(_step(statement) for statement in routine.prevention),
    )


def next_tests(
    knowledge: KnowledgeBase,
    presentation: Presentation,
    fired: Sequence[FiredRule],
    probabilities: Mapping[str, float],
) -> tuple[NextTest, ...]:
    """Return the tests to do, in order. What is answered is left out; what this clinic lacks says so."""
    names = [rule.id for rule in fired]
    is_urgent = any(rule.priority in (EMERGENCY, SAME_DAY) for rule in fired)
    working = working_condition(knowledge, probabilities)

    urgent = [test for rule in fired if rule.priority == EMERGENCY for test in knowledge.rules[rule.id].tests]
    # A film takes minutes and precedes the needle; what cannot wait for it is marked.
    at_once = [test for test in urgent if test.is_at_once]
    first = [
        replace(item.test, why=item.why_if_urgent) if is_urgent else item.test
        for item in knowledge.first_tests
        if holds(knowledge, presentation, item.condition, names)
    ]
    others = [test for rule in fired if rule.priority != EMERGENCY for test in knowledge.rules[rule.id].tests]
    # Of a condition that is not the working one, only tests that could move the ranking. In an emergency only those of
    # a dangerous condition, or of one that stands out: the rest can wait.
    is_emergency = _is_emergency(fired)
    ranked = [
        test
        for name in _tested_conditions(knowledge, probabilities)
        if not is_emergency
        or knowledge.conditions[name].is_dangerous
        or (name == working and _is_likely(knowledge, probabilities, name))
        for test in knowledge.plans[name].tests
        if name == working or test.findings
    ]
    if knowledge.limits.questions is not None:
        # What can be done here comes before what one has to refer for (from version 1.1 on). The sort is stable.
        ranked.sort(key=lambda test: not _advise(knowledge, presentation, test).is_available)

    found: list[NextTest] = []
    covered: set[tuple[str | None, str]] = set()
    for test in (*at_once, *first, *urgent, *others, *ranked):
        if not _is_wanted(knowledge, presentation, test, names) or any(test.text == listed.test for listed in found):
            continue
        answers = {(test.resource, finding) for finding in test.findings}
        if answers and answers <= covered:
            continue
        covered |= answers
        found.append(_advise(knowledge, presentation, test))
    return tuple(found)


def working_condition(knowledge: KnowledgeBase, probabilities: Mapping[str, float]) -> str | None:
    """Return the most probable condition that has a plan, or None if it is not even possible."""
    planned = [name for name in probabilities if name in knowledge.plans]
    best = max(planned, key=lambda name: probabilities[name], default=None)
    possible = knowledge.limits.verdicts[0]
    return best if best is not None and probabilities[best] >= possible else None


def _tested_conditions(knowledge: KnowledgeBase, probabilities: Mapping[str, float]) -> Iterator[str]:
    """Yield the conditions whose tests are worth doing: possible ones, and dangerous ones from a lower line on."""
    possible, dangerous = knowledge.limits.verdicts[0], knowledge.limits.thresholds["same_day"]
    for name in sorted(probabilities, key=lambda name: -probabilities[name]):
        line = min(possible, dangerous.get(name, possible))
        if name in knowledge.plans and probabilities[name] >= line:
            yield name


def _is_wanted(
    knowledge: KnowledgeBase, presentation: Presentation, test: TestDefinition, fired: Collection[str]
) -> bool:
    if test.condition is not None and not holds(knowledge, presentation, test.condition, fired):
        return False
    answered = [finding in presentation.findings for finding in test.findings]
    is_done = any(answered) if test.is_done_by_any else all(answered)
    return not (answered and is_done)


def _advise(knowledge: KnowledgeBase, presentation: Presentation, test: TestDefinition) -> NextTest:
    is_impossible = bool(test.findings) and all(finding in presentation.not_possible for finding in test.findings)
    is_available = not is_impossible and (test.resource is None or test.resource in presentation.resources)
    why = test.why if is_available else f"{test.why} {knowledge.phrases['not_here']}"
    return NextTest(test.text, why, test.evidence.sources, is_available)


def _steps_of_rule(knowledge: KnowledgeBase, fired: FiredRule) -> Iterator[AdvisedStep]:
    rule = knowledge.rules[fired.id]
    for text in rule.steps or (rule.action,):
        yield AdvisedStep(text, fired.sources)


def _is_said(statement: Statement, certainty: Collection[str], is_true: Callable[[Criterion], bool]) -> bool:
    return statement.said_if in certainty and (statement.condition is None or is_true(statement.condition))


def _step(statement: Statement) -> AdvisedStep:
    return AdvisedStep(statement.text, statement.evidence.sources)


def _follow_up(plan: PlanDefinition) -> tuple[AdvisedFollowUp, ...]:
    return tuple(AdvisedFollowUp(row.when, row.after_days, row.do, row.evidence.sources) for row in plan.follow_up)


def _parents(
    knowledge: KnowledgeBase,
    probabilities: Mapping[str, float],
    working: str | None,
    certainty: tuple[str, ...],
    is_opposed: bool,
) -> str:
    """Return what to tell the parents: as a fact only what is very likely and not opposed."""
    if working is not None:
        plan, is_sure = knowledge.plans[working], probabilities[working] >= knowledge.limits.verdicts[2]
        if plan.parents.said_if in certainty and certainty != _ALWAYS:
            if is_sure:
                return plan.parents.text
            if plan.parents_unconfirmed is None:
                return f"{_said(knowledge, 'likely_parents')} {plan.parents.text}"
        if plan.parents_unconfirmed is not None:
            unconfirmed = plan.parents_unconfirmed.text
            return f"{_said(knowledge, 'today_parents')} {unconfirmed}" if is_opposed else unconfirmed
    return _said(knowledge, "today_parents" if is_opposed else "unclear_parents")


def _said(knowledge: KnowledgeBase, name: str) -> str:
    return knowledge.general[name].text


def _is_likely(knowledge: KnowledgeBase, probabilities: Mapping[str, float], working: str) -> bool:
    return probabilities[working] >= knowledge.limits.verdicts[1] and not _is_unclear(knowledge, probabilities)


def _is_emergency(fired: Iterable[FiredRule]) -> bool:
    return any(rule.priority == EMERGENCY for rule in fired)


def _is_unclear(knowledge: KnowledgeBase, probabilities: Mapping[str, float]) -> bool:
    limits = knowledge.limits
    residual = sum(p for name, p in probabilities.items() if knowledge.conditions[name].type == "residual")
    best = max((p for name, p in probabilities.items() if name in knowledge.plans), default=0.0)
    return residual > limits.not_clear_residual_above or best < limits.not_clear_best_below


def _once(steps: Iterable[AdvisedStep]) -> tuple[AdvisedStep, ...]:
    """Return the steps, each text once: several rules may say the same."""
    return tuple({step.text: step for step in reversed(list(steps))}.values())[::-1]
