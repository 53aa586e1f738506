"""What must hold between the parts of the book. Each module checks one part and yields every fault.

    partial book ──check──▶ what follows ──report──▶ what is known in spite of the faults of single files

A book with faulty files is checked too: `report.py` leaves out what only follows from a fault that is told already.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.knowledge.checks.common import Follows
from shared.knowledge.checks.conditions import check_conditions
from shared.knowledge.checks.findings import check_findings
from shared.knowledge.checks.groups import check_groups
from shared.knowledge.checks.lists import check_lists
from shared.knowledge.checks.measurements import check_measurements
from shared.knowledge.checks.needed import check_needed
from shared.knowledge.checks.questions import check_questions, check_revisit
from shared.knowledge.checks.reasoning import check_reasoning
from shared.knowledge.checks.rules import check_danger_signs, check_rules
from shared.knowledge.model import FindingDefinition, KnowledgeBase


def check(knowledge: KnowledgeBase, stated: Mapping[str, FindingDefinition]) -> list[Follows]:
    """Return everything that is wrong between the parts; nothing means the book can be used.

    `stated` are the findings with their own lines only, as their files write them.
    """
    return [
        *check_conditions(knowledge),
        *check_findings(knowledge, stated),
        *check_groups(knowledge),
        *check_rules(knowledge),
        *check_measurements(knowledge),
        *check_danger_signs(knowledge),
        *check_lists(knowledge),
        *check_reasoning(knowledge),
        *check_questions(knowledge),
        *check_revisit(knowledge),
        *check_needed(knowledge),
    ]
