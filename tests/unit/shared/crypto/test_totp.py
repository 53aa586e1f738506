"""Codes that change every half minute: those of RFC 6238, each good once, for clocks that differ a little."""

from __future__ import annotations

from base64 import b32decode
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from shared.crypto.totp import STEP_S, accepted_step, code_at, new_secret, provisioning_uri, secret_text

# RFC 6238, appendix B, SHA-1. The codes there have eight digits; six are the same number without the first two.
SECRET = b"12345678901234567890"
VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


@pytest.mark.parametrize(("time_s", "code"), VECTORS)
def test_the_codes_are_those_of_the_rfc(time_s: int, code: str) -> None:
    assert code_at(SECRET, time_s) == code[2:]
    assert accepted_step(SECRET, code[2:], time_s) == time_s // STEP_S


def test_a_clock_may_differ_by_one_step_and_no_more() -> None:
    now = 1111111111
    accepted = [accepted_step(SECRET, code_at(SECRET, now + away * STEP_S), now) for away in range(-3, 4)]

    step = now // STEP_S
    assert accepted == [None, None, step - 1, step, step + 1, None, None]


def test_a_code_that_was_taken_is_not_good_again_nor_is_an_older_one() -> None:
    now = 1111111111
    taken = accepted_step(SECRET, code_at(SECRET, now), now)
    assert taken is not None

    assert accepted_step(SECRET, code_at(SECRET, now), now, taken) is None
    assert accepted_step(SECRET, code_at(SECRET, now - STEP_S), now, taken) is None
    assert accepted_step(SECRET, code_at(SECRET, now + STEP_S), now, taken) == taken + 1


@pytest.mark.parametrize("code", ["", "28708", "2870822", "28708x", "２８７０８２", "+28708", "28708\x00"])
def test_what_is_not_six_digits_is_no_code(code: str) -> None:
    assert accepted_step(SECRET, code, 59) is None


def test_blanks_that_an_app_shows_between_the_digits_do_not_matter() -> None:
    assert accepted_step(SECRET, " 287 082 ", 59) == 1


def test_the_first_half_minute_of_all_has_none_before_it() -> None:
    assert accepted_step(SECRET, code_at(SECRET, 0), 0) == 0


def test_an_app_reads_the_secret_from_the_address_and_a_person_from_the_text() -> None:
    secret = new_secret()
    parts = urlsplit(provisioning_uri(secret, "Huda Saleh"))

    assert (parts.scheme, parts.netloc, unquote(parts.path)) == ("otpauth", "totp", "/Handwise:Huda Saleh")
    said = parse_qs(parts.query)
    assert b32decode(said["secret"][0]) == b32decode(secret_text(secret).replace(" ", "")) == secret
    assert (said["issuer"], said["digits"], said["period"], said["algorithm"]) == (
        ["Handwise"],
        ["6"],
        ["30"],
        ["SHA1"],
    )


def test_every_secret_is_another_one() -> None:
    assert len({new_secret() for _ in range(20)}) == 20
