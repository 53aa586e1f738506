"""What to check for an alert: the prevention texts of the knowledge with their sources, and what lies near."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared.knowledge.model import KnowledgeBase
from shared.sentence import Sentence, phrase, sentence

FIRST = (
    phrase("Is it a late delivery? A tablet that was silent sends the cases of many weeks in one."),
    phrase("Are two of them the same child? Linked cases say so."),
)
"""Before anything else is looked for. Our own advice, without a source."""
WHATEVER_IT_IS = (
    phrase("Read the cases: what have the children in common? Room, days, staff, drips, a product, an animal, a pond."),
    phrase("Ask the site what has changed in these weeks."),
)
EXPERTS = phrase("Experts")
ON_THE_WARD = (phrase("Ask the ward which line, strength and speed each of these children had."),)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to check. `source` is the publication; empty where it is our own advice. `quality` is A to D."""

    text: str
    source: str
    quality: str

    @property
    def source_words(self) -> Sentence:
        if not self.source:
            return sentence("Our own advice, without a source")
        return sentence(
            "{source} (grade {grade})",
            source=sentence(EXPERTS) if self.source == EXPERTS else self.source,
            grade=self.quality,
        )


def checks(knowledge: KnowledgeBase, condition: str) -> tuple[Check, ...]:
    """Return what to check for a cluster of this condition, in order."""
    known = knowledge.plans.get(condition)
    prevention = known.prevention if known is not None else ()
    own = ON_THE_WARD if prevention else WHATEVER_IT_IS
    found = [Check(text, "", "") for text in (*FIRST, *own)]
    for statement in prevention:
        named = [
            knowledge.sources[one].citation
            for one in statement.evidence.sources
            if one in knowledge.sources and one != "expert"
        ]
        found.append(Check(statement.text, "; ".join(map(_short, named)) or EXPERTS, statement.evidence.quality))
    return tuple(found)


def _short(citation: str) -> str:
    """Return first author and year, or the title where the citation begins with it."""
    author, year = re.match(r"(\w+) [A-Z]{1,3}[, ]", citation), re.search(r"\b(19|20)\d\d\b", citation)
    if author and year:
        return f"{author[1]} {year[0]}"
    first = citation.split(". ")[0]
    return first if len(first) <= 90 else f"{first[:87].rstrip()}..."
