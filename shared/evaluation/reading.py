"""Reads a folder of published cases: strictly, and with all that is wrong with it in one report.

    folder ──read_yaml──▶ blocks ──Section──▶ PublishedCases ──check_cases(knowledge)──▶ problems, or none
                 └────────────┴──── every problem ────▶ KnowledgeError

`records/<id>.yaml` holds one record each, `groups.yaml` whom "soon enough, but not too soon" is asked of.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from shared.errors import InvalidInput, KnowledgeError, Problem
from shared.evaluation.published_cases import (
    DangerousGroup,
    MildGroup,
    PublishedCase,
    PublishedCases,
    ranked_diagnoses,
)
from shared.knowledge.model import KnowledgeBase
from shared.knowledge.report import grouped
from shared.knowledge.section import Section, nearest
from shared.knowledge.yaml_file import YamlFault, read_yaml
from shared.triage.presentation import read_presentation

RECORDS = "records"
GROUPS = "groups.yaml"
_ASKED_BY = frozenset({"knowledge.yaml", "measurements.yaml"})
_WHOLE = ("the file", "the folder")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


def load_cases(folder: Path) -> PublishedCases:
    """Return the published cases in `folder`, each file right by itself.

    Raises:
        KnowledgeError: with every problem of the folder.
    """
    cases, problems = inspect_cases(folder)
    if problems:
        raise KnowledgeError(problems)
    return cases


def inspect_cases(folder: Path) -> tuple[PublishedCases, tuple[Problem, ...]]:
    """Return the published cases in `folder` as far as they can be read, and every problem of its files.

    Raises:
        KnowledgeError: the folder is not there.
    """
    problems: list[Problem] = []
    if not folder.is_dir():
        raise KnowledgeError(
            [Problem(folder.name or str(folder), "the folder", "is not there; name a folder of published cases")]
        )
    blocks = {}
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml"))
    for name in names:
        if name != GROUPS and Path(name).parent.as_posix() != RECORDS:
            problems.append(Problem(name, "the file", f"does not belong here; a record stands in {RECORDS}/"))
            continue
        try:
            blocks[name] = read_yaml(folder / name)[0]
        except YamlFault as fault:
            problems.append(Problem(name, "the file", str(fault)))
    if GROUPS not in names:
        problems.append(Problem(GROUPS, "the file", "is missing"))
    if not any(name != GROUPS for name in names):
        problems.append(Problem(RECORDS, "the folder", "has no record; add one as README.md says"))
    dangerous, mild = _read_groups(Section(blocks.get(GROUPS, {}), GROUPS, "", problems if GROUPS in blocks else []))
    records = tuple(
        _read_record(Section(block, name, "", problems)) for name, block in blocks.items() if name != GROUPS
    )
    return PublishedCases(records, dangerous, mild), tuple(grouped(problems))


def check_cases(
    cases: PublishedCases, knowledge: KnowledgeBase, *, faults: Collection[Problem] = ()
) -> tuple[Problem, ...]:
    """Return what is wrong with the cases under this knowledge: findings, units, diagnoses, each by its place.

    `faults` are those of the two folders: what only follows from one of them is left out.
    """
    broken = {(fault.file, fault.place) for fault in faults}
    files = {file for file, _ in broken}
    problems: list[Problem] = []
    for case in cases.records:
        file = f"{RECORDS}/{case.id}.yaml"
        # What can be answered is told by these files, by the names and states of findings, and by nothing else.
        if case.body and not files & _ASKED_BY and not any(_is_of_answers(*one) for one in broken):
            problems += [Problem(file, place, advice) for place, advice in _faults_of_body(case.body, knowledge)]
        if not any(one.startswith("conditions") and place in _WHOLE for one, place in broken) and not any(
            one == file and place in ("final_diagnosis", "acceptable", "outside_knowledge") for one, place in broken
        ):
            problems += _problems_of_diagnosis(case, knowledge, file)
    if GROUPS not in files and "red_flags.yaml" not in files and not any(place in _WHOLE for _, place in broken):
        problems += _problems_of_groups(cases, knowledge)
    return tuple(problems)


def _is_of_answers(file: str, place: str) -> bool:
    """Tell whether a fault leaves open which answers the knowledge takes."""
    if file.startswith("findings"):
        return place.split(".")[0] in (*_WHOLE, "id", "states", "follows_from", "from_age_days")
    return file == "red_flags.yaml" and (place in _WHOLE or place.startswith("inputs"))


def _read_record(section: Section) -> PublishedCase:
    body = section.raw("case")
    if section.has("case") and not isinstance(body, dict):
        section.note("case", "must be a block of keys and values")
    case = PublishedCase(
        id=_identifier(section, "id"),
        patient=_identifier(section, "patient"),
        class_=_identifier(section, "class"),
        citation=section.text("citation"),
        final_diagnosis=_identifier(section, "final_diagnosis"),
        acceptable=section.texts("acceptable"),
        outside_knowledge=section.flag("outside_knowledge"),
        in_seeds=section.flag("in_seeds"),
        verified=section.flag("verified"),
        scorable=section.flag("scorable"),
        summary=section.text("summary"),
        quoted_as=section.texts("quoted_as", ()),
        body=body if isinstance(body, dict) else {},
    )
    section.close()
    if case.id and f"{RECORDS}/{case.id}.yaml" != section.file:
        section.note("id", "must be the name of its file")
    if section.has("final_diagnosis") and section.has("acceptable") and case.final_diagnosis not in case.acceptable:
        section.note("acceptable", "must hold the final diagnosis")
    return case


def _read_groups(section: Section) -> tuple[DangerousGroup, MildGroup]:
    dangerous, mild = section.section("dangerous"), section.section("mild")
    first = DangerousGroup(
        dangerous.text("says"), dangerous.texts("diagnoses"), dangerous.whole("long_standing_after_days")
    )
    second = MildGroup(mild.text("says"), mild.texts("diagnoses"), mild.texts("unless"))
    for block in (section, dangerous, mild):
        block.close()
    for name in set(first.diagnoses) & set(second.diagnoses):
        mild.note("diagnoses", f"has {name}, which is dangerous; keep it in one of the groups")
    return first, second


def _identifier(section: Section, key: str) -> str:
    word = section.text(key)
    if word and not _IDENTIFIER.fullmatch(word):
        section.note(key, "must be lower-case words joined by _")
    return word


def _faults_of_body(body: Mapping[str, Any], knowledge: KnowledgeBase) -> Iterator[tuple[str, str]]:
    """Yield every fault of a case. The strict reader stops at the first; what it names is put aside, the rest read."""
    left: dict[str, Any] = {key: dict(value) if isinstance(value, dict) else value for key, value in body.items()}
    for field in ("findings", "measurements"):
        given = left.get(field)
        known = [*knowledge.findings, *knowledge.inputs, *knowledge.measurements]
        known += [measured.input for measured in knowledge.measurements.values()]
        for name in [name for name in given if name not in known] if isinstance(given, dict) else []:
            # Not left to the reader, which repeats no name: a record is published, and its author needs the place.
            yield f"case.{field}.{name}", f"is not known here{_hint(str(name), known)}"
            del left[field][name]
    while True:
        try:
            read_presentation(knowledge, left)
            return
        except InvalidInput as fault:
            yield (fault.field if fault.field == "case" else f"case.{fault.field}"), fault.advice
            top, _, rest = fault.field.partition(".")
            code = rest.partition(".")[0]
            block = left.get(top)
            if isinstance(block, dict) and code in block:
                del block[code]
            elif top in left and top != "age_days":
                del left[top]
            else:
                return


def _problems_of_diagnosis(case: PublishedCase, knowledge: KnowledgeBase, file: str) -> Iterator[Problem]:
    ranked = ranked_diagnoses(knowledge)
    for name in case.acceptable:
        # A diagnosis that knowledge 1.0 did not have may be ranked by now, or not; any other must be.
        if name not in ranked and not (case.outside_knowledge and name == case.final_diagnosis):
            place = "final_diagnosis" if name == case.final_diagnosis else "acceptable"
            yield Problem(file, place, f"is not a diagnosis of the knowledge{_hint(name, ranked)}")


def _problems_of_groups(cases: PublishedCases, knowledge: KnowledgeBase) -> Iterator[Problem]:
    ranked = ranked_diagnoses(knowledge)
    met = {case.final_diagnosis for case in cases.records}
    for place, group in (("dangerous", cases.dangerous), ("mild", cases.mild)):
        for name in group.diagnoses:
            # An older knowledge may not rank it; a word that is nearly a diagnosis is a slip.
            if name not in ranked and name not in met and (hint := _hint(name, ranked)):
                yield Problem(
                    GROUPS, f"{place}.diagnoses", f"has {name}, which is not a diagnosis of the knowledge{hint}"
                )
    codes = [code for code, finding in knowledge.findings.items() if finding.is_binary]
    codes += [code for code, input_ in knowledge.inputs.items() if not input_.is_numeric]
    for code in cases.mild.unless:
        if code not in codes:
            yield Problem(GROUPS, "mild.unless", f"has {code}, which is no yes/no finding or input{_hint(code, codes)}")


def _hint(word: str, known: Iterable[str]) -> str:
    found = nearest(word, known)
    return f"; did you mean {found}?" if found else ""
