"""A view becomes JSON field by field, and a sentence becomes its words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pytest

from shared.sentence import Sentence, counted
from sync_server.api.json_views import as_json


class _Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class _Row:
    words: Sentence
    colour: _Colour
    day: date
    share: float | None


@dataclass(frozen=True, slots=True)
class _View:
    rows: tuple[_Row, ...]
    sites: frozenset[int]
    by_colour: dict[_Colour, int]
    is_open: bool


def test_every_field_of_a_view_stands_in_the_answer_under_its_name() -> None:
    row = _Row(counted(2, "{count} case", "{count} cases"), _Colour.RED, date(2026, 11, 21), None)

    answer = as_json(_View((row,), frozenset({3, 1}), {_Colour.RED: 2}, is_open=True))

    assert answer.headers["content-type"] == "application/json"
    assert json.loads(bytes(answer.body)) == {
        "rows": [{"words": "2 cases", "colour": "red", "day": "2026-11-21", "share": None}],
        "sites": [1, 3],
        "by_colour": {"red": 2},
        "is_open": True,
    }


def test_what_has_no_form_in_json_is_refused_and_not_guessed() -> None:
    with pytest.raises(TypeError, match="bytes has no form"):
        as_json({"key": b"x"})
