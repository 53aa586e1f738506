"""A slip in a name or figure that the code reads stops the book from loading, in one line that says which."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.errors import Problem
from shared.knowledge.checks import needed
from shared.knowledge.checks.groups import BY_RANK, READ_EXPONENTS
from shared.knowledge.loader import inspect_knowledge
from tests.book import KNOWLEDGE, the_book

Edit = tuple[str, str, str]
ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def problems_after(tmp_path: Path) -> Callable[..., tuple[Problem, ...]]:
    def edit_and_inspect(*edits: Edit) -> tuple[Problem, ...]:
        folder = Path(shutil.copytree(KNOWLEDGE, tmp_path / "book"))
        for name, old, new in edits:
            text = (folder / name).read_text(encoding="utf-8")
            assert old in text, f"{name} has no {old}"
            (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return inspect_knowledge(folder).problems

    return edit_and_inspect


def _ids_in(paths: str) -> set[str]:
    """Return the texts that stand in the code of these modules."""
    return {
        node.value
        for path in ROOT.glob(paths)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_finding_and_measurement_that_the_code_names_is_on_the_list():
    named = _ids_in("shared/differential/*.py") | _ids_in("shared/triage/*.py") | _ids_in("shared/measurement/*.py")

    assert named & the_book().findings.keys() <= needed.FINDINGS.keys()
    assert named & the_book().measurements.keys() <= needed.MEASUREMENTS.keys()
    assert named & the_book().conditions.keys() <= needed.CONDITIONS.keys()


def test_every_group_that_the_counting_names_is_on_the_list_with_its_exponents():
    named = _ids_in("shared/differential/grouping.py") & the_book().groups.keys()

    assert named == needed.GROUPS.keys()
    assert named == {*READ_EXPONENTS, *BY_RANK}


SLIPS = [
    (("groups.yaml", "{first: 1.0, second: 0.5, others", "{frist: 1.0, second: 0.5, others"), "frist", "first?"),
    (("groups.yaml", "{positive:", "{positve:"), "positve", "positive?"),
    (("groups.yaml", ", others: 0.0}", "}"), "others is missing", "the reasoning reads it"),
    (("groups.yaml", "shrinks: {spread: 0.8}", "shrinks: {}"), "spread is missing", "the reasoning reads it"),
    (
        ("groups.yaml", "  calcification_imaging:", "  calcification_imagin:"),
        "calcification_imaging is missing",
        "is it",
    ),
    (("measurements.yaml", "  temperature:\n", "  temprature:\n"), "temperature is missing", "is it temprature?"),
    (("reasoning.yaml", "    same_day:\n      osteo", "    same_dy:\n      osteo"), "same_dy", "same_day?"),
    (("reasoning.yaml", "  thresholds:", "  threshold:"), "is not a key", "thresholds?"),
    (("reasoning.yaml", "costs: {history: 1", "costs: {history: 0"), "must be above 0", ""),
    (("groups.yaml", "combine: strongest_first", "combine: strongest"), "must be strongest_first, or left out", ""),
    (("findings/enlarging_mass.yaml", "  others:", "  othrs:"), "othrs", "others?"),
    (("reasoning.yaml", "ask: [bite_animal_or_human", "ask: [bite_animal_or_humn"), "bite_animal_or_human?", ""),
]


@pytest.mark.parametrize(("edit", "words", "more"), SLIPS, ids=[edit[2][:40] for edit, _, _ in SLIPS])
def test_a_slip_in_a_name_that_code_reads_is_one_line(problems_after, edit, words, more):
    problems = problems_after(edit)

    assert len(problems) == 1
    assert words in str(problems[0])
    assert more in str(problems[0])


def test_a_place_in_a_list_is_counted_from_one(problems_after):
    (problem,) = problems_after(("reasoning.yaml", "ask: [bite_animal_or_human", "ask: [bite_animal_or_humn"))

    assert problem.place == "questions.then_ask[1].ask"


def test_a_number_that_its_rules_no_longer_get_is_told_from_both_sides(problems_after):
    problems = problems_after(("measurements.yaml", "input: temp_c", "input: temp_f"))

    assert [(p.file, p.place) for p in problems] == [
        ("red_flags.yaml", "inputs.numbers.temp_c"),
        ("measurements.yaml", "measurements.temperature.input"),
    ]
    assert "did you mean temp_c?" in problems[1].advice


BOUNDS = [
    ("reasoning.yaml", "residual_floor: 0.02", "residual_floor: 2"),
    ("reasoning.yaml", "surprise: 2.0", "surprise: -2.0"),
    ("reasoning.yaml", "stop_below_bits: 0.02", "stop_below_bits: -1"),
    ("reasoning.yaml", "residual_above: 0.15", "residual_above: 15"),
    ("reasoning.yaml", "best_below: 0.40", "best_below: 40"),
    ("reasoning.yaml", "likely_low: ", "likely_low: 7"),
    ("reasoning.yaml", "usual_from: ", "usual_from: 5"),
    ("knowledge.yaml", "max_age_days: 6574", "max_age_days: -4"),
    ("knowledge.yaml", "evidence_to_age_days: 6209", "evidence_to_age_days: 62090"),
    ("follow_up.yaml", "not_smaller_from_day: 56", "not_smaller_from_day: -56"),
    ("danger_signs.yaml", "from_days: 0, to_days: 27", "from_days: 0, to_days: -27"),
    ("measurements.yaml", "mg/dL: 10.0", "mg/dL: -10.0"),
    ("measurements.yaml", "molar_mass: 40", "molar_mass: -40"),
    ("measurements.yaml", "low: 9.0, high: 30.0", "low: 90.0, high: 30.0"),
    ("conditions/calcinosis_cutis_iatrogenic.yaml", "at_weeks: 4", "at_weeks: -4"),
    ("calcification.yaml", "k: 0, n: 3", "k: 4, n: 3"),
]


@pytest.mark.parametrize("edit", BOUNDS, ids=[edit[2] for edit in BOUNDS])
def test_a_figure_out_of_bounds_is_refused_in_its_place(problems_after, edit):
    problems = problems_after(edit)

    key = edit[2].split(":")[0].split(", ")[0].strip()
    assert any(p.file == edit[0] and ("must" in p.advice) for p in problems), problems
    assert len(problems) <= 2, f"{key} is told once, with at most one figure that hangs on it"


@pytest.mark.parametrize(
    "edit",
    [
        ("reasoning.yaml", "source: [sfthreshold,", "source: [sfthreshol,"),
        ("danger_signs.yaml", "evidence: {source: [expert]", "evidence: {source: [exprt]"),
        ("calcification.yaml", "evidence: {source: [jpeds1975", "evidence: {source: [jpeds197"),
    ],
)
def test_no_figure_stands_without_a_known_source(problems_after, edit):
    (problem,) = problems_after(edit)

    assert problem.file == edit[0]
    assert "is not a source; did you mean" in problem.advice
