"""Between rows and the core's values: what a table holds as text, and what the app works with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from mobile_app.ports.records import Draft, LocalDetails
from mobile_app.storage.tables import DraftRow, EntryRow, ReviewRow
from shared.canonical import canonical_json
from shared.case.entry import (
    AnswerValue,
    CaseId,
    Conclusion,
    DeviceId,
    Entry,
    EntryId,
    EntryKind,
    Quantity,
    answer_from_json,
    answer_to_json,
    apart_from_json,
    canonical_entry,
    conclusion_to_json,
    entry_from_json,
)
from shared.sync.messages import Review

_TAKEN_APART = frozenset({Quantity, tuple})


def entry_to_text(entry: Entry) -> str:
    """Return an entry's canonical JSON: what is stored, and for a sent form what is hashed."""
    return canonical_entry(entry).decode()


def entry_from_text(body: str) -> Entry:
    return entry_from_json(json.loads(body))


def entry_of(row: EntryRow) -> Entry:
    return entry_from_text(row.body)


def answers_to_text(answers: Mapping[str, AnswerValue]) -> str:
    # Nearly all are yes, no, a number or a coded text, which JSON writes as they are.
    written = {code: answer_to_json(value) if type(value) in _TAKEN_APART else value for code, value in answers.items()}
    return canonical_json(written).decode()


def answers_from_text(body: str) -> dict[str, AnswerValue]:
    return {code: answer_from_json(value, code) for code, value in json.loads(body).items()}


def conclusion_to_text(conclusion: Conclusion) -> str:
    return canonical_json(conclusion_to_json(conclusion)).decode()


def answers_and_conclusion_in(text: str) -> tuple[str, str | None]:
    """Return both as they stand in the canonical JSON of an entry that says nothing of other children's cases."""
    # Behind each of these stands nothing that could hold another, but the one before the last: hence from the right.
    before, _, rest = text.rpartition(',"device":"')
    answers, _, rest = before.rpartition(',"case_id":"')
    _, _, conclusion = rest.partition(',"conclusion":')
    return answers.removeprefix('{"answers":'), conclusion or None


def conclusion_from_text(body: str | None) -> Conclusion | None:
    if body is None:
        return None
    # The core reads conclusions as part of an entry, so this one is put into an empty one.
    empty = {"device": "0" * 16, "seq": 1, "case_id": "0" * 32, "kind": "assessment", "answers": {}, "parents": []}
    return entry_from_json({**empty, "conclusion": json.loads(body)}).conclusion


def local_to_text(local: LocalDetails) -> str:
    return canonical_json(asdict(local)).decode()


def local_from_text(body: str | None) -> LocalDetails:
    if not body:
        return LocalDetails()
    known: dict[str, Any] = json.loads(body)
    return LocalDetails(**{name: str(value) for name, value in known.items() if name in LocalDetails.__slots__})


def draft_values(draft: Draft, updated_at: datetime) -> Mapping[str, str]:
    """Return the columns of a draft's row but `touched`, by name."""
    return {
        "draft_id": draft.draft_id,
        "case_id": draft.case_id,
        "kind": draft.kind.value,
        "answers": answers_to_text(draft.answers),
        "parents": canonical_json([[parent.device, parent.seq] for parent in draft.parents]).decode(),
        "step": draft.step,
        "local": local_to_text(draft.local),
        "updated_at": updated_at.isoformat(),
    }


def draft_of(row: DraftRow) -> Draft:
    return Draft(
        draft_id=row.draft_id,
        case_id=CaseId(row.case_id),
        kind=EntryKind(row.kind),
        answers=answers_from_text(row.answers),
        parents=tuple(EntryId(DeviceId(device), seq) for device, seq in json.loads(row.parents)),
        step=row.step,
        local=local_from_text(row.local),
        updated_at=datetime.fromisoformat(row.updated_at),
    )


def review_to_row(review: Review) -> ReviewRow:
    return ReviewRow(
        case_id=review.case_id,
        number=review.number,
        state=review.state,
        diagnosis=review.diagnosis,
        proven_by=canonical_json(list(review.proven_by)).decode(),
        message=review.message,
        apart=canonical_json(list(review.apart)).decode(),
    )


def review_of(row: ReviewRow) -> Review:
    return Review(
        number=row.number,
        case_id=CaseId(row.case_id),
        state=row.state,
        diagnosis=row.diagnosis,
        proven_by=tuple(json.loads(row.proven_by)),
        message=row.message,
        apart=apart_from_json(json.loads(row.apart), "apart"),
    )
