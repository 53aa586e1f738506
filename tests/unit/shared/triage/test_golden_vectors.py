"""What version 1.0 of the knowledge concluded when it was released, and what it concludes today: the same.

`tests/vectors/assessments_1.0.json` was made by the released software: the shipped examples, published cases, a case
that fires each danger rule. Numbers are compared as they are stored and printed: to three and to six decimals. Of the
1,118 bounds to six decimals 16 were written anew, each by one in the last place, when intervals began to be reckoned in
64 bits: in 32 that place hung on the processor. No conclusion changed.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from shared.case.entry import conclusion_to_json
from shared.knowledge.loader import load_knowledge
from shared.triage.assess import Assessor, conclusion
from shared.triage.presentation import read_presentation
from tests.book import KNOWLEDGE

VECTORS = json.loads((Path(__file__).resolve().parents[3] / "vectors" / "assessments_1.0.json").read_text("utf-8"))
CASES = [pytest.param(row, id=row["name"]) for row in VECTORS["assessments"]]


@cache
def released() -> Assessor:
    return Assessor(load_knowledge(KNOWLEDGE.parent / VECTORS["knowledge_version"]))


def test_the_vectors_were_made_with_the_knowledge_that_is_shipped() -> None:
    assert released().knowledge.content_hash == VECTORS["content_hash"]
    names = [row["name"] for row in VECTORS["assessments"]]
    assert len(names) == len(set(names)) == 67
    assert set(released().knowledge.rules) <= set(names)


@pytest.mark.parametrize("row", CASES)
def test_an_old_assessment_is_repeated_bit_for_bit(row: dict[str, Any]) -> None:
    assessor = released()
    assessment = assessor.assess(read_presentation(assessor.knowledge, row["case"]))

    assert conclusion_to_json(conclusion(assessment, assessor.knowledge)) == row["conclusion"]
    if "result" in row:
        assert json.loads(json.dumps(assessment.to_json())) == row["result"]
