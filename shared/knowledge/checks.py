"""What must hold between the parts of the book. Each check yields every place where it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shared.errors import Problem
from shared.knowledge.grammar import walk
from shared.knowledge.inheritance import ancestors
from shared.knowledge.model import (
    AgeBand,
    Criterion,
    Evidence,
    FindingIs,
    InputIsYes,
    IsUnknown,
    KnowledgeBase,
    Likelihood,
    MeasurementDefinition,
    NumberIs,
    Range,
    RuleFired,
    TestDefinition,
)
from shared.knowledge.section import nearest

SUM_TOLERANCE = 1e-6
MAX_DANGER_LINES = 12
GENERAL = (
    "emergency_management",
    "emergency_parents",
    "likely_parents",
    "today_management",
    "today_parents",
    "unclear_follow_up",
    "unclear_management",
    "unclear_parents",
)
FIELDS = ("region", "side")
"""Fields of a case that a finding may follow from."""
SIDES = ("left", "right", "both")
DISPOSITIONS = ("emergency", "same_day", "within_days", "routine")


def check(knowledge: KnowledgeBase) -> list[Problem]:
    """Return everything that is wrong between the parts; nothing means the book can be used."""
    return [
        *_conditions(knowledge),
        *_findings(knowledge),
        *_groups(knowledge),
        *_rules(knowledge),
        *_measurements(knowledge),
        *_danger_signs(knowledge),
        *_lists(knowledge),
        *_limits(knowledge),
        *_questions(knowledge),
        *_revisit(knowledge),
    ]


def _conditions(knowledge: KnowledgeBase) -> Iterator[Problem]:
    for condition in knowledge.conditions.values():
        file = f"conditions/{condition.id}.yaml"
        yield from _names(file, "prior", condition.priors, knowledge.settings, "a setting", complete=True)
        for setting, prior in condition.priors.items():
            yield from _range(file, f"prior.{setting}", prior)
        yield from _evidence(knowledge, file, "prior.evidence", condition.prior_evidence)
        if condition.type == "core" and condition.id not in knowledge.plans:
            yield Problem(file, "plan", "is missing; a core condition needs one")
        shares = [variant.share for variant in condition.variants]
        for variant in condition.variants:
            yield from _range(file, f"variants.{variant.id}.share", variant.share)
            yield from _evidence(knowledge, file, f"variants.{variant.id}", variant.evidence)
        if shares and abs(sum(share.p for share in shares) - 1) > SUM_TOLERANCE:
            yield Problem(file, "variants", f"shares sum to {sum(share.p for share in shares):.6g}; make it 1")
        if condition.like:
            yield from _names(file, "like", [condition.like], knowledge.conditions, "a condition")
            if condition.id in ancestors(condition.like, knowledge.conditions) or condition.like == condition.id:
                yield Problem(file, "like", "leads back to itself; a condition cannot be like itself")
    for setting in knowledge.settings:
        total = sum(
            condition.priors[setting].p for condition in knowledge.conditions.values() if setting in condition.priors
        )
        if abs(total - 1) > SUM_TOLERANCE:
            yield Problem("conditions", f"prior.{setting}", f"sums to {total:.6g} over all conditions; make it 1")
    if [c.type for c in knowledge.conditions.values()].count("residual") != 1:
        yield Problem("conditions", "type", "exactly one condition must be the residual")
    for name, plan in knowledge.plans.items():
        file = f"conditions/{name}.yaml"
        for count, test in enumerate(plan.tests, start=1):
            yield from _test(knowledge, file, f"plan.tests[{count}]", test)
        groups = {"management": plan.management, "do_not": plan.do_not, "prevention": plan.prevention}
        groups |= {"parents": (plan.parents,), "course": plan.course, "facts": plan.facts}
        groups |= {"escalate_if": plan.escalate_if}
        for key, statements in groups.items():
            for count, statement in enumerate(statements, start=1):
                yield from _evidence(knowledge, file, f"plan.{key}[{count}]", statement.evidence)
                if statement.condition is not None:
                    yield from _condition(knowledge, file, f"plan.{key}[{count}].only_if", statement.condition)
        days = [row.after_days for row in plan.follow_up if row.after_days is not None]
        for count, row in enumerate(plan.follow_up, start=1):
            yield from _evidence(knowledge, file, f"plan.follow_up[{count}]", row.evidence)
        if days != sorted(set(days)) or any(day < 0 for day in days):
            yield Problem(file, "plan.follow_up", "must have ascending days, each once")
        for count, point in enumerate(plan.checkpoints, start=1):
            yield from _evidence(knowledge, file, f"plan.checkpoints[{count}]", point.evidence)


def _findings(knowledge: KnowledgeBase) -> Iterator[Problem]:
    modelled = [c.id for c in knowledge.conditions.values() if c.type != "residual"]
    variants = [f"{c.id}/{variant.id}" for c in knowledge.conditions.values() for variant in c.variants]
    known = [*modelled, *variants]
    bands = [band.id for band in knowledge.age_bands]
    for finding in knowledge.findings.values():
        file = f"findings/{finding.id}.yaml"
        if len(finding.states) < 2:
            yield Problem(file, "states", "must have at least two")
        yield from _names(file, "likelihoods", finding.likelihoods, known, "a modelled condition")
        for name in modelled:
            if name not in finding.likelihoods:
                yield Problem(file, "likelihoods", f"{name} is missing")
        for name, cell in finding.likelihoods.items():
            yield from _likelihood(knowledge, file, f"likelihoods.{name}", cell)
        yield from _names(file, "age_override", finding.age_overrides, bands, "an age band")
        yield from _names(file, "setting_override", finding.setting_overrides, knowledge.settings, "a setting")
        for key, table in (("age_override", finding.age_overrides), ("setting_override", finding.setting_overrides)):
            for where, cells in table.items():
                yield from _names(file, f"{key}.{where}", cells, known, "a modelled condition")
                for name, cell in cells.items():
                    yield from _likelihood(knowledge, file, f"{key}.{where}.{name}", cell)
        yield from _names(file, "skip_in_settings", finding.skip_in_settings, knowledge.settings, "a setting")
        if finding.ask_if is not None:
            yield from _condition(knowledge, file, "ask_if", finding.ask_if)
        yield from _names(file, "follows_from", finding.follows_from, FIELDS, "a field of the case")
        for field, states in finding.follows_from.items():
            values = knowledge.regions if field == "region" else SIDES
            place = f"follows_from.{field}"
            yield from _names(file, place, states, values, f"a {field}")
            yield from _names(file, place, sorted({*states.values()}), finding.states, "a state of the finding")
        if finding.group not in knowledge.groups:
            yield Problem(file, "group", f"is not a group{_hint(finding.group, knowledge.groups)}")
        elif finding.id not in knowledge.groups[finding.group].members:
            yield Problem("groups.yaml", f"groups.{finding.group}.members", f"must list its finding {finding.id}")
        if finding.id in knowledge.inputs and not knowledge.inputs[finding.id].is_numeric:
            yield Problem(file, "id", "is also the name of an input of red_flags.yaml; rename one")
    band_finding = knowledge.findings.get("age_band")
    if band_finding is not None and list(band_finding.states) != bands:
        yield Problem("findings/age_band.yaml", "states", "must be the age bands of knowledge.yaml, in their order")


def _groups(knowledge: KnowledgeBase) -> Iterator[Problem]:
    for group in knowledge.groups.values():
        place = f"groups.{group.id}"
        yield from _names("groups.yaml", f"{place}.members", group.members, knowledge.findings, "a finding")
        yield from _names("groups.yaml", f"{place}.shrinks", group.shrinks, knowledge.groups, "a group")
        for name, exponent in {**group.exponents, **group.shrinks}.items():
            if not 0 <= exponent <= 1:
                yield Problem("groups.yaml", f"{place}.{name}", "must be from 0 to 1")


def _rules(knowledge: KnowledgeBase) -> Iterator[Problem]:
    file = "red_flags.yaml"
    seen: list[str] = []
    for rule in knowledge.rules.values():
        if rule.priority not in (1, 2, 3, 4):
            yield Problem(file, f"{rule.id}.priority", "must be 1, 2, 3 or 4")
        yield from _condition(knowledge, file, f"{rule.id}.condition", rule.condition)
        for part in walk(rule.condition):
            if isinstance(part, RuleFired) and part.rule in knowledge.rules and part.rule not in seen:
                yield Problem(file, f"{rule.id}.condition", f"needs {part.rule}; put that rule before it")
        yield from _evidence(knowledge, file, f"{rule.id}.evidence", rule.evidence)
        for count, test in enumerate(rule.tests, start=1):
            yield from _test(knowledge, file, f"{rule.id}.tests[{count}]", test)
        for count, statement in enumerate(rule.do_not, start=1):
            yield from _evidence(knowledge, file, f"{rule.id}.do_not[{count}]", statement.evidence)
        seen.append(rule.id)
    for count, first in enumerate(knowledge.first_tests, start=1):
        yield from _condition(knowledge, file, f"first_tests[{count}].condition", first.condition)
        yield from _test(knowledge, file, f"first_tests[{count}]", first.test)
    for entry in knowledge.consider.values():
        yield from _condition(knowledge, "consider.yaml", f"{entry.id}.condition", entry.condition)
        yield from _names("consider.yaml", f"{entry.id}.source", entry.sources, knowledge.sources, "a source")


def _measurements(knowledge: KnowledgeBase) -> Iterator[Problem]:
    file = "measurements.yaml"
    for found in knowledge.measurements.values():
        place = f"measurements.{found.id}"
        yield from _evidence(knowledge, file, f"{place}.evidence", found.evidence)
        if not found.possible[0] <= found.probable[0] < found.probable[1] <= found.possible[1]:
            yield Problem(file, f"{place}.probable", "must lie inside possible")
        if found.resource is not None:
            yield from _names(file, f"{place}.resource", [found.resource], knowledge.resources, "a resource")
        for key, units in (("spellings", set(found.spellings.values())), ("unit_labels", set(found.unit_labels))):
            yield from _names(file, f"{place}.{key}", units, {found.unit, *found.units}, "a unit of this measurement")
        for doubt in found.unit_doubts:
            yield from _names(
                file, f"{place}.unit_doubts", [doubt.unit, doubt.other], {found.unit, *found.units}, "a unit here"
            )
        yield from _ascending(file, f"{place}.limits", [limit.age for limit in found.limits])
        for limit in found.limits:
            yield from _evidence(knowledge, file, f"{place}.limits", limit.evidence)
        edges = [zone.limit for zone in found.zones]
        if edges and (edges[-1] is not None or None in edges[:-1] or edges[:-1] != sorted(edges[:-1])):  # type: ignore[type-var]
            yield Problem(file, f"{place}.zones", "must ascend, and the last must have no limit")
        yield from _derivations(knowledge, file, place, found)


def _derivations(knowledge: KnowledgeBase, file: str, place: str, found: MeasurementDefinition) -> Iterator[Problem]:
    for derived in found.derives:
        at = f"{place}.derives.{derived.code}"
        yield from _evidence(knowledge, file, at, derived.evidence)
        ways = [bool(derived.states), bool(derived.limits), bool(derived.at_or_above), derived.outside_limits]
        if sum(ways) != 1:
            yield Problem(file, at, "needs exactly one of states, limits, at_or_above, outside_limits")
        for limit in (*derived.limits, *derived.at_or_above):
            yield from _evidence(knowledge, file, at, limit.evidence)
        if derived.code in knowledge.findings:
            states = knowledge.findings[derived.code].states
            yield from _names(file, f"{at}.states", [s.state for s in derived.states], states, "a state of the finding")
        elif derived.code not in knowledge.inputs:
            known = [*knowledge.findings, *knowledge.inputs]
            yield Problem(file, at, f"is neither a finding nor an input{_hint(derived.code, known)}")
        if derived.counted_to is not None:
            yield from _names(file, f"{at}.counted_to", [derived.counted_to], knowledge.measurements, "a measurement")


def _danger_signs(knowledge: KnowledgeBase) -> Iterator[Problem]:
    file = "danger_signs.yaml"
    codes = {code for code, item in knowledge.inputs.items() if not item.is_numeric}
    codes |= {finding.id for finding in knowledge.findings.values() if finding.is_binary}
    for sign in knowledge.danger_signs:
        place = f"danger_signs.{sign.id}"
        if not sign.yes or not sign.no:
            yield Problem(file, place, "must set at least one code for yes and one for no")
        yield from _names(file, f"{place}.yes", sign.yes, codes, "a yes/no finding or input")
        yield from _names(file, f"{place}.no", sign.no, codes, "a yes/no finding or input")
        askable = {*codes, *knowledge.findings, *knowledge.measurements}
        yield from _names(file, f"{place}.then_ask", sign.then_ask, askable, "a finding, input or measurement")
        for key, regions in (("regions", sign.regions), ("except_regions", sign.except_regions)):
            yield from _names(file, f"{place}.{key}", regions, knowledge.regions, "a region")
    for band in knowledge.age_groups:
        for region in knowledge.regions:
            shown = len(knowledge.danger_signs_for(band.from_days, (region,)))
            if shown > MAX_DANGER_LINES:
                yield Problem(file, "danger_signs", f"shows {shown} lines for {band.id}, {region}; at most 12 fit")


def _lists(knowledge: KnowledgeBase) -> Iterator[Problem]:
    yield from _names("knowledge.yaml", "general", knowledge.general, GENERAL, "advice that is used", complete=True)
    for name, statement in knowledge.general.items():
        yield from _evidence(knowledge, "knowledge.yaml", f"general.{name}", statement.evidence)
    for key, bands in (("age_bands", knowledge.age_bands), ("age_groups", knowledge.age_groups)):
        yield from _ascending("knowledge.yaml", key, bands)
        if bands and bands[0].from_days != 0:
            yield Problem("knowledge.yaml", key, "must begin at day 0")
        for one, following in zip(bands, bands[1:], strict=False):
            if one.to_days is not None and following.from_days != one.to_days + 1:
                yield Problem("knowledge.yaml", f"{key}.{following.id}", "must begin the day after the one before it")
    if knowledge.case_pool is not None:
        pool = knowledge.case_pool
        yield from _names("calcification.yaml", "case_pool.source", pool.sources, knowledge.sources, "a source")
        series = {name for name, _, _ in pool.resolution}
        yield from _names("calcification.yaml", "case_pool.resolution", sorted(series), knowledge.sources, "a source")
    end = -1
    for row in knowledge.calcification_by_day:
        yield from _range("calcification.yaml", f"by_day.{row.from_day}", row.visible)
        if row.from_day != end + 1 or row.to_day < row.from_day:
            yield Problem("calcification.yaml", f"by_day.{row.from_day}", "must begin the day after the one before it")
        end = row.to_day


def _limits(knowledge: KnowledgeBase) -> Iterator[Problem]:
    file, limits = "reasoning.yaml", knowledge.limits
    yield from _evidence(knowledge, file, "source", limits.evidence)
    yield from _condition(knowledge, file, "disposition.same_day_if", limits.same_day_if)
    yield from _names(file, "disposition.eased_if", limits.eased_if, knowledge.conditions, "a condition")
    for name, criterion in limits.eased_if.items():
        yield from _condition(knowledge, file, f"disposition.eased_if.{name}", criterion)
    if limits.routine_only_if is not None:
        yield from _condition(knowledge, file, "disposition.routine_only_if", limits.routine_only_if)
    yield from _names(file, "background", limits.background, knowledge.findings, "a finding")
    yield from _condition(knowledge, file, "disposition.danger_today_if", limits.danger_today_if)
    usual = limits.usual_dispositions
    yield from _names(file, "disposition.usual", usual, knowledge.conditions, "a condition", complete=True)
    for name, disposition in usual.items():
        yield from _names(file, f"disposition.usual.{name}", [disposition], DISPOSITIONS, "a disposition")
    for name, lines in limits.thresholds.items():
        place = f"disposition.thresholds.{name}"
        yield from _names(file, "disposition.thresholds", [name], DISPOSITIONS[:-1], "a disposition with a line")
        yield from _names(file, place, lines, knowledge.conditions, "a condition")
    if not 0 < limits.clamp[0] < limits.clamp[1] < 1:
        yield Problem(file, "clamp", "must have 0 < low < high < 1")
    if list(limits.verdicts) != sorted(set(limits.verdicts)):
        yield Problem(file, "verdicts", "must ascend")


def _revisit(knowledge: KnowledgeBase) -> Iterator[Problem]:
    file, found = "follow_up.yaml", knowledge.revisit
    if found is None:
        return
    yield from _evidence(knowledge, file, "evidence", found.evidence)
    yield from _condition(knowledge, file, "measure_if", found.measure_if)
    yes_no = [code for code, item in knowledge.inputs.items() if not item.is_numeric]
    binary = [finding.id for finding in knowledge.findings.values() if finding.is_binary]
    yield from _names(file, "ask_again", found.ask_again, knowledge.findings, "a finding")
    yield from _names(file, "ask_if_new", found.ask_if_new, knowledge.findings, "a finding")
    yield from _names(file, "new_signs", found.new_signs, binary, "a yes/no finding")
    for key, code in (("new_sign", found.new_sign), ("not_smaller", found.not_smaller)):
        yield from _names(file, key, [code], yes_no, "a yes/no input of red_flags.yaml")
    measured = {"size": found.size, "size_in_percent": found.size_in_percent, "days_between": found.days_between}
    for key, code in measured.items():
        yield from _names(file, key, [code], knowledge.measurements, "a measurement")


def _questions(knowledge: KnowledgeBase) -> Iterator[Problem]:
    file, found = "reasoning.yaml", knowledge.limits.questions
    if found is None:
        return
    place = "questions.needless"
    yield from _names(file, place, found.needless, DISPOSITIONS[:-1], "a disposition with a line", complete=True)
    figures = {f"needless.{name}": cost for name, cost in found.needless.items()}
    figures |= {"rule": found.rule, "film_first.worth": found.film_first, "bit": found.bit}
    for name, figure in figures.items():
        if figure <= 0:
            yield Problem(file, f"questions.{name}", "must be above 0")
    if not 0 < found.sign_chance < 1:
        yield Problem(file, "questions.sign_chance", "must be between 0 and 1")
    place = "questions.film_first.conditions"
    yield from _names(file, place, found.film_first_for, knowledge.conditions, "a condition")
    yes_no = [code for code, item in knowledge.inputs.items() if not item.is_numeric and not item.is_derived]
    for row, (condition, codes) in enumerate(found.then_ask):
        yield from _condition(knowledge, file, f"questions.then_ask.{row}", condition)
        yield from _names(file, f"questions.then_ask.{row}.ask", codes, yes_no, "a yes/no input of red_flags.yaml")


def _likelihood(knowledge: KnowledgeBase, file: str, place: str, cell: Likelihood) -> Iterator[Problem]:
    yield from _evidence(knowledge, file, place, cell.evidence)
    for state, found in cell.states.items():
        yield from _range(file, place if state in ("yes", "no") else f"{place}.{state}", found)
    total = sum(found.p for found in cell.states.values())
    if abs(total - 1) > SUM_TOLERANCE:
        yield Problem(file, place, f"its states sum to {total:.6g}; make it 1")


def _range(file: str, place: str, found: Range) -> Iterator[Problem]:
    if not 0 <= found.low <= found.p <= found.high <= 1:
        yield Problem(file, place, "must have 0 <= low <= p <= high <= 1")


def _evidence(knowledge: KnowledgeBase, file: str, place: str, evidence: Evidence) -> Iterator[Problem]:
    if not evidence.sources:
        yield Problem(file, place, "names no source")
    yield from _names(file, f"{place}.source", evidence.sources, knowledge.sources, "a source")


def _test(knowledge: KnowledgeBase, file: str, place: str, test: TestDefinition) -> Iterator[Problem]:
    yield from _evidence(knowledge, file, f"{place}.evidence", test.evidence)
    yield from _names(file, f"{place}.findings", test.findings, knowledge.findings, "a finding")
    if test.resource is not None:
        yield from _names(file, f"{place}.resource", [test.resource], knowledge.resources, "a resource")
    if test.condition is not None:
        yield from _condition(knowledge, file, f"{place}.only_if", test.condition)


def _condition(knowledge: KnowledgeBase, file: str, place: str, condition: Criterion) -> Iterator[Problem]:
    for part in walk(condition):
        match part:
            case FindingIs(finding, states):
                yield from _names(file, place, [finding], knowledge.findings, "a finding")
                if finding in knowledge.findings:
                    known = knowledge.findings[finding].states
                    yield from _names(file, f"{place}.{finding}", states, known, "a state of the finding")
            case IsUnknown(finding):
                yield from _names(file, place, [finding], knowledge.findings, "a finding")
            case NumberIs(number, _, _):
                numbers = [code for code, item in knowledge.inputs.items() if item.is_numeric]
                numbers += [found.input for found in knowledge.measurements.values()]
                yield from _names(file, place, [number], numbers, "a number")
            case InputIsYes(name):
                answers = [code for code, item in knowledge.inputs.items() if not item.is_numeric]
                yield from _names(file, place, [name], answers, "a yes/no input")
            case RuleFired(rule):
                yield from _names(file, place, [rule], knowledge.rules, "a rule")
            case _:
                pass


def _ascending(file: str, place: str, ages: Iterable[AgeBand]) -> Iterator[Problem]:
    end = -1
    for age in ages:
        if age.from_days <= end or (age.to_days is not None and age.to_days < age.from_days):
            yield Problem(file, f"{place}.{age.id}", "must come after the ages before it, without overlap")
        end = age.to_days if age.to_days is not None else 10**6


def _names(
    file: str, place: str, used: Iterable[str], known: Iterable[str], what: str, *, complete: bool = False
) -> Iterator[Problem]:
    used, known = list(used), list(known)
    for name in used:
        if name not in known:
            yield Problem(file, place, f"{name} is not {what}{_hint(name, known)}")
    for name in dict.fromkeys(used):
        if used.count(name) > 1:
            yield Problem(file, place, f"{name} stands twice; keep one")
    if complete:
        for name in known:
            if name not in used:
                yield Problem(file, place, f"{name} is missing")


def _hint(name: str, known: Iterable[str]) -> str:
    found = nearest(name, known)
    return f"; did you mean {found}?" if found else ""
