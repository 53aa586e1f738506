"""The ranking against exact inference by an independent library, for any picture whatsoever."""

from __future__ import annotations

import pytest
from hypothesis import given

from shared.differential.engine import Differential
from shared.differential.picture import ClinicalPicture
from tests.book import the_book
from tests.pictures import pictures

BOOK = the_book()
ENGINE = Differential(BOOK)


@given(pictures(BOOK, max_answers=len(BOOK.findings)))
def test_the_engine_equals_exact_inference_by_pgmpy(picture: ClinicalPicture) -> None:
    # Here, for the import takes seconds, and every process that collects the tests would pay them.
    from tests.pgmpy_ranking import pgmpy_posterior

    assert ENGINE.rank(picture).probabilities() == pytest.approx(pgmpy_posterior(BOOK, picture), abs=1e-9, rel=0)
