"""The published cases: they ship complete, suit every version of the book, and a slip in them is named by its place."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.errors import KnowledgeError, Problem
from shared.evaluation.reading import check_cases, load_cases
from shared.knowledge.loader import load_knowledge
from shared.knowledge.yaml_file import read_yaml
from tests.book import KNOWLEDGE, the_book
from tests.published import PUBLISHED_CASES, the_case, the_cases

VERSIONS = sorted(path.parent for path in KNOWLEDGE.parent.glob("*/knowledge.yaml"))
Edit = tuple[str, str, str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the cases that a test may break."""
    return Path(shutil.copytree(PUBLISHED_CASES, tmp_path / "cases"))


@pytest.fixture
def problems_after(folder: Path) -> Callable[..., list[Problem]]:
    def edit_and_load(*edits: Edit) -> list[Problem]:
        for name, old, new in edits:
            text = (folder / name).read_text(encoding="utf-8")
            assert old in text, f"{name} has no {old}"
            (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        try:
            return list(check_cases(load_cases(folder), the_book()))
        except KnowledgeError as error:
            return list(error.problems)

    return edit_and_load


def test_two_visits_of_one_child_are_two_records_of_one_patient():
    records = the_cases().records

    assert len(records) == 37
    assert len({case.patient for case in records}) == 36
    assert the_case("cc01a").patient == the_case("cc01b").patient


@pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.name)
def test_the_cases_suit_every_version_of_the_book(version):
    assert check_cases(the_cases(), load_knowledge(version)) == ()


def test_whether_a_diagnosis_is_ranked_is_asked_of_the_knowledge_in_use():
    case = the_case("ft03")

    assert case.outside_knowledge
    assert not case.is_ranked(load_knowledge(KNOWLEDGE.parent / "1.0"))
    assert case.is_ranked(the_book()) == ("flexor_tenosynovitis" in the_book().conditions)
    assert the_case("om04").is_ranked(the_book())


def _marks(citation: str) -> set[str]:
    """Return what a report is known again by: first author and year, volume and page, doi."""
    author = re.match(r"[A-Z][\w'-]+(?= [A-Z]{1,3}\b)", citation)
    years = re.findall(r"\b(?:19|20)\d\d\b", citation)
    return {
        *(f"{author.group()} {year}" for year in years if author),
        *re.findall(r"\d{4};\d+:e?\d+", re.sub(r"\(\d+\)", "", citation)),
        *re.findall(r"10\.\d{4,}/[^\s)]+", citation),
    }


def test_a_record_of_a_report_that_the_knowledge_quotes_says_so():
    """What stands in `sources.yaml` of some version has shaped its figures: it is no independent test of them."""
    sources = {
        name: block["citation"]
        for version in VERSIONS
        for name, block in read_yaml(version / "sources.yaml")[0]["sources"].items()
    }
    marks = {name: _marks(citation) for name, citation in sources.items()}

    assert any(case.quoted_as for case in the_cases().records)
    for case in the_cases().records:
        assert set(case.quoted_as) <= sources.keys(), case.id
        found = {name for name in sources if marks[name] & _marks(case.citation)}
        assert found <= set(case.quoted_as), case.id


FAULTS = [
    (("records/cc01a.yaml", "summary:", "sumary:"), "records/cc01a.yaml", "sumary", "did you mean summary?"),
    (
        ("records/cc01a.yaml", "\ncitation: '", "\nno_citation: '"),
        "records/cc01a.yaml",
        "no_citation",
        "did you mean citation?",
    ),
    (("records/cc01a.yaml", "id: cc01a", "id: cc01"), "records/cc01a.yaml", "id", "the name of its file"),
    (("records/cc01a.yaml", "verified: true", "verified: yes"), "records/cc01a.yaml", "verified", "true or false"),
    (("records/cc01a.yaml", "class: calcinosis", "class: Calcinosis!"), "records/cc01a.yaml", "class", "lower-case"),
    (("records/om19.yaml", "acceptable: [osteomyelitis, ", "acceptable: ["), "records/om19.yaml", "acceptable", "hold"),
    (("records/om19.yaml", "\ncase:\n", "\ncase: text\nrest:\n"), "records/om19.yaml", "case", "must be a block"),
    (("groups.yaml", "mild:", "mld:"), "groups.yaml", "mld", "did you mean mild?"),
    (("groups.yaml", "diagnoses: [osteo", "diagnoses: [cellulitis, osteo"), "groups.yaml", "mild.diagnoses", "one of"),
    (("groups.yaml", "after_days: 14", "after_days: two"), "groups.yaml", "long_standing_after_days", "whole number"),
    (("groups.yaml", "mild:", "mild: ["), "groups.yaml", "the file", "is not valid YAML"),
]
FAULTS_UNDER_A_KNOWLEDGE = [
    (("records/cc01a.yaml", "erythema: true", "eritema: true"), "case.findings.eritema", "did you mean erythema?"),
    (("records/cc01a.yaml", "erythema: true", "erythema: red"), "case.findings.erythema", "must be true, false"),
    (("records/cc01a.yaml", "unit: mg/L", "unit: mg/kg"), "case.measurements.crp.unit", "mg/L"),
    (("records/cc01a.yaml", "age_days: 274", "age_days: -1"), "case.age_days", "that of a child"),
    (("records/cc01a.yaml", "region: [hand", "region: [hnad"), "case.region", "must be a list"),
    (("records/ab10.yaml", "final_diagnosis: abscess", "final_diagnosis: abcess"), "acceptable", "must hold"),
]


