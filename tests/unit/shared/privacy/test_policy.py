"""A code that nobody has classified stops the build, and a policy file says everything that is wrong with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.errors import KnowledgeError
from shared.privacy.policy import Vocabulary, load_policy, unclassified
from tests.book import the_book
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
