"""Home: a new case, drafts, follow-ups due, the coordinator's answers, recent cases, and where the sync stands.

1280x800    begin  │ news            1024x600    begin: new case │ draft      portrait    begin
            due    │ recent                      due │ news, recent                       news, due, recent
"""

from __future__ import annotations

from typing import Any

from kivy.metrics import dp
from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from mobile_app.presenters.home import KnowledgeCardView, TaskCardView
from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv, theme
from mobile_app.widgets.case_cards import AnswerCard
from mobile_app.widgets.knowledge_cards import KnowledgeCard
from mobile_app.widgets.layouts import BoxLayout, Column, SideScroll
from mobile_app.widgets.rows import CaseRow, DraftCard, DueRow
from mobile_app.widgets.surface import Card
from mobile_app.widgets.task_card import TaskCard


class ListHead(BoxLayout):
    """The title of a list, with the way to all of it at the line's end."""

    title = StringProperty("")
    link = StringProperty("")

    __events__ = ("on_all",)

    def on_all(self) -> None:
        """Tell that all of it is wanted."""


class _Part:
    """A part of the start screen; it draws from the screen's view."""

    screen: Any = ObjectProperty(rebind=True)


class Begin(_Part, Column):
    """What can be begun or gone on with."""


class News(_Part, Column):
    """What others have said: the coordinator, new knowledge."""


class DueCard(_Part, Card):
    """Follow-ups due."""


class RecentCard(_Part, Card):
    """Recent cases."""


class HomeScreen(AppScreen):
    """Puts its four parts where the window has room for them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._parts = [Begin(screen=self), News(screen=self), DueCard(screen=self), RecentCard(screen=self)]
        self._arranged: tuple[bool, ...] = ()
        theme.bind(is_compact=self._arrange, is_portrait=self._arrange)
        self.fbind("view", self._arrange)
        self._arrange()

    def _arrange(self, *_: object) -> None:
        view = self.view
        wanted = (theme.is_compact, theme.is_portrait, bool(self.news_of(view)), bool(view.due_title))
        if wanted == self._arranged:
            return
        self._arranged = wanted
        for part in self._parts:
            if part.parent is not None:
                part.parent.remove_widget(part)
        body = self.ids.body
        body.clear_widgets()
        # A part with nothing in it would still have a gap beside it.
        begin, news, due, recent = self._parts
        news_there = (news,) if wanted[2] else ()
        due_there = (due,) if wanted[3] else ()
        body.orientation = "vertical" if theme.is_compact else "horizontal"
        body.spacing = dp(12) if theme.is_compact else dp(24)
        if theme.is_portrait:
            body.add_widget(_scrolling(begin, *news_there, *due_there, recent))
        elif theme.is_compact:
            lists = BoxLayout(spacing=dp(16))
            if due_there:
                lists.add_widget(_scrolling(due))
            lists.add_widget(_scrolling(*news_there, recent))
            body.add_widget(begin)
            body.add_widget(lists)
        else:
            first, second = _scrolling(begin, *due_there), _scrolling(*news_there, recent)
            first.size_hint_x, second.size_hint_x = 0.48, 0.52
            body.add_widget(first)
            body.add_widget(second)

    def news_of(self, view: Any) -> tuple[Any, ...]:
        """Return what new knowledge judges differently, and the coordinator's answers."""
        return tuple(one for one in (*view.answers, view.knowledge, view.task) if one is not None)

    def make_news(self, item: Any) -> Any:
        """Return the card of one of them."""
        if isinstance(item, TaskCardView):
            return TaskCard(item=item, on_do=lambda _card: self.presenter.do_task())
        return self.make_knowledge(item) if isinstance(item, KnowledgeCardView) else self.make_answer(item)

    def make_draft(self, item: Any) -> DraftCard:
        """Return the card of one draft."""
        return DraftCard(item=item, on_resume=lambda card: self.presenter.resume(card.item.draft_id))

    def make_due(self, item: Any) -> DueRow:
        """Return the row of one follow-up."""
        row = DueRow(item=item)
        row.bind(
            on_start=lambda _row: self.presenter.follow_up(item.case_id),
            on_open=lambda _row: self.presenter.open_case(item.case_id),
        )
        return row

    def make_answer(self, item: Any) -> AnswerCard:
        """Return the card of one answer of the coordinator."""
        return AnswerCard(item=item, on_read=lambda card: self.presenter.open_case(card.item.case_id))

    def make_knowledge(self, item: Any) -> KnowledgeCard:
        """Return the card of what new knowledge judges differently."""
        return KnowledgeCard(item=item, on_look=lambda _card: self.presenter.knowledge_changes())

    def make_case(self, item: Any) -> CaseRow:
        """Return the row of one case."""
        return CaseRow(item=item, on_release=lambda row: self.presenter.open_case(row.item.case_id))


def _scrolling(*parts: Widget) -> SideScroll:
    """Return a column of parts that scrolls where it is higher than its place; the last card fills what is left."""
    scroll, column = SideScroll(), Column(spacing=dp(12) if theme.is_compact else dp(20))
    for part in parts:
        column.add_widget(part)
        part.size_hint_y = None
    last = parts[-1]
    if isinstance(last, Card) and not theme.is_portrait:
        last.size_hint_y = 1

    def fit(*_: object) -> None:
        last.size_hint_min_y = last.minimum_height
        column.height = max(column.minimum_height, scroll.height)

    if last.size_hint_y:
        column.unbind(minimum_height=column.setter("height"))
        column.fbind("minimum_height", fit)
        last.fbind("minimum_height", fit)
        scroll.fbind("height", fit)
        fit()
    scroll.add_widget(column)
    return scroll


load_kv(__file__)
