"""What never breaks and is never reversed."""

from __future__ import annotations

import pytest

from mobile_app.typesetting import kept_together
from mobile_app.typesetting.pieces import pieces

NUMBERS = (
    "0.36 mg/L", "12–97%", "38.0 °C", "38,5 °C", "11.3 × 10⁹/L", "1–3", "−3.5 mm", "+2", "-1", "≥ 38.5 °C",
    "< 0.5 ng/mL", "25–45 °C", "90 %", "10\u202f000/µL", "1,234.5", "2026-11-21", "1000-10.00 mg/L", "21/11/2026",
    "08:40", "12:30–13:00",
    "3.2 kg", "5mg", "2 m²", "120 mmHg", "60/min", "٣٨٫٥", "١٢–٩٧٪", "98.6 °F", "12 h", "−5 – −2", "4 cm",
    "0.5 mmol/L", "10 mL/kg/h",
)  # fmt: skip
WORDS = ("CRP", "ESR", "7F3K", "Case 7F3K", "IL-6", "25-OH", "Staphylococcus", "d'eau", "mg/L", "B12")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_one_piece_with_its_sign_power_range_and_unit(number: str) -> None:
    before, after = "حرارة ", " فقط"

    found = list(pieces(before + number + after))

    assert [piece.text for piece in found if piece.kind == "number"] == [number]


@pytest.mark.parametrize("word", WORDS)
def test_latin_words_and_codes_are_one_piece(word: str) -> None:
    assert [piece.text for piece in pieces(f"قبل {word} بعد") if piece.kind == "word"] == [word]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Raised: 20.", ["20"]),
        ("3 weeks, 5 days", ["3", "5"]),
        ("(1–3)", ["1–3"]),
        ("3 d'eau", ["3"]),
        ("12F3", []),
        ("about 3 minutes", ["3"]),
    ],
)
def test_what_only_follows_a_number_is_not_its_unit(text: str, numbers: list[str]) -> None:
    assert [piece.text for piece in pieces(text) if piece.kind == "number"] == numbers


def test_pieces_put_together_are_the_text() -> None:
    text = "العمر 9 أشهر، الوزن 3.2 kg (CRP < 5 mg/L)؛ Case 7F3K\t+++ §"

    assert "".join(piece.text for piece in pieces(text)) == text


def test_a_number_stays_beside_its_unit_where_a_line_ends() -> None:
    assert kept_together("Over 0.36 mg/L is raised") == "Over 0.36\u00a0mg/L is raised"
    assert kept_together("Case 7F3K, 11.3 × 10⁹/L") == "Case\u00a07F3K, 11.3\u00a0×\u00a010⁹/L"


def test_a_text_without_a_number_is_left_as_it_is() -> None:
    assert kept_together("Where is the swelling?") == "Where is the swelling?"
