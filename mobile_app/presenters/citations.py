"""Sources in words: the citation as it is printed, how good the source is, and what of this screen rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mobile_app.presenters.wording import joined, phrase, say
from shared.knowledge.model import Evidence, KnowledgeBase, Source

EXPERT = "expert"
"""The id of the source that is the judgement of whoever wrote the knowledge."""

_QUALITY = {
    "A": phrase("Guideline or systematic review"),
    "B": phrase("Cohort"),
    "C": phrase("Case series or reports"),
    "D": phrase("Expert estimate"),
}


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source: the citation as it is printed, its grade, and what rests on it."""

    citation: str
    grade: str
    supports: str


def quality_of(source: Source) -> str:
    """Return how good a source is."""
    grade = say(_QUALITY[source.quality])
    return say("{grade}. The figures were read in the source.", grade=grade) if source.verified else grade


def grade_of(evidence: Evidence) -> str:
    """Return how good the evidence of one figure or sentence is."""
    # Translators: how well something is supported, as in "Grade B: cohort".
    return say("Grade {grade}: {what}", grade=evidence.quality, what=say(_QUALITY[evidence.quality]))


def sources_for(knowledge: KnowledgeBase, supported: Mapping[str, Iterable[str]]) -> tuple[SourceView, ...]:
    """Return the sources (by id) with what rests on each, in the order given; the judgement of experts last."""
    ids = sorted((id for id in supported if id in knowledge.sources), key=lambda id: id == EXPERT)
    return tuple(
        SourceView(
            knowledge.sources[id].citation,
            quality_of(knowledge.sources[id]),
            joined(tuple(dict.fromkeys(what for what in supported[id] if what))),
        )
        for id in ids
    )


def gathered(pairs: Iterable[tuple[Iterable[str], str]]) -> dict[str, list[str]]:
    """Return what rests on each source, from (sources, what rests on them)."""
    found: dict[str, list[str]] = {}
    for sources, what in pairs:
        for source in sources:
            found.setdefault(source, []).append(what)
    return found
