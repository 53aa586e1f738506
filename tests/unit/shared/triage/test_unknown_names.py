"""A key that nothing knows could be a name: only a slip of a known one is repeated."""

from __future__ import annotations

import pytest

from shared.errors import InvalidInput
from shared.triage.presentation import read_presentation
from tests.book import the_book


def _refusal(**body: object) -> str:
    with pytest.raises(InvalidInput) as caught:
        read_presentation(the_book(), {"age_days": 400, **body})
    return str(caught.value)


@pytest.mark.parametrize("name", ["maria", "martha", "otto", "quillon_testbairn"])
def test_a_name_is_not_repeated(name):
    assert _refusal(findings={name: True}) == "findings: has a name that is not known here"
    assert _refusal(measurements={name: 1}) == "measurements: has a name that is not known here"
    assert _refusal(**{name: True}) == "case: has a name that is not known here"


def test_a_slip_is_named_with_what_was_meant():
    assert _refusal(findings={"eritema": True}) == "findings.eritema: is not known here; did you mean erythema?"
    assert _refusal(regions=["hand"]) == "regions: is not a field of a case; did you mean region?"


@pytest.mark.parametrize(("value", "is_questioned"), [(3, True), (30, False), (120.6, False), (301, True)])
def test_a_vitamin_d_that_hardly_occurs_is_questioned(value, is_questioned):
    body = {"age_days": 400, "measurements": {"vitamin_d": {"value": value, "unit": "nmol/L"}}}
    presentation = read_presentation(the_book(), body)

    assert any("Vitamin D" in question for question in presentation.questions) is is_questioned
