"""Loads one version of the book from its folder.

    folder ──read_yaml──▶ blocks ──Section──▶ definitions ──check──▶ KnowledgeBase
                 └────────────┴──── every problem ───────┴──report──▶ KnowledgeError

A fault of one file does not hide those of the others: what can be read is checked.
Layout of a folder: README.md beside this file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from shared.errors import KnowledgeError, Problem
from shared.knowledge.checks import check
from shared.knowledge.checks.common import TABLES
from shared.knowledge.inheritance import with_inherited
from shared.knowledge.model import FindingDefinition, KnowledgeBase, RuleDefinition
from shared.knowledge.reading import (
    code_table,
    read_condition,
    read_evidence,
    read_finding,
    read_group,
    read_source,
    read_statement,
)
from shared.knowledge.reading_course import read_calcification, read_revisit
from shared.knowledge.reading_measurements import read_measurement
from shared.knowledge.reading_reasoning import read_limits
from shared.knowledge.reading_rules import (
    read_age_band,
    read_consider,
    read_danger_sign,
    read_first_test,
    read_input,
    read_rule,
)
from shared.knowledge.report import grouped, worth_telling
from shared.knowledge.section import Section, nearest
from shared.knowledge.yaml_file import YamlFault, read_yaml

FILES = (
    "knowledge.yaml",
    "groups.yaml",
    "red_flags.yaml",
    "danger_signs.yaml",
    "measurements.yaml",
    "calcification.yaml",
    "consider.yaml",
    "reasoning.yaml",
    "sources.yaml",
)
FOLDERS = ("conditions", "findings")
OPTIONAL_FILES = ("follow_up.yaml",)
CLOSED_HERE = (
    "knowledge.yaml",
    "groups.yaml",
    "red_flags.yaml",
    "danger_signs.yaml",
    "measurements.yaml",
    "consider.yaml",
    "sources.yaml",
)
"""The files whose last keys are read here; the readers of the others close them."""
OTHER_FILES = ("privacy.yaml",)
"""Part of the book, covered by its hash, and read by `shared.privacy`."""

VERSION = re.compile(r"\d{1,4}(\.\d{1,4}){1,3}")
"""A folder with such a name is a version, and says so inside."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Inspection:
    """What could be read of a folder, and everything that is wrong with it.

    `knowledge` is sound only without problems; otherwise it holds what could be read, and harmless values for the rest.
    `is_whole`: every file was read and every list of names is there, so what it does not name does not exist.
    """

    knowledge: KnowledgeBase
    problems: tuple[Problem, ...]
    is_whole: bool


def load_knowledge(folder: Path) -> KnowledgeBase:
    """Return the book in `folder`, checked.

    Raises:
        KnowledgeError: with every problem of the folder.
    """
    found = inspect_knowledge(folder)
    if found.problems:
        raise KnowledgeError(found.problems)
    return found.knowledge


def inspect_knowledge(folder: Path) -> Inspection:
    """Return what can be read of the book in `folder`, with all that is wrong with it.

    Raises:
        KnowledgeError: the folder is not there.
    """
    faults: list[Problem] = []
    blocks, content_hash = _read_folder(folder, faults)
    knowledge, stated = _assemble(blocks, content_hash, faults)
    named = folder.resolve().name
    if VERSION.fullmatch(named) and knowledge.version and knowledge.version != named:
        faults.append(Problem("knowledge.yaml", "version", f"must be {named}, the name of its folder; correct one"))
    problems = grouped([*faults, *worth_telling(check(knowledge, stated), faults)])
    lists = {place for _, place in TABLES.values()}
    is_whole = not any(fault.place in ("the file", *lists) for fault in faults)
    return Inspection(knowledge, tuple(problems), is_whole)


def _read_folder(folder: Path, problems: list[Problem]) -> tuple[dict[str, Any], str]:
    if not folder.is_dir():
        raise KnowledgeError(
            [Problem(folder.name or str(folder), "the folder", "is not there; name a knowledge folder")]
        )
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml"))
    known = {*FILES, *OPTIONAL_FILES, *OTHER_FILES}
    for name in sorted({*FILES} - set(names)):
        problems.append(Problem(name, "the file", "is missing"))
    blocks: dict[str, Any] = {}
    digest = hashlib.sha256()
    for name in names:
        if name not in known and not (name.count("/") == 1 and name.split("/")[0] in FOLDERS):
            found = nearest(name, [*known, *FOLDERS])
            hint = f"; did you mean {found}?" if found else "; remove it"
            problems.append(Problem(name, "the file", f"does not belong to a knowledge folder{hint}"))
            continue
        try:
            value, raw = read_yaml(folder / name)
        except YamlFault as fault:
            problems.append(Problem(name, "the file", str(fault)))
            continue
        digest.update(f"{name}\n{len(raw)}\n".encode() + raw)
        if name not in OTHER_FILES:
            blocks[name] = value
    return blocks, digest.hexdigest()


