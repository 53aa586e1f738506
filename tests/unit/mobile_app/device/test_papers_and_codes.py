"""The folder of papers, and reading codes from pictures: what they keep, refuse and say."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import segno
from PIL import Image

from mobile_app.config import Config, read_config
from mobile_app.device.paper_folder import PaperFolder
from mobile_app.device.qr_reader import PictureReader, read_codes
from shared.errors import HandOverRefused, PaperRefused


def a_code(text: str, path: Path) -> None:
    segno.make_qr(text).save(str(path), scale=4)


def test_a_paper_is_readable_by_its_owner_only_and_replaces_none(tmp_path: Path) -> None:
    folder = PaperFolder(tmp_path / "Documents" / "Handwise")

    names = [folder.save("letter-7F3K.pdf", content) for content in (b"first", b"second", b"third")]

    assert names == ["letter-7F3K.pdf", "letter-7F3K-2.pdf", "letter-7F3K-3.pdf"]
    kept = [tmp_path / "Documents" / "Handwise" / name for name in names]
    assert [path.read_bytes() for path in kept] == [b"first", b"second", b"third"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in kept)


def test_a_deleted_paper_is_gone_and_deleting_it_twice_is_no_fault(tmp_path: Path) -> None:
    folder = PaperFolder(tmp_path)
    name = folder.save("letter.pdf", b"x")

    folder.delete(name)
    folder.delete(name)

    assert list(tmp_path.iterdir()) == []
    assert not folder.open(name)


def test_a_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(PaperRefused, match="cannot be written"):
        PaperFolder(tmp_path / "file" / "papers").save("letter.pdf", b"x")


def test_papers_go_where_a_clinician_looks_for_documents(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    usual = read_config({})

    assert usual.papers_folder == tmp_path / "Documents" / "Handwise"
    assert PaperFolder(usual.papers_folder).place == "~/Documents/Handwise"
    assert Config(tmp_path / "other").papers_folder == tmp_path / "other" / "papers"


def test_every_code_in_a_picture_is_read(tmp_path: Path) -> None:
    picture = Image.new("RGB", (900, 450), "white")
    for place, text in enumerate(("first", "second")):
        a_code(text, tmp_path / f"{text}.png")
        with Image.open(tmp_path / f"{text}.png") as code:
            picture.paste(code.convert("RGB"), (50 + 450 * place, 50))

    assert sorted(read_codes(picture)) == ["first", "second"]
    assert read_codes(Image.new("L", (200, 200), 255)) == []


def test_pictures_of_a_folder_are_read_in_order_and_other_files_left_alone(tmp_path: Path) -> None:
    for name in ("b", "a"):
        a_code(name, tmp_path / f"{name}.png")
    (tmp_path / "letter.pdf").write_bytes(b"%PDF")
    (tmp_path / "broken.png").write_bytes(b"\\x89PNG")

    assert PictureReader().read(str(tmp_path)) == ["a", "b"]
    assert PictureReader().read(str(tmp_path / "a.png")) == ["a"]
    assert PictureReader().read(str(tmp_path / "nothing.png")) == []


def test_a_place_that_cannot_be_is_said(tmp_path: Path) -> None:
    with pytest.raises(HandOverRefused, match="No picture"):
        PictureReader().read(str(tmp_path / ("x" * 5000)))


def test_pictures_can_be_read_where_the_reader_is_installed() -> None:
    assert PictureReader().can_read_pictures


@pytest.mark.parametrize("place", ["~nobody-of-this-name/x.png", "x" * 100_000])
def test_a_name_that_no_system_takes_is_a_sentence(place: str) -> None:
    with pytest.raises(HandOverRefused, match="Check the name"):
        PictureReader().read(place)
