"""A label inside a sentence takes a small letter; abbreviations and names keep theirs, whatever the language."""

from __future__ import annotations

import pytest

from mobile_app.config import ASSETS, KNOWLEDGE_VERSION
from shared.knowledge.loader import load_knowledge
from shared.language.inside import lower_first


@pytest.mark.parametrize(
    ("label", "inside"),
    [
        ("Cellulitis", "cellulitis"), ("Œdème hémorragique du nourrisson", "œdème hémorragique du nourrisson"),
        ("Kawasaki disease", "Kawasaki disease"), ("Still warm", "still warm"),
        ("Ewing-Sarkom", "Ewing-Sarkom"), ("Maladie de Kawasaki", "maladie de Kawasaki"), ("Potty", "potty"),
        ("CRP 20 mg/L or less", "CRP 20 mg/L or less"), ("X-ray", "X-ray"), ("12 to 24 hours", "12 to 24 hours"),
        ("التهاب", "التهاب"), ("연조직염", "연조직염"), ("", ""),
    ],
)  # fmt: skip
def test_only_what_is_no_name_takes_a_small_letter(label: str, inside: str) -> None:
    assert lower_first(label) == inside


def test_every_condition_of_the_shipped_knowledge_takes_a_small_letter() -> None:
    """One that begins with a name belongs among the names."""
    labels = [one.label for one in load_knowledge(ASSETS / "knowledge" / KNOWLEDGE_VERSION).conditions.values()]

    assert [label for label in labels if not lower_first(label)[0].islower()] == []
