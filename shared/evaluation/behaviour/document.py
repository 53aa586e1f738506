"""Writes the situations as one page that a paediatrician can read: what is there, what must follow, and why."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping

from shared.evaluation.behaviour.expectations import sentence
from shared.evaluation.behaviour.situation import Behaviour, Child, Situation, Theme, Visit
from shared.knowledge.model import Source

_WIDTH = 120
_AT = {
    "clinic": "at a clinic",
    "emergency department": "in the emergency department",
    "ward after a drip": "on the ward",
}
_PREFACE = """\
# How Handwise behaves

<!-- Written by `make behaviour` from assets/knowledge/behaviour/. Correct it there, not here. -->

{situations} clinical situations in plain words, each with what must follow and why. They say what a clinician expects,
not what the program happens to answer: the tests run every one of them and fail where the program does otherwise.
They are examples of behaviour. They are no advice for a real child, and none of them replaces a clinician.

**How to read one.** What is neither found nor absent is not known. How soon is one of *emergency*, *same day*,
*within days* and *routine*. Causes are counted without "something else". Probabilities stand here in words only.

**How to correct one.** Open the file that is named under its theme, change the words, then run `make behaviour` and
`make test`. A finding is written in the words with which the tablet asks, or in those of `behaviour/words.yaml`; a word
that is not known is refused, with the nearest one that is. If the program does not do what you hold right, leave your
expectation as it is: the test then fails, as it should, and the knowledge is what has to change. What cannot be changed
soon is marked `not yet` with what happens instead; a test fails as soon as such a mark is no longer true.
"""


def document(behaviour: Behaviour, sources: Mapping[str, Source]) -> str:
    """Return the page in Markdown. `sources` are the publications that the knowledge cites."""
    named = sorted({source for situation in behaviour.situations for source in situation.sources})
    parts = [
        _PREFACE.format(situations=len(behaviour.situations)),
        *_shortfalls(behaviour.situations),
        "## Contents\n",
        "\n".join(_index(behaviour.themes)) + "\n",
        *(part for theme in behaviour.themes for part in _theme(theme)),
        "## Sources\n",
        "\n".join(f'- <a id="{_anchor(source)}"></a>`{source}` {sources[source].citation}' for source in named) + "\n",
    ]
    return "\n".join(parts)


def _shortfalls(situations: Iterable[Situation]) -> Iterator[str]:
    short = [situation for situation in situations if situation.not_yet]
    if short:
        yield "## Not yet\n"
        yield _wrapped(f"In {len(short)} of them Handwise does not yet do all that is expected:")
        lines = (f"- [{each.title.rstrip('.')}](#{each.id}): {each.not_yet}" for each in short)
        yield "\n".join(_wrapped(line, "  ").rstrip() for line in lines) + "\n"


def _index(themes: Iterable[Theme]) -> Iterator[str]:
    for theme in themes:
        yield f"- **[{theme.title}](#{_theme_id(theme)})**"
        for situation in theme.situations:
            yield f"  - [{situation.title.rstrip('.')}](#{situation.id})"


def _theme(theme: Theme) -> Iterator[str]:
    yield f'<a id="{_theme_id(theme)}"></a>\n\n## {theme.title}\n'
    yield _wrapped(f"{theme.about} *File: `behaviour/{theme.file}`*")
    for situation in theme.situations:
        yield from _situation(situation)


def _situation(situation: Situation) -> Iterator[str]:
    yield f'<a id="{situation.id}"></a>\n\n### {situation.title.rstrip(".")}\n'
    for count, visit in enumerate(situation.visits):
        yield _wrapped(_said(situation.child, visit, is_first=count == 0))
        yield "\n".join(_wrapped(f"- {sentence(each)}", "  ").rstrip() for each in visit.expect) + "\n"
    if situation.not_yet:
        yield _wrapped(f"**Not yet:** {situation.not_yet}")
    cited = ", ".join(f"[{source}](#{_anchor(source)})" for source in situation.sources)
    yield _wrapped(f"*Why:* {situation.because} ({cited}) · `{situation.id}`")


def _said(child: Child, visit: Visit, *, is_first: bool) -> str:
    """Return the child, or what is new at a later visit, as one paragraph that ends in an arrow."""
    said = [_who(child) if is_first else f"**{visit.after} later"]
    if visit.at:
        said[0] += f", {_AT.get(visit.at, visit.at)}"
    said[0] += ".**"
    span = [f"swollen for {visit.swollen_for}"] if visit.swollen_for else []
    span += [f"calcium by drip in this limb {visit.calcium_given}"] if visit.calcium_given else []
    if span:
        said.append(_capital(", ".join(span)) + ".")
    for lead, words in (
        ("Found", visit.found),
        ("Absent", visit.absent),
        ("Measured", visit.measured),
        ("Not possible here", visit.not_possible),
        ("People disagree on", tuple(" / ".join(group) for group in visit.disagree)),
        ("Typed in", tuple(f"`{key}: {json.dumps(value)}`" for key, value in visit.as_written.items())),
    ):
        if words:
            said.append(f"*{lead}:* {', '.join(words)}.")
    return " ".join(said) + " →"


def _who(child: Child) -> str:
    if not child.age:
        start = "A child whose age is not given"
    else:
        count, _, unit = child.age.partition(" ")
        article = "An" if count in ("8", "11", "18", "80") else "A"
        start = f"{article} {count}-{unit.rstrip('s')}-old {child.sex or 'child'}"
    where = f", {child.where}" if child.where else ""
    at = f", {_AT.get(child.at, child.at)}" if child.at else ""
    has = f" with {_listed(child.has)}" if child.has else ""
    return f"**{start}{where}{at}{has}"


def _listed(words: tuple[str, ...]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _wrapped(text: str, hanging: str = "") -> str:
    """Return a paragraph with its empty line after it, in lines that a person can read and compare."""
    lines = textwrap.wrap(text, _WIDTH, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines) + "\n"


def _theme_id(theme: Theme) -> str:
    return theme.file.removesuffix(".yaml").replace("_", "-")


def _anchor(source: str) -> str:
    return f"source-{source}"
