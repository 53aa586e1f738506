"""The app as a process of its own: quiet, and leaving nothing where it should not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mobile_app.commands.virtual_screen import NoVirtualScreen, virtual_screen

OPEN_AND_CLOSE = """
from mobile_app import app
from kivy.app import App
from kivy.clock import Clock
Clock.schedule_once(lambda _: App.get_running_app().stop(), 0.2)
app.run()
"""


def test_the_app_opens_and_closes_without_a_word_and_without_a_file_in_the_home_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KIVY")}
    environment |= {"HOME": str(home), "HANDWISE_HOME": str(tmp_path / "tablet")}

    done = subprocess.run(
        [sys.executable, "-c", OPEN_AND_CLOSE],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    kivy_files = [path for path in home.rglob("*") if "kivy" in str(path.relative_to(home)).lower()]
    assert not kivy_files


def test_without_xvfb_one_sentence_names_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NoVirtualScreen, match="xvfb"), virtual_screen():
        pass


def test_the_own_screen_goes_and_the_display_is_as_before() -> None:
    before = os.environ.get("DISPLAY")

    with virtual_screen() as display:
        assert os.environ["DISPLAY"] == display != before

    assert os.environ.get("DISPLAY") == before
