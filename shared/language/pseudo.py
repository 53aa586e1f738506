"""English between brackets: "⟦Why we ask this now⟧". What is seen outside brackets has escaped translation.

A text of the app gets its brackets only if the template of the catalogues has it: so what nobody has marked for the
translators shows, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from gettext import NullTranslations

from shared.language.catalogues import APP, TRANSLATIONS

OPEN, CLOSE = "⟦", "⟧"


def bracketed(text: str) -> str:
    return f"{OPEN}{text}{CLOSE}"


class Bracketed(NullTranslations):
    """Puts every text between brackets."""

    def gettext(self, message: str) -> str:
        return bracketed(message)


class MarkedWords(NullTranslations):
    """Puts every text that translators are given between brackets."""

    def __init__(self, domains: Sequence[str] = (APP,)) -> None:
        super().__init__()
        # Developers only: Babel's reader of templates never loads on a tablet or a server.
        from babel.messages.pofile import read_po

        self._marked: set[str | tuple[str, ...]] = set()
        for domain in domains:
            with (TRANSLATIONS / f"{domain}.pot").open("rb") as file:
                self._marked |= {one for message in read_po(file) for one in _ids(message.id)}

    def gettext(self, message: str) -> str:
        return bracketed(message) if message in self._marked else message

    def ngettext(self, one: str, many: str, count: int) -> str:
        words = one if count == 1 else many
        return bracketed(words) if (one, many) in self._marked else words


def _ids(message_id: str | tuple[str, ...] | list[str]) -> list[str | tuple[str, ...]]:
    return [message_id] if isinstance(message_id, str) else [tuple(message_id)]
