"""Asks PyPI which wheels there are for Android and for Python 3.14, and writes the answers into `wheels.json`.

    .venv/bin/python mobile_app/android/wheels.py        after each `make lock`; it needs the network

For each distribution that the tablet needs: the wheel that pip chooses for Android on a 64-bit tablet, and the one it
chooses for a Linux computer, both under Python 3.14; `null` where there is none. Tests compare the sums with the lock,
so what stands in the file is about exactly the versions that are locked.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from mobile_app.android.requirements import PYTHON, needed

FACTS = Path(__file__).with_name("wheels.json")
PLATFORMS = {
    "android": ("android_24_arm64_v8a",),
    "linux": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
}

Wheel = dict[str, str]


def wheel(name: str, version: str, platforms: tuple[str, ...]) -> Wheel | None:
    """Return the wheel that pip would install, or None where there is none for these platforms."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--report=-", "--quiet", "--ignore-installed"]
    command += ["--no-deps", "--only-binary=:all:", f"--python-version={PYTHON}", "--target=nowhere"]
    command += ["--ignore-requires-python"]  # else it is this Python, not Android's, that must fit
    command += [f"--platform={platform}" for platform in platforms]
    done = subprocess.run([*command, f"{name}=={version}"], capture_output=True, text=True)
    if done.returncode:
        if "No matching distribution" not in done.stderr:
            raise SystemExit(done.stderr)
        return None
    (chosen,) = json.loads(done.stdout)["install"]
    source = chosen["download_info"]
    return {"file": source["url"].rsplit("/", 1)[-1], "sha256": source["archive_info"]["hashes"]["sha256"]}


def main() -> None:
    """Write the file."""
    facts = {
        name: {"version": version} | {place: wheel(name, version, tags) for place, tags in PLATFORMS.items()}
        for name, version in needed().items()
    }
    FACTS.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
