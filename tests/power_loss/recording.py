"""What a tablet at work tells the system to do with its files, recorded with strace: every byte, in order."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.power_loss.work import FILE, NOTES

ROOT = Path(__file__).resolve().parents[2]
CALLS = "openat,pwrite64,write,ftruncate,fsync,fdatasync,unlink,unlinkat,rename"
_LINE = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)")
_IN_FILE = re.compile(r"^\d+<([^>]*)>(?:, (.*))?$", re.DOTALL)
_LONGEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes at a place of a file."""

    file: str
    offset: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """A file made shorter or longer."""

    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Made:
    """A new, empty file; its name is safe only when its folder is flushed."""

    file: str


@dataclass(frozen=True, slots=True)
class Gone:
    """A file that was deleted; so far in the folder only."""

    file: str


@dataclass(frozen=True, slots=True)
class Flushed:
    """All of a file, or with an empty name the names in the folder, is on the disk."""

    file: str


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody was told that something is saved."""

    line: str


Step = Write | Cut | Made | Gone | Flushed | Told


class CannotRecord(RuntimeError):
    """strace is missing, or may not look at a process here."""


def record(folder: Path, cases: int, setting: str) -> list[Step]:
    """Let a tablet in `folder` work, and return what it did to its files."""
    trace = folder.with_name(f"{folder.name}.trace")
    command = [
        "strace", "-f", "-y", "-xx", "--seccomp-bpf", "-s", str(_LONGEST), "-e", f"trace={CALLS}", "-o", str(trace),
        sys.executable, "-m", "tests.power_loss.work", str(folder), str(cases), setting,
    ]  # fmt: skip
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise CannotRecord("strace is missing: apt-get install strace") from None
    if done.returncode != 0:
        raise CannotRecord(done.stderr[-1000:])
    with trace.open() as lines:
        return [step for line in lines if (step := _step(line, folder)) is not None]


def _step(line: str, folder: Path) -> Step | None:
    found = _LINE.match(line)
    if not found or int(found[3]) < 0:
        return None
    call, arguments = found[1], found[2]
    if call == "openat":
        name = _name(arguments.split(", ")[1], folder)
        return Made(name) if name and "O_CREAT" in arguments and name.endswith("-wal") else None
    if call in ("unlink", "unlinkat", "rename"):
        name = _name(arguments.split(", ")[-2 if call == "unlinkat" else 0], folder)
        return Gone(name) if name else None
    within = _IN_FILE.match(arguments)
    if not within:
        return None
    path = Path(_bytes(within[1]).decode())
    if path == folder and call in ("fsync", "fdatasync"):
        return Flushed("")
    name, rest = path.name, (within[2] or "").split(", ")
    if path.parent != folder:
        return None
    if name == NOTES:
        return Told(_bytes(rest[0]).decode().strip()) if call == "write" else None
    if not name.startswith(FILE) or name.endswith("-shm"):
        return None
    if call == "pwrite64":
        return Write(name, int(rest[2]), _bytes(rest[0]))
    if call == "ftruncate":
        return Cut(name, int(rest[0]))
    if call in ("fsync", "fdatasync"):
        return Flushed(name)
    raise CannotRecord(f"{call} on {name} is not understood")


def _name(argument: str, folder: Path) -> str:
    path = Path(_bytes(argument).decode())
    is_of_it = path.parent == folder and path.name.startswith(FILE)
    # What SQLite shares between its connections there, it makes again at every start.
    return path.name if is_of_it and not path.name.endswith("-shm") else ""


def _bytes(argument: str) -> bytes:
    return bytes.fromhex(argument.strip('"').replace("\\x", ""))
