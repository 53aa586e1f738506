"""The differential of one knowledge base: what is worked out once, and the questions one may put to it."""

from __future__ import annotations

from collections.abc import Iterable

from shared.differential.explanation import Weight, explain
from shared.differential.fit import surprise
from shared.differential.grouping import Grouping
from shared.differential.information_gain import Outlook, expected_gains, look_ahead
from shared.differential.intervals import DrawsByTable, intervals
from shared.differential.likelihood import Floats, LikelihoodTables
from shared.differential.picture import ClinicalPicture
from shared.differential.ranking import Ranking, rank
from shared.knowledge.model import KnowledgeBase


class Differential:
    """Ranks the conditions of a knowledge base. The caches are `tables` and `draws`; nothing else is remembered."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.grouping = Grouping(knowledge)
        self.tables = LikelihoodTables(knowledge)
        self.draws = DrawsByTable(knowledge)

    def rank(self, picture: ClinicalPicture) -> Ranking:
        return rank(self.tables.of(picture.setting, picture.age_band), self.grouping, picture)

    def intervals(self, ranking: Ranking) -> Floats:
        """Return low and high of the 90 % interval of each condition, in the ranking's column order."""
        return intervals(self.draws.of(ranking.table), ranking)

    def explain(self, ranking: Ranking) -> tuple[tuple[Weight, ...], ...]:
        return explain(ranking)

    def surprise(self, ranking: Ranking) -> float:
        return surprise(ranking)

    def outlooks(self, ranking: Ranking, findings: Iterable[str]) -> dict[str, Outlook]:
        return look_ahead(self.grouping, ranking, findings)

    def gains(self, ranking: Ranking, findings: Iterable[str]) -> dict[str, float]:
        """Return the expected information of each open finding, in bits."""
        return expected_gains(ranking, self.outlooks(ranking, findings))
