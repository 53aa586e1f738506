"""What a new version of the knowledge makes of stored cases: kept once it is worked out, and who has seen it.

    case_index.touched = judgement.touched   still about the case as it stands; otherwise the case is judged again
    judgement.number > seen.up_to            new to this user

A case is judged when its last conclusion was made under another version. Judging is slow and can stop at any time; what
is kept here need not be worked out again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import ColumnElement, and_, case, func
from sqlmodel import Session, col, select

from mobile_app.ports.judgements import ChangeCounts, ChangedCase, Judgement
from mobile_app.storage.rows import answers_from_text
from mobile_app.storage.tables import CaseIndexRow, JudgementRow, SeenRow
from mobile_app.storage.withdrawal import is_withdrawn
from shared.canonical import canonical_json
from shared.case.entry import CaseId
from shared.triage.reassess import Change


def waiting(session: Session, version: str, limit: int) -> list[tuple[CaseId, int]]:
    """Return cases that `version` has not judged as they stand, with the stamp of how they stand."""
    is_judged = and_(
        col(JudgementRow.case_id) == col(CaseIndexRow.case_id),
        col(JudgementRow.version) == version,
        col(JudgementRow.touched) == col(CaseIndexRow.touched),
    )
    rows = session.exec(
        select(CaseIndexRow.case_id, CaseIndexRow.touched)
        .join(JudgementRow, is_judged, isouter=True)
        .where(
            col(JudgementRow.case_id).is_(None),
            col(CaseIndexRow.is_withdrawn).is_(False),
            col(CaseIndexRow.conclusion).is_not(None),
            func.json_extract(col(CaseIndexRow.conclusion), "$.knowledge_version") != version,
        )
        .order_by(col(CaseIndexRow.touched).desc())
        .limit(limit)
    )
    return [(CaseId(case_id), touched) for case_id, touched in rows]


def keep(session: Session, version: str, judged: Sequence[Judgement]) -> None:
    """Keep judgements. One that says the same as before keeps its number: nobody has to see it a second time."""
    last = session.exec(select(func.max(col(JudgementRow.number)))).one() or 0
    for one in judged:
        if is_withdrawn(session, one.case_id):
            # It was withdrawn while it was judged.
            continue
        change = None if one.change is None else canonical_json(asdict(one.change)).decode()
        before = session.get(JudgementRow, one.case_id)
        if before is None or (before.version, before.change) != (version, change):
            last += 1
            number = last
        else:
            number = before.number
        steps = 0 if one.change is None else one.change.steps_more_urgent
        session.merge(
            JudgementRow(
                case_id=one.case_id,
                version=version,
                touched=one.touched,
                number=number,
                steps=steps,
                change=change,
            )
        )


def count(session: Session, version: str, user_id: str) -> ChangeCounts:
    """Return how many cases `version` judges differently, and what this user has seen of them."""
    seen = session.get(SeenRow, (user_id, version))
    is_new = case((col(JudgementRow.number) > (0 if seen is None else seen.up_to), 1), else_=0)
    is_more_urgent = case((col(JudgementRow.steps) > 0, 1), else_=0)
    cases, more_urgent, new, new_more_urgent = session.exec(
        select(
            func.count(),
            func.coalesce(func.sum(is_more_urgent), 0),
            func.coalesce(func.sum(is_new), 0),
            func.coalesce(func.sum(is_new * is_more_urgent), 0),
        )
        .select_from(JudgementRow)
        .join(CaseIndexRow, _as_it_stands())
        .where(*_differs(version))
    ).one()
    return ChangeCounts(cases, more_urgent, new, new_more_urgent)


def changed(session: Session, version: str, limit: int) -> list[ChangedCase]:
    """Return the cases that `version` judges differently: what became more urgent first, then the newest."""
    rows = session.exec(
        select(JudgementRow, CaseIndexRow)
        .join(CaseIndexRow, _as_it_stands())
        .where(*_differs(version))
        .order_by(col(JudgementRow.steps).desc(), col(CaseIndexRow.touched).desc())
        .limit(limit)
    )
    return [ChangedCase(CaseId(row.case_id), answers_from_text(index.answers), _change(row)) for row, index in rows]


def change_of(session: Session, version: str, case_id: CaseId) -> Change | None:
    """Return what `version` makes of one case as it stands; None where that is nothing else, or not known yet."""
    row = session.exec(
        select(JudgementRow)
        .join(CaseIndexRow, _as_it_stands())
        .where(*_differs(version), col(JudgementRow.case_id) == case_id)
    ).first()
    return None if row is None else _change(row)


def mark_seen(session: Session, version: str, user_id: str) -> None:
    """Note that the user has seen everything that is judged so far."""
    last = session.exec(select(func.max(col(JudgementRow.number)))).one() or 0
    session.merge(SeenRow(user_id=user_id, version=version, up_to=last))


def _as_it_stands() -> ColumnElement[bool]:
    return and_(
        col(JudgementRow.case_id) == col(CaseIndexRow.case_id), col(JudgementRow.touched) == col(CaseIndexRow.touched)
    )


def _differs(version: str) -> tuple[ColumnElement[bool], ...]:
    # Only cases of another version are judged, and whatever is recorded afterwards changes the case's stamp.
    return col(JudgementRow.version) == version, col(JudgementRow.change).is_not(None)


def _change(row: JudgementRow) -> Change:
    body = json.loads(row.change or "{}")
    pairs = {name: tuple(body[name]) for name in ("versions", "disposition", "leading", "word", "fits")}
    flags = {name: tuple(body[name]) for name in ("new_red_flags", "gone_red_flags")}
    return Change(**pairs, **flags, words=tuple(tuple(one) for one in body["words"]), sentence=body["sentence"])
