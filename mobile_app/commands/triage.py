"""`handwise triage CASE.json`: rank one case, or a list of cases, from a file or from standard input.

The file is untrusted: too large, too deep, not JSON or not a case gives one line that names the field, never a
traceback and never a word of the content, which could be a name. What was read but should be looked at again (an
improbable number, a child outside the evidence) is asked above the answer; with --json, on standard error.
"""

from __future__ import annotations

import argparse
import codecs
import json
import sys
from pathlib import Path
from typing import Any

from mobile_app.commands.triage_text import in_words
from mobile_app.config import read_config
from shared.canonical import read_json
from shared.errors import HandwiseError, InvalidInput
from shared.knowledge.loader import load_knowledge
from shared.triage.assess import Assessor
from shared.triage.assessment import Assessment
from shared.triage.presentation import Presentation, read_presentation

MAX_BYTES = 8 * 1024 * 1024
MAX_CASES = 10_000
DONE, BAD_INPUT = 0, 2


def add_parser(subparsers: Any) -> None:
    """Add this command to the `handwise` parser."""
    parser = subparsers.add_parser(
        "triage",
        help="rank one case, or a list of cases",
        description="Ranks what a child's swollen limb may be, with danger signs, how soon to be seen, and what to do.",
        epilog=(
            "Exit status: 0 the case was assessed, or the list was read (a case of a list that could not be assessed "
            "carries its error in place of a result); 2 nothing was assessed: one line on standard error says why."
        ),
    )
    parser.add_argument("case", metavar="CASE.json", help="the case, or a list of cases; - reads standard input")
    parser.add_argument("--json", action="store_true", help="print JSON for machines instead of words")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the command and return its exit status."""
    try:
        body = read_json(read_file(args.case), max_bytes=MAX_BYTES)
        assessor = Assessor(load_knowledge(read_config().knowledge))
        if isinstance(body, list):
            return _print_all(assessor, body, as_json=args.json)
        presentation = read_presentation(assessor.knowledge, body)
        assessment = assessor.assess(presentation)
    except HandwiseError as error:
        print(f"handwise triage: {one_line(error)}", file=sys.stderr)
        return BAD_INPUT
    if args.json:
        _ask_on_standard_error(presentation)
        write(json.dumps(assessment.to_json(), indent=2) + "\n")
    else:
        write(in_words(assessment, assessor.knowledge, to_check(presentation)))
    return DONE


def _print_all(assessor: Assessor, cases: list[Any], *, as_json: bool) -> int:
    if len(cases) > MAX_CASES:
        raise InvalidInput("CASE.json", f"has more than {MAX_CASES} cases; rank them in several files")
    results = [_assessed(assessor, case) for case in cases]
    if as_json:
        for number, result in enumerate(results, start=1):
            if not isinstance(result, InvalidInput):
                _ask_on_standard_error(result[0], f"case {number}: ")
        as_objects = [{"error": one_line(r)} if isinstance(r, InvalidInput) else r[1].to_json() for r in results]
        write(json.dumps(as_objects, indent=2) + "\n")
    else:
        for number, result in enumerate(results, start=1):
            text = (
                f"Not assessed. {one_line(result)}\n"
                if isinstance(result, InvalidInput)
                else in_words(result[1], assessor.knowledge, to_check(result[0]))
            )
            write(f"Case {number}\n\n{text}\n")
    # A bad case says so in its own place; the list as a whole was answered.
    return DONE


def _assessed(assessor: Assessor, case: Any) -> tuple[Presentation, Assessment] | InvalidInput:
    try:
        presentation = read_presentation(assessor.knowledge, case)
        return presentation, assessor.assess(presentation)
    except InvalidInput as error:
        return error


def to_check(presentation: Presentation) -> tuple[str, ...]:
    """Return what should be looked at again before the answer is believed."""
    return (*presentation.questions, *presentation.notes)


def _ask_on_standard_error(presentation: Presentation, lead: str = "") -> None:
    # The JSON is a contract; what a person should look at stands beside it.
    for sentence in to_check(presentation):
        print(f"handwise triage: please check: {lead}{sentence}".encode("ascii", "replace").decode(), file=sys.stderr)


def read_file(name: str) -> bytes:
    """Return the bytes of the file, one more than allowed if there are more: `read_json` then says so.

    A byte-order mark, with which some editors begin a file in UTF-8, is no part of the text.
    """
    try:
        if name == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1).removeprefix(codecs.BOM_UTF8)
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1).removeprefix(codecs.BOM_UTF8)
    except (OSError, ValueError):
        # ValueError: a name with a null character. The system's own text would repeat the name.
        raise InvalidInput("CASE.json", "cannot be read; name a file that exists, or - for standard input") from None


def write(text: str) -> None:
    """Write to standard output; a terminal that cannot show a letter gets a question mark for it."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except UnicodeEncodeError:
        sys.stdout.write(text.encode("ascii", "replace").decode("ascii"))
        sys.stdout.flush()


def one_line(error: HandwiseError) -> str:
    """Return an error's text on one line."""
    return " ".join(str(error).split())
