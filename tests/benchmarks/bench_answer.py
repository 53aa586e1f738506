"""What a nurse feels: an answer is tapped, and the next question stands, with ten thousand cases on the tablet.

Between the two lie: the answer on disk (encrypted, synced), the view in words, and one frame of the software renderer
at 1280x800. The reasoning and the widgets of what comes next are made ready while the finger is down; what that takes
stands in lines of its own, and so does an answer by a key, for which nothing can be made ready. Three visits are
answered; each answer is measured once, as it comes.

The first question, the first number and the first result after unlocking build their screens; they stand in a line of
their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from time import perf_counter

from mobile_app.navigation import Screen, Way
from tests.benchmarks.children import Children
from tests.benchmarks.driven_tablet import (
    DRAWN,
    REASONED,
    VIEWED,
    WRITTEN,
    Answered,
    WindowFinger,
    a_driven_tablet,
)
from tests.benchmarks.result import Result
from tests.tablet_world import a_draft

VISITS = 3
MOST_ANSWERS = 80
SAVES = 200
REDRAWN_S = 50e-3
SAVED_S = 10e-3


def results(children: Children) -> Iterator[Result]:
    """Yield the time of an answer with its parts, and of the one write that makes it durable."""
    with a_driven_tablet() as finger:
        saves = list(_saves(finger))
        tapped = [answer for _ in range(VISITS) for answer in _visit(finger, finger.answer_by_touch)]
        keyed = [answer for _ in range(VISITS) for answer in _visit(finger, finger.answer_by_key)]
    seen = {Screen.QUESTION}
    first: list[Answered] = []
    again: list[Answered] = []
    for screen, answer in tapped:
        (again if screen in seen else first).append(answer)
        seen.add(screen)
    yield Result("an answer saved durably, 10,000 cases stored", saves, at_most=SAVED_S)
    yield Result(
        "answer tapped to screen redrawn, 10,000 cases stored", [one.seconds for one in again], at_most=REDRAWN_S
    )
    yield from _parts("of it", [one.parts for one in again])
    yield from _parts("before it, while the finger is down", [one.before for one in again])
    yield Result("the same, a kind of screen that is new since unlocking", [one.seconds for one in first])
    typed = [answer for screen, answer in keyed if screen is not Screen.RESULT]
    yield Result("an answer by a key, for which nothing is made ready", [one.seconds for one in typed])
    yield from _parts("of it", [one.parts for one in typed])


def _parts(when: str, answers: Sequence[Mapping[str, float]]) -> Iterator[Result]:
    for part in (WRITTEN, REASONED, VIEWED, DRAWN):
        seconds = [answer.get(part, 0.0) for answer in answers]
        if any(seconds):
            yield Result(f"  {when}: {part}", seconds)


def _saves(finger: WindowFinger) -> Iterator[float]:
    for number in range(SAVES):
        draft = a_draft(1 + number % 10)
        begin = perf_counter()
        finger.store.save_draft(draft)
        yield perf_counter() - begin
    finger.store.discard_draft(draft.draft_id)


def _visit(finger: WindowFinger, answer: Callable[[str], Answered | None]) -> Iterator[tuple[Screen, Answered]]:
    """Answer a visit; yield for each answer the screen that it led to and what it took."""
    finger.begin_case()
    finger.flow.danger_signs.no_to_the_rest()
    finger.flow.danger_signs.go_on()
    finger.draw()
    for number in range(MOST_ANSWERS):
        if finger.screen not in (Screen.QUESTION, Screen.MEASUREMENT):
            break
        # Every third answer is a yes, so that the questions go their several ways.
        answered = answer("no" if number % 3 else "yes")
        if answered is not None:
            yield finger.screen, answered
    finger.flow._go(Way.HOME)
    finger.draw()
