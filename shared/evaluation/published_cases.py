"""Published cases with a confirmed diagnosis: what the reasoning is measured with, never fitted to.

assets/published_cases/README.md explains the fields. `outside_knowledge` was said of knowledge 1.0; whether a diagnosis
is ranked now is asked of the knowledge in use (`is_ranked`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.knowledge.model import KnowledgeBase
from shared.triage.presentation import Presentation


@dataclass(frozen=True, slots=True)
class PublishedCase:
    """One visit of one child, as it was known before the test that settled the diagnosis.

    `body` is in the form of CASE.json. Records with the same `patient` are visits of one child. `scorable`: at least
    three findings are known. `in_seeds`: the report stands in a document that the first knowledge was drawn from.
    `quoted_as`: ids that the report has among the sources of the knowledge, if it is quoted there.
    """

    id: str
    patient: str
    class_: str
    citation: str
    final_diagnosis: str
    acceptable: tuple[str, ...]
    outside_knowledge: bool
    in_seeds: bool
    verified: bool
    scorable: bool
    summary: str
    quoted_as: tuple[str, ...]
    body: Mapping[str, Any]

    def is_ranked(self, knowledge: KnowledgeBase) -> bool:
        """Tell whether this knowledge ranks one of the diagnoses that count as right."""
        return any(name in ranked_diagnoses(knowledge) for name in self.acceptable)

    def is_quoted(self, knowledge: KnowledgeBase) -> bool:
        """Tell whether the report may have shaped the knowledge: as one of its sources, or of its first documents."""
        return self.in_seeds or any(source in knowledge.sources for source in self.quoted_as)


@dataclass(frozen=True, slots=True)
class DangerousGroup:
    """Diagnoses that may not wait. `long_standing_after_days` is the onset (days) after which "within days" may do."""

    says: str
    diagnoses: tuple[str, ...]
    long_standing_after_days: int


@dataclass(frozen=True, slots=True)
class MildGroup:
    """Diagnoses that can wait while none of the codes `unless` was recorded as present."""

    says: str
    diagnoses: tuple[str, ...]
    unless: tuple[str, ...]

    def holds(self, case: PublishedCase, presentation: Presentation) -> bool:
        """Tell whether a record is mild: by its diagnosis and by what was recorded, never by what the rules make of it.

        A code counts as recorded when it was stated as present or follows from a number (39.9 degrees is a fever).
        """
        return case.final_diagnosis in self.diagnoses and not any(
            presentation.findings.get(code) == "yes" or presentation.inputs.get(code, False) for code in self.unless
        )


@dataclass(frozen=True, slots=True)
class PublishedCases:
    """The records of a folder, in the order of their ids."""

    records: tuple[PublishedCase, ...]
    dangerous: DangerousGroup
    mild: MildGroup


def ranked_diagnoses(knowledge: KnowledgeBase) -> tuple[str, ...]:
    """Return the diagnoses that this knowledge ranks; "something else" is none."""
    return tuple(c.id for c in knowledge.conditions.values() if c.type != "residual")
