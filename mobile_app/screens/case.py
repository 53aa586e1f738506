"""A case over all tablets: its timeline, answers that differ, the coordinator's judgement, every answer."""

from __future__ import annotations

from typing import Any

from mobile_app.presenters.case_view import DisagreementView, NewKnowledgeView
from mobile_app.presenters.same_child import SameChildView
from mobile_app.screens import case_parts  # noqa: F401 (names used by kv)
from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.buttons import SmallButton
from mobile_app.widgets.case_cards import DisagreementCard, ReviewCard
from mobile_app.widgets.knowledge_cards import NewKnowledgeCard
from mobile_app.widgets.notices import IconLine, NoticePanel  # noqa: F401 (name used by kv)
from mobile_app.widgets.same_child import SameChildCard


class CaseScreen(AppScreen):
    """Timeline and answers at the start, what asks for a decision at the end."""

    def cards_of(self, view: Any) -> tuple[Any, ...]:
        """Return what asks for a decision or is news: a list of its own for each would leave gaps where it is empty."""
        news = (view.new_knowledge,) if view.new_knowledge is not None else ()
        same = (view.same_child,) if view.same_child is not None else ()
        first = tuple(review for review in view.reviews if review.is_first)
        others = tuple(review for review in view.reviews if not review.is_first)
        return (*first, *view.disagreements, *same, *news, *others)

    def make_card(self, item: Any) -> Any:
        """Return the card of one of them."""
        makers = {
            DisagreementView: self.make_disagreement,
            NewKnowledgeView: self.make_new_knowledge,
            SameChildView: self.make_same_child,
        }
        return makers.get(type(item), self.make_review)(item)

    def make_disagreement(self, item: Any) -> DisagreementCard:
        """Return the card of answers that differ."""
        card = DisagreementCard(item=item)
        card.bind(on_choose=lambda _card, number: self.presenter.choose(item.code, number))
        card.bind(on_neither=lambda _card: self.presenter.neither(item.code))
        return card

    def make_review(self, item: Any) -> ReviewCard:
        """Return the coordinator's card."""
        card = ReviewCard(item=item)
        card.bind(on_read=lambda _card: self.presenter.mark_read(item.number))
        card.bind(on_answer=lambda _card: self.presenter.answer())
        return card

    def make_new_knowledge(self, item: Any) -> NewKnowledgeCard:
        """Return the card of what the current knowledge would say."""
        return NewKnowledgeCard(item=item)

    def make_same_child(self, item: Any) -> SameChildCard:
        """Return the card of other cases of the same child."""
        card = SameChildCard(item=item)
        card.bind(on_look=lambda _card, case_id: self.presenter.open_other(case_id))
        card.bind(on_part=lambda _card, case_id: self.presenter.part(case_id))
        card.bind(on_join=lambda _card, case_id: self.presenter.join(case_id))
        return card

    def make_action(self, item: Any) -> SmallButton:
        """Return the button of something that can be done besides the next visit."""
        button = SmallButton(text=item.label, icon=item.icon)
        button.bind(on_release=lambda _button: self.presenter.act(item.action))
        return button

    def make_reconsider(self, text: str) -> IconLine:
        """Return one reason to think again."""
        return IconLine(icon="refresh", icon_ink=theme.same_day, ink=theme.ink, text=text)

    def make_local(self, text: str) -> IconLine:
        """Return one line of what only this tablet knows."""
        return IconLine(icon="lock", icon_ink=theme.ink_3, ink=theme.ink, text=text)


load_kv(__file__)
