"""The knowledge that ships, read once for all tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from shared.knowledge.loader import load_knowledge
from shared.knowledge.model import KnowledgeBase

VERSIONS = Path(__file__).resolve().parents[1] / "assets" / "knowledge"
KNOWLEDGE = VERSIONS / "1.1"
FIRST = VERSIONS / "1.0"


@cache
def the_book() -> KnowledgeBase:
    return load_knowledge(KNOWLEDGE)


@cache
def the_first_book() -> KnowledgeBase:
    """Return version 1.0, which is kept as it was released."""
    return load_knowledge(FIRST)
