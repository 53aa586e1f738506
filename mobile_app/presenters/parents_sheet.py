"""What the parents take home: one page in plain, large words, in their language.

    what it is, as certain as the plan says ─▶ come back at once if ... ─▶ when to come for a check ─▶ where to call

The words about the illness are the book's own advice for parents; the signs are those of its danger-sign screen that
parents can see, for a child of this age.
"""

from __future__ import annotations

from dataclasses import dataclass

from mobile_app.language import current
from mobile_app.paper.blocks import Badge, Block, Document, Heading, Listed, Pair, Pairs, Paragraph, Section
from mobile_app.presenters.danger_lines import signs_for
from mobile_app.presenters.letter_words import LetterChoices, follow_up_dates, full_date, page_words
from mobile_app.presenters.reading_desk import ReadingDesk
from mobile_app.presenters.wording import say, sentences, translation_note
from shared.case.short_code import short_code

SEEN_BY_PARENTS = (
    "looks_very_ill", "poor_feeding", "fever", "severe_pain", "dying_skin", "spreading", "not_used", "no_blood_flow",
    "swollen_finger", "fit",
)  # fmt: skip
"""The lines of the danger-sign screen that parents can see for themselves; those about drips and illnesses are not."""


@dataclass(frozen=True, slots=True)
class _Sizes:
    said: str
    listed: str
    title: str


LARGE, SMALLER = _Sizes("question", "heading", "heading"), _Sizes("heading", "title", "title")
"""In a language that needs more room the sheet is set smaller, so that it stays on one page."""


def parents_sheet(desk: ReadingDesk, choices: LetterChoices, sizes: _Sizes = LARGE) -> Document:
    """Return the sheet about the case on the desk."""
    seen = desk.case.seen_on
    code = say("Case {code}", code=short_code(desk.case.case_id))
    is_emergency = desk.visit.is_emergency
    blocks: list[Block] = [Heading(say("For the parents"), f"{code} · {full_date(seen)}" if seen else code)]
    if choices.with_name and desk.case.local.patient_name:
        blocks.append(Paragraph(desk.case.local.patient_name, size="title", is_bold=True))
    if is_emergency:
        blocks.append(Badge(desk.emergency.title, is_strong=True))
    blocks += [Paragraph(f"{sentence}.", size=sizes.said) for sentence in sentences(desk.plan.parents)]
    if not is_emergency:
        blocks += _come_back(desk, sizes)
        blocks += _checks(desk, sizes)
    blocks += [
        Section(say("Where to call or go"), size=sizes.title),
        Pairs((Pair(say("Clinic"), choices.clinic, is_to_write=True), Pair(say("Phone"), "", is_to_write=True))),
    ]
    note = translation_note()
    if note:
        blocks.append(Paragraph(note, size="caption"))
    return Document(
        language=current().code,
        is_rtl=current().is_rtl,
        blocks=tuple(blocks),
        page_words=page_words,
        foot=say("This sheet does not take the place of seeing a clinician."),
    )


def _come_back(desk: ReadingDesk, sizes: _Sizes) -> list[Block]:
    shown = signs_for(desk.knowledge, desk.visit.answers)
    labels = tuple(sign.label for sign in shown if sign.id in SEEN_BY_PARENTS)
    title = say("Come back at once, day or night, if you see one of these")
    return [Section(title, size=sizes.title), Listed(labels, size=sizes.listed)]


def _checks(desk: ReadingDesk, sizes: _Sizes) -> list[Block]:
    dates = tuple(when for when, _ in follow_up_dates(desk))
    return [Section(say("Come for a check"), size=sizes.title), Listed(dates, size=sizes.listed)] if dates else []
