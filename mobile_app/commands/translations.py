"""Keeps the catalogues of `assets/translations` in step with the words of the app and of the book.

    code, book  ──▶  handwise.pot, knowledge.pot,       what there is to translate
                     desk.pot
    .pot + .po  ──▶  .po                                what is translated stays, new is empty, gone is gone
    .po         ──▶  .mo                                only where nothing is missing: what is there is complete

    python -m mobile_app.commands.translations          do all of it (`make translations`)
    python -m mobile_app.commands.translations sign fr "Dr A, paediatrician, 2026-12-01"
                                                        a clinician has read the French words of the book

Doing it twice changes nothing: no dates, no line numbers. `assets/translations/README.md` says how translators work.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from mobile_app.commands.desk_notes import NOTES, OTHER_SENSE
from mobile_app.commands.marked_words import DESK_SOURCES, marked_words
from mobile_app.config import ASSETS, KNOWLEDGE_VERSION
from mobile_app.language import ENGLISH, LANGUAGES
from shared.knowledge.loader import load_knowledge
from shared.knowledge.texts import texts_of
from shared.language.catalogues import APP, BOOK, DESK, TRANSLATIONS, catalogue_file, digest_of_book, review_file

WIDTH = 110
TRANSLATED = tuple(language.code for language in LANGUAGES if language is not ENGLISH)
DOMAINS = (APP, BOOK, DESK)
_HEADERS = {
    APP: "# Handwise: the words of the app.",
    BOOK: "# Handwise: the clinical words, from the knowledge.",
    DESK: "# Handwise: the words of the coordinator's desk.",
}
_PAGES = "sync_server/api/pages"
_MARKS = ("_", "gettext", "ngettext")
_NAMED = re.compile(r"%\((\w+)\)s")


_ARABIC = "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)"
"""The order that translators and their tools know: none, one, two, 3-10, 11-99, hundreds. Babel's own has the last two
changed round."""


class PlainCatalog(Catalog):
    """A catalogue whose header says nothing that changes from run to run."""

    @property
    def plural_expr(self) -> str:
        return _ARABIC if self.locale_identifier == "ar" else super().plural_expr

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        headers = [("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=utf-8")]
        if self.locale is None:
            return [*headers, ("Content-Transfer-Encoding", "8bit")]
        plural = ("Plural-Forms", self.plural_forms)
        return [("Language", str(self.locale_identifier)), *headers, ("Content-Transfer-Encoding", "8bit"), plural]

    @mime_headers.setter
    def mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        """What a file's header says is known already."""


def template_of_app(root: Path) -> Catalog:
    """Return the words of the app.

    Raises:
        NotLiteral: words that are put together where they are said.
    """
    template = PlainCatalog(header_comment=_HEADERS[APP], fuzzy=False)
    for marked in marked_words(root):
        words = (marked.words, marked.many) if marked.many else marked.words
        comments = [marked.comment] if marked.comment else []
        template.add(words, locations=[(marked.file, 0)], auto_comments=comments)
    return template


def template_of_desk(root: Path) -> Catalog:
    """Return the words of the coordinator's desk that are not among those of the app: pages first, then Python.

    Raises:
        NotLiteral: words that are put together where they are said.
    """
    template, known = PlainCatalog(header_comment=_HEADERS[DESK], fuzzy=False), template_of_app(root)
    found = [*_words_of_pages(root)]
    for marked in marked_words(root, DESK_SOURCES):
        words = (marked.words, marked.many) if marked.many else marked.words
        found.append((marked.file, words, [marked.comment] if marked.comment else []))
    for file, words, comments in found:
        said = known.get(words)
        # What both halves say has one translation.
        if said is None or said.id != words or words in OTHER_SENSE:
            note = NOTES.get(_first(words), "")
            template.add(words, locations=[(file, 0)], auto_comments=[*comments, *([note] if note else ())])
    return template


def _words_of_pages(root: Path) -> Iterator[tuple[str, str | tuple[str, str], list[str]]]:
    """Yield file, words and comments of what the templates mark, as the template library itself reads them."""
    # Developers only: no tablet has it.
    from jinja2.ext import babel_extract

    options = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
    for path in sorted((root / _PAGES).glob("*.html")):
        with path.open("rb") as file:
            for _, function, said, comments in babel_extract(file, _MARKS, ("Translators:",), options):
                literal = [one for one in ((said,) if isinstance(said, str) else said or ()) if one]
                # What is handed on was marked where it stands.
                if not literal:
                    continue
                plain = [comment.removeprefix("Translators:").strip() for comment in comments]
                words = (literal[0], literal[1]) if function == "ngettext" else literal[0]
                yield path.relative_to(root).as_posix(), words, plain


def templates_of(root: Path) -> dict[str, Catalog]:
    """Return the template of each catalogue."""
    book = template_of_book(root / "assets" / "knowledge" / KNOWLEDGE_VERSION)
    return {APP: template_of_app(root), BOOK: book, DESK: template_of_desk(root)}


