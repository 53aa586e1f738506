"""A tablet is killed at a random moment while somebody answers; the next start must offer what stood on the screen.

    child: the real app, answered as fast as it draws ──says what it has drawn──▶ pipe
    parent: SIGKILL after a random time ──▶ opens the same files ──▶ the same question, every drawn answer as given

`python -m tests.killing [KILLS] [SEED]` is the long version (`make soak`), every tenth in a real window.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mobile_app.commands.virtual_screen import virtual_screen
from mobile_app.navigation import Screen
from mobile_app.storage.rows import answers_to_text
from tests.presenter_world import BOY, Finger
from tests.tablet_world import TestTablet, a_tablet

ROOT = Path(__file__).resolve().parents[1]
LONGEST_LIFE_S = 3.0
"""A visit without a window takes about half a second, so a life has several of them, or ends within the first."""
_START_S = 120
_QUESTIONS = (Screen.QUESTION, Screen.MEASUREMENT)


@dataclass(frozen=True, slots=True)
class LastDrawn:
    """The last thing that a killed tablet said it had drawn, and what it had drawn before."""

    saved: tuple[str, ...] = ()
    """Cases whose saving it had shown."""
    screen: str = ""
    item: str = ""
    case: str = ""
    answers: str = "{}"
    """Canonical JSON of every answer of the visit, as shown."""
    is_leaving: bool = False
    """It was about to go to another question without a new answer."""


class NotAsDrawn(AssertionError):
    """Something that had been on the screen is not there after the kill."""


def live(folder: Path, seed: int, *, in_window: bool) -> None:
    """Answer visit after visit until somebody kills this process, telling what has been drawn. The child's part."""
    chance = random.Random(seed)
    tablet = TestTablet(folder)
    finger = _window_finger(tablet) if in_window else Finger(tablet)
    finger.start()
    _tell(started=True)
    while True:
        finger.begin_case()
        _tell_visit(finger)
        finger.flow.danger_signs.no_to_the_rest()
        _tell_visit(finger)
        _tell_visit(finger, is_leaving=True)
        finger.flow.danger_signs.go_on()
        _tell_visit(finger)
        told = {code: value for code, value in BOY.items() if chance.random() < 0.7}
        while finger.screen in _QUESTIONS:
            _answer(finger, told, chance)
            _tell_visit(finger)
        _tell_visit(finger, is_leaving=True)
        finger.flow.result.plan()
        _tell_visit(finger)
        case_id = finger.flow.plan._desk.visit.draft.case_id
        finger.flow.plan.save()
        _tell(saved=case_id)
        finger.flow.sent_preview.done()


def _answer(finger: Finger, told: Any, chance: random.Random) -> None:
    """Answer the question in front; now and then go back first and answer the one before again."""
    if chance.random() < 0.1:
        presenter = finger.flow.question if finger.screen is Screen.QUESTION else finger.flow.measurement
        _tell_visit(finger, is_leaving=True)
        presenter.back()
        if finger.screen not in _QUESTIONS:
            finger.flow.danger_signs.go_on()
        # The same answer again leads on without a change.
        _tell_visit(finger, is_leaving=True)
    finger.answer(told if chance.random() < 0.8 else {})


def _window_finger(tablet: TestTablet) -> Finger:
    from tests.benchmarks.driven_tablet import WindowFinger

    return WindowFinger(tablet)


def _tell_visit(finger: Finger, *, is_leaving: bool = False) -> None:
    """Say what stands on the screen. In a window it is drawn first."""
    if hasattr(finger, "draw"):
        finger.draw()
    draft = finger.flow.question._desk.visit.draft
    item = finger.item if finger.screen in _QUESTIONS else ""
    answers = answers_to_text(draft.answers)
    _tell(screen=finger.screen.value, item=item, case=draft.case_id, answers=answers, is_leaving=is_leaving)


def _tell(**what: object) -> None:
    os.write(1, (json.dumps(what) + "\n").encode())


