"""The pictures of an entry that the server refused: on the start screen, and in its case with the server's reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mobile_app.commands.demo_tablet import DemoTablet
from shared.case.entry import EntryKind

KNOWN_CODE, NEWER_CODE = "warmth", "mottled_skin"


def refused(window: Any, shown: DemoTablet) -> Iterator[tuple[Any, str]]:
    """A tablet that is one answer ahead of its server, from its home screen and back to it."""
    shown.get_ahead_of_the_server(NEWER_CODE, like=KNOWN_CODE)
    case = next(one for one in shown.store.summaries() if not one.is_withdrawn and one.conclusion is not None)
    shown.store.record(case.case_id, EntryKind.FOLLOW_UP, {KNOWN_CODE: False, NEWER_CODE: True}, case.conclusion)
    shown.sync()
    yield window, "16-not-accepted"
    shown.flow.home.open_case(case.case_id)
    yield window, "16-not-accepted-case"
    shown.flow.case.back()
