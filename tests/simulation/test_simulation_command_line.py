"""`python -m tests.simulation` says what it plays, and in one sentence what it does not understand."""

from __future__ import annotations

import pytest

from tests.simulation.__main__ import main


def test_one_seed_is_told_from_its_first_act_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["6"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert "-- all is mended --" in lines
    assert lines[-1] == "All that was promised holds."


def test_many_seeds_end_with_what_they_reached(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["6", "2", "--processes", "1"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2 histories on sqlite, seeds 6 to 7, 1 at a time"
    assert any(line.endswith("  act: sync") for line in lines)
    assert lines[-1].startswith("2 histories in ")
    assert lines[-1].endswith(": 0 broken")


@pytest.mark.parametrize(("given", "says"), [(["x"], "a whole number"), (["-1"], "argument"), (["1", "2", "3"], "3")])
def test_what_is_not_understood_is_said_in_one_line(
    given: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given)

    assert ended.value.code == 2
    assert says in capsys.readouterr().err.splitlines()[-1]


def test_help_names_every_choice(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("SEED", "COUNT", "--database", "postgresql", "--processes", "--planted"))
