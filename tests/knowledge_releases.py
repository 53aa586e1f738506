"""A higher version of the knowledge than the one that is shipped, signed as one file, for tests."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from mobile_app.config import ASSETS, KNOWLEDGE_VERSION
from shared.crypto.signing import SigningKey
from shared.knowledge.release import release_of, write_release

KEY = SigningKey(bytes(range(32)))
NEXT = "1.2"
QUESTION = "Is the swelling hot?"
"""What the higher version asks where the shipped one asks otherwise."""


def higher_version(place: Path, version: str = NEXT) -> Path:
    """Return the folder of a version that differs from the shipped one in a single question."""
    folder = place / version
    shutil.copytree(ASSETS / "knowledge" / KNOWLEDGE_VERSION, folder)
    _replace(folder / "knowledge.yaml", KNOWLEDGE_VERSION, version)
    warmth = folder / "findings" / "warmth.yaml"
    asked = next(line for line in warmth.read_text("utf-8").splitlines() if line.strip().startswith("ask:"))
    _replace(warmth, asked, asked.split("ask:")[0] + f"ask: {QUESTION}")
    return folder


def add_condition(folder: Path, code: str, label: str, like: str = "deep_vein_thrombosis") -> None:
    """Let a version know one more condition, which takes half of the prior of another one and is like it otherwise."""
    old = folder / "conditions" / f"{like}.yaml"
    halved = re.sub(r"(?<=p: |w: |h: )[0-9.]+", lambda number: f"{float(number[0]) / 2:.9g}", _prior_of(old))
    _replace(old, _prior_of(old), halved)
    new = folder / "conditions" / f"{code}.yaml"
    shutil.copy(old, new)
    for name, value in (("id", code), ("label", label), ("order", "90")):
        new.write_text(re.sub(rf"(?m)^{name}: .*$", f"{name}: {value}", new.read_text("utf-8")), "utf-8")
    reasoning = folder / "reasoning.yaml"
    usual = re.search(rf"(?m)^ +{like}: \w+$", reasoning.read_text("utf-8"))
    assert usual is not None
    _replace(reasoning, usual[0], f"{usual[0]}\n{usual[0].replace(like, code)}")


def signed_release(place: Path, version: str = NEXT, key: SigningKey = KEY, **words: dict[str, str]) -> bytes:
    """Return it as a signed file, with words of other languages by their code."""
    return write_release(release_of(higher_version(place, version), words), key)


def _prior_of(condition: Path) -> str:
    found = re.search(r"(?m)^prior:\n(?:  (?!evidence).*\n)+", condition.read_text("utf-8"))
    assert found is not None
    return found[0]


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