@pytest.mark.parametrize(("edit", "file", "place", "advice"), FAULTS)
def test_a_fault_of_a_file_is_named_with_its_place(problems_after, edit, file, place, advice):
    problems = problems_after(edit)

    assert any(p.file == file and place in p.place and advice in p.advice for p in problems), problems


@pytest.mark.parametrize(("edit", "place", "advice"), FAULTS_UNDER_A_KNOWLEDGE)
def test_what_the_knowledge_does_not_know_is_named_with_its_place(problems_after, edit, place, advice):
    problems = problems_after(edit)

    assert [p.file for p in problems] == [edit[0]]
    assert place in problems[0].place
    assert advice in problems[0].advice


def test_a_misspelt_diagnosis_is_a_problem_unless_the_first_knowledge_did_not_have_it(problems_after):
    problems = problems_after(
        ("records/ab10.yaml", "final_diagnosis: abscess", "final_diagnosis: abcess"),
        ("records/ab10.yaml", "acceptable: [abscess]", "acceptable: [abcess]"),
        ("records/tu03.yaml", "final_diagnosis: tumour", "final_diagnosis: something_new"),
        ("records/tu03.yaml", "acceptable: [tumour]", "acceptable: [something_new]"),
        ("groups.yaml", "- cellulitis", "- celulitis"),
    )

    assert [(p.file, p.place) for p in problems] == [
        ("records/ab10.yaml", "final_diagnosis"),
        ("groups.yaml", "mild.diagnoses"),
    ]
    assert "did you mean abscess?" in problems[0].advice
    assert "did you mean cellulitis?" in problems[1].advice


def test_a_code_that_makes_no_one_ill_is_a_problem(problems_after):
    problems = problems_after(("groups.yaml", "- fever_ge_38", "- fever_ge_83"))

    assert [(p.file, p.place) for p in problems] == [("groups.yaml", "mild.unless")]
    assert "did you mean fever_ge_38?" in problems[0].advice


def test_all_problems_come_in_one_report(problems_after):
    in_files = problems_after(
        ("records/ab02.yaml", "in_seeds:", "in_seed:"), ("records/om03.yaml", "scorable: true", "scorable: 1")
    )

    assert {(p.file, p.place) for p in in_files} >= {
        ("records/ab02.yaml", "in_seed"),
        ("records/om03.yaml", "scorable"),
    }


def test_two_faults_of_one_case_are_both_named(problems_after):
    problems = problems_after(
        ("records/cc01a.yaml", "erythema: true", "eritema: true"),
        ("records/cc01a.yaml", "warmth: true", "warmth: hot"),
        ("records/cc01a.yaml", "unit: mm/h", "unit: kg"),
        ("records/cc01a.yaml", "sex: male", "sex: man"),
    )

    assert {p.place for p in problems} == {
        "case.findings.eritema",
        "case.findings.warmth",
        "case.measurements.esr.unit",
        "case.sex",
    }


def test_a_file_that_is_no_record_is_named(folder):
    (folder / "stray.yaml").write_text("id: stray\n", encoding="utf-8")
    (folder / "groups.yaml").unlink()

    with pytest.raises(KnowledgeError) as caught:
        load_cases(folder)
    assert {(p.file, p.place) for p in caught.value.problems} == {
        ("stray.yaml", "the file"),
        ("groups.yaml", "the file"),
    }


def test_a_folder_without_records_or_no_folder_at_all_says_what_to_do(folder, tmp_path):
    shutil.rmtree(folder / "records")

    with pytest.raises(KnowledgeError, match="has no record"):
        load_cases(folder)
    with pytest.raises(KnowledgeError, match="name a folder of published cases"):
        load_cases(tmp_path / "nowhere")
