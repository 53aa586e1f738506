"""A recovery code survives paper and fingers: every slip of one or two characters is noticed, and none is guessed."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.crypto.aead import SealBroken
from shared.crypto.keyring import DataKey
from shared.crypto.recovery_code import ALPHABET, GROUPS, LENGTH, RecoveryCode, plain_characters, read_code
from shared.crypto.recovery_key import RecoveryWrap, unwrap_with_code, wrap_for_recovery
from shared.errors import InvalidInput

PLACES = st.integers(0, LENGTH - 1)
CHARACTERS = st.sampled_from(ALPHABET)


def changed(text: str, place: int, character: str) -> str:
    return text[:place] + character + text[place + 1 :]


def test_a_code_has_130_random_bits_in_seven_groups_of_four() -> None:
    code = RecoveryCode.generate()

    assert [len(group) for group in code.groups] == [4] * GROUPS
    assert "".join(code.groups) == code.text
    assert set(code.text) <= set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)
    assert len(ALPHABET) ** 26 == 2**130


def test_no_two_codes_are_alike_and_every_character_comes_up_at_every_random_place() -> None:
    codes = [RecoveryCode.generate().text for _ in range(2000)]

    assert len(set(codes)) == len(codes)
    for place in range(26):
        assert len(Counter(code[place] for code in codes)) == 32


@pytest.mark.parametrize("write", ["-".join, " ".join, "".join, " - ".join, "\n".join, "–".join])
def test_spaces_hyphens_and_lower_case_do_not_count(write) -> None:
    code = RecoveryCode.generate()

    assert read_code(f"  {write(code.groups).lower()} ").code == code


def test_letters_that_look_like_digits_are_taken_for_them() -> None:
    code = next(c for c in iter(RecoveryCode.generate, None) if "0" in c.text and "1" in c.text)

    for zero, one in (("O", "I"), ("o", "l"), ("0", "L"), ("٠", "١"), ("０", "１")):
        assert read_code(code.text.replace("0", zero).replace("1", one)).code == code


def test_the_code_does_not_show_itself() -> None:
    code = RecoveryCode.generate()

    assert code.text not in repr(code)
    assert code.groups[0] not in repr(read_code(code.text))


@given(PLACES, CHARACTERS)
def test_one_wrong_character_is_noticed_and_its_group_is_named(place: int, character: str) -> None:
    code = RecoveryCode.generate()
    typed = changed(code.text, place, character)

    reading = read_code(typed)

    assert (reading.code == code) == (typed == code.text)
    assert reading.doubtful_group == (None if typed == code.text else place // 4 + 1)


@given(PLACES, CHARACTERS, PLACES, CHARACTERS)
def test_two_wrong_characters_are_noticed(place: int, character: str, second: int, other: str) -> None:
    code = RecoveryCode.generate()
    typed = changed(changed(code.text, place, character), second, other)

    assert (read_code(typed).code is not None) == (typed == code.text)


def test_any_two_characters_that_are_swapped_are_noticed() -> None:
    code = RecoveryCode.generate()
    for one, other in combinations(range(LENGTH), 2):
        swapped = changed(changed(code.text, one, code.text[other]), other, code.text[one])
        assert (read_code(swapped).code is None) == (swapped != code.text)


@given(st.text(max_size=60))
def test_anything_typed_is_read_without_an_error(text: str) -> None:
    reading = read_code(text)

    assert reading.typed == len(plain_characters(text))
    assert reading.code is None or reading.typed == LENGTH


def test_a_letter_that_no_code_has_is_found() -> None:
    code = RecoveryCode.generate()

    assert read_code(changed(code.text, 9, "U")).doubtful_group == 3
    assert read_code(changed(code.text, 9, "é")).code is None


def test_the_key_opens_with_its_code_and_with_no_other() -> None:
    key, code = DataKey.generate(), RecoveryCode.generate()
    wrapped = wrap_for_recovery(key, code)

    assert unwrap_with_code(RecoveryWrap.from_json(wrapped.to_json()), code).raw() == key.raw()
    with pytest.raises(SealBroken):
        unwrap_with_code(wrapped, RecoveryCode.generate())
    assert key.raw() not in wrapped.envelope
    assert wrap_for_recovery(key, code).envelope != wrapped.envelope


def test_a_changed_wrap_opens_nothing() -> None:
    key, code = DataKey.generate(), RecoveryCode.generate()
    wrapped = wrap_for_recovery(key, code)

    for place in range(len(wrapped.envelope)):
        envelope = bytearray(wrapped.envelope)
        envelope[place] ^= 1
        with pytest.raises(SealBroken):
            unwrap_with_code(RecoveryWrap(wrapped.salt, bytes(envelope)), code)
    with pytest.raises(SealBroken):
        unwrap_with_code(RecoveryWrap(bytes(16), wrapped.envelope), code)


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"version": 2, "salt": "", "envelope": ""}, {"version": 1, "salt": "AAAA", "envelope": ""},
     {"version": 1, "salt": 5, "envelope": ""}, {"version": 1, "salt": "!", "envelope": ""}],
)  # fmt: skip
def test_a_wrap_that_is_none_is_refused(body: object) -> None:
    with pytest.raises(InvalidInput):
        RecoveryWrap.from_json(body)
