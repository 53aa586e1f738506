"""The same cases with something left unsaid: how good is the ranking without the calcium history, or without a film?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from shared.differential.picture import DAYS_SINCE_IV_CALCIUM
from shared.evaluation.published_cases import PublishedCase
from shared.knowledge.model import FindingKind, KnowledgeBase

IV_EXPOSURE = "iv_exposure"


def iv_calcium_codes(knowledge: KnowledgeBase) -> frozenset[str]:
    """Return what tells of IV calcium: the findings of that group, and the days since."""
    return frozenset({*knowledge.groups[IV_EXPOSURE].members, DAYS_SINCE_IV_CALCIUM})


def imaging_codes(knowledge: KnowledgeBase) -> frozenset[str]:
    return frozenset(name for name, finding in knowledge.findings.items() if finding.kind is FindingKind.IMAGING)


def without(knowledge: KnowledgeBase, case: PublishedCase, codes: Collection[str]) -> PublishedCase:
    """Return the case as it would be if nobody had answered `codes` nor measured what they follow from."""
    fed_by = {m.id for m in knowledge.measurements.values() if any(derived.code in codes for derived in m.derives)}

    def is_kept(code: str) -> bool:
        measurement = knowledge.measurement_of(code)
        return code not in codes and (measurement is None or measurement.id not in fed_by | set(codes))

    body: Mapping[str, Any] = {
        key: {code: value for code, value in block.items() if is_kept(code)} if isinstance(block, dict) else block
        for key, block in case.body.items()
    }
    return replace(case, body=body)
