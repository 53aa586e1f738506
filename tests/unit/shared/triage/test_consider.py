"""What is not ranked and should be thought of: named when its condition holds."""

from __future__ import annotations

from typing import Any

from mobile_app.commands.triage_text import in_words
from shared.knowledge.model import RuleFired
from shared.triage.assess import Assessor
from shared.triage.assessment import Assessment
from shared.triage.presentation import read_presentation
from tests.book import the_book

BOOK = the_book()
ASSESSOR = Assessor(BOOK)
COMPARTMENT = {"tense_limb": True, "pain_on_passive_finger_toe_stretch": True}
KIDNEYS = {"ckd_or_dialysis": True, "crepitus_bullae_necrosis": True, "bluish_discoloration": True}


def assess(**findings: Any) -> Assessment:
    return ASSESSOR.assess(read_presentation(BOOK, {"age_days": 1500, "region": ["hand"], "findings": findings}))


def test_a_condition_to_consider_is_named_with_its_clues_and_sources_when_it_holds() -> None:
    named = {item.condition: item for item in assess(**COMPARTMENT).consider}

    entry = BOOK.consider["compartment_syndrome"]
    assert set(named) == {"compartment_syndrome"}
    assert named["compartment_syndrome"].label == entry.label
    assert named["compartment_syndrome"].clues == entry.clues
    assert set(named["compartment_syndrome"].sources) <= set(BOOK.sources)


def test_nothing_is_to_be_considered_where_no_condition_holds() -> None:
    assert assess(erythema=True).consider == ()


def test_a_condition_that_follows_a_rule_is_named_exactly_when_the_rule_fires() -> None:
    for child in (assess(**COMPARTMENT), assess(**KIDNEYS), assess(tense_limb=True), assess()):
        fired = {rule.id for rule in (*child.red_flags, *child.prompts)}
        named = {item.condition for item in child.consider}
        for entry in BOOK.consider.values():
            if isinstance(entry.condition, RuleFired):
                assert (entry.id in named) == (entry.condition.rule in fired)


def test_the_json_form_keeps_its_keys() -> None:
    assert "consider" not in assess(**COMPARTMENT).to_json()


def test_the_words_name_it_with_its_source() -> None:
    text = in_words(assess(**COMPARTMENT), BOOK)

    assert "Also think of" in text
    assert "Compartment syndrome: tense limb" in text
    assert "Noonan KJ" in text
    assert "Also think of" not in in_words(assess(erythema=True), BOOK)
