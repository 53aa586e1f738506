"""What the tests of the APK read: the spec with buildozer's parser, python-for-android's answer, our programs."""

from __future__ import annotations

import functools
import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from buildozer.specparser import SpecParser
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
ANDROID = ROOT / "mobile_app" / "android"


@functools.cache
def script(name: str) -> ModuleType:
    """Load a program of `mobile_app/android`, which is no package."""
    found = importlib.util.spec_from_file_location(f"android_{name}", ANDROID / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module = sys.modules[found.name] = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@functools.cache
def spec() -> SpecParser:
    parser = SpecParser()
    parser.read_string((ANDROID / "buildozer.spec").read_text())
    return parser


def listed(name: str) -> list[str]:
    return [one for one in spec().getlist("app", name) if one]


@dataclass(frozen=True)
class Listed:
    """One line of the spec's requirements, as it is written, and its version if it names one."""

    written: str
    version: str | None


@functools.cache
def requirements() -> dict[str, Listed]:
    """Return the spec's requirements by canonical name."""
    pairs = [(text, *text.partition("==")[::2]) for text in listed("requirements")]
    return {canonicalize_name(name): Listed(text, version or None) for text, name, version in pairs}


@functools.cache
def resolved() -> dict[str, Any]:
    """Return what python-for-android makes of them, with our recipes."""
    command = [sys.executable, "-m", "tests.android.resolve", str(ANDROID / "recipes"), *listed("requirements")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def recipes() -> dict[str, dict[str, Any]]:
    """Return the recipes that would be built, by canonical name."""
    return {canonicalize_name(name): about for name, about in resolved()["recipes"].items()}
