"""The long version: `python -m tests.power_loss [DISKS] [CALLS] [SEED]`, as `make soak` runs it."""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from tests.power_loss.faults import FAULTS, work_with_faults
from tests.power_loss.recording import record
from tests.power_loss.states import disks
from tests.power_loss.work import FILE, make_tablet, what_is_missing
from tests.simulation.template import quick_folder

_CASES = 30
_CASES_WITH_FAULTS = {"ENOSPC": 5, "EIO": 36}
"""So many make more than two hundred of the calls that fail."""


def main(arguments: list[str]) -> int:
    """Return 0 if nothing that was said to be saved is lost."""
    count = int(arguments[0]) if arguments else 5000
    calls = int(arguments[1]) if len(arguments) > 1 else 200
    seed = int(arguments[2]) if len(arguments) > 2 else random.SystemRandom().randrange(10**6)
    with tempfile.TemporaryDirectory(prefix="handwise-power-", dir=quick_folder()) as folder:
        lost = _cut(Path(folder), count, seed)
        for fault in FAULTS:
            lost += _fail(Path(folder), fault, calls)
    return 1 if lost else 0


def _cut(folder: Path, count: int, seed: int) -> int:
    make_tablet(folder / "tablet")
    before = {path.name: path.read_bytes() for path in (folder / "tablet").glob(f"{FILE}*")}
    steps = record(folder / "tablet", _CASES, "full")
    print(f"{count} disks after a power cut within {len(steps)} steps, seed {seed}", flush=True)
    lost = 0
    for disk in disks(before, steps, count, seed):
        disk.write_to(folder / "disk")
        if missing := what_is_missing(folder / "disk", disk.promised):
            lost += 1
            print(f"disk {disk.number}: {missing}", flush=True)
    print(f"Something was lost on {lost} of them.", flush=True)
    return lost


def _fail(folder: Path, fault: str, calls: int) -> int:
    print(f"{fault} at the 1st to {calls}th call", flush=True)
    outcomes = work_with_faults(folder, fault, range(1, calls + 1), _CASES_WITH_FAULTS[fault])
    bad = [one for one in outcomes if one.complaint or one.missing]
    for one in bad:
        print(f"call {one.number}: {one.missing} {one.complaint}", flush=True)
    print(f"{sum(1 for one in outcomes if one.sentences)} of them were said in a sentence, {len(bad)} went wrong.")
    return len(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
