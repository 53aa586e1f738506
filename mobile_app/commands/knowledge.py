"""`handwise knowledge check`: validates a knowledge folder, prints what is in it and all that is wrong with it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from mobile_app.config import read_config
from shared.errors import KnowledgeError, Problem
from shared.knowledge.loader import load_knowledge
from shared.knowledge.model import KnowledgeBase
from shared.privacy.policy import Vocabulary, load_policy, unclassified

DONE, PROBLEMS = 0, 1


def add_parser(subparsers: Any) -> None:
    """Add this command to the `handwise` parser."""
    parser = subparsers.add_parser("knowledge", help="check the knowledge that the reasoning uses")
    actions = parser.add_subparsers(metavar="ACTION", required=True, parser_class=type(parser))
    check = actions.add_parser("check", help="validate a knowledge folder; exit status 1 if anything is wrong in it")
    check.add_argument("folder", nargs="?", type=Path, help="the folder (otherwise the one that is shipped)")
    check.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the check and return its exit status."""
    folder: Path = args.folder or read_config().knowledge
    try:
        knowledge = load_knowledge(folder)
        problems = _privacy_problems(folder, knowledge)
    except KnowledgeError as error:
        return _report(error.problems)
    if problems:
        return _report(problems)
    print(f"Knowledge {knowledge.version} is sound. In force from {knowledge.effective_from or 'no stated day'}.")
    for what, count in _counts(knowledge):
        print(f"  {count:>5}  {what}")
    return DONE


def _privacy_problems(folder: Path, knowledge: KnowledgeBase) -> tuple[Problem, ...]:
    policy = load_policy(folder / "privacy.yaml", Vocabulary.of(knowledge))
    return tuple(
        Problem("privacy.yaml", code, "is not classified; say whether it may be sent")
        for code in unclassified(policy, knowledge)
    )


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


def _report(problems: tuple[Problem, ...]) -> int:
    for problem in problems:
        print(problem, file=sys.stderr)
    count = len(problems)
    print(f"{count} problem{'' if count == 1 else 's'} found.", file=sys.stderr)
    return PROBLEMS
