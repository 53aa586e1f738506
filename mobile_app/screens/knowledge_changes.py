"""The stored cases that new knowledge judges differently; each opens its case."""

from __future__ import annotations

from typing import Any

from mobile_app.screens.base import AppScreen
from mobile_app.theme.theme import load_kv
from mobile_app.widgets.knowledge_cards import ChangedCaseRow


class KnowledgeChangesScreen(AppScreen):
    """One list, the most urgent change first."""

    def make_case(self, item: Any) -> ChangedCaseRow:
        """Return the row of one case."""
        return ChangedCaseRow(item=item, on_release=lambda row: self.presenter.open_case(row.item.case_id))


load_kv(__file__)
