"""Conditions in both spellings."""

from __future__ import annotations

import pytest

from shared.knowledge.grammar import GrammarFault, parse_condition, parse_words, walk
from shared.knowledge.model import (
    All,
    Any_,
    AtLeast,
    FindingIs,
    InputIsYes,
    IsUnknown,
    None_,
    NumberIs,
    RuleFired,
)


@pytest.mark.parametrize(
    ("value", "condition"),
    [
        ({"f": "fever"}, FindingIs("fever", ("yes",))),
        ({"f": "onset", "eq": "weeks"}, FindingIs("onset", ("weeks",))),
        ({"f": "film", "in": ["gas", "fracture"]}, FindingIs("film", ("gas", "fracture"))),
        ({"n": "temp_c", "op": ">=", "v": 38}, NumberIs("temp_c", ">=", 38.0)),
        ({"i": "tense_limb"}, InputIsYes("tense_limb")),
        ({"unknown": "onset"}, IsUnknown("onset")),
        ({"rule": "RF01"}, RuleFired("RF01")),
        ({"none": [{"f": "a"}]}, None_((FindingIs("a", ("yes",)),))),
        (
            {"all": [{"any": [{"f": "a"}, {"i": "b"}]}, {"at_least": {"n": 1, "of": [{"f": "c"}]}}]},
            All(
                (
                    Any_((FindingIs("a", ("yes",)), InputIsYes("b"))),
                    AtLeast(1, (FindingIs("c", ("yes",)),)),
                )
            ),
        ),
    ],
)
def test_blocks_are_read(value: object, condition: object) -> None:
    assert parse_condition(value) == condition


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("calcium == yes", FindingIs("calcium", ("yes",))),
        ("film = calcified", FindingIs("film", ("calcified",))),
        ("calcium != yes", None_((FindingIs("calcium", ("yes",)),))),
        ("antibiotics_given >= 48 h", NumberIs("antibiotics_given", ">=", 48.0)),
        ("a == x or b == y", Any_((FindingIs("a", ("x",)), FindingIs("b", ("y",))))),
        (
            "a == x and n < 3 or b == y",
            Any_((All((FindingIs("a", ("x",)), NumberIs("n", "<", 3.0))), FindingIs("b", ("y",)))),
        ),
    ],
)
def test_words_are_read(text: str, condition: object) -> None:
    assert parse_words(text) == condition


@pytest.mark.parametrize(
    ("value", "place", "advice"),
    [
        ("fever", "", "must be a block"),
        ({}, "", "must be a block"),
        ({"aall": []}, "aall", "did you mean all?"),
        ({"all": []}, "all", "at least one"),
        ({"all": [{"f": "a"}, {"g": "b"}]}, "all[2].g", "not a word of the grammar"),
        ({"f": "a", "op": ">"}, "op", "does not belong beside f"),
        ({"f": "a", "eq": "x", "in": ["y"]}, "f", "not both"),
        ({"f": ["a"]}, "f", "must be an id"),
        ({"f": "a", "in": []}, "f", "must name its states"),
        ({"f": "a", "eq": True}, "f", "must name its states"),
        ({"n": "a", "op": "==", "v": 1}, "n.op", "must be one of"),
        ({"n": "a", "op": ">", "v": "1"}, "n.v", "must be a number"),
        ({"n": "a", "op": ">", "v": True}, "n.v", "must be a number"),
        ({"at_least": {"n": 3, "of": [{"f": "a"}]}}, "at_least.n", "from 1 to the length"),
        ({"at_least": {"of": [{"f": "a"}]}}, "at_least", "exactly n and of"),
    ],
)
def test_a_fault_in_a_block_is_named(value: object, place: str, advice: str) -> None:
    with pytest.raises(GrammarFault, match=advice.replace("?", r"\?")) as caught:
        parse_condition(value)

    assert caught.value.place == place


@pytest.mark.parametrize(
    "text", ["", "calcium", "calcium is yes", "Calcium == yes", "n >= many", "a == x or", "a == b c d"]
)
def test_a_fault_in_words_is_named(text: str) -> None:
    with pytest.raises(GrammarFault):
        parse_words(text)


def test_walking_visits_every_part() -> None:
    condition = parse_condition({"all": [{"f": "a"}, {"none": [{"i": "b"}]}]})

    assert [type(part).__name__ for part in walk(condition)] == ["All", "FindingIs", "None_", "InputIsYes"]
