"""`handwise knowledge check`: one report of all that is wrong, otherwise how accurate the knowledge is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mobile_app.__main__ import main
from mobile_app.commands.knowledge_text import in_words
from mobile_app.config import KNOWLEDGE_VERSION
from tests.book import KNOWLEDGE
from tests.published import PUBLISHED_CASES, the_cases, the_report


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Four of the published cases: enough to print, and quick."""
    folder = Path(shutil.copytree(PUBLISHED_CASES, tmp_path / "cases"))
    for path in folder.glob("records/*.yaml"):
        if path.stem not in ("cc13", "om04", "ib02", "tu03"):
            path.unlink()
    return folder


def test_the_report_names_every_miss_and_fits_the_terminal():
    report = the_report()
    text = in_words(report, the_cases())

    assert max(len(line) for line in text.splitlines()) <= 100
    assert f"on {report.records} published records of {report.children} children" in text
    for row in (*report.misses, *report.unranked):
        assert f"\n  {row.id} " in text
    for item in report.figures:
        assert item.cell.condition in text
    for name in report.unscorable:
        assert name in text
    assert "None" not in text


def test_the_knowledge_that_ships_is_sound_and_its_accuracy_is_printed(few, capsys):
    status = main(["knowledge", "check", "--children", "2", "--cases", str(few)])
    out = capsys.readouterr().out

    assert status == 0
    assert out.startswith(f"Knowledge {KNOWLEDGE_VERSION} is sound.")
    assert "on 4 published records of 4 children" in out
    assert "probabilities that move the results most" in out
    assert "simulated children, laboratory and imaging (2)" in out


def test_json_is_for_machines(few, capsys):
    status = main(["knowledge", "check", "--json", "--children", "0", "--cases", str(few)])
    body = json.loads(capsys.readouterr().out)

    assert status == 0
    assert body["version"] == KNOWLEDGE_VERSION
    assert body["accuracy"]["records"] == 4
    assert body["questions"] is None


def test_faults_of_the_knowledge_and_of_the_cases_come_in_one_report(few, tmp_path, capsys):
    book = Path(shutil.copytree(KNOWLEDGE, tmp_path / "book"))
    warmth = book / "findings" / "warmth.yaml"
    warmth.write_text(warmth.read_text(encoding="utf-8").replace("kind: exam", "kind: exm"), encoding="utf-8")
    record = few / "records" / "ib02.yaml"
    record.write_text(record.read_text(encoding="utf-8").replace("summary:", "sumary:"), encoding="utf-8")
    status = main(["knowledge", "check", str(book), "--cases", str(few)])
    printed = capsys.readouterr()

    assert status == 1
    assert printed.out == ""
    assert "findings/warmth.yaml: kind: must be one of" in printed.err
    assert "records/ib02.yaml: sumary: is not a key that belongs here; did you mean summary?" in printed.err
    assert printed.err.splitlines()[-1] == "2 problems found."


def test_a_case_that_the_knowledge_does_not_know_is_named_and_nothing_is_measured(few, capsys):
    record = few / "records" / "ib02.yaml"
    record.write_text(record.read_text(encoding="utf-8").replace("erythema:", "eritema:"), encoding="utf-8")
    status = main(["knowledge", "check", "--json", "--cases", str(few)])
    printed = capsys.readouterr()

    assert status == 1
    assert [row["place"] for row in json.loads(printed.out)["problems"]] == ["case.findings.eritema"]
    assert "did you mean erythema?" in printed.err


def test_a_faulty_file_hides_neither_the_policy_nor_the_cases(few, tmp_path, capsys):
    book = Path(shutil.copytree(KNOWLEDGE, tmp_path / "book"))
    (book / "groups.yaml").write_text("groups: [\n")
    for path, old, new in (
        (book / "privacy.yaml", "  warmth: {class: clinical", "  warmth: {class: clinicl"),
        (few / "records" / "ib02.yaml", "erythema:", "eritema:"),
        (few / "records" / "tu03.yaml", "summary:", "sumary:"),
    ):
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    status = main(["knowledge", "check", str(book), "--cases", str(few)])
    told = capsys.readouterr().err.splitlines()

    assert status == 1
    assert [line.split(": ")[:2] for line in told[:-1]] == [
        ["groups.yaml", "the file"],
        ["privacy.yaml", "warmth"],
        ["records/tu03.yaml", "sumary"],
        ["records/ib02.yaml", "case.findings.eritema"],
    ]
    assert told[-1] == "4 problems found."


def test_a_renamed_measurement_is_noticed_by_the_policy(few, tmp_path, capsys):
    book = Path(shutil.copytree(KNOWLEDGE, tmp_path / "book"))
    path = book / "measurements.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("  crp:\n    label", "  crpx:\n    label"), encoding="utf-8"
    )

    assert main(["knowledge", "check", str(book), "--cases", str(few)]) == 1
    told = capsys.readouterr().err
    assert "privacy.yaml: crp: is not a code that the knowledge knows; did you mean crpx?" in told
    assert "privacy.yaml: crpx: is not classified" in told


@pytest.mark.parametrize("number", ["-3", "10001", "many"])
def test_the_number_of_children_is_refused_with_its_range(number, capsys):
    assert main(["knowledge", "check", "--children", number]) == 2
    assert "must be a whole number from 0 to 10000" in capsys.readouterr().err
