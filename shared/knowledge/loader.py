"""Loads one version of the book from its folder.

    folder ──read_yaml──▶ blocks ──Section──▶ definitions ──check──▶ KnowledgeBase
                 └────────────┴──── every problem ───────┴─────────▶ KnowledgeError

Layout of a folder: README.md beside this file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from shared.errors import KnowledgeError, Problem
from shared.knowledge.checks import check
from shared.knowledge.inheritance import with_inherited
from shared.knowledge.model import KnowledgeBase, RuleDefinition
from shared.knowledge.reading import code_table, read_condition, read_finding, read_group, read_source, read_statement
from shared.knowledge.reading_rules import (
    read_age_band,
    read_calcification,
    read_consider,
    read_danger_sign,
    read_first_test,
    read_input,
    read_limits,
    read_measurement,
    read_revisit,
    read_rule,
)
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
OTHER_FILES = ("privacy.yaml",)
"""Part of the book, covered by its hash, and read by `shared.privacy`."""

_T = TypeVar("_T")


def load_knowledge(folder: Path) -> KnowledgeBase:
    """Return the book in `folder`, checked.

    Raises:
        KnowledgeError: with every problem of the folder.
    """
    problems: list[Problem] = []
    blocks, content_hash = _read_folder(folder, problems)
    knowledge = _assemble(blocks, content_hash, problems)
    # Checks between files mean something only where each file by itself is right.
    if knowledge is not None and not problems:
        problems += check(knowledge)
    if problems or knowledge is None:
        raise KnowledgeError(problems)
    return knowledge


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


def _assemble(blocks: Mapping[str, Any], content_hash: str, problems: list[Problem]) -> KnowledgeBase | None:
    if not {*FILES} <= blocks.keys():
        # The other files are still read, so that their problems are in the same report.
        _folder(blocks, "conditions", read_condition, problems)
        _folder(blocks, "findings", read_finding, problems)
        return None
    top = {name: Section(blocks[name], name, "", problems) for name in FILES}
    book, flags, consider = top["knowledge.yaml"], top["red_flags.yaml"], top["consider.yaml"]

    conditions, plans = {}, {}
    for condition, plan, _ in sorted(_folder(blocks, "conditions", read_condition, problems), key=lambda row: row[2]):
        conditions[condition.id] = condition
        if plan is not None:
            plans[condition.id] = plan
    findings = {
        finding.id: with_inherited(finding, conditions)
        for finding, _ in sorted(_folder(blocks, "findings", read_finding, problems), key=lambda row: row[1])
    }
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
    signs_block.section("evidence")
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
    for name in ("knowledge.yaml", "groups.yaml", "red_flags.yaml", "danger_signs.yaml"):
        top[name].close()
    for name in ("measurements.yaml", "consider.yaml", "sources.yaml"):
        top[name].close()
    return knowledge


def _folder(blocks: Mapping[str, Any], folder: str, read: Callable[[Section], _T], problems: list[Problem]) -> list[_T]:
    found = []
    for name, value in blocks.items():
        if not name.startswith(f"{folder}/"):
            continue
        section = Section(value, name, "", problems)
        stem = name.removeprefix(f"{folder}/").removesuffix(".yaml")
        if section.has("id") and section.text("id") != stem:
            section.note("id", "must be the name of its file")
        found.append(read(section))
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
