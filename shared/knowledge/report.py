"""One report of a folder: what is known in spite of its faults, each cause once.

A fault of a file makes some checks worthless: a misspelt name in a file that cannot be read is not unknown, and a sum
over a missing number is no sum. `worth_telling` leaves those out. `grouped` says once what one slip causes in many
places, such as a renamed state that stands in forty lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from shared.errors import Problem
from shared.knowledge.checks.common import TABLES, Follows
from shared.knowledge.section import MISSING, UNKNOWN_KEY

ALONE = 3
"""Up to so many places are told one by one."""
_NAMED = 4
_ROOTS = ("", "the file", "the folder")


def worth_telling(found: Iterable[Follows], faults: Sequence[Problem]) -> list[Follows]:
    """Return what was found between the parts and does not merely follow from the faults of single files."""
    return [problem for problem in found if not _only_follows(problem, faults)]


def grouped(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems with the same one in many places told once, in the order of the first of each."""
    problems = _names_once(problems)
    inside: dict[tuple[str, str, str], list[Problem]] = {}
    told_so_far = dict.fromkeys(problems)
    for problem in told_so_far:
        if problem.advice == MISSING and _misspelt(problem, told_so_far):
            continue
        inside.setdefault((problem.file, _last(problem.place), problem.advice), []).append(problem)
    told = [one for rows in inside.values() for one in _once(rows, [row.place for row in rows])]
    across: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in told:
        folder = problem.file.split("/")[0] if "/" in problem.file else problem.file
        across.setdefault((folder, problem.place, problem.advice), []).append(problem)
    return [
        one
        for (folder, _, _), rows in across.items()
        for one in (
            _once([Problem(folder, row.place, row.advice) for row in rows], [row.file for row in rows])
            if len(rows) > ALONE
            else rows
        )
    ]


def _names_once(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems with a name that is not known told once for the whole folder, if it stands in many places."""
    places: dict[str, list[str]] = {}
    for problem in problems:
        if isinstance(problem, Follows) and problem.names:
            places.setdefault(problem.advice, []).append(f"{problem.file} {problem.place}")
    told = []
    for problem in problems:
        where = places.get(problem.advice, []) if isinstance(problem, Follows) and problem.names else []
        plain = Problem(problem.file, problem.place, problem.advice)
        if len(where) <= ALONE:
            told.append(plain)
        elif where[0] == f"{problem.file} {problem.place}":
            told += _once([plain] * len(where), where)
    return told


def _misspelt(missing: Problem, told: Iterable[Problem]) -> bool:
    """Tell whether the key is there after all, under a name that is told to be a slip."""
    parent, _, key = missing.place.rpartition(".")
    slip = f"{UNKNOWN_KEY}; did you mean {key}?"
    return any(p.file == missing.file and p.advice == slip and p.place.rpartition(".")[0] == parent for p in told)


def _once(rows: list[Problem], where: list[str]) -> list[Problem]:
    if len(rows) <= ALONE:
        return rows
    named = ", ".join(where[:_NAMED])
    more = f" and {len(where) - _NAMED} more" if len(where) > _NAMED else ""
    return [Problem(rows[0].file, rows[0].place, f"{rows[0].advice} (in {len(where)} places: {named}{more})")]


def _last(place: str) -> str:
    return re.sub(r"\[\d+\]", "", place.rsplit(".", 1)[-1])


def _only_follows(problem: Follows, faults: Sequence[Problem]) -> bool:
    places = [TABLES[kind] for kind in problem.kinds]
    for fault in faults:
        # Rules go by their ids alone, which is how people know them.
        place = re.sub(r"^(rules|prompts|consider)\.", "", fault.place)
        if fault.file == problem.file and _covers(place, problem.place):
            return True
        if any(fnmatchcase(fault.file, file) and _touches(place, after) for file, after in problem.after):
            return True
        for file, table in places:
            if not fnmatchcase(fault.file, file) or not _covers(fault.place, table):
                continue
            # In a folder each id has a file of its own: only that one is in doubt.
            if "*" not in file or problem.names in ("", fault.file.rsplit("/", 1)[-1].removesuffix(".yaml")):
                return True
    return False


def _covers(fault: str, place: str) -> bool:
    """Tell whether a fault at `fault` leaves nothing known of `place`."""
    return fault in _ROOTS or fault == place or place.startswith((f"{fault}.", f"{fault}["))


def _touches(fault: str, place: str) -> bool:
    return _covers(fault, place) or place in _ROOTS or _covers(place, fault)
