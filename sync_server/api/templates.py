"""The pages' templates. Everything is escaped; a template that forgets a value fails instead of showing nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("pages")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
# Words are marked with _("...") and {% trans %}; they are said in English until there are catalogues.
_environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]


def _said(words: object, **values: object) -> Markup:
    """Return words with their values, all of it escaped: the library takes the words themselves for sound markup, and
    `_(...)` may be given what somebody typed.
    """
    said = escape(words)
    return said % values if values else said


_environment.globals["_"] = _said


def render(name: str, /, **values: Any) -> str:
    """Return the page of this name with its values."""
    return _environment.get_template(name).render(**values)
