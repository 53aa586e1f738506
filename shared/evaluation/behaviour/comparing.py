"""Compares what an assessment says with what is expected: levels, texts, and clauses that advise or warn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.errors import InvalidInput
from shared.evaluation.behaviour.situation import Expectation, Group
from shared.evaluation.behaviour.vocabulary import plain
from shared.triage.assessment import Assessment
from shared.triage.presentation import Presentation

_CLAUSE_END = re.compile(r"[.;](?:\s+|$)")
_WARNING = re.compile(r"(?:do not|never|no)\b", re.IGNORECASE)
"""A clause that begins so says what not to do, wherever it stands."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the product said of one visit: a presentation and its assessment, or the sentence of a refusal."""

    presentation: Presentation | None = None
    assessment: Assessment | None = None
    conditions: tuple[str, ...] = ()
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether one expectation is met, and what was there instead."""

    is_met: bool
    got: str


def _clauses(assessment: Assessment) -> list[str]:
    """Return the single clauses of what the rules say and of the management."""
    lines = [rule.action for rule in assessment.red_flags] + [step.text for step in assessment.plan.management]
    return [clause.strip() for line in lines for clause in _CLAUSE_END.split(line) if clause.strip()]


def told(assessment: Assessment) -> list[str]:
    """Return the clauses that say what to do."""
    return [clause for clause in _clauses(assessment) if not _WARNING.match(clause)]


def warned(assessment: Assessment) -> list[str]:
    """Return the clauses that say what not to do, wherever they stand."""
    clauses = [clause for clause in _clauses(assessment) if _WARNING.match(clause)]
    return clauses + [step.text for step in assessment.plan.do_not]


def within(got: str, bound: str, ascending: Sequence[str]) -> bool:
    """Tell whether a level lies within "at least X", "at most X" or "exactly X"; `ascending` from least to most."""
    match = re.fullmatch(r"(at least|at most|exactly) (.+)", plain(bound))
    if match is None or match[2] not in ascending:
        raise InvalidInput(f"'{bound}'", f"must be at least, at most or exactly one of {', '.join(ascending)}")
    place, wanted = ascending.index(got), ascending.index(match[2])
    return {"at least": place >= wanted, "at most": place <= wanted, "exactly": place == wanted}[match[1]]


def _says(line: str, text: str) -> bool:
    """Tell whether a line holds a text, from the beginning of a word: "cut" is in "do not cut", not in "acute"."""
    return re.search(rf"(?<!\w){re.escape(text)}", line, flags=re.IGNORECASE) is not None


def _said(group: Group, lines: Iterable[str]) -> bool:
    return any(_says(line, text) for line in lines for text in group)


def has_texts(expectation: Expectation, lines: Iterable[str]) -> Judged:
    """Judge whether every group has a text that stands in one of the lines."""
    found = list(lines)
    return Judged(all(_said(group, found) for group in expectation.groups), " | ".join(found) or "nothing")


def lacks_texts(expectation: Expectation, lines: Iterable[str]) -> Judged:
    """Judge whether none of the texts stands in any line."""
    unwanted = [line for line in lines for group in expectation.groups if _said(group, [line])]
    return Judged(not unwanted, " | ".join(dict.fromkeys(unwanted)) or "nothing of it")
