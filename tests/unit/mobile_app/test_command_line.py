"""`handwise` as a person runs it: one sentence, the right status, never a traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mobile_app import __main__ as command_line
from mobile_app.config import ASSETS, KNOWLEDGE_VERSION, read_config

ROOT = Path(__file__).resolve().parents[3]


def handwise(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in another process, without a screen."""
    environ = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [sys.executable, "-m", "mobile_app", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**environ, **environment},
        timeout=120,
        check=False,
    )


def test_without_a_screen_it_says_what_to_do():
    done = handwise()

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "handwise: There is no screen here. Start handwise on a desktop or tablet, or run: handwise demo\n"
    )


@pytest.mark.parametrize("arguments", [("bogus",), ("--bogus",), ("demo", "Quillon"), ("knowledge",), ("triage",)])
def test_what_it_does_not_understand_is_one_line_that_repeats_nothing(arguments):
    done = handwise(*arguments)

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("handwise: ")
    assert "Quillon" not in done.stderr


def test_help_lists_the_commands_and_imports_none_of_them():
    done = handwise("--help")

    assert done.returncode == 0
    for name in command_line.COMMANDS:
        assert name in done.stdout


def test_the_knowledge_that_ships_is_sound():
    done = handwise("knowledge", "check", "--children", "0")

    assert done.returncode == 0
    assert done.stdout.startswith(f"Knowledge {KNOWLEDGE_VERSION} is sound.")
    assert f"Accuracy of knowledge {KNOWLEDGE_VERSION} on" in done.stdout


def test_every_problem_of_a_knowledge_folder_is_named(tmp_path):
    folder = tmp_path / "knowledge"
    shutil.copytree(ASSETS / "knowledge" / "1.1", folder)
    for finding in ("fever_ge_38", "warmth"):
        path = folder / "findings" / f"{finding}.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("kind: history", "kind: guess").replace("kind: exam", "kind: guess"))
    done = handwise("knowledge", "check", str(folder))

    assert done.returncode == 1
    assert "fever_ge_38.yaml" in done.stderr
    assert "warmth.yaml" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].endswith("problems found.")


def test_an_unclassified_code_is_a_problem(tmp_path):
    folder = tmp_path / "knowledge"
    shutil.copytree(ASSETS / "knowledge" / "1.1", folder)
    privacy = folder / "privacy.yaml"
    lines = privacy.read_text(encoding="utf-8").splitlines(keepends=True)
    privacy.write_text("".join(line for line in lines if not line.strip().startswith("warmth:")), encoding="utf-8")
    done = handwise("knowledge", "check", str(folder))

    assert done.returncode == 1
    assert "warmth" in done.stderr


def test_what_nobody_foresaw_is_one_sentence(monkeypatch, capsys):
    def fail(_):
        raise ZeroDivisionError("Quillon Testbairn")

    monkeypatch.setattr(command_line, "open_app", fail)
    status = command_line.main([])

    assert status == 1
    assert capsys.readouterr().err == f"handwise: {command_line.UNFORESEEN}\n"


def test_the_data_folder_is_the_users_own_unless_told_otherwise(tmp_path):
    assert read_config({"HANDWISE_HOME": str(tmp_path)}).data_folder == tmp_path
    assert read_config({"XDG_DATA_HOME": str(tmp_path)}).data_folder == tmp_path / "handwise"
    assert read_config({}).data_folder == Path.home() / ".local" / "share" / "handwise"


def test_the_device_secret_is_not_kept_with_the_store(tmp_path):
    config = read_config({"HANDWISE_HOME": str(tmp_path)})

    assert config.store_folder not in config.device_secret.parents
