"""Home: a new case, drafts, the coordinator's answers, recent cases, and where the sync stands."""

from __future__ import annotations

from typing import Any

from mobile_app.presenters.home import DraftRowView, KnowledgeCardView
from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets.case_cards import AnswerCard
from mobile_app.widgets.knowledge_cards import KnowledgeCard
from mobile_app.widgets.rows import CaseRow, DraftCard


class HomeScreen(AppScreen):
    """What can be begun at the start, what there is already at the end."""

    def cards_of(self, view: Any) -> tuple[Any, ...]:
        """Return what waits: drafts, what new knowledge judges differently, the coordinator's answers."""
        return (*view.drafts, *((view.knowledge,) if view.knowledge else ()), *view.answers)

    def make_card(self, item: Any) -> Any:
        """Return the card of one of them."""
        makers = {DraftRowView: self.make_draft, KnowledgeCardView: self.make_knowledge}
        return makers.get(type(item), self.make_answer)(item)

    def make_draft(self, item: Any) -> DraftCard:
        """Return the card of one draft."""
        return DraftCard(item=item, on_resume=lambda card: self.presenter.resume(card.item.draft_id))

    def make_answer(self, item: Any) -> AnswerCard:
        """Return the card of one answer of the coordinator."""
        return AnswerCard(item=item, on_read=lambda card: self.presenter.open_case(card.item.case_id))

    def make_knowledge(self, item: Any) -> KnowledgeCard:
        """Return the card of what new knowledge judges differently."""
        return KnowledgeCard(item=item, on_look=lambda _card: self.presenter.knowledge_changes())

    def make_case(self, item: Any) -> CaseRow:
        """Return the row of one case."""
        return CaseRow(item=item, on_release=lambda row: self.presenter.open_case(row.item.case_id))


load_kv(__file__)
