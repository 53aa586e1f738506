"""What a clinician with 10,000 cases waits for: a key in the search, and the start screen; from finger to view."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from unittest.mock import patch

from mobile_app.locked_ports import Clock
from mobile_app.ports.follow_ups import PlannedCheck
from mobile_app.presenters.agenda import Agenda
from mobile_app.presenters.background import at_once
from mobile_app.presenters.knowledge_news import KnowledgeNews
from mobile_app.storage.case_store import EncryptedCaseStore
from tests.benchmarks.children import Children
from tests.benchmarks.many_cases import MANY, write_many_cases
from tests.benchmarks.result import Result
from tests.benchmarks.timing import fastest
from tests.presenter_world import Finger, the_reassessor
from tests.tablet_world import a_tablet

TYPED = ("amina left wrist", "garcía 9 months", "hn-20123", "cellulitis oct", "same day neonatal", "boy", "2026-10")
A_KEY_S = 0.1
PLANNED = 100
"""Cases whose next check is worked out before it is measured: as many as a busy clinic follows."""


def results(children: Children) -> Iterator[Result]:
    """Yield every key of a few searches, and the start screen, over a real encrypted file."""
    with (
        tempfile.TemporaryDirectory(prefix="handwise-bench-") as folder,
        a_tablet(Path(folder)) as tablet,
        # What goes on beside the work would go on for minutes here.
        patch.object(Agenda, "start"),
        patch.object(KnowledgeNews, "start"),
    ):
        store = tablet.set_up()
        write_many_cases(store, MANY)
        for _ in range(PLANNED // 20):
            _agenda(store, tablet.clock)._plan(20)
        _mark_the_rest_as_planned(store, tablet.clock.now().date())
        store.close()
        finger = Finger(tablet)
        finger.start()
        yield Result(f"start screen, {MANY:,} cases stored", fastest([finger.flow.home.open], 5), at_most=A_KEY_S)
        finger.flow.home.search()
        keys = [text[:end] for text in TYPED for end in range(1, len(text) + 1)]
        yield Result(
            f"a key in the search, {MANY:,} cases stored",
            fastest([partial(_type, finger, text, count()) for text in keys], 3),
            at_most=A_KEY_S,
        )
        finger.flow.lock()


def _type(finger: Finger, text: str, turn: count[int]) -> None:
    # The same text twice is no key; a space more changes the text and not what is found.
    finger.flow.search.type(text + " " * (next(turn) % 2))


def _agenda(store: EncryptedCaseStore, clock: Clock) -> Agenda:
    return Agenda(store, the_reassessor(), clock, at_once, lambda: None)


def _mark_the_rest_as_planned(store: EncryptedCaseStore, today: date) -> None:
    version = the_reassessor().current_version
    left = store.follow_ups.to_plan(version, MANY)
    day = today + timedelta(days=30)
    store.follow_ups.keep(version, [PlannedCheck(case_id, touched, day, "cellulitis/0") for case_id, touched in left])
