"""Words that people read stand where translators get them: in calls of `say` and its like, never in a screen."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from mobile_app.commands.marked_words import PLURAL, SINGLE, errors_with_words

ROOT = Path(__file__).parents[2] / "mobile_app"
MARKS = {*SINGLE, *PLURAL, *errors_with_words()}
NAMES = {
    "Handwise",
    "Noto Sans, Noto Sans Arabic, Noto Sans KR",
    "SIL Open Font License 1.1",
    "very likely",
    "Cel",
    "Regular",
    "Do not ",
} | {
    "Result",
    "View",
}
"""Our own name and those of fonts and licences; what the engine calls a verdict, a unit, how
a step begins, and types."""
READS_LIKE_WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]|^[A-Z][a-z]{2,}[.?]?$")
SHOWN_IN_KV = re.compile(r'\b(text|label|title|hint_text|words|sentence): *(?:.* )?"([^"]*[A-Za-z]{2,}[^"]*)"')


def test_no_presenter_has_words_that_nobody_can_translate():
    unmarked = [
        f"{path.name}:{line}: {words!r}"
        for folder in ("presenters", "paper")
        for path in sorted((ROOT / folder).glob("*.py"))
        for line, words in _unmarked_words(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not unmarked, unmarked


def test_no_screen_has_words_of_its_own():
    shown = [
        f"{path.name}:{number}: {found[2]!r}"
        for path in sorted(ROOT.rglob("*.kv"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (found := SHOWN_IN_KV.search(line)) and found[2] not in NAMES and _reads_like_words(found[2])
    ]
    assert not shown, shown


def test_unmarked_words_are_found():
    source = 'title = "Any danger sign now?"\nhint = say("Leave it empty.")\nstate = "yes"'

    assert list(_unmarked_words(ast.parse(source))) == [(1, "Any danger sign now?")]


def _unmarked_words(tree: ast.Module) -> Iterator[tuple[int, str]]:
    let_be = {id(part) for node in ast.walk(tree) if _is_let_be(node) for part in ast.walk(node)}
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in let_be]
    for text in texts:
        if isinstance(text.value, str) and text.value not in NAMES and _reads_like_words(text.value):
            yield text.lineno, text.value


def _is_let_be(node: ast.AST) -> bool:
    """Tell whether what stands in a node is marked, or no text at all: a docstring, or what a mistake of ours says."""
    if isinstance(node, ast.Call):
        return (node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")) in MARKS
    is_bare = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_bare or isinstance(node, ast.Assert | ast.Raise)


def _reads_like_words(text: str) -> bool:
    return READS_LIKE_WORDS.search(text) is not None
