"""A word finds what it means to the person who types it: in every script, with or without accents."""

from __future__ import annotations

import pytest

from mobile_app.presenters.wording import age_in_words
from shared.case.search_terms import age_step, codes_of_answers, day_codes, folded_words, number_words


def begins(typed: str, written: str) -> bool:
    words = folded_words(written)
    return all(any(word.startswith(prefix) for word in words) for prefix in folded_words(typed))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("mul", "Müller"),
        ("ELO", "Élodie"),
        ("nunez", "Núñez"),
        ("احمد", "أحمد"),
        ("حسن", "الحسن"),
        ("مدرسه", "مدرسة"),
        ("محمد", "محـــمّد"),
        ("20", "٢٠٢٦"),
        ("٢٠", "2026"),
        ("손", "손목"),
        ("소", "손목"),
        ("ㅅ", "손목"),
        ("epaule", "l'épaule"),
    ],
)
def test_a_word_is_found_by_its_beginning_however_it_is_written(typed: str, written: str) -> None:
    assert begins(typed, written)


def test_a_word_is_not_found_by_its_middle_or_by_another_word() -> None:
    assert not begins("iller", "Müller")
    assert not begins("amina mul", "Müller")


def test_a_record_number_is_found_in_pieces_in_one_piece_and_without_its_zeros() -> None:
    words = number_words("MRN-0047 1123")

    assert {"mrn", "0047", "1123", "mrn00471123", "47"} <= set(words)


def test_ages_step_as_they_are_said() -> None:
    for days in range(7000):
        unit, number = age_step(days)
        said = age_in_words(days)
        assert said.startswith(f"{number} ")
        assert said.split()[1].rstrip("s") == unit.rstrip("s")


def test_an_answer_that_says_nothing_has_no_code() -> None:
    codes = set(codes_of_answers({"erythema": True, "warmth": False, "fever_ge_38": "unknown", "region": ("hand",)}))

    assert codes == {"_case", "_is_erythema", "_region_hand"}


def test_a_day_is_found_by_itself_its_month_and_its_year() -> None:
    assert day_codes(2026, 10, 5) == ("_d_2026_10_05", "_m_2026_10", "_y_2026", "_month_10", "_day_5")
