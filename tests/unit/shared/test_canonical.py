"""One value, one byte string; and nothing ambiguous is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.canonical import MAX_DEPTH, canonical_json, read_json
from shared.errors import InvalidInput

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_what_is_written_is_read_back_unchanged(value: object) -> None:
    assert read_json(canonical_json(value)) == value


@given(st.dictionaries(st.text(), st.integers(), max_size=6))
def test_the_order_of_keys_does_not_change_the_bytes(value: dict[str, int]) -> None:
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_one_sentence(raw: bytes) -> None:
    try:
        read_json(raw)
    except InvalidInput as refusal:
        assert refusal.field == "body"
        assert "\n" not in str(refusal)


@pytest.mark.parametrize(
    ("raw", "advice"),
    [
        (b'{"a":1,"a":2}', "same key twice"),
        (b'{"a":NaN}', "NaN"),
        (b"[Infinity]", "Infinity"),
        (b"[1e999]", "too large"),
        (b'["\\ud800"]', "surrogate"),
        (b"\xff", "not valid JSON"),
        (b"", "not valid JSON"),
        (b"[1] 2", "not valid JSON"),
        (b"9" * 5000, "not valid JSON"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "nested deeper"),
        (b"[" * 100_000, "nested deeper"),
        (b'"' + b"a" * 1024 * 1024 + b'"', "larger than"),
    ],
)
def test_what_two_parsers_could_read_differently_is_refused(raw: bytes, advice: str) -> None:
    with pytest.raises(InvalidInput, match=advice):
        read_json(raw)


def test_brackets_inside_a_string_are_not_nesting() -> None:
    text = '\\" [[[[ {{{{' * 20

    assert read_json(canonical_json([text])) == [text]


def plain_depth(raw: bytes) -> int:
    """Count, byte by byte, how deep the brackets outside strings go."""
    depth = deepest = 0
    in_string = escaped = False
    for byte in raw:
        if in_string:
            if escaped:
                escaped = False
            elif byte == ord("\\"):
                escaped = True
            elif byte == ord('"'):
                in_string = False
        elif byte == ord('"'):
            in_string = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


pieces = st.sampled_from(
    [b"[" * 9, b"{" * 9, b"]" * 9, b"}", b"[]", b"{}", b'"', b"\\", b'\\"', b"a", b"\n", b"[" * 40]
)


@given(st.lists(pieces, max_size=14).map(b"".join))
def test_nesting_is_refused_exactly_where_a_plain_count_finds_it_too_deep(raw: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_json(raw + b"!")

    assert ("nested deeper" in str(refused.value)) == (plain_depth(raw) > MAX_DEPTH)


@pytest.mark.parametrize("number", [b"1e309", b"-1E+400", b"1" + b"0" * 309 + b".5", b"12345e9999"])
def test_a_number_that_is_too_large_is_refused_however_it_is_written(number: bytes) -> None:
    with pytest.raises(InvalidInput, match="too large"):
        read_json(b'{"a":[' + number + b"]}")


@given(st.integers(-330, 330), st.integers(1, 99))
def test_numbers_with_an_exponent_are_read_as_python_reads_them(exponent: int, digits: int) -> None:
    text = f"{digits}e{exponent}"
    if float(text) == float("inf"):
        with pytest.raises(InvalidInput, match="too large"):
            read_json(text.encode())
    else:
        assert read_json(text.encode()) == float(text)


def test_half_a_character_is_refused_in_a_key_too() -> None:
    with pytest.raises(InvalidInput, match="surrogate"):
        read_json(b'{"a\\udc00":1}')
