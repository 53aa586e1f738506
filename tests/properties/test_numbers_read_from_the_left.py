"""Whatever stands round it, a number of an Arabic sentence reads from the left exactly as it was typed."""

from __future__ import annotations

from collections import Counter
from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st

from mobile_app.typesetting import Run, drawn_in_order, set_lines
from tests.reference_bidi import END_OF_ISOLATE, ISOLATE_LTR, drawn_by_fribidi

ARABIC = (
    "الطفل",
    "حرارة",
    "قبل",
    "من",
    "إلى",
    "وريد",
    "كالسيوم",
    "التهاب",
    "شديد",
    "يومان",
    "طبيعي",
    "هل",
    "لا",
    "بعد",
)
LATIN = ("CRP", "ESR", "MRSA", "IL-6", "Kanavel", "pH")
UNITS = ("mg/L", "mg", "°C", "%", "mm/h", "kg", "mL/kg", "× 10⁹/L", "mmol/L", "cm", "g/dL", "")

figures = st.one_of(
    st.integers(0, 9999).map(str),
    st.decimals(0, 999, places=2).map(str),
    st.integers(0, 99).map(lambda number: f"{number}.{number % 10}"),
)
signs = st.sampled_from(("", "", "", "-", "−", "+", "≥ ", "< ", "~"))
amounts = st.builds(lambda sign, figure, unit: f"{sign}{figure} {unit}".strip(), signs, figures, st.sampled_from(UNITS))
ranges = st.builds(
    lambda low, dash, high, unit: f"{low}{dash}{high} {unit}".strip(),
    figures,
    st.sampled_from(("–", "-", " – ")),
    figures,
    st.sampled_from(UNITS),
)
dates = st.dates().map(lambda day: day.isoformat())
times = st.times().map(lambda time: f"{time:%H:%M}")
numbers = st.one_of(amounts, ranges, dates, times).map(lambda text: (text, True))
words = st.sampled_from(ARABIC).map(lambda text: (text, False))
latin_words = st.sampled_from(LATIN).map(lambda text: (text, False))


@st.composite
def sentences(draw: st.DrawFn) -> list[tuple[str, bool]]:
    """Draw the parts of a sentence, each with whether it is a number; an Arabic word stands round every number."""
    parts: list[tuple[str, bool]] = [draw(words)]
    for _ in range(draw(st.integers(1, 6))):
        part = draw(st.one_of(numbers, numbers, latin_words))
        opening, closing = draw(st.sampled_from((("", ""), ("", ""), ("(", ")"), ("[", "]"), ("«", "»"))))
        mark = draw(st.sampled_from(("", "", "،", ":", "؛", "؟", ".")))
        parts += [(f" {opening}", False), part, (f"{closing}{mark} ", False), draw(words)]
    return parts


def text_of(parts: list[tuple[str, bool]]) -> str:
    return "".join(text for text, _ in parts)


def drawn(text: str) -> str:
    return "".join(run.text for run in drawn_in_order((Run(text),), True))


@given(sentences())
def test_every_number_stands_in_the_line_as_it_was_typed(parts: list[tuple[str, bool]]) -> None:
    line = drawn(text_of(parts))

    typed = Counter(text for text, is_number in parts if is_number)
    assert all(line.count(number) >= count for number, count in typed.items())


@given(sentences())
def test_numbers_follow_one_another_from_the_right(parts: list[tuple[str, bool]]) -> None:
    # Numbers that tell their place, so that equal ones cannot be mistaken for one another; without Latin words, which
    # draw the numbers beside them into their own direction.
    tagged = [
        (str(1000 + place) if is_number else text, is_number)
        for place, (text, is_number) in enumerate(parts)
        if text not in LATIN
    ]
    line = drawn(text_of(tagged))

    places = [line.index(text) for text, is_number in tagged if is_number]
    assert places == sorted(places, reverse=True)


@given(sentences())
def test_no_character_is_lost_or_invented(parts: list[tuple[str, bool]]) -> None:
    text = text_of(parts)

    # Both brackets of a pair are mirrored, so the pair is the same two signs.
    assert sorted(unjoined(drawn(text))) == sorted(text)


@given(sentences())
def test_the_whole_line_is_what_the_reference_draws(parts: list[tuple[str, bool]]) -> None:
    isolated = "".join(f"{ISOLATE_LTR}{text}{END_OF_ISOLATE}" if is_number else text for text, is_number in parts)

    assert drawn(text_of(parts)) == drawn_by_fribidi(isolated, from_right=True)


@given(sentences(), st.integers(4, 60))
def test_wrapped_lines_hold_every_number_once_and_whole(parts: list[tuple[str, bool]], width: int) -> None:
    text = text_of(parts)
    lines = set_lines((Run(text),), lambda drawn_text, _bold: len(drawn_text), width, from_right=True)

    typed = Counter(part for part, is_number in parts if is_number)
    assert all(sum(line.text.count(number) for line in lines) >= count for number, count in typed.items())
    signs = "".join(unjoined(line.text) for line in lines)
    assert sorted(signs.replace(" ", "")) == sorted(text.replace(" ", ""))


def unjoined(line: str) -> str:
    """Return a line's letters as they are typed; a joined lam and alef are two."""
    return "".join(normalize("NFKC", sign) if "\ufb50" <= sign <= "\ufefc" else sign for sign in line)
