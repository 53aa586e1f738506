"""What can be expected, kind by kind: how it is written, how it reads, and whether an assessment meets it.

Conditions are counted as the screen lists them, without "something else".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from shared.errors import InvalidInput
from shared.evaluation.behaviour.comparing import Answer, Judged, has_texts, lacks_texts, told, warned, within
from shared.evaluation.behaviour.situation import Expectation
from shared.evaluation.behaviour.vocabulary import Vocabulary, plain
from shared.triage.assessment import Assessment, Disposition, Verdict

Form = Literal["any", "all", "table", "flag"]
TOP, SOON = 3, 3
ALL = "all"
_NONE_OF = ("not told to do", "parents not told", "tests do not include", "not among the first three", "not asked")
_HOW_SOON = [plain(level.value) for level in Disposition]
_VERDICTS = [verdict.value for verdict in Verdict]
Judge = Callable[[Expectation, Assessment, Answer, Vocabulary], Judged]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of expectation. `form`: any of the words, all of the groups, a table of name and word, or a flag.

    `is_text`: the words are looked for in what the product says, as they stand.
    """

    form: Form
    sentence: str
    judge: Judge | None
    is_text: bool = False


def judge(expectation: Expectation, answer: Answer, vocabulary: Vocabulary) -> Judged:
    """Return whether the answer meets the expectation.

    Raises:
        InvalidInput: a word of the expectation is not understood.
    """
    kind = KINDS[expectation.kind]
    if expectation.kind in ("refused", "doubted"):
        said = [answer.refusal]
        if expectation.kind == "doubted" and answer.presentation is not None:
            said += answer.presentation.questions
        return has_texts(expectation, [line for line in said if line])
    if answer.assessment is None or kind.judge is None:
        return Judged(False, f"refused: {answer.refusal}")
    return kind.judge(expectation, answer.assessment, answer, vocabulary)


def sentence(expectation: Expectation) -> str:
    """Return the expectation as a sentence for a reader."""
    kind, groups = KINDS[expectation.kind], expectation.groups
    if kind.form == "flag":
        return kind.sentence if groups == (("true",),) else kind.sentence.replace(" fit ", " do not fit ")
    if kind.form == "table":
        return kind.sentence.format("; ".join(f"{name} is {_level(word, _VERDICTS)}" for name, word in groups))
    if expectation.kind == "how soon":
        return kind.sentence.format(_level(groups[0][0], _HOW_SOON))
    if groups == ((ALL,),):
        return "No danger rule speaks."
    quote = '"' if kind.is_text else ""
    joint = " or " if expectation.kind in _NONE_OF else ", "
    return kind.sentence.format(joint.join(" or ".join(f"{quote}{word}{quote}" for word in each) for each in groups))


def _level(bound: str, descending: Sequence[str]) -> str:
    """Return the levels that a bound allows: "at least same day" is "emergency or same day"."""
    allowed = [level for level in descending if within(level, bound, descending[::-1])]
    return " or ".join(part for part in (", ".join(allowed[:-1]), allowed[-1]) if part)


# --- the ranking ------------------------------------------------------------------------------------------------------


def _among_top(expectation: Expectation, answer: Answer, vocabulary: Vocabulary, count: int) -> list[bool]:
    top = answer.conditions[:count]
    return [any(vocabulary.condition(word) in top for word in group) for group in expectation.groups]


def _top(answer: Answer, vocabulary: Vocabulary, count: int) -> str:
    return ", ".join(vocabulary.label(condition) for condition in answer.conditions[:count])


def _first(expectation: Expectation, _: Assessment, answer: Answer, vocabulary: Vocabulary) -> Judged:
    return Judged(all(_among_top(expectation, answer, vocabulary, 1)), _top(answer, vocabulary, TOP))


def _not_first(expectation: Expectation, _: Assessment, answer: Answer, vocabulary: Vocabulary) -> Judged:
    return Judged(not any(_among_top(expectation, answer, vocabulary, 1)), _top(answer, vocabulary, TOP))


def _in_three(expectation: Expectation, _: Assessment, answer: Answer, vocabulary: Vocabulary) -> Judged:
    return Judged(all(_among_top(expectation, answer, vocabulary, TOP)), _top(answer, vocabulary, TOP + 2))


def _not_in_three(expectation: Expectation, _: Assessment, answer: Answer, vocabulary: Vocabulary) -> Judged:
    return Judged(not any(_among_top(expectation, answer, vocabulary, TOP)), _top(answer, vocabulary, TOP))


