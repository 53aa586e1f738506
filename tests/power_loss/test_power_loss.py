"""What a tablet says is saved is there after a power cut at any moment, and when its storage has failed at any call."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.power_loss.faults import work_with_faults
from tests.power_loss.recording import Told, record
from tests.power_loss.states import disks
from tests.power_loss.work import FILE, make_tablet, what_is_missing

CASES = 12
DISKS = 150
CALLS_AND_CASES = {"ENOSPC": (30, 1), "EIO": (18, 2)}
"""How many calls fail, one in each run, and how many cases make that many: a flush is rarer than a write."""


def missing_after_cuts(folder: Path, setting: str, count: int, seed: int = 1) -> list[str]:
    """Return what is missing on each of so many disks on which something is."""
    made = folder / "tablet"
    make_tablet(made)
    before = {path.name: path.read_bytes() for path in made.glob(f"{FILE}*")}
    steps = record(made, CASES, setting)
    # All of it was done, and told.
    assert sum(isinstance(step, Told) and step.line.startswith("case") for step in steps) == CASES
    found: list[str] = []
    for disk in disks(before, steps, count, seed):
        disk.write_to(folder / "disk")
        if missing := what_is_missing(folder / "disk", disk.promised):
            found.append(f"disk {disk.number}: {missing}")
    return found


def test_what_was_saved_is_there_after_a_power_cut_at_any_moment(quick_path: Path) -> None:
    assert missing_after_cuts(quick_path, "full", DISKS) == []


def test_with_synchronous_normal_a_power_cut_loses_what_was_saved(quick_path: Path) -> None:
    """The control: the same cuts do find a setting that does not force what is saved to the disk."""
    assert missing_after_cuts(quick_path, "normal", DISKS // 5)


@pytest.mark.parametrize("fault", CALLS_AND_CASES)
def test_a_storage_that_fails_at_any_call_is_said_in_a_sentence_and_loses_nothing(fault: str, quick_path: Path) -> None:
    calls, cases = CALLS_AND_CASES[fault]

    outcomes = work_with_faults(quick_path, fault, range(1, calls + 1), cases)

    assert [(one.number, one.complaint) for one in outcomes if one.complaint] == []
    assert [(one.number, one.missing) for one in outcomes if one.missing] == []
    said = {sentence for one in outcomes for sentence in one.sentences}
    # Nearly every one of them was met; a fault that only tidying up meets need not be said.
    assert sum(1 for one in outcomes if one.sentences) > calls // 2
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in said)
