"""Wrapping in logical order, with a measure of one unit a sign."""

from __future__ import annotations

from mobile_app.typesetting import Line, Run, runs_of, set_lines, to_markup
from mobile_app.typesetting.lines import unbreakable


def measure(text: str, is_bold: bool) -> float:
    return len(text) * (1.5 if is_bold else 1)


def lines_of(text: str, width: float | None, *, from_right: bool = True) -> tuple[Line, ...]:
    return set_lines(runs_of(text), measure, width, from_right=from_right)


def test_the_beginning_of_a_sentence_stands_on_its_first_line() -> None:
    first, second = lines_of("يظهر الكالسيوم بعد أسابيع", 16)

    assert first.text.endswith(to_markup(lines_of("يظهر", None)[0].runs))
    assert second.text == lines_of("بعد أسابيع", None)[0].text


def test_no_line_is_wider_than_its_box() -> None:
    text = "حرارة أو قيح أو CRP فوق 20 mg/L: يُعالج كعدوى أولًا"

    for width in range(8, 60):
        assert all(line.width <= width for line in lines_of(text, width))


def test_a_number_is_never_torn_from_its_unit() -> None:
    for width in range(9, 40):
        lines = [line.text for line in lines_of("الكريات البيض 0.36 mg/L اليوم", width)]

        assert sum("0.36 mg/L" in line for line in lines) == 1


def test_a_short_bracket_stays_on_one_line_and_a_long_one_may_break() -> None:
    assert any("(12" in line.text and "3)" in line.text for line in lines_of("بقي من الأسئلة (3 من 12) فقط", 14))
    assert len(lines_of("(كالسيوم تسرّب من الوريد قبل أسابيع)", 12)) > 2


def test_a_word_that_is_too_wide_is_not_broken() -> None:
    (line,) = lines_of("Thrombophlebitis", 5, from_right=False)

    assert line.text == "Thrombophlebitis"
    assert line.width > 5


def test_a_long_path_breaks_behind_its_slashes_and_loses_nothing() -> None:
    path = "/home/clinic/Handwise/tablet-1/papers"

    lines = [line.text for line in lines_of(f"يُحفظ في {path}", 16)]

    assert all(len(line) <= 16 for line in lines)
    assert lines[0].startswith("/home/")
    assert path.removeprefix("/home/") == "".join(lines[1:])
    assert len(lines_of("11.3 × 10⁹/L وfibrinogen/albumin", 8)) == 2


def test_the_widest_word_is_known() -> None:
    widths = unbreakable(runs_of("a [b]bcd[/b] 38.0 °C"), measure, from_right=False)

    assert list(widths) == [1, 4.5, 7]


def test_line_breaks_of_the_text_are_kept() -> None:
    assert [line.text for line in lines_of("a b\n\nc", 10, from_right=False)] == ["a b", "", "c"]


def test_bold_parts_are_measured_and_drawn_bold() -> None:
    (line,) = lines_of("[b]انظر.[/b] أثر", 30)

    assert [run.is_bold for run in line.runs] == [False, True]
    assert line.width == len(" أثر") + 1.5 * len("انظر.")


def test_brackets_that_were_typed_pass_through_markup() -> None:
    runs = runs_of("[b]a &bl;1&br;[/b] &amp; b")

    assert runs == (Run("a [1]", True), Run(" & b"))
    assert to_markup(runs) == "[b]a &bl;1&br;[/b] &amp; b"