def _how_likely(expectation: Expectation, assessment: Assessment, _: Answer, vocabulary: Vocabulary) -> Judged:
    verdicts = {row.condition: row.verdict.value for row in assessment.differential}
    is_met, got = True, []
    for name, bound in expectation.groups:
        condition = vocabulary.condition(name)
        # From unlikely to very likely, so that "at least" is a larger index.
        is_met &= within(verdicts[condition], bound, _VERDICTS[::-1])
        got.append(f"{vocabulary.label(condition)} is {verdicts[condition]}")
    return Judged(is_met, "; ".join(got))


def _no_confident_name(_: Expectation, assessment: Assessment, answer: Answer, vocabulary: Vocabulary) -> Judged:
    confident = [
        row.condition
        for row in assessment.differential
        if row.condition in answer.conditions and row.verdict in (Verdict.LIKELY, Verdict.VERY_LIKELY)
    ]
    named = ", ".join(vocabulary.label(condition) for condition in confident)
    return Judged(not (assessment.fits and confident), f"{named} is called likely" if named else "none")


def _fits(expectation: Expectation, assessment: Assessment, _: Answer, __: Vocabulary) -> Judged:
    wanted = expectation.groups == (("true",),)
    return Judged(assessment.fits is wanted, "it fits" if assessment.fits else "it does not fit")


# --- danger and time --------------------------------------------------------------------------------------------------


def _how_soon(expectation: Expectation, assessment: Assessment, _: Answer, __: Vocabulary) -> Judged:
    got = plain(assessment.disposition.value)
    rules = ", ".join(rule.id for rule in assessment.red_flags)
    reason = f"{got} ({rules})" if rules else got
    return Judged(within(got, expectation.groups[0][0], _HOW_SOON[::-1]), reason)


def _fire(expectation: Expectation, assessment: Assessment, _: Answer, vocabulary: Vocabulary) -> Judged:
    fired = [rule.id for rule in (*assessment.red_flags, *assessment.prompts)]
    wanted = [any(vocabulary.rule(word) in fired for word in group) for group in expectation.groups]
    return Judged(all(wanted), ", ".join(fired) or "none")


def _silent(expectation: Expectation, assessment: Assessment, _: Answer, vocabulary: Vocabulary) -> Judged:
    fired = [rule.id for rule in assessment.red_flags]
    words = [word for group in expectation.groups for word in group]
    forbidden = fired if words == [ALL] else [vocabulary.rule(word) for word in words]
    return Judged(not set(forbidden) & set(fired), ", ".join(fired) or "none")


# --- questions, tests, advice -----------------------------------------------------------------------------------------


def _asked(expectation: Expectation, assessment: Assessment, vocabulary: Vocabulary, count: int | None) -> list[bool]:
    asked = [question.finding for question in assessment.next_questions][:count]
    return [
        any(code in asked for word in group for code, _ in vocabulary.meaning(word)) for group in expectation.groups
    ]


def _questions(assessment: Assessment) -> str:
    return ", ".join(question.finding for question in assessment.next_questions[: SOON + 2]) or "nothing more"


def _asked_first(expectation: Expectation, assessment: Assessment, _: Answer, vocabulary: Vocabulary) -> Judged:
    return Judged(all(_asked(expectation, assessment, vocabulary, 1)), _questions(assessment))


def _asked_soon(expectation: Expectation, assessment: Assessment, _: Answer, vocabulary: Vocabulary) -> Judged:
    return Judged(all(_asked(expectation, assessment, vocabulary, SOON)), _questions(assessment))


def _not_asked(expectation: Expectation, assessment: Assessment, _: Answer, vocabulary: Vocabulary) -> Judged:
    return Judged(not any(_asked(expectation, assessment, vocabulary, None)), _questions(assessment))


def _first_test(expectation: Expectation, assessment: Assessment, _: Answer, __: Vocabulary) -> Judged:
    return has_texts(expectation, [row.test for row in assessment.next_tests[:1]])


def _tests(expectation: Expectation, assessment: Assessment, _: Answer, __: Vocabulary) -> Judged:
    return has_texts(expectation, [row.test for row in assessment.next_tests])


def _not_tests(expectation: Expectation, assessment: Assessment, _: Answer, __: Vocabulary) -> Judged:
    return lacks_texts(expectation, [row.test for row in assessment.next_tests])


def _do(expectation: Expectation, assessment: Assessment, _: Answer, __: Vocabulary) -> Judged:
    return has_texts(expectation, told(assessment))


def _not_do(expectation: Expectation, assessment: Assessment, _: Answer, __: Vocabulary) -> Judged:
    return lacks_texts(expectation, told(assessment))


