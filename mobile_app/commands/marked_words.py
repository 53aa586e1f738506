"""Finds the words that translators are given: the literals in calls of `say`, `phrase`, `count_of` and their like.

    say("Question {number}", number=3)              ──▶  "Question {number}"
    count_of(3, "{count} day", "{count} days")      ──▶  both, as one entry with plural forms
    StoreUnusable("It was left as it is.")          ──▶  the words of every error that is raised with words

Words that are put together where they are said (an f-string, a sum) cannot be found, so they are a fault.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared import errors

SINGLE = {"say": 0, "phrase": 0, "sentence": 0}
"""The functions whose argument at this place is for translators."""
PLURAL = {"count_of": (1, 2), "counted": (1, 2)}
"""The same for one and for many."""
SOURCES = (
    "shared/errors.py",
    "shared/case",
    "shared/crypto",
    "shared/measurement",
    "shared/sync",
    "shared/triage",
    "mobile_app",
)
DESK_SOURCES = ("sync_server/api", "sync_server/services", "shared/knowledge/release.py")
"""Where the desk's words stand in Python; the others are in its templates."""
_NOT_SHOWN = (
    "mobile_app/commands",
    "mobile_app/presenters/wording.py",
    "sync_server/services/backup.py",
    "sync_server/services/verification.py",
)
"""What speaks to developers and to who runs the server, and where the functions themselves are made."""
_COMMENT = "# Translators: "


@dataclass(frozen=True, slots=True)
class MarkedWords:
    """One entry: the words for one (or the only ones), those for many or empty, where, and what translators read."""

    words: str
    many: str
    file: str
    comment: str


class NotLiteral(ValueError):
    """Words that translators cannot be given, because they are put together where they are said."""


def marked_words(root: Path, sources: Sequence[str] = SOURCES) -> Iterator[MarkedWords]:
    """Yield every marked word in these files and folders under `root`, file by file.

    Raises:
        NotLiteral: names the file and line.
    """
    raised = _ERRORS_OF_THE_DESK if sources is DESK_SOURCES else _ERRORS
    for path in _files(root, sources):
        name = path.relative_to(root).as_posix()
        source = path.read_text(encoding="utf-8")
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
        calls.sort(key=lambda call: (call.lineno, call.col_offset))
        for call in calls:
            for words, many in _words_of(call, f"{name}:{call.lineno}", raised):
                yield MarkedWords(words, many, name, _comment_above(source.splitlines(), call.lineno))


def errors_with_words() -> frozenset[str]:
    """Return the names of the errors that are raised with their words."""
    base = errors.HandwiseError
    named = {name: one for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, base)}
    return frozenset(name for name, one in named.items() if one.__init__ is base.__init__)


_ERRORS = errors_with_words()
_ERRORS_OF_THE_DESK = _ERRORS | {"NoRelease"}
"""Its words are read by whoever publishes knowledge; a tablet says its own."""


def _files(root: Path, sources: Sequence[str]) -> Iterator[Path]:
    for source in sources:
        place = root / source
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            if not path.relative_to(root).as_posix().startswith(_NOT_SHOWN):
                yield path
    if "mobile_app" in sources:
        # These functions are made in wording.py, which says words of its own too.
        yield root / "mobile_app/presenters/wording.py"


def _words_of(call: ast.Call, where: str, raised: frozenset[str]) -> Iterator[tuple[str, str]]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name in PLURAL:
        one, many = (call.args[place] if place < len(call.args) else None for place in PLURAL[name])
        if isinstance(one, ast.Attribute) and isinstance(many, ast.Attribute):
            return
        yield _only(one, where), _only(many, where)
    elif call.args and name in SINGLE:
        yield from ((words, "") for words in _literals(call.args[SINGLE[name]], where, is_mark=name == "phrase"))
    elif call.args and name in raised:
        yield from ((words, "") for words in _literals(call.args[0], where, is_mark=False))


def _literals(node: ast.expr, where: str, *, is_mark: bool) -> Iterator[str]:
    """Yield the literals of an argument. What is looked up elsewhere was marked there."""
    match node:
        case ast.Constant(value=str(words)):
            if words:
                yield words
        case ast.IfExp(body=body, orelse=other):
            yield from _literals(body, where, is_mark=is_mark)
            yield from _literals(other, where, is_mark=is_mark)
        case ast.JoinedStr() | ast.BinOp():
            raise NotLiteral(f"{where}: words for translators must be one literal")
        case _ if is_mark:
            raise NotLiteral(f"{where}: words for translators must be one literal")


def _only(node: ast.expr | None, where: str) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise NotLiteral(f"{where}: words for one and for many must be one literal each")


def _comment_above(lines: Sequence[str], number: int) -> str:
    """Return the comment for translators that ends in the line above, or nothing."""
    comment: list[str] = []
    for line in reversed(lines[: number - 1]):
        text = line.strip()
        if not text.startswith("# "):
            return ""
        if text.startswith(_COMMENT):
            return " ".join([text.removeprefix(_COMMENT), *reversed(comment)])
        comment.append(text.removeprefix("# "))
    return ""
