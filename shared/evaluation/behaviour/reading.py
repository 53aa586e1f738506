"""Reads the folder of situations, strictly: every misspelt key, missing reason and double id in one report."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from shared.errors import KnowledgeError, Problem
from shared.evaluation.behaviour.expectations import KINDS
from shared.evaluation.behaviour.situation import Behaviour, Child, Expectation, Group, Situation, Theme, Visit
from shared.knowledge.section import Section, nearest
from shared.knowledge.yaml_file import YamlFault, read_yaml

WORDS = "words.yaml"
WORD_KINDS = ("findings", "measurements", "settings")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read_behaviour(folder: Path, sources: Iterable[str]) -> Behaviour:
    """Return the situations of a folder, themes in their order. `sources` are the publications that may be named.

    Raises:
        KnowledgeError: with every problem of the folder.
    """
    problems: list[Problem] = []
    known = frozenset(sources)
    themes = []
    words: dict[str, MappingProxyType[str, tuple[str, ...]]] = {kind: MappingProxyType({}) for kind in WORD_KINDS}
    files = sorted(folder.glob("*.yaml"))
    if not files:
        problems.append(Problem(folder.name, "the folder", "holds no situations; check the path"))
    for path in files:
        try:
            value, _ = read_yaml(path)
        except YamlFault as fault:
            problems.append(Problem(path.name, "the file", str(fault)))
            continue
        section = Section(value, path.name, "", problems)
        if path.name == WORDS:
            words |= {kind: _words(section.section(kind)) for kind in WORD_KINDS}
            section.close()
        else:
            themes.append(_theme(section, known))
    _check_ids(themes, problems)
    if problems:
        raise KnowledgeError(problems)
    return Behaviour(tuple(sorted(themes, key=lambda theme: (theme.order, theme.file))), MappingProxyType(words))


def _words(section: Section) -> MappingProxyType[str, tuple[str, ...]]:
    return MappingProxyType({phrase: _one_or_several(section, phrase) for phrase in section.keys()})  # noqa: SIM118


def _theme(section: Section, sources: frozenset[str]) -> Theme:
    theme = Theme(
        file=section.file,
        title=section.text("theme"),
        order=section.whole("order"),
        about=section.text("about"),
        situations=tuple(_situation(row, sources) for row in section.rows("situations")),
    )
    section.close()
    return theme


def _situation(section: Section, sources: frozenset[str]) -> Situation:
    identity = section.text("id")
    section.place = identity or section.place  # a person looks for the id, not for the number
    if identity and not _ID.fullmatch(identity):
        section.note("id", "must be lower-case words joined by -")
    named = section.texts("source")
    for source in named:
        if source not in sources:
            found = nearest(source, sources)
            section.note("source", f"{source} is not in sources.yaml{f'; did you mean {found}?' if found else ''}")
    if not named and section.has("source"):
        section.note("source", "is empty; name a source of sources.yaml, or expert")
    situation = Situation(
        id=identity,
        title=section.text("title"),
        because=section.text("because"),
        not_yet=section.text("not yet", ""),
        sources=named,
        child=_child(section.section("child")),
        visits=(_visit(section), *(_later(row) for row in section.rows("then", required=False))),
    )
    section.close()
    return situation


def _child(section: Section) -> Child:
    child = Child(
        age=section.text("age", ""),
        sex=section.text("sex", ""),
        where=section.text("where", ""),
        at=section.text("at", ""),
        has=section.texts("has", ()),
    )
    section.close()
    return child


def _visit(section: Section) -> Visit:
    written = section.raw("as written", {})
    if not isinstance(written, dict):
        section.note("as written", "must be a block of names and values")
        written = {}
    return replace(
        _told(section),
        swollen_for=section.text("swollen for", ""),
        calcium_given=section.text("calcium given", ""),
        disagree=_groups(section, "disagree"),
        as_written=MappingProxyType(written),
    )


def _later(section: Section) -> Visit:
    """Return a later visit. How long it has been is counted on from the first, so it is not said again."""
    visit = replace(_told(section), after=section.text("after"), at=section.text("at", ""))
    section.close()
    return visit


def _told(section: Section) -> Visit:
    return Visit(
        found=section.texts("found", ()),
        absent=section.texts("absent", ()),
        measured=section.texts("measured", ()),
        not_possible=section.texts("not possible here", ()),
        expect=_expectations(section.section("expect")),
    )


def _expectations(section: Section) -> tuple[Expectation, ...]:
    found = []
    for kind in section.keys():  # noqa: SIM118 (not a dict)
        if kind not in KINDS:
            continue
        form = KINDS[kind].form
        if form == "flag":
            found.append(Expectation(kind, (("true" if section.flag(kind) else "false",),)))
        elif form == "table":
            found.append(Expectation(kind, tuple((name, word) for name, word in section.words(kind).items())))
        elif form == "any":
            found.append(Expectation(kind, (_one_or_several(section, kind),)))
        else:
            found.append(Expectation(kind, _groups(section, kind)))
    for kind in KINDS:
        section.raw(kind, None)
    if not found:
        section.note("", "expects nothing; say what must follow")
    section.close()
    return tuple(found)


def _one_or_several(section: Section, key: str) -> Group:
    return (section.text(key),) if isinstance(section.raw(key, None), str) else section.texts(key)


def _groups(section: Section, key: str) -> tuple[Group, ...]:
    value: Any = section.raw(key, [])
    if isinstance(value, str):
        return ((value,),)
    if isinstance(value, list):
        groups = tuple((item,) if isinstance(item, str) else item for item in value)
        if all(isinstance(item, tuple | list) and item and all(isinstance(w, str) for w in item) for item in groups):
            return tuple(tuple(item) for item in groups)
    section.note(key, "must be words in square brackets; where one of several is enough, in a second pair of brackets")
    return ()


def _check_ids(themes: Iterable[Theme], problems: list[Problem]) -> None:
    seen: dict[str, str] = {}
    for theme in themes:
        for situation in theme.situations:
            if situation.id in seen:
                problems.append(Problem(theme.file, situation.id, f"stands in {seen[situation.id]} too; rename one"))
            seen[situation.id] = theme.file
