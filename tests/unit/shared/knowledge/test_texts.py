"""The book in another language is the same book in other words."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from shared.knowledge import texts
from shared.knowledge.model import KnowledgeBase
from shared.knowledge.texts import localised, texts_of
from shared.triage.assess import Assessor
from shared.triage.presentation import presentation_from_answers
from tests.book import the_book, the_first_book

ANSWERS = {
    "age_days": 274,
    "sex": "male",
    "region": ("hand", "wrist"),
    "side": "left",
    "setting": "hospital_paediatric_ed",
    "swelling_consistency": "firm_indurated",
    "prior_iv_calcium_same_limb_3m": "yes",
    "erythema": "yes",
}


def marked(text: str) -> str:
    return f"⟦{text}⟧"


def test_a_book_in_its_own_words_is_the_same_book() -> None:
    for book in (the_book(), the_first_book()):
        assert localised(book, lambda text: text) is book


def test_each_text_is_given_to_the_translator_once_with_its_place() -> None:
    places = {text: where for where, text in texts_of(the_book())}

    assert len(places) == len(list(texts_of(the_book())))
    assert all(where and text.strip() for text, where in places.items())
    assert places[the_book().findings["erythema"].ask] == "findings erythema ask"


def test_every_text_that_the_translator_gets_is_replaced_and_nothing_else_is() -> None:
    book = the_book()
    given = {text for _, text in texts_of(book)}

    other = localised(book, marked)

    assert {text for _, text in texts_of(other)} == {marked(text) for text in given}
    assert localised(other, lambda text: text.removeprefix("⟦").removesuffix("⟧")) == book


def test_the_engine_comes_to_the_same_conclusion_in_every_language() -> None:
    book = the_book()
    other = localised(book, marked)

    def assessed(knowledge: KnowledgeBase) -> Any:
        presentation = presentation_from_answers(knowledge, ANSWERS, ("xray",), frozenset())
        return Assessor(knowledge).assess(presentation)

    plain, told = assessed(book), assessed(other)

    assert [(row.condition, row.probability, row.interval) for row in told.differential] == [
        (row.condition, row.probability, row.interval) for row in plain.differential
    ]
    assert told.disposition == plain.disposition
    assert [test.test for test in told.next_tests] == [marked(test.test) for test in plain.next_tests]


def test_every_rule_has_words_of_its_own_for_the_screen() -> None:
    """Its `action` is not translated."""
    assert all(rule.title and rule.steps for rule in the_book().rules.values())


def test_no_class_of_the_book_with_a_label_is_forgotten() -> None:
    """A new class with words must say which of them are shown."""
    seen: set[type] = set()

    def walk(value: Any) -> None:
        if is_dataclass(value) and not isinstance(value, type):
            seen.add(type(value))
            for field in fields(value):
                walk(getattr(value, field.name))
        elif isinstance(value, dict):
            for inner in value.values():
                walk(inner)
        elif isinstance(value, tuple):
            for inner in value:
                walk(inner)

    walk(the_book())
    shown = {"label", "ask", "text", "title", "hint", "why", "sentence", "word", "clues", "expect"}
    not_shown = {"Code", "Source"}
    worded = {
        kind for kind in seen if shown & {field.name for field in fields(kind)} and kind.__name__ not in not_shown
    }

    assert worded <= set(texts._WORDED)
