"""Behaviour as a document: clinical situations that a paediatrician can read and correct, and the check that they hold.

    assets/knowledge/behaviour/*.yaml ──read_behaviour──▶ Behaviour ─┬─ check_situation ─▶ Outcomes   (tests/spec)
                     words.yaml ──────────Vocabulary──────────────────┘
                                                                     └─ document ────────▶ BEHAVIOUR.md

A situation says in the words of a clinician what a child has, and what must and must not follow. It knows no decimals.
"""

from shared.evaluation.behaviour.checking import Outcome, check_situation
from shared.evaluation.behaviour.document import document
from shared.evaluation.behaviour.reading import read_behaviour
from shared.evaluation.behaviour.situation import Behaviour, Child, Expectation, Situation, Theme, Visit
from shared.evaluation.behaviour.vocabulary import Vocabulary

__all__ = [
    "Behaviour",
    "Child",
    "Expectation",
    "Outcome",
    "Situation",
    "Theme",
    "Visit",
    "Vocabulary",
    "check_situation",
    "document",
    "read_behaviour",
]