def _assemble(
    blocks: Mapping[str, Any], content_hash: str, problems: list[Problem]
) -> tuple[KnowledgeBase, dict[str, FindingDefinition]]:
    """Return the book, and its findings with their own lines only."""
    # A file that is not there has been told; what is missing in it would only repeat that.
    top = {name: Section(blocks.get(name, {}), name, "", problems if name in blocks else []) for name in FILES}
    book, flags, consider = top["knowledge.yaml"], top["red_flags.yaml"], top["consider.yaml"]

    conditions, plans = {}, {}
    read_conditions = _folder(blocks, "conditions", read_condition, problems)
    for name, (condition, plan, _) in sorted(read_conditions.items(), key=lambda item: item[1][2]):
        # The name of the file stands for an id that is missing or misspelt, which is told.
        conditions[name] = replace(condition, id=name)
        if plan is not None:
            plans[name] = plan
    read_findings = _folder(blocks, "findings", read_finding, problems)
    stated = {
        name: replace(finding, id=name)
        for name, (finding, _) in sorted(read_findings.items(), key=lambda item: item[1][1])
    }
    findings = {name: with_inherited(finding, conditions) for name, finding in stated.items()}
    inputs_block = flags.section("inputs")
    inputs = {
        **_table(inputs_block, "numbers", lambda name, block: read_input(name, block, is_numeric=True)),
        **_table(inputs_block, "yes_no", lambda name, block: read_input(name, block, is_numeric=False)),
    }
    inputs_block.close()
    rules: dict[str, RuleDefinition] = {**_table(flags, "rules", read_rule), **_table(flags, "prompts", read_rule)}
    first_tests = tuple(read_first_test(row) for row in flags.rows("first_tests"))
    days, pool = read_calcification(top["calcification.yaml"])
    signs_block = top["danger_signs.yaml"]
    signs_evidence = signs_block.section("evidence")
    reference = top["measurements.yaml"].raw("reference", {})

    knowledge = KnowledgeBase(
        version=book.text("version"),
        content_hash=content_hash,
        settings=_frozen(book.words("settings")),
        conditions=_frozen(conditions),
        findings=_frozen(findings),
        groups=_frozen(_table(top["groups.yaml"], "groups", read_group)),
        inputs=_frozen(inputs),
        rules=_frozen(rules),
        plans=_frozen(plans),
        sources=_frozen(_table(top["sources.yaml"], "sources", read_source)),
        calcification_by_day=days,
        limits=read_limits(top["reasoning.yaml"], conditions),
        effective_from=book.text("effective_from"),
        population=book.text("population"),
        max_age_days=book.whole("max_age_days"),
        evidence_to_age_days=book.whole("evidence_to_age_days"),
        regions=_frozen(book.words("regions")),
        resources=_frozen(book.words("resources")),
        age_bands=tuple(read_age_band(*entry) for entry in book.entries("age_bands")),
        age_groups=tuple(read_age_band(*entry) for entry in book.entries("age_groups")),
        measurements=_frozen(_table(top["measurements.yaml"], "measurements", read_measurement)),
        danger_signs_evidence=read_evidence(signs_evidence),
        danger_signs=tuple(_table(signs_block, "danger_signs", read_danger_sign).values()),
        consider=_frozen(_table(consider, "consider", read_consider)),
        first_tests=first_tests,
        case_pool=pool,
        general=_frozen({name: read_statement(block) for name, block in book.entries("general")}),
        other_codes=_frozen({name: code_table(block) for name, block in consider.entries("other_codes")}),
        reference=_deep_frozen(reference),
        revisit=_optional(blocks, "follow_up.yaml", read_revisit, problems),
    )
    consider.texts("code_notes", ())
    for block in (signs_evidence, *(top[name] for name in CLOSED_HERE)):
        block.close()
    return knowledge, stated


def _folder(
    blocks: Mapping[str, Any], folder: str, read: Callable[[Section], _T], problems: list[Problem]
) -> dict[str, _T]:
    """Return what each file of the folder holds, by the name of the file. One that is no block at all is left out."""
    found = {}
    for name, value in blocks.items():
        if not name.startswith(f"{folder}/"):
            continue
        section = Section(value, name, "", problems)
        stem = name.removeprefix(f"{folder}/").removesuffix(".yaml")
        if section.has("id") and section.text("id") != stem:
            section.note("id", "must be the name of its file")
        definition = read(section)
        if isinstance(value, dict):
            found[stem] = definition
    return found


def _optional(
    blocks: Mapping[str, Any], name: str, read: Callable[[Section], _T], problems: list[Problem]
) -> _T | None:
    return read(Section(blocks[name], name, "", problems)) if name in blocks else None


def _table(section: Section, key: str, read: Callable[[str, Section], _T]) -> dict[str, _T]:
    return {name: read(name, block) for name, block in section.entries(key)}


def _frozen(table: dict[str, _T]) -> Mapping[str, _T]:
    return MappingProxyType(table)


def _deep_frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return MappingProxyType({key: _deep_frozen(item) for key, item in value.items()})
    if isinstance(value, list):
        return tuple(_deep_frozen(item) for item in value)
    return value