def template_of_book(folder: Path) -> Catalog:
    """Return the words of the book, each with the place where it first stands."""
    template = PlainCatalog(header_comment=_HEADERS[BOOK], fuzzy=False)
    for where, text in texts_of(load_knowledge(folder)):
        template.add(text, auto_comments=[where])
    return template


def read_catalogue(path: Path, language: str | None = None) -> Catalog:
    """Return a .po or .pot as it stands; an empty one where there is none."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(template: Catalog, translated: Catalog, language: str, domain: str) -> Catalog:
    """Return the words of the template with what is translated of them."""
    catalogue = PlainCatalog(locale=language, header_comment=_HEADERS[domain], fuzzy=False)
    for message in _messages(template):
        known = translated.get(message.id)
        # A text that has become countable is another text.
        is_same = (
            known is not None and known.id == message.id and isinstance(known.string, tuple) == message.pluralizable
        )
        catalogue.add(
            message.id,
            known.string if known is not None and is_same else "",
            locations=message.locations,
            flags={"fuzzy"} & set(known.flags) if known is not None else (),
            auto_comments=message.auto_comments,
            user_comments=known.user_comments if known is not None else (),
        )
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """Return the text of a .po or .pot."""
    for message in catalogue:
        # "90% band" is no C format, whatever Babel thinks.
        message.flags -= {"python-format", "python-brace-format"}
    file = BytesIO()
    write_po(file, catalogue, width=WIDTH, ignore_obsolete=True, include_lineno=False)
    return file.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Return a catalogue as gettext reads it."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def missing_in(catalogue: Catalog) -> list[str]:
    """Return the English words that have no translation, or one that its translator doubts."""
    return [
        _first(message.id) for message in _messages(catalogue) if message.fuzzy or not all(_several(message.string))
    ]


def faults_in(catalogue: Catalog) -> list[str]:
    """Return what is wrong with translations: named places that differ, space at an end that is not in the English."""
    faults = []
    for message in _messages(catalogue):
        forms, ids = _several(message.string), _several(message.id)
        wanted = set().union(*(places_of(words) for words in ids))
        # A word may say the number itself: "two days" is one word in Arabic.
        may_lack = {"count"} if message.pluralizable else set()
        for form in (form for form in forms if form):
            if not wanted - may_lack <= places_of(form) <= wanted:
                faults.append(f"{ids[0]!r}: the named places must be {sorted(wanted)}, in {form!r}")
            elif ("%(" in ids[0] or "%%" in ids[0]) and not _can_be_filled(form):
                faults.append(f"{ids[0]!r}: a per cent sign is written %% here, in {form!r}")
            if form != form.strip() and ids[0] == ids[0].strip():
                faults.append(f"{ids[0]!r}: space at an end of {form!r}")
    return faults


def places_of(words: str) -> set[str]:
    """Return the {named} and %(named)s places of a text; a text that cannot be filled has the place `?`."""
    try:
        return {name for _, name, _, _ in Formatter().parse(words) if name is not None} | set(_NAMED.findall(words))
    except ValueError:
        return {"?"}


def _can_be_filled(words: str) -> bool:
    try:
        return bool(words % dict.fromkeys(_NAMED.findall(words), ""))
    except (TypeError, ValueError):
        return False


def make(root: Path, folder: Path = TRANSLATIONS) -> Iterator[str]:
    """Write every template and catalogue, and yield what a developer wants to know, line by line."""
    templates = templates_of(root)
    for domain, template in templates.items():
        (folder / f"{domain}.pot").write_bytes(as_po(template))
    for language in TRANSLATED:
        for domain, template in templates.items():
            path = catalogue_file(language, domain, ".po", folder)
            catalogue = updated(template, read_catalogue(path, language), language, domain)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(as_po(catalogue))
            missing, faults = missing_in(catalogue), faults_in(catalogue) if domain != BOOK else []
            compiled = catalogue_file(language, domain, folder=folder)
            if missing or faults:
                compiled.unlink(missing_ok=True)
            else:
                compiled.write_bytes(as_mo(catalogue))
            yield f"{language} {domain}: {len(template) - len(missing)} of {len(template)} translated"
            yield from (f"  {fault}" for fault in faults)


def sign(language: str, who: str, folder: Path = TRANSLATIONS) -> None:
    """Note that a clinician has read the book's words in this language, as they are compiled now."""
    review_file(language, folder).write_text(f"by: {who}\nof: {digest_of_book(language, folder)}\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Run from the command line."""
    if len(arguments) == 3 and arguments[0] == "sign" and arguments[1] in TRANSLATED:
        sign(arguments[1], " ".join(arguments[2].split()))
        return 0
    if arguments:
        print('Use it without words, or with: sign LANGUAGE "who, and when"', file=sys.stderr)
        return 2
    for line in make(ASSETS.parent):
        print(line)
    return 0


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _several(words: str | Sequence[str] | None) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words or ("",))


def _first(words: str | Sequence[str]) -> str:
    return words if isinstance(words, str) else words[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
