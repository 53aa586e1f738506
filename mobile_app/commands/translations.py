"""Keeps the catalogues of `assets/translations` in step with the words of the app and of the book.

    code, book  ──▶  handwise.pot, knowledge.pot        what there is to translate
    .pot + .po  ──▶  .po                                what is translated stays, new is empty, gone is gone
    .po         ──▶  .mo                                only where nothing is missing: what is there is complete

    python -m mobile_app.commands.translations          do all of it (`make translations`)
    python -m mobile_app.commands.translations sign fr "Dr A, paediatrician, 2026-12-01"
                                                        a clinician has read the French words of the book

Doing it twice changes nothing: no dates, no line numbers. `assets/translations/README.md` says how translators work.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from mobile_app.commands.marked_words import marked_words
from mobile_app.config import ASSETS, KNOWLEDGE_VERSION
from mobile_app.language import ENGLISH, LANGUAGES
from mobile_app.language.catalogues import APP, BOOK, TRANSLATIONS, catalogue_file, digest_of_book, review_file
from shared.knowledge.loader import load_knowledge
from shared.knowledge.texts import texts_of

WIDTH = 110
TRANSLATED = tuple(language.code for language in LANGUAGES if language is not ENGLISH)
_HEADERS = {APP: "# Handwise: the words of the app.", BOOK: "# Handwise: the clinical words, from the knowledge."}


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
            if form != form.strip() and ids[0] == ids[0].strip():
                faults.append(f"{ids[0]!r}: space at an end of {form!r}")
    return faults


def places_of(words: str) -> set[str]:
    """Return the {named} places of a text; a text that cannot be filled has the place `?`."""
    try:
        return {name for _, name, _, _ in Formatter().parse(words) if name is not None}
    except ValueError:
        return {"?"}


def make(root: Path, folder: Path = TRANSLATIONS) -> Iterator[str]:
    """Write every template and catalogue, and yield what a developer wants to know, line by line."""
    templates = {APP: template_of_app(root), BOOK: template_of_book(ASSETS / "knowledge" / KNOWLEDGE_VERSION)}
    for domain, template in templates.items():
        (folder / f"{domain}.pot").write_bytes(as_po(template))
    for language in TRANSLATED:
        for domain, template in templates.items():
            path = catalogue_file(language, domain, ".po", folder)
            catalogue = updated(template, read_catalogue(path, language), language, domain)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(as_po(catalogue))
            missing, faults = missing_in(catalogue), faults_in(catalogue) if domain == APP else []
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
