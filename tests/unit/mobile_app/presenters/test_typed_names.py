"""Names that people typed, in the sentences of a language of the other direction."""

from __future__ import annotations

import pytest

from mobile_app.language.speaking import for_a_while
from mobile_app.presenters.users import say, typed
from mobile_app.typesetting import Run, drawn_in_order

SENTENCES = (
    "{name} can open this tablet now.",
    "{name} has a new PIN.",
    "The name is {name} now.",
    "New PIN for {name}",
    "Add {name}",
    "Remove {name}?",
)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("name", ["Nurse 1", "Dr A (2)", "1st floor 3"])
def test_a_latin_name_reads_in_every_arabic_sentence_about_users_as_typed(sentence: str, name: str) -> None:
    with for_a_while("ar"):
        said = say(sentence, name=typed(name))

    line = "".join(run.text for run in drawn_in_order((Run(said),), True))
    assert said != sentence
    assert name in line


def test_in_a_language_of_its_own_direction_a_name_is_said_as_it_is() -> None:
    assert typed("Nurse 1") == "Nurse 1"
    with for_a_while("ar"):
        assert typed("محمد 1") == "محمد 1"
