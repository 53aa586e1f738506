"""What a nurse feels: an answer is tapped, and the next question stands, with ten thousand cases on the tablet.

Between the two lie: the answer on disk (encrypted, synced), the reasoning, the view in words, its widgets, and one
frame of the software renderer at 1280x800. Three visits are answered; each answer is measured once, as it comes.

The first question, the first number and the first result after unlocking build their screens; they stand in a line of
their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from mobile_app.navigation import Screen, Way
from tests.benchmarks.children import Children
from tests.benchmarks.driven_tablet import WindowFinger, a_driven_tablet
from tests.benchmarks.result import Result
from tests.tablet_world import a_draft

VISITS = 3
MOST_ANSWERS = 80
SAVES = 200
REDRAWN_S = 50e-3
SAVED_S = 10e-3


def results(children: Children) -> Iterator[Result]:
    """Yield the time of an answer, and of the one write that makes it durable."""
    with a_driven_tablet() as finger:
        saves = list(_saves(finger))
        answers = [answer for _ in range(VISITS) for answer in _visit(finger)]
    seen = {Screen.QUESTION}
    first: list[float] = []
    again: list[float] = []
    for screen, seconds in answers:
        (again if screen in seen else first).append(seconds)
        seen.add(screen)
    yield Result("an answer saved durably, 10,000 cases stored", saves, at_most=SAVED_S)
    yield Result("answer tapped to screen redrawn, 10,000 cases stored", again, at_most=REDRAWN_S)
    yield Result("the same, a kind of screen that is new since unlocking", first)


def _saves(finger: WindowFinger) -> Iterator[float]:
    for number in range(SAVES):
        draft = a_draft(1 + number % 10)
        begin = perf_counter()
        finger.store.save_draft(draft)
        yield perf_counter() - begin
    finger.store.discard_draft(draft.draft_id)


def _visit(finger: WindowFinger) -> Iterator[tuple[Screen, float]]:
    """Answer a visit; yield for each answer the screen that it led to and its seconds."""
    finger.begin_case()
    finger.flow.danger_signs.no_to_the_rest()
    finger.flow.danger_signs.go_on()
    finger.draw()
    for number in range(MOST_ANSWERS):
        if finger.screen not in (Screen.QUESTION, Screen.MEASUREMENT):
            break
        # Every third answer is a yes, so that the questions go their several ways.
        seconds = finger.answer_by_touch("no" if number % 3 else "yes")
        yield finger.screen, seconds
    finger.flow._go(Way.HOME)
    finger.draw()
