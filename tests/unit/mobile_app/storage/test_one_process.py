"""Two processes never have one store open."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shared.errors import StoreInUse
from tests.tablet_world import a_tablet

OPEN_AND_WAIT = """
import sys
from pathlib import Path
from tests.tablet_world import a_tablet
with a_tablet(Path(sys.argv[1])) as tablet:
    store = tablet.open()
    print("open", flush=True)
    sys.stdin.readline()
    store.close()
    print("closed", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def other(tmp_path: Path):
    """Another process that has the store open."""
    with a_tablet(tmp_path) as tablet:
        tablet.set_up().close()
    process = subprocess.Popen(
        [sys.executable, "-c", OPEN_AND_WAIT, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[4],
    )
    assert process.stdout.readline() == "open\n"
    yield process
    process.kill()
    process.communicate()


def test_the_second_is_told_that_the_tablet_is_open_already(other, tmp_path):
    with a_tablet(tmp_path) as tablet, pytest.raises(StoreInUse, match="open already"):
        tablet.open()


def test_when_the_first_locks_the_second_can_open(other, tmp_path):
    other.stdin.write("\n")
    other.stdin.flush()
    assert other.stdout.readline() == "closed\n"

    with a_tablet(tmp_path) as tablet:
        tablet.open().close()


def test_a_killed_process_keeps_nobody_out(other, tmp_path):
    os.kill(other.pid, signal.SIGKILL)
    other.wait()

    with a_tablet(tmp_path) as tablet:
        tablet.open().close()
