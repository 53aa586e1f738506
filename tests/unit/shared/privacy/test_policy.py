"""A code that nobody has classified stops the build, and a policy file says everything that is wrong with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.errors import KnowledgeError
from shared.privacy.policy import Vocabulary, load_policy, unclassified
from tests.book import FIRST, KNOWLEDGE, the_book, the_first_book
from tests.tablet_world import the_policy

OUTCOME_CODES = {"final_diagnosis", "proven_by", "healed_days", "sequelae", "withdrawal_reason"}
CONTEXT_CODES = {"age_days", "sex", "region", "side", "setting", "resources", "presentation_month", "visit_day"}


def load(text, tmp_path):
    path = tmp_path / "privacy.yaml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path, Vocabulary.of(the_book()))


def test_every_code_that_the_book_knows_is_classified():
    assert unclassified(the_policy(), the_book()) == ()
    assert the_policy().codes.keys() >= OUTCOME_CODES | CONTEXT_CODES


def test_a_new_finding_or_measurement_is_reported_until_it_is_classified():
    book = the_book()
    finding = next(iter(book.findings.values()))
    measurement = replace(book.measurements["crp"], unit="g/L")
    grown = replace(
        book,
        findings={**book.findings, "tattoo": replace(finding, id="tattoo")},
        measurements={**book.measurements, "crp": measurement},
    )

    assert unclassified(the_policy(), grown) == ("crp g/L", "tattoo")


def test_every_danger_sign_sets_only_classified_codes():
    set_by_signs = {code for sign in the_book().danger_signs for code in (*sign.yes, *sign.no)}

    assert set_by_signs <= the_policy().codes.keys()


@pytest.mark.parametrize(
    ("row", "advice"),
    [
        ("{rule: keep}", "class"),
        ("{class: secret, rule: keep}", "class"),
        ("{class: clinical, rule: guess}", "no rule"),
        ("{class: clinical, rule: keep}", "give its values"),
        ("{class: direct_identifier, rule: keep, values: [a]}", "must be drop"),
        ("{class: clinical, rule: rounded, unit: d, low: 0, high: 1}", "not written"),
        ("{class: clinical, rule: rounded, unit: d, step: 1, low: 2, high: 1}", "not written"),
        ("{class: clinical, rule: rounded, unit: d, step: 1, digits: 1, low: 0, high: 1}", "not written"),
        ("{class: clinical, rule: days}", "not written"),
        ("{class: clinical, rule: keep, values_from: nowhere}", "not written"),
        ("{class: clinical, rule: grouped, values: [a], groups: {b: c}}", "not one of its values"),
        ("7", "class"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(row, advice, tmp_path):
    with pytest.raises(KnowledgeError) as caught:
        load(f"version: '1'\ncodes:\n  shoe_size: {row}\n  other: {{class: x}}\n", tmp_path)

    assert "privacy.yaml: shoe_size" in str(caught.value)
    assert advice in str(caught.value)
    assert len(caught.value.problems) >= 2, "all problems are reported at once"


@pytest.mark.parametrize("text", ["", "[]", "{", "version: '1'", "version: '1'\ncodes: {}\nmore: 1"])
def test_a_file_that_is_no_policy_is_refused(text, tmp_path):
    with pytest.raises(KnowledgeError):
        load(text, tmp_path)


def test_every_condition_is_decided_also_those_that_are_only_considered():
    book, policy = the_book(), the_policy()
    outcome = policy.codes["final_diagnosis"].rule

    assert {*book.conditions, *book.consider} == {*outcome.values, *outcome.groups}
    assert not outcome.values & outcome.groups.keys()


def test_a_new_condition_stops_the_build_until_it_is_decided():
    book = the_book()
    ranked = replace(next(iter(book.conditions.values())), id="scurvy")
    considered = replace(next(iter(book.consider.values())), id="rickets")
    grown = replace(
        book, conditions={**book.conditions, "scurvy": ranked}, consider={**book.consider, "rickets": considered}
    )

    assert unclassified(the_policy(), grown) == ("final_diagnosis rickets", "final_diagnosis scurvy")


def test_the_policy_of_the_first_version_suits_its_own_book():
    policy = load_policy(FIRST / "privacy.yaml", Vocabulary.of(the_first_book()))

    assert unclassified(policy, the_first_book()) == ()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "      tumour: other",
            "      tumor: other",
            "final_diagnosis.groups: tumor is not known; did you mean tumour?",
        ),
        ("    - abscess\n", "    - abcess\n", "final_diagnosis.values: abcess is not known; did you mean abscess?"),
        ("  warmth: {", "  warmt: {", "warmt: is not a code that the knowledge knows; did you mean warmth?"),
        ("step: 12, low", "stp: 12, low", "antibiotics_given.stp: is not a key that belongs to the rule rounded"),
        ("  onset: {", "  warmth: {class: clinical, rule: keep}\n  onset: {", "the key warmth stands twice"),
    ],
)
def test_a_name_in_the_policy_that_nothing_knows_is_refused(old, new, sentence, tmp_path):
    text = (KNOWLEDGE / "privacy.yaml").read_text(encoding="utf-8")
    assert old in text

    with pytest.raises(KnowledgeError) as caught:
        load(text.replace(old, new, 1), tmp_path)
    assert sentence in str(caught.value)
