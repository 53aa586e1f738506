"""A referral letter in words: what those who receive the child need, the most urgent first.

    emergency      acts and why ─▶ who ─▶ found ─▶ ranking ─▶ plan ─▶ sign
    otherwise      how urgent and what first ─▶ who ─▶ found ─▶ ranking ─▶ plan ─▶ sign

It is worded from what the screens say (`reading_desk.py`), in the language in use, so it is no more certain than
they are. It holds no dose. The name is in it only where the clinician ticked it; otherwise there are lines to write on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mobile_app.language import current
from mobile_app.language.formats import day_month_and_year
from mobile_app.paper.blocks import (
    Badge,
    Block,
    Document,
    Heading,
    Listed,
    Pair,
    Pairs,
    Paragraph,
    Ranked,
    Section,
    Signature,
)
from mobile_app.presenters.answers import where_in_words
from mobile_app.presenters.checks import began_on, checks_to_come
from mobile_app.presenters.letter_findings import found
from mobile_app.presenters.ranking import RESIDUAL
from mobile_app.presenters.reading_desk import ReadingDesk
from mobile_app.presenters.result import RuleView
from mobile_app.presenters.roles import role_in_words
from mobile_app.presenters.wording import (
    VERDICTS,
    age_in_words,
    band_in_words,
    capitalised,
    count_of,
    distance_in_words,
    joined,
    say,
    strength_against,
    strength_for,
    translation_note,
    typed,
)
from shared.case.short_code import short_code
from shared.triage.assessment import Contribution, RankedDifferential
from shared.triage.follow_up import AGE_DAYS
from shared.triage.plan import working_condition

RANKED = 5
EXPLAINED = 3
"""How many rows of the ranking say what speaks for and against them."""
REASONS = 3
_EXPERT = "expert"


@dataclass(frozen=True, slots=True)
class LetterChoices:
    """What the clinician chose. `note` is free text for the receiver."""

    with_name: bool = False
    note: str = ""
    clinic: str = ""


def letter(desk: ReadingDesk, choices: LetterChoices) -> Document:
    """Return the letter about the case on the desk."""
    blocks: list[Block] = [
        Heading(say("Referral letter"), _case_line(desk)),
        *(_emergency(desk) if desk.visit.is_emergency else _how_urgent(desk)),
        *_who(desk, choices),
        *found(desk),
        *_ranking(desk),
        *_plan(desk),
        *_note(choices),
        *_basis(desk),
        Signature((_signed_by(desk), say("Signature"), say("Date and time"))),
    ]
    return Document(
        language=current().code,
        is_rtl=current().is_rtl,
        blocks=tuple(blocks),
        page_words=page_words,
        foot=say("Supports a clinician's judgement. It is not a diagnosis."),
    )


def page_words(number: int, count: int) -> str:
    """Return "Page 1 of 2"."""
    return say("Page {number} of {count}", number=number, count=count)


def full_date(day: date) -> str:
    """Return "21 Nov 2026"."""
    return day_month_and_year(day)


def _case_line(desk: ReadingDesk) -> str:
    code = say("Case {code}", code=short_code(desk.case.case_id))
    seen = desk.case.seen_on
    return code if seen is None else f"{code} · {full_date(seen)}"


# --- how urgent -------------------------------------------------------------------------------------------------------


def _emergency(desk: ReadingDesk) -> list[Block]:
    view = desk.emergency
    blocks: list[Block] = [
        Badge(view.title, view.sentence, is_strong=True),
        Section(view.acts_title, view.sources),
        Listed(tuple(act.text for act in view.acts), is_numbered=True, size="body_large"),
    ]
    if view.because:
        blocks.append(_labelled(view.because_title, joined(view.because)))
    # No prompt to wait for an X-ray stands here: it must not hold up a surgeon who is needed now.
    return [*blocks, *_rules(view.other_rules)]


def _how_urgent(desk: ReadingDesk) -> list[Block]:
    view = desk.result
    blocks: list[Block] = [Badge(view.disposition.word, view.banner.title)]
    if view.banner.text:
        blocks.append(Paragraph(view.banner.text))
    if view.banner.because:
        blocks.append(_labelled(say("Raised because"), joined(view.banner.because)))
    return [*blocks, *_rules(view.other_rules)]


def _rules(rules: Iterable[RuleView]) -> list[Block]:
    return [
        Paragraph(" ".join(part for part in (_sentence(rule.title), rule.text) if part), is_boxed=True)
        for rule in rules
    ]


# --- who --------------------------------------------------------------------------------------------------------------


def _who(desk: ReadingDesk, choices: LetterChoices) -> list[Block]:
    visit, local, words = desk.visit, desk.case.local, desk.words
    answers = visit.answers
    seen = desk.case.seen_on
    age = _age(desk)

    def personal(text: str) -> str:
        return text if choices.with_name else ""

    def said(code: str) -> str:
        return capitalised(words.value(code, answers[code])) if code in answers else ""

    pairs = [
        Pair(say("Name"), personal(local.patient_name), is_to_write=True),
        Pair(say("Record no."), personal(local.record_number), is_to_write=True),
        Pair(say("Birth date"), personal(_birth_date(local.birth_date)), is_to_write=True),
        Pair(say("Age"), age_in_words(age) if age is not None else said("age_group")),
        Pair(say("Sex"), said("sex")),
        Pair(say("Place"), capitalised(where_in_words(answers))),
        Pair(say("Seen on"), full_date(seen) if seen else say("not known on this tablet")),
        Pair(say("Seen in"), said("setting")),
        Pair(say("Clinic"), choices.clinic, is_to_write=True),
        Pair(say("To"), "", is_to_write=True),
    ]
    return [Section(say("The child")), Pairs(tuple(pairs), columns=2)]


def _age(desk: ReadingDesk) -> float | None:
    """Return the age in days at the visit; None where only a group is known."""
    age = desk.visit.answers.get(AGE_DAYS)
    return age + (desk.visit.day or 0) if isinstance(age, int | float) else None


def _birth_date(text: str) -> str:
    try:
        return full_date(date(*(int(part) for part in text.split("-"))))
    except (ValueError, TypeError):
        return ""


# --- what it may be ---------------------------------------------------------------------------------------------------


def _ranking(desk: ReadingDesk) -> list[Block]:
    assessment = desk.visit.assessment
    blocks: list[Block] = [Section(say("What fits so far"), say("probability, 90% band"))]
    if not assessment.fits:
        blocks.append(Paragraph(desk.result.does_not_fit, is_bold=True))
    named = [row for row in assessment.differential if row.condition != RESIDUAL][: RANKED - 1]
    rest = [row for row in assessment.differential if row.condition == RESIDUAL]
    blocks += [_ranked(desk, row, fits=assessment.fits, explains=place < EXPLAINED) for place, row in enumerate(named)]
    blocks += [_ranked(desk, row, fits=assessment.fits, explains=False) for row in rest]
    for considered in desk.result.considered:
        blocks.append(_labelled(considered.heading, f"{considered.name}. {considered.clues}"))
    return blocks


def _ranked(desk: ReadingDesk, row: RankedDifferential, *, fits: bool, explains: bool) -> Ranked:
    condition = desk.knowledge.conditions[row.condition]
    band = band_in_words(*row.interval)
    word = say(VERDICTS[row.verdict.value])
    details = []
    if explains:
        details = [
            say("{label}: {text}", label=label, text=text)
            for label, text in (
                (say("For"), _reasons(desk, row.for_, is_for=True)),
                (say("Against"), _reasons(desk, row.against, is_for=False)),
            )
            if text
        ]
    is_plain = condition.plain_label.casefold() in ("", condition.label.casefold())
    name = condition.label if is_plain else f"{condition.label} ({condition.plain_label})"
    return Ranked(name, f"{word}, {band}" if fits else band, tuple(details))


def _reasons(desk: ReadingDesk, contributions: Iterable[Contribution], *, is_for: bool) -> str:
    strength = strength_for if is_for else strength_against
    strongest = sorted(contributions, key=lambda item: -abs(item.weight))[:REASONS]
    return "; ".join(f"{strength(item.weight)} {desk.words.state(item.finding, item.state)}" for item in strongest)


# --- what was done, what comes next -----------------------------------------------------------------------------------


def _plan(desk: ReadingDesk) -> list[Block]:
    """Return tests, care, what not to do and checks, each as lines beside its name."""
    view = desk.plan
    # In an emergency the acts stand at the head of the letter already.
    acts = {act.text for act in desk.emergency.acts} if desk.visit.is_emergency else set()
    lines = {
        say("Tests done"): [
            say("{label}: {text}", label=test.text, text=test.why) for test in view.tests if test.is_done
        ],
        say("Tests to do"): [test.text for test in view.tests if not test.is_done],
        view.care_title: [
            say("{label}: {text}", label=step.text.rstrip("."), text=step.done) if step.is_done else step.text
            for step in view.care
            if step.text not in acts
        ],
        view.do_not_title: [capitalised(step) for step in view.do_not],
        view.follow_up_title: [say("{label}: {text}", label=when, text=do) for when, do in follow_up_dates(desk)],
    }
    pairs = tuple(
        Pair(label, "\n".join(f"– {text}" if len(texts) > 1 else text for text in texts))
        for label, texts in lines.items()
        if texts
    )
    return [Section(say("Plan")), Pairs(pairs)] if pairs else []


def follow_up_dates(desk: ReadingDesk) -> list[tuple[str, str]]:
    """Return the checks still to come as (when, what to do): dates where the day of the visit is known."""
    visit = desk.visit
    assessment = visit.assessment
    condition = working_condition(desk.knowledge, {row.condition: row.probability for row in assessment.differential})
    day = visit.day or 0
    began = began_on(condition, visit.before.entries) if condition else None
    since = 0 if began is None else max(day - began, 0)
    seen, today = desk.case.seen_on, desk.clock.now().date()
    dated = []
    for check in checks_to_come(desk.knowledge, condition, assessment.plan.follow_up, since):
        if check.in_days is None or seen is None:
            dated.append((check.when, check.do))
            continue
        on = seen + timedelta(days=check.in_days)
        if on >= today:
            dated.append((f"{full_date(on)} · {distance_in_words(check.in_days)}", check.do))
    return dated


def _note(choices: LetterChoices) -> list[Block]:
    return [Section(say("Note")), Paragraph(choices.note)] if choices.note.strip() else []


def _basis(desk: ReadingDesk) -> list[Block]:
    assessment = desk.visit.assessment
    advice = (*assessment.plan.management, *assessment.plan.do_not, *assessment.plan.follow_up, *assessment.next_tests)
    rules: tuple[Any, ...] = (*assessment.red_flags, *assessment.prompts, *assessment.consider)
    sources = {source for said in (*advice, *rules) for source in said.sources} - {_EXPERT}
    said = count_of(
        len(sources),
        "This advice rests on {count} source, listed on the tablet. Knowledge {version}.",
        "This advice rests on {count} sources, listed on the tablet. Knowledge {version}.",
        version=assessment.knowledge_version,
    )
    return [
        Paragraph(said, size="caption"),
        *(Paragraph(note, size="caption") for note in (translation_note(),) if note),
    ]


def _signed_by(desk: ReadingDesk) -> str:
    user = desk.store.user
    return f"{typed(user.name)}, {role_in_words(user.role)}" if user.role else user.name


def _labelled(label: str, text: str) -> Paragraph:
    return Paragraph(say("{label}: {text}", label=label, text=text))


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".!?:؟。" else f"{text}."
