"""One line in drawing order, beside what GNU FriBidi draws."""

from __future__ import annotations

import pytest

from mobile_app.typesetting import Run, drawn_in_order, reads_from_right
from mobile_app.typesetting.isolates import UNSEEN
from tests.reference_bidi import END_OF_ISOLATE, ISOLATE_LTR, drawn_by_fribidi

# Numbers stand in braces, so that the reference is told by hand what is one piece.
SENTENCES = (
    "هل أُعطي الطفل كالسيوم في وريد هذه الذراع خلال الأشهر الثلاثة الماضية؟",
    "يظهر الكالسيوم بعد {1–3} أسابيع من التسريب، واليوم هو {30} تقريبًا.",
    "حرارة أو قيح أو CRP فوق {20 mg/L}: يُعالج كعدوى أولا",
    "النطاق {12–97%} (الحالة 7F3K)",
    "بقي ({3} من {12}) أسئلة",
    "CRP {0.36 mg/L} و ESR {12 mm/h} طبيعيان",
    "الكريات البيض {11.3 × 10⁹/L}، الحرارة {38.0 °C}",
    "من {25} إلى {45 °C}",
    "صبي، {9} أشهر · اليد اليسرى والمعصم · الزيارة الأولى",
    "وجد Staphylococcus aureus (MRSA) في المزرعة",
    "اسأل «متى بدأ؟» ثم انظر [{2}]",
    "بروتين C التفاعلي (CRP)",
    "{−3.5 mm} منذ {2026-11-21} الساعة {08:40}",
    "لا شكّ أنّ الطفلَ مريضٌ",
    "الطفل (محمد) عمره {3}",
    "Kanavel (علامة)",
    "سائل A و B و C",
)


def drawn(text: str, *, from_right: bool) -> str:
    return "".join(run.text for run in drawn_in_order((Run(text),), from_right))


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("from_right", [True, False])
def test_a_line_is_drawn_as_the_reference_draws_it(sentence: str, from_right: bool) -> None:
    isolated = sentence.replace("{", ISOLATE_LTR).replace("}", END_OF_ISOLATE)
    # By itself the reference tears the first figure off a code that follows an Arabic word.
    isolated = isolated.replace("7F3K", "\u200e7F3K")
    plain = sentence.replace("{", "").replace("}", "")

    assert drawn(plain, from_right=from_right) == drawn_by_fribidi(isolated, from_right=from_right)


def test_a_dose_is_drawn_as_typed_inside_an_arabic_sentence() -> None:
    line = drawn("أقل من 0.36 mg/L اليوم", from_right=True)

    assert " 0.36 mg/L " in line


def test_the_first_of_two_numbers_stands_at_the_right() -> None:
    line = drawn("من 25 إلى 45 °C", from_right=True)

    assert line.index("25") > line.index("45 °C")


def test_a_full_stop_belongs_to_the_arabic_sentence() -> None:
    assert drawn("انتظر 5 min.", from_right=True).startswith(".5 min")


def test_the_parts_set_bold_keep_their_letters() -> None:
    runs = (Run("انظر.", True), Run(" أثر إبرة قبل 3 أيام"))

    line = drawn_in_order(runs, True)

    assert [run.is_bold for run in line] == [False, True]
    assert line[1].text == drawn("انظر.", from_right=True)
    assert " 3 " in line[0].text


def test_lam_and_alef_join_under_a_mark() -> None:
    # FriBidi does not join them there; OpenType fonts do.
    assert drawn("أولًا", from_right=True) == "\ufefb\u064b\ufeed\ufe83"


def test_a_latin_text_in_an_arabic_app_keeps_its_own_direction() -> None:
    assert not reads_from_right("Is it hard?", True)
    assert reads_from_right("CRP مرتفع", True)
    assert reads_from_right("12–97%", True)


def test_an_arabic_name_in_an_english_sentence_does_not_turn_the_sentence() -> None:
    assert not reads_from_right("محمد, 9 months", False)
    assert reads_from_right("محمد", False)


def test_a_line_without_letters_is_drawn_as_it_is() -> None:
    assert drawn("", from_right=True) == ""
    assert drawn("12–97%", from_right=True) == "12–97%"


def test_signs_that_only_steer_are_not_drawn() -> None:
    assert drawn("21\u200f نوفمبر\u200c \u20662026\u2069", from_right=True) == drawn("21 نوفمبر 2026", from_right=True)


@pytest.mark.parametrize("sign", [*UNSEEN, "\u200f\u202e"], ids=lambda sign: f"{ord(sign[0]):04x}")
@pytest.mark.parametrize("from_right", [False, True])
def test_an_unseen_sign_in_the_middle_of_a_dose_never_tears_it_apart(sign, from_right):
    for whole in ("12.5 mg", "0.36 mg/L"):
        for place in range(1, whole.index(" ")):
            planted = whole[:place] + sign + whole[place:]

            assert "".join(run.text for run in drawn_in_order((Run(planted),), from_right)) == whole
