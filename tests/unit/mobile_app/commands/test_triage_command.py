"""`handwise triage`, run as a person runs it."""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from mobile_app.commands import triage

ROOT = Path(__file__).resolve().parents[4]
EXAMPLES = ROOT / "assets" / "examples"
FIRST_VISIT = EXAMPLES / "infant_first_visit.json"
CALCINOSIS = "calcinosis_cutis_iatrogenic"


def handwise(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the real command in another process."""
    command = [sys.executable, "-m", "mobile_app", "triage", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=ROOT, timeout=120, check=False)


def run(*arguments: str) -> int:
    """Run the command in this process: the same code without the start of an interpreter."""
    parser = argparse.ArgumentParser()
    triage.add_parser(parser.add_subparsers(required=True))
    parsed = parser.parse_args(["triage", *arguments])
    status: int = parsed.run(parsed)
    return status


def a_case(**changes: object) -> dict[str, object]:
    case: dict[str, object] = {
        "age_days": 900,
        "sex": "female",
        "region": ["hand"],
        "side": "left",
        "setting": "rural_primary_care",
        "findings": {"erythema": True, "fever_ge_38": False},
        "measurements": {"onset_days": {"value": 2, "unit": "d"}},
    }
    return {**case, **changes}


@pytest.fixture
def case_file(tmp_path: Path):
    def write(content: object) -> str:
        path = tmp_path / "case.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return str(path)

    return write


def test_the_real_command_gives_the_contracts_json() -> None:
    done = handwise(str(FIRST_VISIT), "--json")

    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    result = json.loads(done.stdout)
    assert list(result) == [
        "knowledge_version",
        "red_flags",
        "disposition",
        "differential",
        "fits",
        "next_questions",
        "next_tests",
        "plan",
        "not_assessed",
    ]
    first = result["differential"][0]
    assert list(first) == ["condition", "probability", "interval", "for", "against"]
    assert first["condition"] == CALCINOSIS
    assert sum(row["probability"] for row in result["differential"]) == pytest.approx(1, abs=1e-4)
    assert list(result["plan"]) == ["management", "do_not", "follow_up", "parents", "prevention"]


def test_the_real_command_reads_standard_input_and_speaks_plainly_within_80_columns() -> None:
    done = handwise("-", stdin=FIRST_VISIT.read_bytes())

    text = done.stdout.decode()
    assert done.returncode == 0
    assert text.startswith("SAME DAY")
    assert "Iatrogenic calcinosis cutis" in text
    assert "not a diagnosis" in text
    assert max(len(line) for line in text.splitlines()) <= 80


def test_the_real_command_refuses_a_bad_case_in_one_line_that_names_the_field(case_file) -> None:
    done = handwise(case_file(a_case(sex="Fatima Haddad")))

    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.count(b"\n") == 1
    assert b"sex" in done.stderr
    assert b"Fatima" not in done.stderr


def test_a_list_gives_a_list_and_a_bad_case_in_it_carries_only_its_error(case_file, capsys) -> None:
    status = run(case_file([a_case(), a_case(age_days=-3), 7, a_case()]), "--json")

    results = json.loads(capsys.readouterr().out)
    assert status == 0
    assert ["differential" in result for result in results] == [True, False, False, True]
    assert [list(result) for result in results[1:3]] == [["error"], ["error"]]
    assert "age_days" in results[1]["error"]


def test_a_list_of_good_cases_exits_0_and_an_empty_one_is_an_empty_list(case_file, capsys) -> None:
    assert run(str(EXAMPLES / "three_neonates.json"), "--json") == 0
    assert [r["differential"][0]["condition"] for r in json.loads(capsys.readouterr().out)] == [CALCINOSIS] * 3
    assert run(case_file([]), "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_list_in_words_numbers_its_cases(case_file, capsys) -> None:
    status = run(case_file([a_case(), {}]))

    text = capsys.readouterr().out
    assert status == 0
    assert "Case 1\n" in text
    assert "Case 2\n\nNot assessed." in text


def test_an_improbable_number_is_questioned_and_an_impossible_one_refused_both_asking_for_the_unit(
    case_file, capsys
) -> None:
    def crp(value: float) -> str:
        return case_file(a_case(measurements={"crp": {"value": value, "unit": "mg/L"}}))

    assert run(crp(600)) == 0
    assert "Is the unit right?" in " ".join(capsys.readouterr().out.split())
    assert run(crp(600), "--json") == 0
    printed = capsys.readouterr()
    assert "Is the unit right?" in printed.err
    assert "disposition" in json.loads(printed.out)
    assert run(crp(3600)) == 2
    assert "measurements.crp: is not possible" in (refused := capsys.readouterr().err)
    assert "Is the unit right?" in refused


def test_a_list_says_which_case_to_check(case_file, capsys) -> None:
    questioned = a_case(measurements={"crp": {"value": 600, "unit": "mg/L"}})

    assert run(case_file([a_case(), questioned]), "--json") == 0
    assert "please check: case 2: C-reactive protein" in capsys.readouterr().err


GARBAGE = {
    "empty": b"",
    "not JSON": b"age_days: 274",
    "cut off": b'{"age_days": 2',
    "binary": bytes(range(256)),
    "half a character": b'{"age_days": 274, "sex": "\xff"}',
    "lone surrogate": b'{"sex": "\\ud800"}',
    "NaN": b'{"age_days": NaN}',
    "infinite": b'{"age_days": 1e999}',
    "an integer without end": b'{"age_days": ' + b"9" * 10_000 + b"}",
    "duplicate key": b'{"age_days": 1, "age_days": 2}',
    "nested": b"[" * 100_000,
    "nested and closed": b'{"findings": ' * 5000 + b"1" + b"}" * 5000,
    "too many cases": b"[" + b"{}," * 10_000 + b"{}]",
    "a number": b"274",
    "text": b'"Fatima Haddad"',
    "null": b"null",
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_gives_status_2_and_one_line_without_its_content(name: str, case_file, capsys) -> None:
    status = run(case_file(GARBAGE[name]))

    printed = capsys.readouterr()
    assert status == 2
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "Traceback" not in printed.err
    assert "Fatima" not in printed.err
    assert len(printed.err) < 300


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("age_days", {"age_days": "nine months"}),
        ("age_days", {"age_days": None}),
        ("age_days", {"age_days": True}),
        ("sex", {"sex": "boy"}),
        ("region", {"region": 5}),
        ("region", {"region": ["Haddad"]}),
        ("side", {"side": 4}),
        ("setting", {"setting": "Haddad clinic"}),
        ("findings", {"findings": ["erythema"]}),
        ("findings", {"findings": {"Fatima Haddad": True}}),
        ("findings.swelling_consistency", {"findings": {"swelling_consistency": "Haddad"}}),
        ("findings.erythema", {"findings": {"erythema": [True]}}),
        ("measurements.crp", {"measurements": {"crp": {"value": "Haddad", "unit": "mg/L"}}}),
        ("measurements.crp", {"measurements": {"crp": {"value": 5, "unit": "Haddad"}}}),
        ("measurements.temperature", {"measurements": {"temperature": {"value": 372, "unit": "Cel"}}}),
        ("resources", {"resources": "Haddad"}),
    ],
)
def test_a_bad_field_is_named_and_its_value_is_not(field: str, changes: dict, case_file, capsys) -> None:
    status = run(case_file(a_case(**changes)))

    line = capsys.readouterr().err
    assert status == 2
    assert field in line
    assert "Haddad" not in line
    assert line.count("\n") == 1


def test_a_missing_file_a_folder_and_an_endless_file_give_one_line(tmp_path: Path, case_file, capsys) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(200 * 1024 * 1024)

    for path in (tmp_path / "Fatima.json", tmp_path, huge):
        assert run(str(path)) == 2
        line = capsys.readouterr().err
        assert line.count("\n") == 1
        assert "Fatima" not in line
    assert run("a\0b") == 2
    assert run("") == 2


def test_standard_input_may_be_garbage_too(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\x00\xff")))

    assert run("-") == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_terminal_without_unicode_is_no_reason_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", terminal)

    assert run(str(FIRST_VISIT)) == 0
    terminal.flush()
    assert b"calcinosis" in terminal.buffer.getvalue()


def test_the_help_says_what_the_exit_status_means(capsys) -> None:
    with pytest.raises(SystemExit) as stopped:
        run("--help")

    text = capsys.readouterr().out
    assert stopped.value.code == 0
    assert "Exit status: 0" in text
