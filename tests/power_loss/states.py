"""The disks that a power cut may leave behind: all that was flushed, and any pieces of what was not.

    flushed ──────────────────────────┐ not flushed yet: each write is there, or not, or torn:
    write write cut FLUSH write FLUSH │ write write write   any of its 512-byte pieces are there
                                      ╵ the power is cut here

A file that was made or deleted is so for certain once its folder is flushed; before that it may be either way.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.power_loss.recording import Cut, Flushed, Gone, Made, Step, Told, Write
from tests.power_loss.work import Promised

_PIECE = 512


@dataclass
class _File:
    """What is certainly on the disk, and what may be."""

    content: bytearray
    is_named: bool = True
    waiting: list[Write | Cut] = field(default_factory=list)

    def flush(self) -> None:
        for step in self.waiting:
            _apply(self.content, step)
        self.waiting.clear()

    def as_left(self, chance: random.Random, share: float) -> bytes:
        """Return the file as a cut may leave it; `share` of what waits gets through."""
        content = bytearray(self.content)
        for step in self.waiting:
            if chance.random() < share:
                _apply(content, _torn(step, chance) if chance.random() < 0.3 else [step])
        return bytes(content)


@dataclass(frozen=True, slots=True)
class Disk:
    """The tablet's files after the power was cut, and what its user had been told before."""

    number: int
    files: dict[str, bytes]
    promised: Promised

    def write_to(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


def disks(before: dict[str, bytes], steps: Sequence[Step], count: int, seed: int) -> Iterator[Disk]:
    """Give so many disks, each of a cut at a random step."""
    chance = random.Random(seed)
    cuts = sorted(chance.randrange(1, len(steps) + 1) for _ in range(count))
    files = {name: _File(bytearray(content)) for name, content in before.items()}
    told: list[str] = []
    done = 0
    for number, cut in enumerate(cuts):
        for step in steps[done:cut]:
            _take(files, told, step)
        done = cut
        # Often nothing of what waits gets through, or all of it: the edges are where mistakes are.
        share = chance.choice((0.0, 0.2, 0.5, 0.8, 1.0))
        left = {
            name: file.as_left(chance, share) for name, file in files.items() if file.is_named or chance.random() < 0.5
        }
        yield Disk(number, left, Promised.by(iter(told)))


def _take(files: dict[str, _File], told: list[str], step: Step) -> None:
    match step:
        case Told(line):
            told.append(line)
        case Made(name):
            files.setdefault(name, _File(bytearray(), is_named=False))
        case Gone(name):
            # Still there until the folder is flushed, which SQLite does not wait for: it may come back, empty or not.
            files[name].is_named = False
        case Flushed(""):
            for file in files.values():
                file.is_named = True
        case Flushed(name):
            files[name].flush()
        case Write(name) | Cut(name):
            files[name].waiting.append(step)


def _apply(content: bytearray, steps: Write | Cut | Sequence[Write | Cut]) -> None:
    for step in [steps] if isinstance(steps, Write | Cut) else steps:
        if isinstance(step, Cut):
            content[step.size :] = bytes(max(step.size - len(content), 0))
        else:
            content.extend(bytes(max(step.offset - len(content), 0)))
            content[step.offset : step.offset + len(step.content)] = step.content


def _torn(step: Write | Cut, chance: random.Random) -> Sequence[Write | Cut]:
    """Return some pieces of a write. A piece ends where the disk's pieces end."""
    if isinstance(step, Cut):
        return [step]
    pieces: list[Write | Cut] = []
    start = step.offset
    while start < step.offset + len(step.content):
        end = min((start // _PIECE + 1) * _PIECE, step.offset + len(step.content))
        if chance.random() < 0.5:
            pieces.append(Write(step.file, start, step.content[start - step.offset : end - step.offset]))
        start = end
    return pieces
