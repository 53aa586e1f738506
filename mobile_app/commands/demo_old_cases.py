"""Published children, recorded as a tablet recorded them before the knowledge was updated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mobile_app.ports.store import CaseStore
from shared.case.entry import AnswerValue, CaseId, EntryKind, Quantity
from shared.evaluation.published_cases import PublishedCase
from shared.knowledge.shelf import Shelf
from shared.triage.assess import Assessor, conclusion
from shared.triage.presentation import presentation_from_answers

_OF_THE_CHILD = ("age_days", "sex", "side", "setting")


def record_old_cases(store: CaseStore, shelf: Shelf, version: str, cases: Iterable[PublishedCase]) -> list[CaseId]:
    """Record each case with what `version` concludes from it, and return their ids."""
    assessor = Assessor(shelf.knowledge(version))
    recorded = []
    for case in cases:
        answers = answers_of(case.body)
        has = answers.get("resources", ())
        presentation = presentation_from_answers(assessor.knowledge, answers, has if isinstance(has, tuple) else ())
        concluded = conclusion(assessor.assess(presentation), assessor.knowledge)
        case_id = store.new_case_id()
        store.record(case_id, EntryKind.ASSESSMENT, answers, concluded)
        recorded.append(case_id)
    return recorded


def answers_of(body: Mapping[str, Any]) -> dict[str, AnswerValue]:
    """Return a CASE.json as the answers of an entry."""
    answers: dict[str, AnswerValue] = {field: body[field] for field in _OF_THE_CHILD if field in body}
    answers |= {field: tuple(sorted(body[field])) for field in ("region", "resources") if field in body}
    answers |= body.get("findings", {})
    for code, value in body.get("measurements", {}).items():
        answers[code] = Quantity(value["value"], value["unit"]) if isinstance(value, dict) else value
    return answers
