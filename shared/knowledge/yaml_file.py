"""Reads one YAML file of the book: safe values only, each key once, and `yes`, `no` and dates stay what is written.

YAML 1.1 turns the word yes into True and 2026-11-21 into a date. In the book they are words, so only true and false are
truth values here (as in YAML 1.2).
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as _Base  # libyaml: about seven times faster
except ImportError:  # pragma: no cover - a build of PyYAML without libyaml
    from yaml import SafeLoader as _Base  # type: ignore[assignment]

MAX_BYTES = 2 * 1024 * 1024
_DROPPED = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")


class YamlFault(Exception):
    """The file cannot be read as YAML; the text says where and why."""


class _Loader(_Base):
    """Safe loading with the two changes that the module's docstring names."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            seen: set[str] = set()
            for key, _ in node.value:
                if key.value in seen:
                    line = key.start_mark.line + 1
                    raise YamlFault(f"line {line}: the key {key.value} stands twice in one block; keep one of them")
                seen.add(key.value)
        return mapping


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _DROPPED]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read_yaml(path: Path) -> tuple[Any, bytes]:
    """Return the value of the file and its bytes.

    Raises:
        YamlFault: with one sentence.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise YamlFault(f"cannot be read ({error.strerror}); check that the file is there") from None
    if len(raw) > MAX_BYTES:
        raise YamlFault("is larger than 2 MiB; split it")
    try:
        return yaml.load(raw, Loader=_Loader), raw  # noqa: S506 (a safe loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}" if mark else "the file"
        raise YamlFault(f"{where}: is not valid YAML ({error.problem}); check indents, colons and quotes") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise YamlFault("is not valid YAML in UTF-8; check for stray characters") from None
