"""What goes into the APK: all that the app needs and nothing else. It is run here, as far as that goes, as there.

As there, Python optimises away asserts and docstrings (-OO), the app is a folder that nobody installed, and what
python-for-android leaves out of Python and of Kivy is not to be had.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from PIL import Image

from mobile_app.config import KNOWLEDGE_VERSION
from shared.language.catalogues import OF_TABLET
from tests.android.apk import ROOT, listed, script, spec

stage = script("stage")
OF_ANDROID = {"android", "jnius"}
"""Brought by python-for-android; imported on a device only."""
OF_NEWER_PYTHON = {"compression"}
ONLY_WHERE_INSTALLED = {"av", "zxingcpp", "backports"}
"""Optional, or replaced by Python 3.14 itself; both are asked for with a way out."""
GONE_SINCE_3_11 = {
    "aifc", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "crypt", "distutils", "imghdr", "imp",
    "lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes", "smtpd", "sndhdr", "spwd",
    "sunau", "telnetlib", "uu", "xdrlib",
}  # fmt: skip
NOT_ON_ANDROID = {"_bz2", "_lzma", "_tkinter", "curses", "ensurepip", "idlelib", "readline", "tkinter"}
"""What python-for-android builds Python without."""

TOP = {"main.py", "mobile_app", "shared", "assets", "pyproject.toml", "LICENSE", "icon.png", "presplash.png"}
RUN = """
import importlib, pkgutil, sys
refused = set(sys.argv[2].split(","))
class Refused:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in refused:
            raise ImportError(name)
sys.meta_path.insert(0, Refused())
sys.path[:0] = [sys.argv[1]]
import mobile_app, shared
seen = 0
for top in (mobile_app, shared):
    for module in pkgutil.walk_packages(top.__path__, top.__name__ + "."):
        if module.name.split(".")[1] not in ("app", "screens", "theme", "widgets"):
            importlib.import_module(module.name)
            seen += 1
from pathlib import Path
from mobile_app.bootstrap import build_tablet
from mobile_app.config import app_version
tablet = build_tablet()
tablet.get_ready()
shown = []
tablet.flow(lambda screen, view: shown.append(screen)).start()
print(seen > 150, Path(mobile_app.__file__).parent.parent == Path(sys.argv[1]))
print(tablet.config.data_folder, app_version())
print(tablet.knowledge.version, shown[0].value, bool(tablet.policy))
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("apk") / "app"
    stage.stage(folder)
    return folder


def test_only_what_the_app_needs_goes_in(app):
    names = {path.name for path in app.iterdir()}
    endings = {path.suffix for path in app.rglob("*") if path.is_file()}

    assert names == TOP
    assert {path.name for path in (app / "assets").iterdir()} == {"bodymap.svg", "fonts", "knowledge", "translations"}
    assert endings == {".py", ".kv", ".zdict", ".yaml", ".mo", ".svg", ".ttf", ".otf", ".txt", ".toml", ".png", ""}
    folders = {path.name for path in app.rglob("*") if path.is_dir()}
    assert folders.isdisjoint({"__pycache__", "android", "commands", "examples", "published_cases"})
    assert not (app / "assets" / "fonts" / "make_fonts.py").exists()
    assert {path.name for path in (app / "assets" / "knowledge").iterdir()} == {"1.0", "1.1"}


def test_every_language_font_and_version_of_the_knowledge_goes_in(app):
    words = [f"assets/translations/*/LC_MESSAGES/{domain}.mo" for domain in OF_TABLET]
    for pattern in (*words, "assets/fonts/*.?tf", "assets/knowledge/1.*/**/*.yaml"):
        there = {path.relative_to(ROOT) for path in ROOT.glob(pattern)}
        assert there
        assert {path.relative_to(app) for path in app.glob(pattern)} == there
    assert (app / "assets" / "fonts" / "OFL.txt").is_file()
    assert list((app / "shared" / "sync" / "dictionaries").glob("*.zdict"))


def test_it_imports_only_what_the_spec_requires(app):
    brought = {canonicalize_name(name) for name in script("requirements").needed()}
    providers = packages_distributions()
    others = {"mobile_app", "shared"} | OF_ANDROID | OF_NEWER_PYTHON | ONLY_WHERE_INSTALLED | sys.stdlib_module_names
    for file in app.rglob("*.py"):
        for name in _imported(file) - others:
            assert {canonicalize_name(one) for one in providers[name]} & brought, f"{file.name} imports {name}"


def test_it_imports_nothing_that_python_3_14_or_android_has_not(app):
    for file in app.rglob("*.py"):
        assert not _imported(file) & (GONE_SINCE_3_11 | NOT_ON_ANDROID), file.name


def test_it_starts_as_android_would_start_it_up_to_the_window(app, tmp_path):
    left_out = {"docutils", "pygments", "kivy_garden", "av", "zxingcpp", "sync_server", "tests", "argon2", "fastapi"}
    names = ",".join(left_out | NOT_ON_ANDROID | GONE_SINCE_3_11)
    environment = {"ANDROID_PRIVATE": str(tmp_path), "PATH": os.defpath}

    command = [sys.executable, "-OO", "-I", "-c", RUN, str(app), names]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        "True", "True", str(tmp_path / "handwise"), _version(), KNOWLEDGE_VERSION, "set_up", "True",
    ]  # fmt: skip


def test_what_android_starts_runs_the_app(app, tmp_path):
    """Here, without a screen: it must come as far as saying so."""
    command = [sys.executable, "-OO", str(app / "main.py")]
    done = subprocess.run(command, capture_output=True, text=True, env={"HOME": str(tmp_path)}, cwd=app)

    assert done.returncode == 2
    assert done.stderr.startswith("handwise: There is no screen here.")


def test_the_icon_is_our_sign(app):
    with Image.open(app / "icon.png") as icon:
        assert icon.size == (stage.ICON_PX, stage.ICON_PX)
        colours = {colour for count, colour in icon.getcolors(maxcolors=1 << 20) if count > 10_000}
    assert colours == {(0x0A, 0x5A, 0x58), (0xFF, 0xFF, 0xFF), (0xF6, 0xF8, 0xF8)}
    assert {Path(spec().get("app", f"{name}.filename")).name for name in ("icon", "presplash")} <= {
        path.name for path in app.iterdir()
    }
    assert listed("source.dir") == ["../../build/android/app"]


def _imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def _version() -> str:
    return str(script("requirements").tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])
