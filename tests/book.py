"""The knowledge that ships, read once for all tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from shared.knowledge.loader import load_knowledge
from shared.knowledge.model import KnowledgeBase

KNOWLEDGE = Path(__file__).resolve().parents[1] / "assets" / "knowledge" / "1.1"


@cache
def the_book() -> KnowledgeBase:
    return load_knowledge(KNOWLEDGE)
