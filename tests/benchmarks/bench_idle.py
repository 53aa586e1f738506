"""What a tablet that nobody touches uses: processor time, locked and on its start screen, beside an empty window.

Each is a process of its own at the usual sixty looks a second. It is given time to come to rest; then the operating
system says what it used within some seconds. They are measured one after the other, in turns.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from mobile_app.commands.virtual_screen import virtual_screen
from shared.crypto.key_derivation import TESTONLY_weak_kdf
from tests.benchmarks.bench_app_start import window_environment
from tests.benchmarks.children import ASSETS, Children
from tests.benchmarks.result import Reference, Result
from tests.tablet_world import TestTablet

ROUNDS = 2
REST_S = 6.0
MEASURED_S = 10.0
WANTED = 1 / 1.1
"""No more than the empty window; a tenth is what two empty windows differ by."""
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def results(children: Children) -> Iterator[Result]:
    """Yield a line for each of the two screens."""
    with ExitStack() as stack:
        stack.enter_context(virtual_screen())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="handwise-idle-")))
        with TESTONLY_weak_kdf():
            TestTablet(folder).set_up().close()
        programs = (("empty_window", "stay"), ("tablet_window", "stay"), ("tablet_window", "home"))
        rounds = [[_cpu_seconds(program, how, folder) for program, how in programs] for _ in range(ROUNDS)]
    empty, locked, home = (min(used) for used in zip(*rounds, strict=True))
    reference = Reference("an empty Kivy window", [empty])
    yield Result(f"idle on the unlock screen, CPU in {MEASURED_S:.0f} s", [locked], reference, times_faster=WANTED)
    yield Result(f"idle on the start screen, CPU in {MEASURED_S:.0f} s", [home], reference, times_faster=WANTED)


def _cpu_seconds(program: str, how: str, folder: Path) -> float:
    environment = window_environment(folder)
    # A screen that nobody sees is drawn without waiting; here the waiting is what is measured.
    environment.pop("KCFG_GRAPHICS_MAXFPS", None)
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.benchmarks.{program}", how],
        cwd=ASSETS.parent,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        for expected in ("shown\n", "home\n")[: 2 if how == "home" else 1]:
            if process.stdout.readline() != expected:
                raise RuntimeError(f"{program} {how} did not come to its screen.")
        time.sleep(REST_S)
        before = _used(process.pid)
        time.sleep(MEASURED_S)
        return _used(process.pid) - before
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()


def _used(process_id: int) -> float:
    """Return the seconds of processor time that a process has used, of its own and of the system for it."""
    after_the_name = Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(after_the_name[11]) + int(after_the_name[12])) / _TICKS_A_SECOND
