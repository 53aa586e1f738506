"""The lines of the danger-sign screen: at most twelve for any child, and none that says more than its words."""

from __future__ import annotations

import pytest

from shared.knowledge.grammar import walk
from shared.knowledge.model import InputIsYes
from shared.triage.presentation import Presentation, read_presentation
from shared.triage.red_flags import evaluate
from tests.book import the_book

# With one yes alone, these rules fire and no others. What is not here fires nothing by itself at nine months.
FIRES_ALONE = {
    "looks_very_ill": {"RF02_sepsis_any_age"},
    "dying_skin": {"RF10_skin_necrosis_over_lesion"},
    "no_blood_flow": {"RF09_vascular_compromise"},
    "tense": {"RF06_compartment_syndrome"},
    "swollen_finger": {"RF07_flexor_tenosynovitis"},
    "drip_running": {"RF08_active_or_fresh_extravasation"},
    "fit": {"RF15_metabolic_emergency"},
}
NEWBORN = {
    "looks_very_ill": {"RF02_sepsis_any_age", "RF03_young_infant_fever"},
    "poor_feeding": {"RF03_young_infant_fever"},
    "fever": {"RF03_young_infant_fever"},
    "not_used": {"RF04_septic_arthritis", "RF05_acute_osteomyelitis"},
}


def _child(age_days: int, codes: tuple[str, ...], answer: bool = True) -> Presentation:
    return read_presentation(the_book(), {"age_days": age_days, "findings": dict.fromkeys(codes, answer)})


def _rules(presentation: Presentation) -> set[str]:
    return {rule.id for rule in evaluate(the_book(), presentation) if rule.priority < 4}


@pytest.mark.parametrize("age_days", [0, 10, 27, 28, 89, 274, 2000, 6000])
def test_no_child_is_asked_more_than_twelve_lines(age_days: int) -> None:
    book = the_book()

    for region in book.regions:
        for other in book.regions:
            signs = book.danger_signs_for(age_days, (region, other))
            assert 11 <= len(signs) <= 12, (region, other)


@pytest.mark.parametrize("sign", the_book().danger_signs, ids=lambda sign: sign.id)
def test_a_single_yes_fires_only_what_its_words_support(sign) -> None:
    age = 10 if sign.id in ("poor_feeding", "strong_drip_newborn") else 274
    expected = (NEWBORN if age == 10 else FIRES_ALONE).get(sign.id, set())

    assert _rules(_child(age, sign.yes)) == expected


@pytest.mark.parametrize("sign", ["looks_very_ill", "poor_feeding", "fever", "not_used"])
def test_in_a_newborn_less_is_enough(sign: str) -> None:
    found = next(line for line in the_book().danger_signs if line.id == sign)

    assert _rules(_child(10, found.yes)) == NEWBORN[sign]


def test_no_to_every_line_fires_nothing() -> None:
    for age_days in (10, 274, 2000):
        for region in ("hand", "foot"):
            codes = tuple(code for sign in the_book().danger_signs_for(age_days, (region,)) for code in sign.no)
            assert _rules(_child(age_days, codes, answer=False)) == set()


def test_every_input_of_an_emergency_rule_can_be_reached_from_the_screen() -> None:
    """Findings have their own question; an input that no line sets or leads to would never be asked."""
    book = the_book()
    needed = {
        atom.input
        for rule in book.rules.values()
        if rule.priority == 1
        for atom in walk(rule.condition)
        if isinstance(atom, InputIsYes) and not book.inputs[atom.input].is_derived
    }

    reached = {code for sign in book.danger_signs for code in (*sign.yes, *sign.no, *sign.then_ask)}

    assert needed <= reached


def test_a_sign_that_does_not_act_at_once_says_what_decides() -> None:
    for sign in the_book().danger_signs:
        acts = sign.id in FIRES_ALONE or sign.id == "poor_feeding"
        assert bool(sign.note) != acts or sign.id == "dying_skin", sign.id
