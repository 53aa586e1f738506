"""Text with parts set bold, as runs; and the markup that Kivy reads: `[b]lead[/b] rest`, with `&bl; &br; &amp;`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_TAG = re.compile(r"\[(/?b)\]")
_ESCAPES = (("&bl;", "["), ("&br;", "]"), ("&amp;", "&"))


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a text in one weight."""

    text: str
    is_bold: bool = False


def runs_of(markup: str) -> tuple[Run, ...]:
    """Return the runs of a marked-up text."""
    runs: list[Run] = []
    is_bold, place = False, 0
    for tag in _TAG.finditer(markup):
        _add(runs, _plain(markup[place : tag.start()]), is_bold)
        is_bold, place = tag[1] == "b", tag.end()
    _add(runs, _plain(markup[place:]), is_bold)
    return tuple(runs)


def to_markup(runs: Iterable[Run]) -> str:
    """Return markup that draws these runs."""
    return "".join(f"[b]{_escaped(run.text)}[/b]" if run.is_bold else _escaped(run.text) for run in runs)


def _add(runs: list[Run], text: str, is_bold: bool) -> None:
    if text:
        runs.append(Run(text, is_bold))


def _plain(text: str) -> str:
    for escaped, sign in _ESCAPES:
        text = text.replace(escaped, sign)
    return text


def _escaped(text: str) -> str:
    for escaped, sign in reversed(_ESCAPES):
        text = text.replace(sign, escaped)
    return text
