"""A tablet at work while its storage fails at one call: the n-th write says "no room", or the n-th flush "I/O error".

One strace for all n: it fails the last of so many calls of every process, and each child first makes as many calls of
its own as leave n. After the fault the storage works again, and the child does the failed act once more.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.power_loss.recording import ROOT, CannotRecord
from tests.power_loss.work import NOTES, Attempts, Promised, make_tablet, what_is_missing, work
from tests.tablet_world import the_policy

FAULTS = {"ENOSPC": "pwrite64", "EIO": "fdatasync,fsync"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the work went: what it said, whether it said anything else than a sentence, and what is missing now."""

    fault: str
    number: int
    sentences: tuple[str, ...]
    complaint: str
    missing: str


def work_with_faults(folder: Path, fault: str, numbers: Sequence[int], cases: int) -> list[Outcome]:
    """Work once for each number, with that call failing, and look what is there afterwards."""
    for number in numbers:
        make_tablet(folder / f"{fault}-{number}")
    command = [
        "strace", "-f", "--seccomp-bpf", "-o", "/dev/null",
        "-e", f"trace={FAULTS[fault]}", "-e", f"inject={FAULTS[fault]}:error={fault}:when={max(numbers) + 1}",
        sys.executable, "-m", "tests.power_loss.faults", str(folder), fault, str(cases), *map(str, numbers),
    ]  # fmt: skip
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise CannotRecord("strace is missing: apt-get install strace") from None
    if done.returncode != 0:
        raise CannotRecord(done.stderr[-1000:])
    return [_outcome(folder / f"{fault}-{number}", fault, number) for number in numbers]


def _outcome(folder: Path, fault: str, number: int) -> Outcome:
    said = json.loads((folder / "said").read_text())
    notes = (folder / NOTES).read_text().splitlines() if (folder / NOTES).exists() else []
    missing = what_is_missing(folder, Promised.by(iter(notes)))
    return Outcome(fault, number, tuple(said["sentences"]), said["complaint"], missing)


def _children(folder: Path, fault: str, cases: int, numbers: Sequence[int]) -> int:
    # Read once, for all children.
    the_policy()
    for number in numbers:
        child = os.fork()
        if child == 0:
            _work_once(folder / f"{fault}-{number}", fault, cases, max(numbers) + 1 - number)
            os._exit(0)
        os.waitpid(child, 0)
    return 0


def _work_once(folder: Path, fault: str, cases: int, calls_before: int) -> None:
    attempts, complaint = Attempts(), ""
    _make_calls(folder, fault, calls_before)
    try:
        work(folder, cases, attempts)
    except BaseException:
        complaint = traceback.format_exc()
    (folder / "said").write_text(json.dumps({"sentences": attempts.sentences, "complaint": complaint}))


def _make_calls(folder: Path, fault: str, count: int) -> None:
    """Make so many calls of the kind that will fail. The counters of the two kinds of flush are apart."""
    handle = os.open(folder / "other", os.O_WRONLY | os.O_CREAT, 0o600)
    for _ in range(count):
        if fault == "ENOSPC":
            os.pwrite(handle, b".", 0)
        else:
            os.fsync(handle)
            os.fdatasync(handle)
    os.close(handle)


if __name__ == "__main__":
    where, what, cases_each, *at = sys.argv[1:]
    sys.exit(_children(Path(where), what, int(cases_each), [int(number) for number in at]))
