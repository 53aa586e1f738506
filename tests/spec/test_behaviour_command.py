"""`handwise knowledge behaviour` writes the page beside the knowledge and says which situations do not hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from mobile_app.__main__ import main
from mobile_app.commands import knowledge_behaviour
from mobile_app.config import KNOWLEDGE_VERSION, Config
from tests.book import KNOWLEDGE

SITUATIONS = """
theme: A theme
order: 1
about: A sentence.
situations:
- {id: well, title: A red foot., because: Of this., source: [expert], child: {age: 4 years},
   found: [erythema], expect: {how soon: at least routine}}
- {id: ill, title: An ill child., because: Of that., source: [expert], child: {age: 4 years},
   found: [toxic_appearance], expect: {how soon: %s}}
"""


@pytest.fixture
def knowledge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "assets" / "knowledge"
    (folder / "behaviour").mkdir(parents=True)
    (folder / KNOWLEDGE_VERSION).symlink_to(KNOWLEDGE, target_is_directory=True)
    config = Config(data_folder=tmp_path / "data", assets=tmp_path / "assets")
    monkeypatch.setattr(knowledge_behaviour, "read_config", lambda: config)
    return folder


def test_the_page_is_written_and_every_situation_is_counted(
    knowledge: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (knowledge / "behaviour" / "theme.yaml").write_text(SITUATIONS % "exactly emergency")

    assert main(["knowledge", "behaviour"]) == 0
    assert "All are as the page says." in capsys.readouterr().out
    assert "### An ill child" in (knowledge / "BEHAVIOUR.md").read_text()


def test_what_does_not_hold_or_cannot_be_read_is_said_and_gives_status_one(
    knowledge: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (knowledge / "behaviour" / "theme.yaml").write_text((SITUATIONS % "exactly routine").replace("[erythema]", "[rad]"))

    assert main(["knowledge", "behaviour"]) == 1
    said = capsys.readouterr().out
    assert "ill: visit 1: How soon: routine. Got: emergency" in said
    assert "well: 'rad': is no finding" in said
    assert "2 are not as the page says." in said


def test_a_folder_with_a_typing_error_is_refused_with_its_place(
    knowledge: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (knowledge / "behaviour" / "theme.yaml").write_text((SITUATIONS % "routine").replace("source:", "sourse:"))

    assert main(["knowledge", "behaviour"]) == 1
    assert "theme.yaml: well.sourse" in capsys.readouterr().err
    assert not (knowledge / "BEHAVIOUR.md").exists()
