"""What the repository promises about itself: its top level, its files, and what its text does not contain."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

TOP_LEVEL = {
    "mobile_app", "sync_server", "shared", "assets", "tests",
    "pyproject.toml", "README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE",
    "Makefile", "requirements.lock", "Dockerfile", "compose.yaml",
}  # fmt: skip


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listing.decode().split("\0") if name and (ROOT / name).exists()]


def test_nothing_stands_at_the_top_level_that_the_design_does_not_know() -> None:
    names = {path.relative_to(ROOT).parts[0] for path in tracked()}

    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL


@pytest.mark.parametrize(
    "name",
    [
        "requirements.lock",
        "sync_server/requirements.lock",
        "tests/benchmarks/requirements.lock",
        "tests/android/requirements.lock",
    ],
)
def test_the_lock_has_hashes_and_no_addresses(name: str) -> None:
    lock = (ROOT / name).read_text()
    packages = re.findall(r"^[a-z0-9][^\s=]*==\S+", lock, flags=re.MULTILINE)

    assert len(packages) > 10
    assert lock.count("--hash=sha256:") >= len(packages)
    assert "://" not in lock


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    skipping = re.compile(r"pytest\.(mark\.)?(skip|xfail)|importorskip|@unittest\.skip")
    tests = [path for path in tracked() if path.is_relative_to(ROOT / "tests") and path.suffix == ".py"]

    assert not [path for path in tests if path != Path(__file__) and skipping.search(path.read_text())]


@pytest.mark.parametrize("package", ["shared", "mobile_app", "sync_server", "tests/benchmarks"])
def test_every_module_says_what_it_is_for(package: str) -> None:
    modules = [path for path in tracked() if path.is_relative_to(ROOT / package) and path.suffix == ".py"]

    silent = [path.relative_to(ROOT) for path in modules if not ast.get_docstring(ast.parse(path.read_text()))]

    assert not silent


def test_the_core_reads_no_clock() -> None:
    """A wall clock in the core would make an answer depend on the moment at which it is computed."""
    clocks = re.compile(r"\b(datetime|date)\.(now|today|utcnow)\(|\btime\.(time|monotonic)\(")
    core = [path for path in tracked() if path.is_relative_to(ROOT / "shared") and path.suffix == ".py"]

    assert not [path for path in core if clocks.search(path.read_text())]


def test_every_test_that_the_security_page_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "SECURITY.md").read_text()))
    tests = [path for path in tracked() if path.is_relative_to(ROOT / "tests") and path.suffix == ".py"]
    written = {name for path in tests for name in re.findall(r"def (test_\w+)\(", path.read_text())}

    assert named
    assert named <= written


def test_every_path_that_a_page_names_exists() -> None:
    """Paths in the pages at the root, such as `shared/sync/batch.py`, lead somewhere."""
    pages = [path for path in tracked() if path.suffix == ".md" and path.parent == ROOT]
    packages = "shared|mobile_app|sync_server|assets|tests"
    for page in pages:
        for named in re.findall(rf"`((?:{packages})/[\w./-]*)`", page.read_text()):
            assert (ROOT / named).exists(), f"{page.name} names {named}"
