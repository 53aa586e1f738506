"""`handwise knowledge check`: validates a knowledge folder and the published cases, and prints how accurate it is.

All that is wrong with both folders comes in one report, and nothing is measured then. A fault of one part hides none of
the others: only the checks that the faulty part makes worthless are left out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mobile_app.commands import knowledge_behaviour, knowledge_changes, knowledge_release
from mobile_app.commands.knowledge_text import in_words
from mobile_app.config import read_config
from shared.errors import KnowledgeError, Problem
from shared.evaluation.accuracy import AccuracyReport, measure
from shared.evaluation.interview_length import InterviewLength, interview_length
from shared.evaluation.published_cases import PublishedCases
from shared.evaluation.reading import check_cases, inspect_cases
from shared.knowledge.loader import Inspection, inspect_knowledge
from shared.knowledge.model import KnowledgeBase
from shared.privacy.policy import Vocabulary, inspect_policy, unclassified
from shared.triage.assess import Assessor

DONE, PROBLEMS, BAD_INPUT = 0, 1, 2
MAX_CHILDREN = 10_000
CHILDREN = 40
"""Simulated children of each group to count questions with, unless told otherwise: seconds, not half a minute."""


def add_parser(subparsers: Any) -> None:
    """Add this command to the `handwise` parser."""
    parser = subparsers.add_parser("knowledge", help="check the knowledge that the reasoning uses")
    actions = parser.add_subparsers(metavar="ACTION", required=True, parser_class=type(parser))
    check = actions.add_parser(
        "check",
        help="validate a knowledge folder, print its accuracy on published cases; exit status 1 if anything is wrong",
    )
    check.add_argument("folder", nargs="?", type=Path, help="the folder (otherwise the one that is shipped)")
    check.add_argument(
        "--cases", metavar="FOLDER", type=Path, help="published cases (otherwise those that are shipped)"
    )
    check.add_argument(
        "--children",
        metavar="N",
        default=str(CHILDREN),
        help=f"simulated children of each group to count questions with (otherwise {CHILDREN}; 0 counts none)",
    )
    check.add_argument("--json", action="store_true", help="print JSON for machines instead of words")
    check.set_defaults(run=run)
    knowledge_behaviour.add_action(actions)
    knowledge_changes.add_action(actions)
    knowledge_release.add_actions(actions)


def run(args: argparse.Namespace) -> int:
    """Run the check and return its exit status."""
    children = _count(args.children)
    if children is None:
        print(f"handwise knowledge check: --children must be a whole number from 0 to {MAX_CHILDREN}", file=sys.stderr)
        return BAD_INPUT
    config = read_config()
    folder: Path = args.folder or config.knowledge
    knowledge, cases, problems = _load(folder, args.cases or config.published_cases)
    if knowledge is None or cases is None or problems:
        return _report(problems, as_json=args.json)
    assessor = Assessor(knowledge)
    report = measure(assessor, cases)
    questions = interview_length(assessor, cases.records, children) if children else None
    if args.json:
        print(json.dumps(_as_json(knowledge, report, questions), indent=2))
        return DONE
    print(f"Knowledge {knowledge.version} is sound. In force from {knowledge.effective_from or 'no stated day'}.")
    for what, count in _counts(knowledge):
        print(f"  {count:>5}  {what}")
    print()
    print(in_words(report, cases, questions), end="")
    return DONE


def _count(text: str) -> int | None:
    """Return the number of children, or None for what is no such number."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_CHILDREN))
    return int(text) if is_number and int(text) <= MAX_CHILDREN else None


def _load(folder: Path, cases_folder: Path) -> tuple[KnowledgeBase | None, PublishedCases | None, list[Problem]]:
    """Return what could be loaded, and the problems of both folders."""
    book: Inspection | None = None
    cases: PublishedCases | None = None
    problems: list[Problem] = []
    try:
        book = inspect_knowledge(folder)
        problems += [*book.problems, *_privacy_problems(folder, book)]
    except KnowledgeError as error:
        problems += error.problems
    try:
        cases, faults = inspect_cases(cases_folder)
        problems += faults
        if book is not None:
            problems += check_cases(cases, book.knowledge, faults=(*book.problems, *faults))
    except KnowledgeError as error:
        problems += error.problems
    return None if book is None else book.knowledge, cases, problems


def _privacy_problems(folder: Path, book: Inspection) -> list[Problem]:
    policy, problems = inspect_policy(folder / "privacy.yaml", Vocabulary.of(book.knowledge), is_whole=book.is_whole)
    told = {problem.place.split(".")[0] for problem in problems}
    if "the file" in told:
        return list(problems)
    missing = [code for code in unclassified(policy, book.knowledge) if code not in told]
    return [
        *problems,
        *(Problem("privacy.yaml", code, "is not classified; say whether it may be sent") for code in missing),
    ]


def _as_json(knowledge: KnowledgeBase, report: AccuracyReport, questions: InterviewLength | None) -> dict[str, Any]:
    return {
        "version": knowledge.version,
        "effective_from": knowledge.effective_from,
        "counts": dict(_counts(knowledge)),
        "accuracy": report.to_json(),
        "questions": None if questions is None else asdict(questions),
    }


def _counts(knowledge: KnowledgeBase) -> tuple[tuple[str, int], ...]:
    figures = sum(
        len(likelihood.states) for finding in knowledge.findings.values() for likelihood in finding.likelihoods.values()
    )
    verified = sum(
        likelihood.evidence.verified
        for finding in knowledge.findings.values()
        for likelihood in finding.likelihoods.values()
    )
    return (
        ("conditions that are ranked", len(knowledge.conditions)),
        ("conditions named for consideration", len(knowledge.consider)),
        ("findings", len(knowledge.findings)),
        ("measurements", len(knowledge.measurements)),
        ("danger rules and prompts", len(knowledge.rules)),
        ("probabilities of a finding's state in a condition", figures),
        ("of their cells read in the source or computed from it", verified),
        ("plans", len(knowledge.plans)),
        ("sources", len(knowledge.sources)),
    )


def _report(problems: Sequence[Problem], *, as_json: bool) -> int:
    if as_json:
        rows = [{"file": p.file, "place": p.place, "advice": p.advice} for p in problems]
        print(json.dumps({"problems": rows}, indent=2))
    for problem in problems:
        print(problem, file=sys.stderr)
    count = len(problems)
    print(f"{count} problem{'' if count == 1 else 's'} found.", file=sys.stderr)
    return PROBLEMS
