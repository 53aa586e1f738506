"""The book in the language in use, and the reasoning over it: what a clinician reads comes out of both in his words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mobile_app.language import ENGLISH, current, translate_book
from mobile_app.presenters.reasoning import Reasoning
from shared.knowledge.model import KnowledgeBase
from shared.knowledge.texts import localised
from shared.triage.assess import Assessor


class SpokenBook:
    """One book in every language that is asked for, made once each. Ids and numbers are the same in all of them."""

    def __init__(self, knowledge: KnowledgeBase, words: Mapping[str, Mapping[str, str]] = MappingProxyType({})) -> None:
        """`words`: what came with a release, by language and English words; the catalogues know the rest."""
        self._knowledge = knowledge
        self._words = words
        self._made: dict[str, tuple[KnowledgeBase, Reasoning]] = {}

    @property
    def knowledge(self) -> KnowledgeBase:
        """The book in the language in use."""
        return self._now()[0]

    @property
    def reasoning(self) -> Reasoning:
        """The reasoning over that."""
        return self._now()[1]

    def _now(self) -> tuple[KnowledgeBase, Reasoning]:
        language = current()
        if language.code not in self._made:
            came = self._words.get(language.code, {})
            book = (
                self._knowledge
                if language is ENGLISH
                else localised(self._knowledge, lambda words: came.get(words) or translate_book(words))
            )
            self._made[language.code] = (book, Reasoning(Assessor(book)))
        return self._made[language.code]