def kill_once(folder: Path, seed: int, *, in_window: bool = False) -> LastDrawn:
    """Let a tablet live for a random time, kill it, and return what it had drawn last."""
    chance = random.Random(seed)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.killing", "live", str(folder), str(seed), "window" if in_window else "bare"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdout is not None
    try:
        ready, _, _ = select.select([child.stdout], [], [], _START_S)
        if ready:
            time.sleep(chance.uniform(0, LONGEST_LIFE_S * (2 if in_window else 1)))
    finally:
        os.kill(child.pid, signal.SIGKILL)
        said, complaint = child.communicate()
    if not ready or child.returncode != -signal.SIGKILL:
        raise RuntimeError(f"The tablet did not live until it was killed: {complaint.decode()[-2000:]}")
    return _last_drawn(said)


def _last_drawn(said: bytes) -> LastDrawn:
    saved: list[str] = []
    visit: dict[str, str] = {}
    # A line that was cut off by the kill was not said.
    for line in said.decode().split("\n")[:-1]:
        told = json.loads(line)
        if "saved" in told:
            saved.append(told["saved"])
            visit = {}
        elif "screen" in told:
            visit = told
    return LastDrawn(tuple(saved), **visit)


def check_next_start(folder: Path, drawn: LastDrawn) -> None:
    """Open the killed tablet's files.

    Raises:
        NotAsDrawn: something is missing or another than it was drawn.
    """
    with a_tablet(folder) as tablet:
        finger = Finger(tablet)
        finger.start()
        try:
            cases = {row.case_id for row in finger.store.summaries(limit=10_000)}
            _expect(set(drawn.saved) <= cases, "a saved case is missing")
            if drawn.screen and drawn.case not in cases:
                _check_draft(finger, drawn)
            for draft in finger.store.drafts():
                finger.store.discard_draft(draft.draft_id)
        finally:
            finger.flow.lock()


def _check_draft(finger: Finger, drawn: LastDrawn) -> None:
    drafts = [draft for draft in finger.store.drafts() if draft.case_id == drawn.case]
    _expect(len(drafts) == 1, "the visit is not offered")
    _expect(drafts[0].draft_id in {row.draft_id for row in finger.view.drafts}, "the start screen does not show it")
    kept = json.loads(answers_to_text(drafts[0].answers))
    shown = json.loads(drawn.answers)
    # A tap in the moment of the kill may be kept though what it led to was not drawn: it is about what was asked.
    other = {code for code in shown if kept.get(code) != shown[code]} - {drawn.item}
    _expect(not other, f"answers differ from those drawn: {sorted(other)}")
    finger.flow.home.resume(drafts[0].draft_id)
    if kept == shown and not drawn.is_leaving:
        where = (finger.screen.value, finger.item if finger.screen in _QUESTIONS else "")
        _expect(where == (drawn.screen, drawn.item), f"it goes on at {where}")


def _expect(is_so: bool, complaint: str) -> None:
    if not is_so:
        raise NotAsDrawn(complaint)


def main(arguments: list[str]) -> int:
    """Run a child's life, or kill so often and say how it went."""
    if arguments[:1] == ["live"]:
        with a_tablet(Path(arguments[1])):
            live(Path(arguments[1]), int(arguments[2]), in_window=arguments[3] == "window")
    kills = int(arguments[0]) if arguments else 300
    seed = int(arguments[1]) if len(arguments) > 1 else random.SystemRandom().randrange(10**6)
    print(f"{kills} kills, seed {seed}", flush=True)
    with virtual_screen(), tempfile.TemporaryDirectory(prefix="handwise-soak-") as folder:
        screens: dict[str, int] = {}
        for number in range(kills):
            drawn = kill_once(Path(folder), seed + number, in_window=number % 10 == 9)
            try:
                check_next_start(Path(folder), drawn)
            except NotAsDrawn as lost:
                print(f"seed {seed + number}: {lost}\n{drawn}")
                return 1
            screens[drawn.screen] = screens.get(drawn.screen, 0) + 1
    print(f"Nothing was lost. Killed at: {screens}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
