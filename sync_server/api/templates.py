"""The pages' templates. Everything is escaped; a template that forgets a value fails instead of showing nothing.

{{ _("Cases") }}, {% trans count=n %}...    words of the template, in the language of the request
{{ view.headline }}                         a Sentence of a service is said in it, too
{{ tongue().code }}                         the language itself
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from shared.sentence import Sentence
from sync_server.api.script import SCRIPT_HASH
from sync_server.language import (
    apart,
    current,
    for_places,
    in_words,
    languages,
    level,
    needs_review,
    template_words,
    template_words_of_number,
    term,
)
from sync_server.services.wording import joined

PAGES = Path(__file__).with_name("pages")


def make_environment() -> Environment:
    """Return the templates as they are read, with the functions that they call. Also for whoever extracts the words."""
    environment = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        finalize=_printed,
    )
    # Values are handed to the functions below, and the words of {% trans %} keep their places until then.
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals.update(
        _=_said,
        gettext=_text,
        ngettext=_text_of_number,
        tongue=current,
        tongues=languages,
        needs_review=needs_review,
        joined=joined,
        level=level,
        apart=apart,
        term=term,
        script_hash=SCRIPT_HASH,
    )
    return environment


def _printed(value: object) -> object:
    return in_words(value) if isinstance(value, Sentence) else value


def _said(words: object, /, **values: object) -> Markup:
    """Return words with their values, all of it escaped: the library takes the words themselves for sound markup, and
    `_(...)` may be given what somebody typed.
    """
    if isinstance(words, Sentence):
        return escape(in_words(words))
    said = escape(template_words(str(words)))
    return said % for_places(values) if values else said


def _text(words: str, /, **values: object) -> Markup:
    return escape(template_words(words)) % for_places(values)


def _text_of_number(one: str, many: str, num: int, /, **values: object) -> Markup:
    return escape(template_words_of_number(one, many, num)) % for_places({"num": num, **values})


_environment = make_environment()


def render(name: str, /, **values: Any) -> str:
    """Return the page of this name with its values."""
    return _environment.get_template(name).render(**values)
