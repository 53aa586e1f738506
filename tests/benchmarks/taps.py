"""A finger on the tablet: an answer is saved again and again, and how long each time took is kept.

What is saved is the draft of a case with its answers so far, as after each tap, in a transaction of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from mobile_app.storage.case_store import EncryptedCaseStore
from tests.tablet_world import a_draft

BETWEEN_TAPS_S = 0.03
"""Ten times as often as a quick nurse taps, so that a few seconds show a hundred waits."""


@contextmanager
def tapping(store: EncryptedCaseStore) -> Iterator[list[float]]:
    """Tap as long as the block runs; give the seconds of each save, one after the other."""
    waits: list[float] = []
    is_over = threading.Event()

    def tap() -> None:
        answers = 0
        while not is_over.wait(BETWEEN_TAPS_S):
            answers = answers % 10 + 1
            start = perf_counter()
            store.save_draft(a_draft(answers))
            waits.append(perf_counter() - start)

    finger = threading.Thread(target=tap, name="a finger")
    finger.start()
    try:
        yield waits
    finally:
        is_over.set()
        finger.join()


def slowest_but_one_in_a_hundred(waits: Sequence[float]) -> float:
    """Return the nearest-rank 99th centile: a wait that was measured."""
    return sorted(waits)[max(0, -(-len(waits) * 99 // 100) - 1)]
