"""What the APK needs, worked out from `pyproject.toml`, `requirements.lock` and what is installed here.

pyproject's dependencies ──with the conditions of Android and Python 3.14──▶ all that they need, at locked versions
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PYTHON = "3.14.2"
"""Of python-for-android's recipe."""
NOT_NEEDED = {
    "docutils": "Kivy's viewer of reStructuredText, which no screen uses",
    "pygments": "Kivy's editor of source code, which no screen uses",
    "kivy-garden": "fetches widgets of others, which no screen uses",
}
"""What Kivy names and python-for-android's own recipe of Kivy leaves out, too."""
_ANDROID = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "aarch64",
    "platform_python_implementation": "CPython",
    "platform_system": "Android",
    "python_full_version": PYTHON,
    "python_version": "3.14",
    "sys_platform": "android",
}


@dataclass(frozen=True, slots=True)
class Locked:
    """One distribution in `requirements.lock`; the sums are SHA-256 in hex."""

    version: str
    sums: frozenset[str]


def locked() -> dict[str, Locked]:
    """Return what `requirements.lock` holds for Android, by canonical name."""
    found: dict[str, Locked] = {}
    for block in re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements.lock").read_text("utf-8")):
        head = block.split(" \\", 1)[0]
        if "==" in head and _counts(requirement := Requirement(head), frozenset()):
            (pin,) = requirement.specifier
            sums = frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", block))
            found[canonicalize_name(requirement.name)] = Locked(pin.version, sums)
    return found


def tablet_dependencies() -> list[Requirement]:
    """Return what `pyproject.toml` says the tablet needs, without what Android's Python has itself."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [one for one in map(Requirement, project["dependencies"]) if _counts(one, frozenset())]


def needed() -> dict[str, str]:
    """Return every distribution that the app needs on Android, by its canonical name, with its locked version."""
    lock = locked()
    versions: dict[str, str] = {}
    waiting = [(canonicalize_name(one.name), frozenset(one.extras)) for one in tablet_dependencies()]
    while waiting:
        name, extras = waiting.pop()
        if name in versions or name in NOT_NEEDED:
            continue
        versions[name] = lock[name].version
        waiting += _needs(name, extras)
    return dict(sorted(versions.items()))


def _needs(name: str, extras: frozenset[str]) -> Iterator[tuple[NormalizedName, frozenset[str]]]:
    for text in distribution(name).requires or ():
        requirement = Requirement(text)
        if _counts(requirement, extras):
            yield canonicalize_name(requirement.name), frozenset(requirement.extras)


def _counts(requirement: Requirement, extras: frozenset[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({**_ANDROID, "extra": extra}) for extra in extras or {""})
