"""Cases of one child: when two of them are taken for that, and how their answers are compared.

    equal links ──▶ linked, unless one of the two cases says that the other is another child's (`apart`)

Neither case changes: they stay two logs, each with its own id, and no entry of one ever builds on one of the other. So
a link can be taken back at any time, and nothing has to be pulled apart again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from shared.case.entry import CaseId, Link
from shared.case.fold import Disagreement, fold
from shared.case.log import CaseLog

OF_THE_CASE = frozenset({"age_days", "age_band", "presentation_month", "setting", "resources"})
"""Codes that say where and when a case began: two cases of one child may well differ in them."""


def links_of(log: CaseLog) -> frozenset[Link]:
    """Return the links that the entries of a case carry: more than one where the clinic's key was renewed."""
    return frozenset(entry.link for entry in log if entry.link is not None)


def apart_of(log: CaseLog) -> frozenset[CaseId]:
    """Return the cases that this one says to be another child's.

    The last word counts, as with answers: of entries none of which builds on another, every name holds.
    """
    said = log.last_of(lambda entry: entry.apart is not None)
    return frozenset(name for entry in said for name in entry.apart or ())


def compared(logs: Iterable[CaseLog]) -> tuple[Disagreement, ...]:
    """Return where cases of one child contradict each other: the cases side by side, as branches that never join.

    `logs` should hold sent forms: an age in days and an age band are not the same answer.
    """
    every = tuple(logs)
    if not every:
        return ()
    case_id = every[0].case_id
    side_by_side = CaseLog.of(case_id, (replace(entry, case_id=case_id, apart=None) for log in every for entry in log))
    between = fold(side_by_side).disagreements
    within = {(item.code, item.writes) for log in every for item in fold(log).disagreements}
    return tuple(item for item in between if item.code not in OF_THE_CASE and (item.code, item.writes) not in within)
