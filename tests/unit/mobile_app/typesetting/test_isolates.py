"""What people typed inside a sentence of the other direction, beside what GNU FriBidi draws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_app.typesetting import Run, drawn_in_order, has_arabic, isolated, set_lines
from mobile_app.typesetting.isolates import END_OF_ISOLATE, ISOLATE
from tests.reference_bidi import END_OF_ISOLATE as END
from tests.reference_bidi import ISOLATE_LTR, drawn_by_fribidi

# Numbers stand in square brackets, so that the reference is told by hand what is one piece.
NAMES = (
    "Nurse [1]",
    "Dr A ([2])",
    "Ward [3] – left",
    "1st floor",
    "Dr. Ana-María [4]",
    "Staff [7], night",
    "محمد [2]",
    "Nurse محمد",
    "قسم B",
    "병동 [3]",
)
SENTENCES = (
    "يمكن لـ {name} فتح هذا الجهاز الآن.",
    "{name}، منذ [3] أيام",
    "هل تريد إزالة {name}؟",
    "اليوم · {name} · هذا الجهاز",
    "الاسم ({name}) و [0.36 mg/L]",
    "{name}",
    "[12] · {name} · [13 mg]",
    "{name} can open this tablet, since [3] days.",
    "Remove {name}?",
    "21 Nov · {name} · this tablet",
)


def unmarked(text: str) -> str:
    return text.replace("[", "").replace("]", "")


def drawn(text: str, *, from_right: bool) -> str:
    return "".join(run.text for run in drawn_in_order((Run(text),), from_right))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("from_right", [True, False])
def test_a_typed_name_stands_in_a_sentence_as_the_reference_draws_it(
    name: str, sentence: str, from_right: bool
) -> None:
    whole = sentence.format(name=f"{ISOLATE}{name}{END_OF_ISOLATE}")
    told = whole.replace("[", ISOLATE_LTR).replace("]", END)

    assert drawn(unmarked(whole), from_right=from_right) == drawn_by_fribidi(told, from_right=from_right)


@pytest.mark.parametrize("name", [unmarked(name) for name in NAMES if not has_arabic(name)])
def test_a_name_of_latin_letters_reads_in_an_arabic_sentence_as_it_was_typed(name: str) -> None:
    assert name in drawn(f"حفظت {isolated(name, is_rtl=True)} الحالة", from_right=True)


def test_only_what_has_letters_of_the_other_direction_is_isolated() -> None:
    assert isolated("Nurse 1", is_rtl=False) == "Nurse 1"
    assert isolated("محمد 1", is_rtl=True) == "محمد 1"
    assert isolated("12345", is_rtl=True) == "12345"
    assert isolated("", is_rtl=True) == ""
    assert isolated("Nurse 1", is_rtl=True) == f"{ISOLATE}Nurse 1{END_OF_ISOLATE}"
    assert isolated("محمد 1", is_rtl=False) == f"{ISOLATE}محمد 1{END_OF_ISOLATE}"


def test_signs_that_steer_are_taken_out_of_what_was_typed() -> None:
    assert isolated("Nurse\u202e 1\u2069", is_rtl=True) == f"{ISOLATE}Nurse 1{END_OF_ISOLATE}"


@given(st.data())
def test_isolates_planted_anywhere_in_a_dose_never_tear_it_apart(data: st.DataObject) -> None:
    dose = data.draw(st.sampled_from(("12.5 mg", "0.36 mg/L", "38.0 °C", "12–97%", "11.3 × 10⁹/L")))
    sentence = f"أُعطي {dose} قبل يومين"
    first = data.draw(st.integers(0, len(sentence)))
    last = data.draw(st.integers(first, len(sentence)))
    planted = sentence[:first] + ISOLATE + sentence[first:last] + END_OF_ISOLATE + sentence[last:]

    assert dose in drawn(planted, from_right=True)


def test_a_long_name_goes_on_in_the_next_line_in_its_own_direction() -> None:
    name = "Hospital of the Holy Family 12"
    text = f"العيادة: {isolated(name, is_rtl=True)} اليوم"

    lines = set_lines((Run(text),), lambda drawn_text, _bold: len(drawn_text), 18, from_right=True)

    assert [line.text for line in lines][:2] == [drawn("العيادة: Hospital", from_right=True), "of the Holy Family"]
    assert lines[2].text == drawn("12 اليوم", from_right=True)
    assert all(line.width <= 18 for line in lines)


def test_two_words_of_a_name_on_one_line_stand_in_its_own_order() -> None:
    text = f"أضافت {isolated('Nurse 1', is_rtl=True)} حالة"

    (line,) = set_lines((Run(text),), lambda drawn_text, _bold: len(drawn_text), 60, from_right=True)

    assert " Nurse 1 " in line.text
    assert ISOLATE not in line.text
