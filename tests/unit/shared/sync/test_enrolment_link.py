"""The text of an enrolment QR code gives back the address and the code that it was made of, and nothing else passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sync.enrolment_link import MAX_CHARACTERS, make_enrolment_link, read_enrolment_link

SERVER, CODE = "https://handwise.example.org", "7K2M9QXA"


def test_it_is_one_short_line_that_says_what_it_is():
    link = make_enrolment_link(SERVER, CODE)

    assert link == "handwise:enrol?server=https%3A%2F%2Fhandwise.example.org&code=7K2M9QXA"


@given(st.text(st.characters(codec="ascii", categories=("L", "N", "P")), min_size=1, max_size=60))
def test_any_address_comes_back_as_it_was(server):
    assert read_enrolment_link(make_enrolment_link(server, CODE)) == (server, CODE)


def test_spaces_and_line_breaks_of_pasting_do_no_harm():
    link = make_enrolment_link(SERVER, CODE)

    assert read_enrolment_link(f"  {link[:30]}\n{link[30:]} ") == (SERVER, CODE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        CODE,
        SERVER,
        "https://handwise.example.org/enrol?server=https%3A%2F%2Fa.example&code=7K2M9QXA",
        "handwise:other?server=https%3A%2F%2Fa.example&code=7K2M9QXA",
        "handwise://host/enrol?server=https%3A%2F%2Fa.example&code=7K2M9QXA",
        "handwise:enrol?server=https%3A%2F%2Fa.example",
        "handwise:enrol?server=&code=",
        "handwise:enrol?server=a&server=b&code=c",
        "handwise:enrol?server=a&code=c&more=d",
        "handwise:enrol",
        "handwise:enrol?server=a&code=" + "c" * MAX_CHARACTERS,
        "http://[",
    ],
)
def test_anything_else_is_no_enrolment_code(text):
    assert read_enrolment_link(text) is None
