"""Units: what the book lists, what pint adds, and what is refused."""

from __future__ import annotations

import subprocess
import sys

import pytest

from shared.errors import InvalidInput
from shared.measurement.units import _by_pint, from_canonical, to_canonical
from tests.book import KNOWLEDGE, the_book


def _in(measurement: str, value: float, unit: str) -> float:
    return to_canonical(the_book().measurements[measurement], value, unit, measurement)


@pytest.mark.parametrize(
    ("measurement", "value", "unit", "canonical"),
    [
        ("temperature", 38.2, "Cel", 38.2),
        ("temperature", 100.4, "[degF]", 38.0),
        ("temperature", 101.3, "°F", 38.5),
        ("temperature", 96.8, "[degF]", 36.0),
        ("crp", 2, "mg/dL", 20.0),
        ("wbc", 11300, "/mm3", 11.3),
        ("wbc", 11.3, "10^9/L", 11.3),
        ("calcium", 10, "mg/dL", 2.495),
        ("phosphate", 5.6, "mg/dL", 1.80824),
        ("vitamin_d", 20, "ng/mL", 49.92),
        ("procalcitonin", 0.5, "µg/L", 0.5),
        ("onset_days", 2, "wk", 14),
        ("onset_days", 12, "h", 0.5),
        ("antibiotics_given", 2, "d", 48),
        # Not in the book's lists: pint, with the molar mass where mass meets moles.
        ("crp", 36, "ug/dL", 0.36),
        ("calcium", 100, "mg/L", 2.495134),
        ("calcium", 2500, "umol/L", 2.5),
        ("vitamin_d", 0.1206, "umol/L", 120.6),
        ("phosphate", 0.31, "g/L", 10.008394),
        ("temperature", 311.15, "K", 38.0),
        ("heart_rate", 2, "/s", 120),
    ],
)
def test_a_value_comes_out_canonical(measurement: str, value: float, unit: str, canonical: float) -> None:
    assert _in(measurement, value, unit) == pytest.approx(canonical, abs=1e-5)


def test_every_factor_of_the_book_agrees_with_pint() -> None:
    for definition in the_book().measurements.values():
        for unit in definition.units:
            ours = to_canonical(definition, 37.0, unit, "x")
            theirs = _by_pint(definition, 37.0, unit)
            if unit == "meq/L":
                # A milliequivalent of calcium is half a millimole; pint does not know the valence.
                assert ours == 18.5
                continue
            assert theirs == pytest.approx(ours, rel=1e-3), (definition.id, unit)
            assert from_canonical(definition, ours, unit) == pytest.approx(37.0, abs=1e-3)


@pytest.mark.parametrize(
    "unit",
    [
        "",
        "kg",
        "mg",
        "mmol/L",
        "mg/dl2",
        "((((",
        "mg/",
        "10*999999/L",
        "Ann Lee",
        "x" * 5000,
        "%",
        "\x00",
        "mg/L; DROP",
    ],
)
def test_a_unit_of_another_kind_is_refused_without_an_echo(unit: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        _in("crp", 5, unit)

    assert str(caught.value) == "crp.unit: is not a unit for this measurement; use mg/L, mg/dL"


def test_the_start_does_not_pay_for_pint() -> None:
    """Half a second on a fast machine; on a tablet several. The book's own units need none of it."""
    program = f"""
import sys
from pathlib import Path
from shared.knowledge.loader import load_knowledge
from shared.triage.presentation import read_presentation
book = load_knowledge(Path({str(KNOWLEDGE)!r}))
read_presentation(book, {{"age_days": 274, "measurements": {{"crp": {{"value": 2, "unit": "mg/dL"}}, "temp_c": 38.0}}}})
print([name for name in ("pint", "ucumvert", "lark") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
