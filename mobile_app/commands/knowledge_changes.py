"""`handwise knowledge changes CASES.json`: which assessments another version of the knowledge would change, and how.

Each case is assessed under both versions from the same answers. What became more urgent comes first. The file is
untrusted and read as `handwise triage` reads it; a case that one version cannot assess says so in its own place.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from typing import Any

from mobile_app.commands.triage import BAD_INPUT, DONE, MAX_BYTES, MAX_CASES, one_line, read_file, write
from mobile_app.config import KNOWLEDGE_VERSION, read_config
from shared.canonical import read_json
from shared.errors import HandwiseError, InvalidInput
from shared.knowledge.shelf import Shelf
from shared.triage.assess import Assessor, conclusion
from shared.triage.presentation import read_presentation
from shared.triage.reassess import Change, compare


@dataclass(frozen=True, slots=True)
class _Compared:
    """One case of the file: what changes, or why one of the versions could not assess it."""

    number: int
    change: Change | None
    error: str = ""


def add_action(actions: Any) -> None:
    """Add this action to `handwise knowledge`."""
    parser = actions.add_parser(
        "changes",
        help="list which assessments of a file another version would change, and how",
        epilog="Exit status: 0 the cases were compared; 2 nothing was compared: one line on standard error says why.",
    )
    parser.add_argument("cases", metavar="CASES.json", help="a case, or a list of cases; - reads standard input")
    parser.add_argument("--from", metavar="VERSION", dest="old", help="the old version (otherwise the one before --to)")
    parser.add_argument("--to", metavar="VERSION", dest="new", help="the new version (otherwise the current one)")
    parser.add_argument("--json", action="store_true", help="print JSON for machines instead of words")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the comparison and return its exit status."""
    try:
        shelf = Shelf(read_config().knowledge.parent, KNOWLEDGE_VERSION)
        old, new = _versions(shelf, args.old, args.new)
        assessors = (Assessor(shelf.knowledge(old)), Assessor(shelf.knowledge(new)))
        body = _body(args.cases)
        cases = body if isinstance(body, list) else [body]
        if len(cases) > MAX_CASES:
            raise InvalidInput("CASES.json", f"has more than {MAX_CASES} cases; compare them in several files")
    except HandwiseError as error:
        print(f"handwise knowledge changes: {one_line(error)}", file=sys.stderr)
        return BAD_INPUT
    compared = [_compare(assessors, number, case) for number, case in enumerate(cases, start=1)]
    write(_as_json(compared) if args.json else _in_words(compared, old, new))
    return DONE


def _versions(shelf: Shelf, old: str | None, new: str | None) -> tuple[str, str]:
    """Return the versions to compare. What is left out is the current one and the one before it."""
    versions = shelf.versions
    if new is None:
        new = shelf.current_version
        if old == new and len(versions) > 1:
            raise InvalidInput("--from", f"{new} is the current version; say with --to what to compare it with")
    if old is None:
        place = versions.index(new) if new in versions else -1
        if place == 0:
            raise InvalidInput("--to", f"{new} is the oldest version here; say with --from what to compare it with")
        # A version that is not here is refused when it is read.
        old = versions[place - 1] if place > 0 else new
    return old, new


def _body(name: str) -> Any:
    """Return what the file holds; a fault of it is named by the argument of this command."""
    try:
        return read_json(read_file(name), max_bytes=MAX_BYTES)
    except InvalidInput as error:
        raise InvalidInput("CASES.json", error.advice) from None


def _compare(assessors: tuple[Assessor, Assessor], number: int, case: Any) -> _Compared:
    concluded = []
    for assessor in assessors:
        try:
            assessment = assessor.assess(read_presentation(assessor.knowledge, case))
        except InvalidInput as error:
            return _Compared(number, None, f"{one_line(error)} (knowledge {assessor.knowledge.version})")
        concluded.append(conclusion(assessment, assessor.knowledge))
    return _Compared(number, compare(assessors[0].knowledge, concluded[0], assessors[1].knowledge, concluded[1]))


def _in_words(compared: list[_Compared], old: str, new: str) -> str:
    changed = [(row.number, row.change) for row in compared if row.change is not None and row.change.is_different]
    failed = [row for row in compared if row.change is None]
    more = sum(change.steps_more_urgent > 0 for _, change in changed)
    less = sum(change.steps_more_urgent < 0 for _, change in changed)
    lines = [
        f"{len(changed)} of {len(compared) - len(failed)} assessments would change from {old} to {new}: "
        f"{more} more urgent, {less} less urgent.",
        *(
            f"  case {number}: {change.sentence}"
            for number, change in sorted(changed, key=lambda row: -row[1].steps_more_urgent)
        ),
        *(f"  case {row.number}: not assessed. {row.error}" for row in failed),
    ]
    return "\n".join(lines) + "\n"


def _as_json(compared: list[_Compared]) -> str:
    rows = [
        {"case": row.number, "error": row.error}
        if row.change is None
        else {
            "case": row.number,
            "is_different": row.change.is_different,
            "disposition": list(row.change.disposition),
            "leading": list(row.change.leading),
            "word": list(row.change.word),
            "words": [list(words) for words in row.change.words],
            "new_red_flags": list(row.change.new_red_flags),
            "gone_red_flags": list(row.change.gone_red_flags),
            "fits": list(row.change.fits),
            "sentence": row.change.sentence,
        }
        for row in compared
    ]
    return json.dumps(rows, indent=2) + "\n"