def _do_not(expectation: Expectation, assessment: Assessment, _: Answer, __: Vocabulary) -> Judged:
    return has_texts(expectation, warned(assessment))


def _parents(expectation: Expectation, assessment: Assessment, _: Answer, __: Vocabulary) -> Judged:
    return has_texts(expectation, [assessment.plan.parents])


def _not_parents(expectation: Expectation, assessment: Assessment, _: Answer, __: Vocabulary) -> Judged:
    return lacks_texts(expectation, [assessment.plan.parents])


def _again(expectation: Expectation, assessment: Assessment, _: Answer, __: Vocabulary) -> Judged:
    bound = re.fullmatch(r"(\d+) days?", expectation.groups[0][0])
    if bound is None:
        raise InvalidInput(f"'{expectation.groups[0][0]}'", "must be a number of days, such as 2 days")
    planned = [row.after_days for row in assessment.plan.follow_up if row.after_days is not None]
    is_met = bool(planned) and min(planned) <= int(bound[1])
    return Judged(is_met, f"after {min(planned)} days" if planned else "no day is named")


# --- what was read ----------------------------------------------------------------------------------------------------


def _taken_as(expectation: Expectation, _: Assessment, answer: Answer, vocabulary: Vocabulary) -> Judged:
    assert answer.presentation is not None
    states = {**answer.presentation.findings}
    states |= {code: "yes" if yes else "no" for code, yes in answer.presentation.inputs.items()}
    wanted = [pair for group in expectation.groups for word in group for pair in vocabulary.meaning(word)]
    got = ", ".join(f"{code} {states.get(code, 'not known')}" for code, _ in wanted)
    return Judged(all(states.get(code) == state for code, state in wanted), got)


def _noted(expectation: Expectation, _: Assessment, answer: Answer, __: Vocabulary) -> Judged:
    assert answer.presentation is not None
    return has_texts(expectation, answer.presentation.notes)


def _questioned(expectation: Expectation, _: Assessment, answer: Answer, __: Vocabulary) -> Judged:
    assert answer.presentation is not None
    return has_texts(expectation, answer.presentation.questions)


KINDS: dict[str, Kind] = {
    "first": Kind("any", "First: {}.", _first),
    "among the first three": Kind("all", "Among the first three: {}.", _in_three),
    "not first": Kind("any", "Not first: {}.", _not_first),
    "not among the first three": Kind("all", "Not among the first three: {}.", _not_in_three),
    "how likely": Kind("table", "In words, {}.", _how_likely),
    "fits": Kind("flag", "The answers fit what the book knows.", _fits),
    "no confident name": Kind("flag", "No single cause is called likely.", _no_confident_name),
    "danger rules fire": Kind("all", "This danger rule speaks: {}.", _fire),
    "danger rules stay silent": Kind("all", "This danger rule stays silent: {}.", _silent),
    "prompts fire": Kind("all", "It prompts: {}.", _fire),
    "how soon": Kind("any", "How soon: {}.", _how_soon),
    "asked first": Kind("any", "Asked first: {}.", _asked_first),
    "asked soon": Kind("all", "Among the first three questions: {}.", _asked_soon),
    "not asked": Kind("all", "Not asked: {}.", _not_asked),
    "first test": Kind("any", "The first test says {}.", _first_test, is_text=True),
    "tests include": Kind("all", "The tests name {}.", _tests, is_text=True),
    "tests do not include": Kind("all", "No test says {}.", _not_tests, is_text=True),
    "told to do": Kind("all", "The advice says {}.", _do, is_text=True),
    "not told to do": Kind("all", "The advice does not say {}.", _not_do, is_text=True),
    "told not to do": Kind("all", "A warning (what not to do) says {}.", _do_not, is_text=True),
    "parents told": Kind("all", "The parents are told {}.", _parents, is_text=True),
    "parents not told": Kind("all", "The parents are not told {}.", _not_parents, is_text=True),
    "looked at again within": Kind("any", "Looked at again within {}.", _again),
    "taken as": Kind("all", "It is taken as: {}.", _taken_as),
    "questioned": Kind("all", "It is questioned with {}.", _questioned, is_text=True),
    "noted": Kind("all", "It is noted with {}.", _noted, is_text=True),
    "doubted": Kind("all", "It is questioned or refused with {}.", None, is_text=True),
    "refused": Kind("all", "It is refused in one sentence that names {}.", None, is_text=True),
}
"""Every kind of expectation, by the key with which it is written."""
