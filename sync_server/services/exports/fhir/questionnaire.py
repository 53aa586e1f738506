"""The Questionnaire, made from the knowledge, and an entry as a response to it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from shared.case.entry import NOT_POSSIBLE, UNKNOWN, AnswerValue, Entry, Quantity
from shared.knowledge.model import KnowledgeBase
from shared.privacy.policy import Keep, PrivacyPolicy
from shared.privacy.projection import AGE_GROUP, PRESENTATION_MONTH
from sync_server.services.exports.columns import Column, Kind
from sync_server.services.exports.fhir.coding import UCUM, finding_codings, measurement_codings
from sync_server.services.wording import Wording

URL = "urn:handwise:questionnaire"
ANSWERS = "urn:handwise:answers"
_UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_WHY_ABSENT = {UNKNOWN: "asked-unknown", NOT_POSSIBLE: "not-performed"}
_ALWAYS = (UNKNOWN, NOT_POSSIBLE)
_SETS = ("region", "resources", "proven_by", "reply")
"""What several answers may be given to."""
_AS_TEXT = (AGE_GROUP, PRESENTATION_MONTH)


def questionnaire(
    knowledge: KnowledgeBase, policy: PrivacyPolicy, columns: Mapping[str, Column], identity: str
) -> dict[str, Any]:
    """Return the Questionnaire of these columns."""
    words = Wording(knowledge)
    return {
        "resourceType": "Questionnaire",
        "id": identity,
        "url": URL,
        "version": knowledge.version,
        "name": "Handwise",
        "title": "Handwise: a child's swollen limb",
        "status": "active",
        "subjectType": ["Patient"],
        "description": "Every question whose answer may leave a tablet, in the form in which it may.",
        "item": [_item(knowledge, policy, words, code, column) for code, column in columns.items()],
    }


def response_items(words: Wording, columns: Mapping[str, Column], entry: Entry) -> list[dict[str, Any]]:
    """Return the items of an entry's QuestionnaireResponse, in the questionnaire's order."""
    items = []
    for code, value in in_order(columns, entry):
        column = columns[code]
        if said := _said(words, code, column, value):
            items.append({"linkId": code, "text": column.meaning, **said})
    return items


def in_order(columns: Mapping[str, Column], entry: Entry) -> list[tuple[str, AnswerValue]]:
    """Return the answers of an entry that have a column, in the questionnaire's order."""
    places = _places(tuple(columns))
    return sorted(
        ((code, value) for code, value in entry.answers.items() if code in places), key=lambda one: places[one[0]]
    )


@lru_cache(maxsize=4)
def _places(codes: tuple[str, ...]) -> dict[str, int]:
    return {code: place for place, code in enumerate(codes)}


def _item(knowledge: KnowledgeBase, policy: PrivacyPolicy, words: Wording, code: str, column: Column) -> dict[str, Any]:
    measurement = knowledge.measurement_of(code)
    codings = measurement_codings(knowledge, measurement.id) if measurement else finding_codings(knowledge, code)
    item: dict[str, Any] = {"linkId": code, "text": column.meaning, "type": "string"}
    if codings:
        item["code"] = codings
    if column.kind is Kind.WHOLE:
        item["type"] = "integer"
    elif column.kind is Kind.NUMBER:
        item["type"] = "quantity"
        item["extension"] = [{"url": _UNIT, "valueCoding": {"system": UCUM, "code": column.unit}}]
    elif isinstance(rule := policy.codes[code].rule, Keep):
        states = ["yes", "no"] if rule.is_yes_no else sorted(rule.values - set(_ALWAYS))
        item["type"] = "choice"
        item["repeats"] = code in _SETS
        item["answerOption"] = [{"valueCoding": _choice(words, code, state)} for state in (*states, *_ALWAYS)]
    return item


def _said(words: Wording, code: str, column: Column, value: AnswerValue) -> dict[str, Any]:
    if column.kind is not Kind.TEXT:
        if isinstance(value, str):
            absent = _WHY_ABSENT.get(value)
            return {"extension": [{"url": ABSENT, "valueCode": absent}]} if absent else {}
        number = value.value if isinstance(value, Quantity) else value
        if isinstance(number, bool | tuple):
            return {}
        if column.kind is Kind.WHOLE:
            return {"answer": [{"valueInteger": int(number)}]}
        return {"answer": [{"valueQuantity": quantity(number, column.unit)}]}
    if code in _AS_TEXT:
        return {"answer": [{"valueString": str(value)}]}
    states = value if isinstance(value, tuple) else (value,)
    return {"answer": [{"valueCoding": _choice(words, code, _state(state))} for state in states]}


def _state(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _choice(words: Wording, code: str, state: str) -> dict[str, str]:
    return {"system": f"{ANSWERS}:{code}", "code": state, "display": words.answer(code, state)}


def quantity(number: float, unit: str) -> dict[str, Any]:
    """Return a Quantity in UCUM."""
    return {"value": number, "unit": unit, "system": UCUM, "code": unit}
