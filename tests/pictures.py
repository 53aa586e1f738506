"""Hypothesis strategies for clinical pictures: any answers, in any order, at any age and in any setting."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from shared.differential.picture import ClinicalPicture
from shared.knowledge.model import FindingDefinition, KnowledgeBase
from shared.knowledge.model.finding import JOIN


@st.composite
def pictures(draw: DrawFn, book: KnowledgeBase, max_answers: int = 30) -> ClinicalPicture:
    """Draw a picture; half of them know the days since IV calcium and the hours of antibiotics."""
    asked = draw(st.lists(st.sampled_from(sorted(book.findings)), unique=True, max_size=max_answers))
    states = {finding: draw(answers_to(book.findings[finding])) for finding in asked}
    numbers: dict[str, float] = {}
    if draw(st.booleans()):
        numbers["days_since_iv_calcium"] = draw(st.floats(0, 400))
    if draw(st.booleans()):
        numbers["antibiotics_given"] = draw(st.sampled_from([0.0, 24.0, 48.0, 72.0]))
    return ClinicalPicture(draw(st.sampled_from(sorted(book.settings))), states, numbers)


def answers_to(finding: FindingDefinition) -> st.SearchStrategy[str]:
    """Draw an answer: a state, or several of the places that a swelling may reach over."""
    one = st.sampled_from(finding.states)
    if not finding.follows_from or len(finding.states) == 2:
        return one
    return st.lists(one, min_size=1, max_size=3, unique=True).map(lambda held: JOIN.join(sorted(held)))


def with_states(picture: ClinicalPicture, states: Mapping[str, str]) -> ClinicalPicture:
    return ClinicalPicture(picture.setting, states, picture.numbers)
