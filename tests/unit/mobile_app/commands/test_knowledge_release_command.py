"""`handwise knowledge new-key` and `release`: from a folder to a file that a server can publish."""

from __future__ import annotations

import shutil
import stat

import pytest

from mobile_app.__main__ import main
from mobile_app.config import ASSETS, KNOWLEDGE_VERSION
from shared.knowledge.release import read_release

FOLDER = ASSETS / "knowledge" / KNOWLEDGE_VERSION


@pytest.fixture
def key(tmp_path, capsys):
    assert main(["knowledge", "new-key", str(tmp_path / "key")]) == 0
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    public = capsys.readouterr().out.split("\n")[0].removeprefix("Public key: ")
    return tmp_path / "key", bytes.fromhex(public)


def test_a_sound_folder_becomes_a_file_signed_with_the_key(key, tmp_path, capsys):
    path, public = key
    (tmp_path / "words").mkdir()
    po = 'msgid ""\nmsgstr ""\n\nmsgid "Cellulitis"\nmsgstr "Cellulite"\n\nmsgid "No word of ours"\nmsgstr "x"\n'
    (tmp_path / "words" / "fr.po").write_text(po)

    made = main(
        ["knowledge", "release", str(FOLDER), str(path), str(tmp_path / "new"), "--words", str(tmp_path / "words")]
    )

    assert made == 0
    assert f"Knowledge {KNOWLEDGE_VERSION}" in capsys.readouterr().out
    found = read_release((tmp_path / "new").read_bytes(), public)
    assert found.version == KNOWLEDGE_VERSION
    assert found.translations == {"fr": {"Cellulitis": "Cellulite"}}


def test_no_key_and_no_release_is_written_over(key, tmp_path, capsys):
    path, _ = key
    assert main(["knowledge", "new-key", str(path)]) == 2
    (tmp_path / "there").write_text("mine")
    assert main(["knowledge", "release", str(FOLDER), str(path), str(tmp_path / "there")]) == 2
    assert (tmp_path / "there").read_text() == "mine"
    assert capsys.readouterr().err.count("already") == 2


def test_a_faulty_folder_is_not_released(key, tmp_path, capsys):
    path, _ = key
    folder = tmp_path / "1.2"
    shutil.copytree(FOLDER, folder)

    assert main(["knowledge", "release", str(folder), str(path), str(tmp_path / "new")]) == 2
    assert "must be 1.2" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_file_that_is_no_key_signs_nothing(tmp_path, capsys):
    (tmp_path / "key").write_text("0" * 64)
    assert main(["knowledge", "release", str(FOLDER), str(tmp_path / "key"), str(tmp_path / "new")]) == 2
    assert "new-key" in capsys.readouterr().err
